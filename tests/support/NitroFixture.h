#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

class QCborStreamWriter;
struct evp_pkey_st;
struct x509_st;

// Why: attestation documents that AWS's hypervisor would never sign can only be made with a root of one's
// own. The certificates and documents made here have AWS's shape (official packages §3): P-384, root →
// regional → zonal → instance → enclave, no key identifiers, an untagged COSE_Sign1 message with nine payload
// keys.

namespace countersign::test {

struct CertificateOptions
{
    std::string name;
    UnixMillis from = 0;
    UnixMillis until = 0;
    std::string group = "P-384";
    std::string digest = "SHA384";
    bool isAuthority = true;
    bool hasBasicConstraints = true;
    int pathLength = -1;  ///< none
    /// Signed by a key that nobody knows, under the issuer's name.
    bool isForged = false;
};

class TestCertificate
{
public:
    /// issuer: null for a root.
    static TestCertificate make(const CertificateOptions& options, const TestCertificate* issuer);

    Bytes der() const;
    std::string pem() const;
    std::string keyPem() const;  ///< PKCS#8, in clear: it is worth nothing outside the test
    /// r ‖ s over SHA-384 of the message.
    Bytes sign(BytesView message) const;

private:
    std::shared_ptr<evp_pkey_st> m_key;
    std::shared_ptr<x509_st> m_certificate;
};

/// Five certificates, the root first, the enclave's last.
struct NitroChain
{
    std::vector<TestCertificate> certificates;

    /// Valid from ten minutes before now until three hours after. change sees each one's options before it is
    /// made; level 0 is the root, 4 the enclave.
    static NitroChain make(UnixMillis now,
                           const std::function<void(int level, CertificateOptions&)>& change = {});

    const TestCertificate& root() const { return certificates.front(); }
    const TestCertificate& enclave() const { return certificates.back(); }
    std::vector<Bytes> bundle() const;
};

struct NitroFields
{
    std::string moduleId = "i-0123456789abcdef0-enc0123456789abcdef";
    std::string digest = "SHA384";
    UnixMillis timestamp = 0;
    std::map<std::uint64_t, Bytes> pcrs;
    Bytes certificate;
    std::vector<Bytes> bundle;
    std::optional<Bytes> publicKey;
    std::optional<Bytes> userData;
    std::optional<Bytes> nonce;

    // Faults of the encoding.
    std::set<std::string> leaveOut;
    std::function<void(QCborStreamWriter&)> append;  ///< writes pairs of its own at the end
    int appended = 0;                                ///< how many
    bool indefinite = false;                         ///< indefinite lengths where CBOR allows them
};

/// Sixteen PCRs, 0 to 4 and 8 not zero.
std::map<std::uint64_t, Bytes> somePcrs();
/// What a good enclave of this chain says.
NitroFields goodFields(const NitroChain& chain, UnixMillis timestamp);
Bytes encodePayload(const NitroFields& fields);

struct CoseOptions
{
    bool tagged = false;
    bool indefinite = false;
    Bytes protectedHeader = {0xa1, 0x01, 0x38, 0x22};  ///< {1: -35}
    Bytes unprotected = {0xa0};                        ///< encoded: an empty map
};

Bytes signCose(BytesView payload, const TestCertificate& signer, const CoseOptions& options = {});
/// The usual way: a signed document of these fields.
Bytes makeDocument(const NitroFields& fields, const NitroChain& chain);

}  // namespace countersign::test
