#include "services/sandbox/signing/JointSignature.h"

#include "services/sandbox/signing/KeyShares.h"

#include <QCoreApplication>

#include <openssl/ec.h>

#include <memory>

namespace countersign::sandbox {

namespace {

struct JointSignatureText
{
    Q_DECLARE_TR_FUNCTIONS(JointSignatureText)
};

Result<SecretBytes> joined(Chain chain, const SecretBytes& a, const SecretBytes& b)
{
    return chain == Chain::Evm ? secp256k1::add(a, b) : ed25519::add(a, b);
}

/// SEQUENCE { INTEGER r, INTEGER s } (SEC 1 §C.8).
Bytes toDer(const secp256k1::Signature& signature)
{
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
    BIGNUM* r = BN_bin2bn(signature.r.data(), static_cast<int>(signature.r.size()), nullptr);
    BIGNUM* s = BN_bin2bn(signature.s.data(), static_cast<int>(signature.s.size()), nullptr);
    if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)));
    unsigned char* out = der.data();
    i2d_ECDSA_SIG(pair.get(), &out);
    return der;
}

}  // namespace

Result<JointSignature> JointSignature::make(Chain chain, const SecretBytes& server, const SecretBytes& holder,
                                            BytesView toSign, BytesView publicKey)
{
    const Result<SecretBytes> key = joined(chain, server, holder);
    const auto isTheWallets = [&](const auto& own) {
        return own && equalConstantTime(BytesView(*own), publicKey);
    };
    const bool fits = key && (chain == Chain::Evm ? isTheWallets(secp256k1::publicKey(*key))
                                                  : isTheWallets(ed25519::publicKeyOfScalar(*key)));
    if (!fits) {
        return failure(ErrorCode::Denied,
                       JointSignatureText::tr("The shares do not belong to the wallet's key."));
    }
    const auto wrapped = [](const auto& signature) { return JointSignature{signature}; };
    return chain == Chain::Evm ? secp256k1::sign(*key, toSign).map(wrapped)
                               : ed25519::signWithScalar(*key, toSign).map(wrapped);
}

Bytes JointSignature::toWire() const
{
    if (const auto* eddsa = std::get_if<ed25519::Signature>(&value)) {
        return toBytes(*eddsa);
    }
    const auto& ecdsa = std::get<secp256k1::Signature>(value);
    Bytes wire = toBytes(ecdsa.r);
    wire.insert(wire.end(), ecdsa.s.begin(), ecdsa.s.end());
    wire.push_back(static_cast<std::uint8_t>(27 + ecdsa.recoveryId));
    const Bytes der = toDer(ecdsa);
    wire.insert(wire.end(), der.begin(), der.end());
    return wire;
}

JointSignature JointSignature::withHighS() const
{
    const auto* ecdsa = std::get_if<secp256k1::Signature>(&value);
    const Result<SecretBytes> other = ecdsa != nullptr
                                          ? secp256k1::negate(SecretBytes::copyOf(BytesView(ecdsa->s)))
                                          : Result<SecretBytes>(failure(ErrorCode::Unsupported, {}));
    if (!other) {
        return *this;
    }
    secp256k1::Signature high = *ecdsa;
    std::copy_n(other->data(), high.s.size(), high.s.begin());
    high.recoveryId = static_cast<std::uint8_t>(1 - high.recoveryId);
    return {high};
}

std::string_view JointSignature::algorithm() const
{
    return std::holds_alternative<ed25519::Signature>(value) ? "ed25519" : "ecdsa";
}

}  // namespace countersign::sandbox
