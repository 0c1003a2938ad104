#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/crypto/keys/RsaPublicKey.h"

#include <memory>

struct evp_pkey_st;

namespace countersign {

/// An RSA private key: the one that opens delegations. It is generated here or imported in whatever form the
/// operator has, and leaves only as PKCS#8 in guarded memory, to be sealed in the vault. An immutable handle:
/// copies share the key, any number of threads may use it at once, and OpenSSL wipes it with the last copy.
class RsaPrivateKey
{
public:
    /// bits: 2048, 3072 or 4096; anything else is InvalidInput. Exponent 65537. Takes up to a few seconds:
    /// not for the GUI thread.
    static Result<RsaPrivateKey> generate(int bits);

    /// PKCS#1 ("RSA PRIVATE KEY", also encrypted by a Proc-Type header) or PKCS#8 ("PRIVATE KEY", "ENCRYPTED
    /// PRIVATE KEY"); at most 64 KiB; forgiven is what normalisePem forgives. passphrase:
    /// UTF-8, at most 1023 bytes, ignored when the key is not encrypted. The terminal is never asked. Errors:
    /// Locked when a passphrase is needed and none was given, WrongPassphrase when it does not open the key,
    /// InvalidInput for the rest: no or several private keys, another algorithm, the bounds of
    /// RsaPublicKey::fromPem, numbers that do not belong together (primes, exponents), a key derivation so
    /// costly that it would block. What is intact and of another form, or protected by what OpenSSL dropped,
    /// is named with the command that converts it (PemHints.h). The check of the numbers takes up to a second
    /// for large keys: not for the GUI thread.
    static Result<RsaPrivateKey> fromPem(BytesView pem, const SecretBytes& passphrase = {});
    /// Whether fromPem would need a passphrase; false also for what is no key at all.
    static bool needsPassphrase(BytesView pem);

    /// DER PrivateKeyInfo (RFC 5208) as pkcs8Der() wrote it, nothing behind it; the same bounds, but no check
    /// of the numbers: what comes from the vault was checked when it went in and is authenticated.
    static Result<RsaPrivateKey> fromPkcs8Der(const SecretBytes& der);
    SecretBytes pkcs8Der() const;

    RsaPublicKey publicKey() const;
    int bits() const;
    std::size_t modulusBytes() const;

    /// For core/crypto's own operations; never null.
    evp_pkey_st* handle() const { return m_key.get(); }

private:
    explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key) : m_key(std::move(key)) {}
    static Result<RsaPrivateKey> bounded(evp_pkey_st* key);

    std::shared_ptr<evp_pkey_st> m_key;
};

}  // namespace countersign
