#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <memory>
#include <string>

struct evp_pkey_st;

namespace countersign {

/// Smallest and largest RSA modulus accepted anywhere, in bits. Dynamic's own bounds are unknown (protocol
/// reference §2.2); 8192 keeps the work for one envelope bounded.
inline constexpr int rsaMinBits = 2048;
inline constexpr int rsaMaxBits = 8192;

/// An RSA public key: what Dynamic (or the sandbox) encrypts to, and how an operator tells keys apart. Holds
/// no private part. An immutable handle: copies share the key, and any number of threads may use it at once.
class RsaPublicKey
{
public:
    /// "PUBLIC KEY" (SPKI) or "RSA PUBLIC KEY" (PKCS#1), at most 64 KiB; forgiven is what normalisePem
    /// forgives. InvalidInput for anything else, which is named where it is recognised (PemHints.h): another
    /// algorithm (RSASSA-PSS included), a modulus outside 2048–8192 bits, an exponent that is even, below 3
    /// or longer than 64 bits, no or several keys in the text.
    static Result<RsaPublicKey> fromPem(BytesView pem);
    /// DER SubjectPublicKeyInfo (RFC 5280 §4.1), nothing behind it; same bounds.
    static Result<RsaPublicKey> fromSpkiDer(BytesView der);

    int bits() const;
    /// Length of the modulus in bytes, and so of every ciphertext under this key.
    std::size_t modulusBytes() const;
    Bytes spkiDer() const;
    /// "-----BEGIN PUBLIC KEY-----", 64 characters per line, ends with a newline.
    std::string spkiPem() const;
    /// "SHA256:" and 64 lowercase hex digits: SHA-256 over spkiDer().
    std::string fingerprint() const;

    /// For core/crypto's own operations; never null.
    evp_pkey_st* handle() const { return m_key.get(); }

private:
    explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key) : m_key(std::move(key)) {}
    static Result<RsaPublicKey> checked(evp_pkey_st* key);

    std::shared_ptr<evp_pkey_st> m_key;
};

/// The bounds of RsaPublicKey::fromPem for any OpenSSL key, private or public.
Status checkRsaBounds(const evp_pkey_st* key);

}  // namespace countersign
