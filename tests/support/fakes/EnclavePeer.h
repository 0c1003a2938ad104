#pragma once

#include "core/base/Bytes.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/MlKem768.h"

#include <optional>
#include <string>

namespace countersign::testing {

/// A test client of forward MPC (protocol reference §7). Tests speak to the sandbox's enclave with it,
/// independently of core/mpc. What it makes are frames; how they travel is the caller's matter. It does not
/// verify attestation documents.
class EnclavePeer
{
public:
    EnclavePeer();

    Json handshake() const;
    /// Takes a handshake_response; false when it is none that can be used.
    bool accept(const Json& response);

    struct Sign
    {
        std::string signingAlgo = "ecdsa";
        std::optional<std::string> hashAlgo;
        Bytes message;
        std::string roomId;
        std::string relayDomain;
        Json share;  ///< the decrypted share object
    };
    Json sign(const Sign& sign) const;
    /// The keyshare member for any plaintext.
    Json sealed(const std::string& plaintext) const;

    const Bytes& nonce() const { return m_nonce; }
    const Bytes& ciphertext() const { return m_ciphertext; }
    /// As it came, base64 decoded.
    const Bytes& document() const { return m_document; }

private:
    mlkem768::KeyPair m_keys;
    Bytes m_nonce;
    Bytes m_ciphertext;
    Bytes m_document;
    std::string m_connectionId;
    SecretBytes m_secret;
};

}  // namespace countersign::testing
