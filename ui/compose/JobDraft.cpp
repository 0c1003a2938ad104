#include "ui/compose/JobDraft.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/chain/solana/spl/SplTransfer.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/crypto/keys/Address.h"
#include "ui/text/AmountText.h"

#include <QCoreApplication>

#include <limits>

namespace countersign {

namespace {

template <typename T>
using Drafted = tl::expected<T, DraftError>;

struct JobDraftText
{
    Q_DECLARE_TR_FUNCTIONS(JobDraftText)
};

tl::unexpected<DraftError> wrong(DraftField field, const QString& sentence)
{
    return tl::unexpected<DraftError>(DraftError{field, sentence});
}

Drafted<std::string> chainIdFrom(const QString& text)
{
    const auto value = parseQuantity(text.trimmed().toStdString());
    if (!value || *value == 0) {
        return wrong(DraftField::ChainId,
                     JobDraftText::tr("Enter the chain id as a number, for instance 1."));
    }
    return toDecimal(*value);
}

Drafted<EvmAddress> evmAddressFrom(DraftField field, QString text, const std::string& chainId)
{
    text.removeIf([](QChar c) { return c.isSpace(); });
    const auto chain = parseQuantity(chainId);
    const auto address = parseEvmAddress(text.toStdString(), chain ? std::optional(*chain) : std::nullopt);
    if (!address) {
        return wrong(field, JobDraftText::tr(
                                "This is no EVM address: 0x and 40 hex digits, with the right checksum where "
                                "its letters are in both cases."));
    }
    return *address;
}

Drafted<Uint256> amountFrom(const QString& text, int decimals)
{
    const auto amount = parseAmount(text, decimals);
    if (!amount) {
        return wrong(DraftField::Amount, amount.error().sentence);
    }
    if (*amount == 0) {
        return wrong(DraftField::Amount, JobDraftText::tr("The amount is zero."));
    }
    return *amount;
}

DraftPayload transactionDraft(Json transaction)
{
    return Json{{"transaction", std::move(transaction)}};
}

Drafted<std::pair<Json, TypedDataHash>> typedDataFrom(const QString& text)
{
    auto json = parseTypedDataJson(text.toStdString());
    if (!json) {
        return wrong(DraftField::TypedData, JobDraftText::tr("This cannot be read as JSON."));
    }
    auto hash = hashTypedData(*json);
    if (!hash) {
        return wrong(DraftField::TypedData, hash.error().sentence);
    }
    // The same to whoever reads the document.
    return std::pair(withLargeIntegersAsText(std::move(*json)), *hash);
}

/// 4-byte selector of transfer(address,uint256), then two words.
Bytes transferCall(const EvmAddress& to, const Uint256& amount)
{
    Bytes data = {0xa9, 0x05, 0x9c, 0xbb};
    data.resize(4 + 12);
    data.insert(data.end(), to.begin(), to.end());
    const Bytes word = toBytes32(amount);
    data.insert(data.end(), word.begin(), word.end());
    return data;
}

/// The legacy message of one System transfer: payer, addressee, program; blockhash open.
SolanaMessage solTransfer(const SolanaAddress& from, const SolanaAddress& to, std::uint64_t lamports)
{
    SolanaMessage message;
    message.requiredSignatures = 1;
    message.readonlyUnsigned = 1;
    message.accountKeys = {from, to, SolanaAddress{}};  // the System program is 32 zero bytes
    SolanaInstruction transfer;
    transfer.programIdIndex = 2;
    transfer.accounts = {0, 1};
    transfer.data = {2, 0, 0, 0};  // SystemInstruction::Transfer, u32 little-endian
    for (int byte = 0; byte < 8; ++byte) {
        transfer.data.push_back(static_cast<std::uint8_t>(lamports >> (8 * byte)));
    }
    message.instructions = {transfer};
    return message;
}

/// A transaction of this message with its one signature still empty.
DraftPayload unsignedDraft(const SolanaMessage& message)
{
    Bytes transaction(1 + solana::signatureBytes);
    transaction[0] = 1;
    const Bytes bytes = solana::serialize(message);
    transaction.insert(transaction.end(), bytes.begin(), bytes.end());
    return Json{{"transaction", toBase64(transaction)}};
}

}  // namespace

DraftPayload messageDraft(const QString& text, bool hex)
{
    if (text.isEmpty()) {
        return wrong(DraftField::Message, JobDraftText::tr("Enter the message."));
    }
    if (!hex) {
        return Json{{"text", text.toStdString()}};
    }
    QString digits = text;
    digits.removeIf([](QChar c) { return c.isSpace(); });
    const auto bytes = fromHex(digits.toStdString());
    if (!bytes || bytes->empty()) {
        return wrong(DraftField::Message,
                     JobDraftText::tr("This is no hex: an even number of hex digits, 0x before them "
                                      "if you like."));
    }
    return Json{{"hex", toHexPrefixed(*bytes)}};
}

DraftPayload typedDataDraft(const QString& json)
{
    auto typed = typedDataFrom(json);
    if (!typed) {
        return tl::unexpected<DraftError>(typed.error());
    }
    return Json{{"typedData", std::move(typed->first)}};
}

tl::expected<QString, DraftError> typedDataDigest(const QString& json)
{
    return typedDataFrom(json).map(
        [](const auto& typed) { return QString::fromStdString(toHexPrefixed(typed.second.digest)); });
}

DraftPayload nativeTransferDraft(const QString& chainId, const QString& to, const QString& amount)
{
    const auto chain = chainIdFrom(chainId);
    if (!chain) {
        return tl::unexpected<DraftError>(chain.error());
    }
    const auto address = evmAddressFrom(DraftField::To, to, *chain);
    if (!address) {
        return tl::unexpected<DraftError>(address.error());
    }
    const auto value = amountFrom(amount, nativeDecimals);
    if (!value) {
        return tl::unexpected<DraftError>(value.error());
    }
    return transactionDraft({{"chainId", *chain}, {"to", toText(*address)}, {"value", toDecimal(*value)}});
}

DraftPayload tokenTransferDraft(const QString& chainId, const QString& contract, const QString& decimals,
                                const QString& to, const QString& amount)
{
    const auto chain = chainIdFrom(chainId);
    if (!chain) {
        return tl::unexpected<DraftError>(chain.error());
    }
    const auto token = evmAddressFrom(DraftField::Token, contract, *chain);
    if (!token) {
        return tl::unexpected<DraftError>(token.error());
    }
    bool number = false;
    const int places = decimals.trimmed().toInt(&number);
    if (!number || places < 0 || places > mostTokenDecimals) {
        return wrong(DraftField::Decimals,
                     JobDraftText::tr("Enter the token's decimals, 0 to %1; its contract says them.")
                         .arg(mostTokenDecimals));
    }
    const auto address = evmAddressFrom(DraftField::To, to, *chain);
    if (!address) {
        return tl::unexpected<DraftError>(address.error());
    }
    if (*address == *token) {
        return wrong(DraftField::To,
                     JobDraftText::tr("This is the token's own contract; what is sent there is lost."));
    }
    const auto value = amountFrom(amount, places);
    if (!value) {
        return tl::unexpected<DraftError>(value.error());
    }
    return transactionDraft({{"chainId", *chain},
                             {"to", toText(*token)},
                             {"value", "0"},
                             {"data", toHexPrefixed(transferCall(*address, *value))}});
}

DraftPayload rawEvmDraft(const QString& hex)
{
    const auto bytes = fromHex(hex.trimmed().toStdString());
    if (!bytes || bytes->empty()) {
        return wrong(DraftField::Raw, JobDraftText::tr("Enter the unsigned transaction in hex."));
    }
    if (auto request = EvmTransactionRequest::fromRaw(*bytes); !request) {
        return wrong(DraftField::Raw, request.error().sentence);
    }
    return Json{{"raw", toHexPrefixed(*bytes)}};
}

DraftPayload solTransferDraft(const std::string& from, const QString& to, const QString& amount)
{
    const auto payer = parseSolanaAddress(from);
    if (!payer) {
        return wrong(DraftField::Wallet, JobDraftText::tr("The wallet has no Solana address."));
    }
    const auto address = parseSolanaAddress(to.trimmed().toStdString());
    if (!address) {
        return wrong(DraftField::To, JobDraftText::tr("This is no Solana address: base58 of 32 bytes."));
    }
    if (*address == *payer) {
        return wrong(DraftField::To, JobDraftText::tr("This is the wallet itself."));
    }
    if (*address == SolanaAddress{}) {
        return wrong(DraftField::To,
                     JobDraftText::tr("This is the System program; what is sent there is lost."));
    }
    const auto value = amountFrom(amount, lamportDecimals);
    if (!value) {
        return tl::unexpected<DraftError>(value.error());
    }
    if (*value > std::numeric_limits<std::uint64_t>::max()) {
        return wrong(DraftField::Amount,
                     JobDraftText::tr("This amount is larger than any that can be sent."));
    }
    return unsignedDraft(solTransfer(*payer, *address, static_cast<std::uint64_t>(*value)));
}

tl::expected<SplQuestion, DraftError> splQuestion(const std::string& wallet, const QString& mint,
                                                  const QString& recipient)
{
    const auto from = parseSolanaAddress(wallet);
    if (!from) {
        return wrong(DraftField::Wallet, JobDraftText::tr("The wallet has no Solana address."));
    }
    const auto token = parseSolanaAddress(mint.trimmed().toStdString());
    if (!token) {
        return wrong(
            DraftField::Token,
            JobDraftText::tr("Enter the address of the token's mint: base58 of 32 bytes, not its name."));
    }
    if (*token == *from) {
        return wrong(DraftField::Token, JobDraftText::tr("This is the wallet itself, not a token."));
    }
    const auto to = parseSolanaAddress(recipient.trimmed().toStdString());
    if (!to) {
        return wrong(DraftField::To, JobDraftText::tr("This is no Solana address: base58 of 32 bytes."));
    }
    if (const Status allowed = solana::checkSplRecipient(*from, *token, *to); !allowed) {
        return wrong(DraftField::To, allowed.error().sentence);
    }
    return SplQuestion{*from, *token, *to};
}

DraftPayload splTransferDraft(const SplFacts& facts, const QString& amount, bool createsAccount)
{
    const auto value = amountFrom(amount, facts.mint.decimals);
    if (!value) {
        return tl::unexpected<DraftError>(value.error());
    }
    if (*value > facts.balance) {
        return wrong(DraftField::Amount, JobDraftText::tr("The wallet's account holds only %1 of this token.")
                                             .arg(amountText(facts.balance, facts.mint.decimals)));
    }
    if (facts.mustCreate && !createsAccount) {
        return wrong(DraftField::Creation,
                     JobDraftText::tr("The recipient has no account of this token, so that nothing can "
                                      "arrive. Let it be created, or ask the recipient to do so."));
    }
    const SplTransfer transfer{facts.question.wallet, facts.question.recipient, facts.question.mint,
                               facts.mint.program,
                               // not above the balance, which has 64 bits
                               static_cast<std::uint64_t>(*value), facts.mint.decimals, facts.mustCreate};
    const auto message = solana::splTransferMessage(transfer);
    if (!message) {
        return wrong(DraftField::To, message.error().sentence);
    }
    return unsignedDraft(*message);
}

DraftPayload rawSolanaDraft(const QString& text)
{
    const std::string trimmed = text.trimmed().toStdString();
    const auto bytes = trimmed.starts_with("0x") ? fromHex(trimmed) : fromBase64(trimmed);
    if (!bytes || bytes->empty()) {
        return wrong(DraftField::Raw,
                     JobDraftText::tr("Enter the transaction in base64, or in hex beginning with 0x."));
    }
    const auto transaction = solana::parseTransactionOrMessage(*bytes);
    if (!transaction) {
        return wrong(DraftField::Raw, transaction.error().sentence);
    }
    return Json{{"transaction", toBase64(transaction->serialize())}};
}

Bytes jobDocument(const DraftFrame& frame, Json payload)
{
    Json document = {{"wallet", frame.walletId},
                     {"kind", std::string(toText(frame.kind))},
                     {"payload", std::move(payload)}};
    if (isTransaction(frame.kind)) {
        document["broadcast"] = frame.broadcast;
    }
    document["reason"] = frame.reason.toStdString();
    document["expiresAt"] = toIso8601(frame.expiresAt);
    return toBytes(asBytes(dumpJson(document)));
}

}  // namespace countersign
