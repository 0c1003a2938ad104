#include "core/signing/ceremony/SignatureCheck.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/transaction/EvmTransaction.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct SignatureCheckText
{
    Q_DECLARE_TR_FUNCTIONS(SignatureCheckText)
};

constexpr std::size_t ecdsaBytes = 65;
constexpr std::uint8_t firstV = 27;

tl::unexpected<Error> refused(const QString& detail)
{
    return failure(
        ErrorCode::BadSignature,
        SignatureCheckText::tr(
            "The ceremony's signature does not belong to this wallet and what was approved. It was "
            "thrown away. If this happens again, stop signing with this wallet and ask Dynamic."),
        detail);
}

Result<VerifiedSignature> checkEcdsa(const SigningPayload& plan, const JobContent& content,
                                     BytesView addressBytes, BytesView raw)
{
    if (raw.size() != ecdsaBytes) {
        return refused(QStringLiteral("%1 bytes").arg(raw.size()));
    }
    secp256k1::Signature signature;
    std::copy_n(raw.begin(), 32, signature.r.begin());
    std::copy_n(raw.begin() + 32, 32, signature.s.begin());
    signature.recoveryId = static_cast<std::uint8_t>(raw[64] - firstV);
    const auto low = secp256k1::withLowS(signature);
    const auto key = low ? secp256k1::recover(plan.digest, *low) : failure(low.error());
    if (!key) {
        return refused(key.error().detail);
    }
    const auto address = evmAddressOf(*key);
    if (!address || !std::equal(address->begin(), address->end(), addressBytes.begin(), addressBytes.end())) {
        return refused(QStringLiteral("recovers to another address"));
    }
    VerifiedSignature checked;
    checked.signature.insert(checked.signature.end(), low->r.begin(), low->r.end());
    checked.signature.insert(checked.signature.end(), low->s.begin(), low->s.end());
    checked.signature.push_back(static_cast<std::uint8_t>(firstV + low->recoveryId));
    if (const auto* request = std::get_if<EvmTransactionRequest>(&content)) {
        ASSIGN_OR_RETURN(const auto transaction, request->toTransaction());
        ASSIGN_OR_RETURN(auto bytes, serializeSigned(transaction, *low));
        checked.signedTransaction = std::move(bytes);
        checked.hash = toHexPrefixed(transactionHash(checked.signedTransaction));
    }
    return checked;
}

Result<VerifiedSignature> checkEd25519(const SigningPayload& plan, const JobContent& content,
                                       BytesView addressBytes, BytesView raw)
{
    SolanaAddress address{};
    if (addressBytes.size() != address.size() || !ed25519::verify(addressBytes, plan.input, raw)) {
        return refused(QStringLiteral("Ed25519 does not verify under the wallet's address"));
    }
    std::copy(addressBytes.begin(), addressBytes.end(), address.begin());
    VerifiedSignature checked;
    checked.signature = toBytes(raw);
    if (const auto* unsignedTransaction = std::get_if<SolanaTransaction>(&content)) {
        SolanaTransaction transaction = *unsignedTransaction;
        RETURN_IF_ERROR(transaction.placeSignature(address, raw));
        checked.signedTransaction = transaction.serialize();
        checked.hash = transaction.id();
    }
    return checked;
}

}  // namespace

Result<VerifiedSignature> checkSignature(const SigningPayload& plan, const JobContent& content,
                                         BytesView addressBytes, BytesView raw)
{
    return plan.scheme == SigningScheme::Ecdsa ? checkEcdsa(plan, content, addressBytes, raw)
                                               : checkEd25519(plan, content, addressBytes, raw);
}

}  // namespace countersign
