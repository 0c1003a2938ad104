#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <string>
#include <vector>

namespace countersign::sandbox {

class StateDatabase;

/// One signature that left, or was about to leave, the simulated enclave.
struct SignatureRecord
{
    std::string walletId;
    std::string digest;  ///< see digestName
    std::string roomId;
    UnixMillis at = 0;
    std::string algorithm;  ///< "ecdsa" or "ed25519"
};

/// The ledger of issued signatures. Whether a console ever obtained two signatures for one job can only be
/// told by who issued them, so every one is on disk before it is sent, and none is ever removed.
class SignatureStore
{
public:
    explicit SignatureStore(StateDatabase& database) : m_database(database) {}

    /// AlreadyExists when the room gave a signature before.
    Status add(const SignatureRecord& record);
    /// In order.
    Result<std::vector<SignatureRecord>> all() const;

private:
    StateDatabase& m_database;
};

}  // namespace countersign::sandbox
