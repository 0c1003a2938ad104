#include "core/signing/job/JobContent.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

/// §3.2 of the protocol reference: 16384 characters of hex.
constexpr std::size_t solanaMessageMaxBytes = 8192;

struct JobContentText
{
    Q_DECLARE_TR_FUNCTIONS(JobContentText)
};

tl::unexpected<Error> invalid(const QString& reason, const QString& detail = {})
{
    return failure(ErrorCode::InvalidInput, JobContentText::tr("The job is refused: %1.").arg(reason),
                   detail);
}

/// The payload has exactly one member of these; every other member is unknown.
Result<std::string> onlyMember(const Json& payload, std::initializer_list<std::string_view> names)
{
    if (payload.size() == 1) {
        const std::string name = payload.begin().key();
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            return name;
        }
    }
    QStringList list;
    for (const std::string_view name : names) {
        list << QStringLiteral("\"%1\"").arg(QString::fromUtf8(name.data(), qsizetype(name.size())));
    }
    return invalid(
        JobContentText::tr("its payload has to have one member, of %1").arg(list.join(QStringLiteral(", "))));
}

Result<Bytes> hexMember(const Json& payload, const char* member)
{
    const auto text = requiredString(payload, member);
    auto bytes = text ? fromHex(*text) : Result<Bytes>(failure(text.error()));
    if (!bytes) {
        return invalid(JobContentText::tr("\"%1\" is not hex").arg(QLatin1String(member)),
                       bytes.error().detail);
    }
    return bytes;
}

Result<JobContent> readMessage(JobKind kind, const Json& payload)
{
    ASSIGN_OR_RETURN(const auto member, onlyMember(payload, {"text", "hex"}));
    MessageContent message;
    message.isText = member == "text";
    if (message.isText) {
        const auto text = requiredString(payload, "text");
        if (!text) {
            return invalid(JobContentText::tr("\"text\" is no text"));
        }
        message.bytes = toBytes(asBytes(*text));
    } else {
        ASSIGN_OR_RETURN(auto bytes, hexMember(payload, "hex"));
        message.bytes = std::move(bytes);
    }
    if (kind == JobKind::SolanaMessage) {
        if (message.bytes.empty() || message.bytes.size() > solanaMessageMaxBytes) {
            return invalid(JobContentText::tr("a message has 1 to %1 bytes").arg(solanaMessageMaxBytes));
        }
        // Ed25519 signs the bytes themselves: such a signature would also be good for the transaction.
        if (solana::looksLikeTransaction(message.bytes)) {
            return invalid(JobContentText::tr(
                "the message could serve as a Solana transaction. Ask for solana.transaction, so "
                "that it is shown as one"));
        }
    }
    return message;
}

Result<JobContent> readTypedData(const Json& payload)
{
    RETURN_IF_ERROR(onlyMember(payload, {"typedData"}));
    ASSIGN_OR_RETURN(auto hash, hashTypedData(payload.at("typedData"), UndeclaredMembers::Refuse));
    return TypedDataContent{payload.at("typedData"), std::move(hash)};
}

Result<JobContent> readEvmTransaction(const Json& payload)
{
    ASSIGN_OR_RETURN(const auto member, onlyMember(payload, {"transaction", "raw"}));
    Result<EvmTransactionRequest> request = failure(Error{});
    if (member == "raw") {
        const auto bytes = hexMember(payload, "raw");
        request = bytes ? EvmTransactionRequest::fromRaw(*bytes) : failure(bytes.error());
    } else {
        request = EvmTransactionRequest::fromJson(payload.at("transaction"));
    }
    if (!request) {
        return failure(request.error());
    }
    // What can be checked already is refused now rather than when an operator has read it.
    if (request->openFields().empty()) {
        RETURN_IF_ERROR(request->toTransaction());
    }
    return *std::move(request);
}

/// Hex and Base58 are base64 too, of other bytes. Empty unless a transaction is in it.
QString otherEncodingOf(std::string_view text)
{
    constexpr std::size_t longest = 2 * solana::maxTransactionV1Bytes + 2;
    if (text.size() > longest) {
        return {};
    }
    const auto hex = fromHex(text);
    if (hex && solana::parseTransactionOrMessage(*hex)) {
        return QStringLiteral("hex");
    }
    const auto base58 = fromBase58(text);
    return base58 && solana::parseTransactionOrMessage(*base58) ? QStringLiteral("Base58") : QString();
}

Result<JobContent> readSolanaTransaction(const Json& payload, BytesView addressBytes)
{
    RETURN_IF_ERROR(onlyMember(payload, {"transaction"}));
    const auto text = requiredString(payload, "transaction");
    const auto bytes = text ? fromBase64(*text) : Result<Bytes>(failure(text.error()));
    auto transaction = bytes
                           ? solana::parseTransactionOrMessage(*bytes)
                           : Result<SolanaTransaction>(invalid(
                                 JobContentText::tr("\"transaction\" is not base64"), bytes.error().detail));
    if (!transaction) {
        const QString encoding = text ? otherEncodingOf(*text) : QString();
        return encoding.isEmpty()
                   ? failure(transaction.error())
                   : invalid(JobContentText::tr("\"transaction\" is %1; it has to be base64").arg(encoding));
    }
    SolanaAddress address{};
    if (addressBytes.size() == address.size()) {
        std::copy(addressBytes.begin(), addressBytes.end(), address.begin());
    }
    const auto place = transaction->signerIndex(address);
    if (addressBytes.size() != address.size() || !place) {
        return invalid(JobContentText::tr("the wallet is not among the transaction's signers"));
    }
    if (transaction->isSigned(*place)) {
        return invalid(JobContentText::tr("the wallet has signed the transaction already"));
    }
    RETURN_IF_ERROR(transaction->verifyPresentSignatures());
    return *std::move(transaction);
}

Status fillEvm(EvmTransactionRequest& request, const ResolvedField& field)
{
    const auto open = request.openFields();
    const auto value = parseQuantity(field.value);
    const auto small = parseQuantity64(field.value);
    if (std::find(open.begin(), open.end(), field.name) == open.end() || !value) {
        return invalid(JobContentText::tr("a value for \"%1\" was not asked for")
                           .arg(QString::fromStdString(field.name)));
    }
    if ((field.name == "nonce" || field.name == "gasLimit") && !small) {
        return invalid(
            JobContentText::tr("the value for \"%1\" is too large").arg(QString::fromStdString(field.name)));
    }
    if (field.name == "nonce") {
        request.nonce = *small;
    } else if (field.name == "gasLimit") {
        request.gasLimit = *small;
    } else if (field.name == "gasPrice") {
        request.gasPrice = *value;
    } else if (field.name == "maxFeePerGas") {
        request.maxFeePerGas = *value;
    } else {
        request.maxPriorityFeePerGas = *value;
    }
    return {};
}

Status fillSolana(SolanaTransaction& transaction, const ResolvedField& field)
{
    const auto bytes = fromBase58(field.value);
    std::array<std::uint8_t, 32> blockhash{};
    if (field.name != "recentBlockhash" || !bytes || bytes->size() != blockhash.size() ||
        !transaction.isBlockhashOpen()) {
        return invalid(JobContentText::tr("a value for \"%1\" was not asked for")
                           .arg(QString::fromStdString(field.name)));
    }
    std::copy(bytes->begin(), bytes->end(), blockhash.begin());
    ASSIGN_OR_RETURN(auto resolved, transaction.withBlockhash(blockhash));
    transaction = std::move(resolved);
    return {};
}

}  // namespace

Result<JobContent> readJobContent(JobKind kind, const Json& payload, BytesView addressBytes)
{
    switch (kind) {
        case JobKind::EvmMessage:
        case JobKind::SolanaMessage:
            return readMessage(kind, payload);
        case JobKind::EvmTypedData:
            return readTypedData(payload);
        case JobKind::EvmTransaction:
            return readEvmTransaction(payload);
        case JobKind::SolanaTransaction:
            return readSolanaTransaction(payload, addressBytes);
    }
    return invalid(JobContentText::tr("its kind is not known"));
}

std::vector<std::string> openFieldsOf(const JobContent& content)
{
    if (const auto* request = std::get_if<EvmTransactionRequest>(&content)) {
        return request->openFields();
    }
    const auto* transaction = std::get_if<SolanaTransaction>(&content);
    if (transaction != nullptr && transaction->isBlockhashOpen()) {
        return {"recentBlockhash"};
    }
    return {};
}

Result<JobContent> withResolved(JobContent content, const std::vector<ResolvedField>& resolved)
{
    for (const ResolvedField& field : resolved) {
        Status done = invalid(JobContentText::tr("there is nothing to fill in"));
        if (auto* request = std::get_if<EvmTransactionRequest>(&content)) {
            done = fillEvm(*request, field);
        } else if (auto* transaction = std::get_if<SolanaTransaction>(&content)) {
            done = fillSolana(*transaction, field);
        }
        if (!done) {
            return failure(done.error());
        }
    }
    if (const auto open = openFieldsOf(content); !open.empty()) {
        return invalid(JobContentText::tr("\"%1\" is still open").arg(QString::fromStdString(open.front())));
    }
    return content;
}

}  // namespace countersign
