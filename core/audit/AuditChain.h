#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace countersign {

/// 32 bytes of BLAKE2b-256.
using AuditHash = std::array<std::uint8_t, 32>;

/// The fields of an entry as they lie in the table; nothing is copied.
struct AuditFields
{
    std::int64_t seq = 0;
    UnixMillis at = 0;
    std::string_view kind;
    std::string_view subject;
    std::string_view detail;
};

/// An entry as it is stored.
struct AuditEntry
{
    std::int64_t seq = 0;  ///< 1, 2, 3 … without gaps
    UnixMillis at = 0;
    std::string kind;     ///< "vault.created", "key.generated", "sync.page", "secret.revealed", …: dotted,
                          ///< stable, English
    std::string subject;  ///< what it is about: a kid, a wallet id, a range of deliveries; never a secret
    std::string detail;   ///< compact JSON object; never a secret
    Bytes hash;           ///< 32 bytes, see AuditLog

    AuditFields fields() const { return {seq, at, kind, subject, detail}; }
};

/// The hash chain of the audit log: BLAKE2b-256, keyed, over previous hash (32 bytes of zero before the first
/// entry) ‖ seq ‖ at ‖ and kind, subject, detail each behind its length; numbers and lengths have 8 bytes,
/// little endian. Appending and verifying must compute the same chain, so both use this class.
class AuditChain
{
public:
    /// key: 32 bytes (Vault::deriveKey).
    explicit AuditChain(std::shared_ptr<const SecretBytes> key) : m_key(std::move(key)) {}

    AuditHash next(const AuditHash& previous, const AuditFields& entry) const;

private:
    std::shared_ptr<const SecretBytes> m_key;
};

}  // namespace countersign
