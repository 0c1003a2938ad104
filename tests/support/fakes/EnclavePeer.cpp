#include "tests/support/fakes/EnclavePeer.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/Hkdf.h"

namespace countersign::testing {

EnclavePeer::EnclavePeer() : m_keys(mlkem768::generate()), m_nonce(randomBytes(32)) {}

Json EnclavePeer::handshake() const
{
    return Json{{"type", "handshake"},
                {"version", 1},
                {"challenge", toHex(m_keys.publicKey)},
                {"nonce", toHex(m_nonce)},
                {"requestId", "req_" + toHex(randomBytes(8))}};
}

bool EnclavePeer::accept(const Json& response)
{
    if (!response.is_object() || response.value("type", std::string()) != "handshake_response") {
        return false;
    }
    m_ciphertext = fromHex(response.value("encapsulatedSharedSecret", std::string())).value_or(Bytes());
    m_document = fromBase64(response.value("attestationDoc", std::string())).value_or(Bytes());
    m_connectionId = response.value("connectionId", std::string());
    Result<SecretBytes> secret = mlkem768::decapsulate(m_ciphertext, m_keys.secretKey);
    if (!secret || m_connectionId.empty()) {
        return false;
    }
    m_secret = std::move(*secret);
    return true;
}

Json EnclavePeer::sealed(const std::string& plaintext) const
{
    const Bytes salt = randomBytes(32);
    const Bytes iv = randomBytes(12);
    const auto key = hkdfSha256(m_secret, salt, "forward-mpc-keyshare-v1-" + m_connectionId, 32);
    const auto sealed = aesGcmEncrypt(*key, iv, {}, asBytes(plaintext));
    Bytes payload = iv;
    payload.insert(payload.end(), sealed->ciphertext.begin(), sealed->ciphertext.end());
    payload.insert(payload.end(), sealed->tag.begin(), sealed->tag.end());
    return Json{{"salt", toHex(salt)}, {"encryptedPayload", toHex(payload)}};
}

Json EnclavePeer::sign(const Sign& sign) const
{
    Json frame{{"type", "signMessage"},
               {"version", 1},
               {"relayDomain", sign.relayDomain},
               {"signingAlgo", sign.signingAlgo}};
    if (sign.hashAlgo) {
        frame["hashAlgo"] = *sign.hashAlgo;
    }
    if (sign.signingAlgo == "ecdsa") {
        frame["derivationPath"] = "2c0000003c000000000000000000000000000000";
    }
    frame["keyshare"] = sealed(dumpJson(Json{{"keyshare", sign.share},
                                             {"signingAlgorithm", sign.signingAlgo},
                                             {"timestamp", 1'767'225'600'000},
                                             {"nonce", toHex(randomBytes(16))}}));
    frame["message"] = toHex(sign.message);
    frame["roomUuid"] = sign.roomId;
    frame["requestId"] = "req_" + toHex(randomBytes(8));
    return frame;
}

}  // namespace countersign::testing
