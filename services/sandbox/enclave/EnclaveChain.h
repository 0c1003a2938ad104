#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "services/sandbox/enclave/EnclaveRoot.h"

#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;

namespace countersign::sandbox {

/// The certificate chain of a simulated enclave, with the enclave's key. A verifier of AWS's documents must
/// find here what it finds there: P-384 certificates from the root over region, zone and instance to the
/// enclave, of which the last two carry no key identifiers and the enclave's key usage is not critical. Only
/// the names say that all of it is simulated.
class EnclaveChain
{
public:
    struct Window
    {
        UnixMillis from = 0;
        UnixMillis until = 0;
    };

    /// window: of the enclave's certificate; the ones above begin 12 hours before and end 12 hours after it.
    static Result<EnclaveChain> make(const EnclaveRoot& root, const std::string& moduleId, Window window);

    /// DER; root first, without the enclave's own.
    const std::vector<Bytes>& bundle() const { return m_bundle; }
    const Bytes& certificate() const { return m_certificate; }
    /// ECDSA P-384 with SHA-384 by the enclave's key, r ‖ s, 96 bytes (RFC 9053 §2.1).
    Result<Bytes> sign(BytesView message) const;

private:
    std::vector<Bytes> m_bundle;
    Bytes m_certificate;
    std::shared_ptr<evp_pkey_st> m_key;
};

}  // namespace countersign::sandbox
