#include "core/chain/solana/transaction/SolanaTransaction.h"

#include "core/base/encoding/Base58.h"
#include "core/base/text/SanitizedText.h"
#include "core/base/text/Utf8.h"
#include "core/chain/solana/message/CompactU16.h"
#include "core/chain/solana/message/SolanaMessageV1.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr SolanaAddress systemProgram{};
/// SystemInstruction::AdvanceNonceAccount, a 32-bit little-endian number.
constexpr std::array<std::uint8_t, 4> advanceNonceAccount{4, 0, 0, 0};

struct SolanaTransactionText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaTransactionText)
};

tl::unexpected<Error> malformed(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   SolanaTransactionText::tr("This is not a complete and well-formed Solana transaction."),
                   QLatin1String(detail));
}

bool isZero(BytesView bytes)
{
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

SolanaTransaction unsignedOf(SolanaMessage message, BytesView bytes)
{
    SolanaTransaction transaction;
    transaction.signatures.resize(message.requiredSignatures);
    transaction.messageBytes = toBytes(bytes);
    transaction.message = std::move(message);
    return transaction;
}

}  // namespace

std::optional<std::size_t> SolanaTransaction::signerIndex(const SolanaAddress& signer) const
{
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        if (message.accountKeys[i] == signer) {
            return i;
        }
    }
    return std::nullopt;
}

bool SolanaTransaction::isSigned(std::size_t index) const
{
    return index < signatures.size() && !isZero(signatures[index]);
}

std::vector<SolanaAddress> SolanaTransaction::missingSigners() const
{
    std::vector<SolanaAddress> missing;
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        if (!isSigned(i)) {
            missing.push_back(message.accountKeys[i]);
        }
    }
    return missing;
}

Status SolanaTransaction::verifyPresentSignatures() const
{
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        if (isSigned(i) && !ed25519::verify(message.accountKeys[i], messageBytes, signatures[i])) {
            return failure(ErrorCode::BadSignature,
                           SolanaTransactionText::tr(
                               "A signature that this transaction already carries is not valid. Ask its "
                               "sender for a new one."),
                           QStringLiteral("signature of %1")
                               .arg(QString::fromStdString(toText(message.accountKeys[i]))));
        }
    }
    return {};
}

Status SolanaTransaction::placeSignature(const SolanaAddress& signer, BytesView signature)
{
    const auto index = signerIndex(signer);
    if (!index) {
        return failure(
            ErrorCode::InvalidInput,
            SolanaTransactionText::tr("This transaction does not ask for that wallet's signature."),
            QStringLiteral("%1 is no signer").arg(QString::fromStdString(toText(signer))));
    }
    // Zeros mark an empty place, so that they are no signature whatever the curve says.
    if (isZero(signature) || !ed25519::verify(signer, messageBytes, signature)) {
        return failure(
            ErrorCode::BadSignature,
            SolanaTransactionText::tr("The signature does not belong to this transaction and wallet."),
            QStringLiteral("signature for %1").arg(QString::fromStdString(toText(signer))));
    }
    ed25519::Signature& place = signatures[*index];
    if (!std::ranges::equal(place, signature) && isSigned(*index) &&
        ed25519::verify(signer, messageBytes, place)) {
        return failure(
            ErrorCode::AlreadyExists,
            SolanaTransactionText::tr("This wallet has signed this transaction already."),
            QStringLiteral("another valid signature of %1").arg(QString::fromStdString(toText(signer))));
    }
    std::ranges::copy(signature, place.begin());
    return {};
}

Bytes SolanaTransaction::serialize() const
{
    Bytes all;
    for (const ed25519::Signature& signature : signatures) {
        all.insert(all.end(), signature.begin(), signature.end());
    }
    Bytes out;
    if (message.version == 1) {
        out = messageBytes;
        out.insert(out.end(), all.begin(), all.end());
        return out;
    }
    solana::appendCompactU16(out, static_cast<std::uint16_t>(signatures.size()));
    out.insert(out.end(), all.begin(), all.end());
    out.insert(out.end(), messageBytes.begin(), messageBytes.end());
    return out;
}

std::string SolanaTransaction::id() const
{
    return isSigned(0) ? toBase58(signatures.front()) : std::string();
}

bool SolanaTransaction::isBlockhashOpen() const
{
    return isZero(message.recentBlockhash);
}

Result<SolanaTransaction> SolanaTransaction::withBlockhash(
    const std::array<std::uint8_t, 32>& blockhash) const
{
    if (missingSigners().size() != signatures.size()) {
        return failure(ErrorCode::InvalidInput,
                       SolanaTransactionText::tr(
                           "This transaction is signed already; another blockhash would void the signature. "
                           "Ask its sender for a new transaction."));
    }
    SolanaMessage changed = message;
    changed.recentBlockhash = blockhash;
    const Bytes bytes = solana::serialize(changed);
    return unsignedOf(std::move(changed), bytes);
}

bool SolanaTransaction::usesDurableNonce() const
{
    if (message.instructions.empty()) {
        return false;
    }
    const SolanaInstruction& first = message.instructions.front();
    // Runtimes before SIMD-0242 take a nonce account from a lookup table too, later ones do not. Taking it
    // for durable is the safe error: a transaction that is thought expired might be signed anew and run
    // twice.
    return message.addressOf(first.programIdIndex) == systemProgram &&
           first.data.size() >= advanceNonceAccount.size() &&
           std::ranges::equal(BytesView(first.data).first(advanceNonceAccount.size()), advanceNonceAccount) &&
           !first.accounts.empty() && message.isWritable(first.accounts.front());
}

namespace solana {

namespace {

/// What cannot be a transaction, whatever is wrong with it. No transaction is text: it begins with the small
/// number of its signatures, or with a version's mark, and holds keys.
std::optional<QString> otherThanTransaction(BytesView bytes)
{
    constexpr std::string_view offchain = "\xffsolana offchain";
    const std::string_view text = asText(bytes);
    if (text.empty()) {
        return SolanaTransactionText::tr("There is no transaction: it is empty.");
    }
    if (text.starts_with(offchain)) {
        return SolanaTransactionText::tr(
            "This is an off-chain message of Solana, not a transaction. Ask for solana.message.");
    }
    const auto characters = textFromUtf8(text);
    if (!characters) {
        return std::nullopt;
    }
    const QList<uint> codes = characters->toUcs4();
    const bool isText = std::ranges::all_of(
        codes, [](uint code) { return isSeen(code) || code == '\n' || code == '\r' || code == '\t'; });
    return isText ? std::optional(SolanaTransactionText::tr(
                        "This is text, not a Solana transaction. To have it signed as a message, ask "
                        "for solana.message."))
                  : std::nullopt;
}

Result<SolanaTransaction> named(BytesView bytes, Result<SolanaTransaction> transaction)
{
    if (transaction) {
        return transaction;
    }
    const auto other = otherThanTransaction(bytes);
    return other ? failure(ErrorCode::InvalidInput, *other, transaction.error().detail) : transaction;
}

/// signatures: as many times 64 bytes as the message requires.
SolanaTransaction transactionOf(SolanaMessage message, BytesView messageBytes, BytesView signatures)
{
    SolanaTransaction transaction = unsignedOf(std::move(message), messageBytes);
    for (std::size_t i = 0; i < transaction.signatures.size(); ++i) {
        std::ranges::copy(signatures.subspan(i * signatureBytes, signatureBytes),
                          transaction.signatures[i].begin());
    }
    return transaction;
}

/// The signatures are last, and their number is the second byte's.
Result<SolanaTransaction> readV1(BytesView bytes)
{
    const std::size_t signatures = bytes.size() < 2 ? 0 : bytes[1] * signatureBytes;
    if (bytes.size() > maxTransactionV1Bytes) {
        return malformed("longer than the network carries");
    }
    if (bytes.size() < signatures) {
        return malformed("the signatures are cut off");
    }
    const BytesView messageBytes = bytes.first(bytes.size() - signatures);
    ASSIGN_OR_RETURN(auto message, parseMessage(messageBytes));
    return transactionOf(std::move(message), messageBytes, bytes.last(signatures));
}

Result<SolanaTransaction> readTransaction(BytesView bytes)
{
    if (!bytes.empty() && bytes.front() == v1::versionByte) {
        return readV1(bytes);
    }
    if (bytes.size() > maxTransactionBytes) {
        return malformed("longer than the network carries");
    }
    BytesView rest = bytes;
    ASSIGN_OR_RETURN(const auto count, takeCompactU16(rest));
    if (rest.size() < count * signatureBytes) {
        return malformed("the signatures are cut off");
    }
    const BytesView signatures = rest.first(count * signatureBytes);
    const BytesView messageBytes = rest.subspan(signatures.size());
    ASSIGN_OR_RETURN(auto message, parseMessage(messageBytes));
    if (message.version == 1) {
        return malformed("a message of version 1 has its signatures in front");
    }
    if (message.requiredSignatures != count) {
        return malformed("the message requires another number of signatures");
    }
    return transactionOf(std::move(message), messageBytes, signatures);
}

}  // namespace

Result<SolanaTransaction> parseTransaction(BytesView bytes)
{
    auto transaction = readTransaction(bytes);
    if (!transaction && parseMessage(bytes)) {
        return failure(
            ErrorCode::InvalidInput,
            SolanaTransactionText::tr("This is the message of a Solana transaction, without its signatures."),
            transaction.error().detail);
    }
    return named(bytes, std::move(transaction));
}

Result<SolanaTransaction> parseTransactionOrMessage(BytesView bytes)
{
    auto transaction = readTransaction(bytes);
    auto message = parseMessage(bytes);
    if (transaction && message) {
        return malformed("can be read as a transaction and as a bare message");
    }
    if (message) {
        return unsignedOf(*std::move(message), bytes);
    }
    // A version's mark comes first in a message only.
    const bool beginsAsMessage = !bytes.empty() && (bytes.front() & 0x80U) != 0;
    return named(bytes, beginsAsMessage && !transaction ? failure(message.error()) : std::move(transaction));
}

}  // namespace solana

}  // namespace countersign
