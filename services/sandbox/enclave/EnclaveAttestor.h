#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/enclave/EnclaveChain.h"

#include <mutex>
#include <optional>
#include <string>

namespace countersign::sandbox {

/// Makes attestation documents as an AWS Nitro enclave does (protocol reference §7.5): an untagged COSE_Sign1
/// with ES384 over nine members in AWS's order. Nothing is attested here: no hardware stands behind it and
/// the root is the sandbox's. Thread-safe.
class EnclaveAttestor
{
public:
    /// pcr8: 48 bytes. The clock must outlive it.
    EnclaveAttestor(EnclaveRoot root, Bytes pcr8, const Clock& clock);

    /// nonce: what the client sent; ciphertext: of the key exchange, which user_data binds. The faults of a
    /// document spoil it, others do nothing.
    Result<Bytes> document(BytesView nonce, BytesView ciphertext, std::optional<EnclaveFault> fault);

private:
    Result<EnclaveChain> chainFor(std::optional<EnclaveFault> fault);
    Bytes pcr(int index, std::optional<EnclaveFault> fault) const;
    Bytes payload(const EnclaveChain& chain, BytesView nonce, BytesView ciphertext,
                  std::optional<EnclaveFault> fault) const;

    const EnclaveRoot m_root;
    const Bytes m_pcr8;
    const Clock& m_clock;
    const std::string m_moduleId;
    std::mutex m_mutex;
    std::optional<EnclaveChain> m_chain;
    UnixMillis m_chainMadeAt = 0;
};

}  // namespace countersign::sandbox
