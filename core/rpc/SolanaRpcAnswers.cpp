#include "core/rpc/SolanaRpcAnswers.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/text/SanitizedText.h"

namespace countersign::solana_rpc {

namespace {

constexpr std::size_t blockhashBytes = 32;
constexpr std::size_t signatureBytes = 64;
constexpr qsizetype maxErrorCharacters = 500;

Result<Json> valueOf(const Json& json)
{
    const auto value = json.is_object() ? json.find("value") : json.end();
    if (!json.is_object() || value == json.end()) {
        return brokenRpcAnswer(QStringLiteral("'value' is missing"));
    }
    return *value;
}

std::optional<std::uint64_t> wholeNumber(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>())
                                                                : std::nullopt;
}

bool isBase58Of(const Json& json, std::size_t bytes)
{
    const auto* text = json.get_ptr<const std::string*>();
    // Two characters hold more than a byte.
    const auto decoded =
        text != nullptr && text->size() <= 2 * bytes ? fromBase58(*text) : Result<Bytes>(Bytes());
    return decoded && decoded->size() == bytes;
}

/// ["…", "base64"]: the encoding that was asked for and no other.
std::optional<Bytes> accountData(const Json& account)
{
    const auto pair = account.find("data");
    if (pair == account.end() || !pair->is_array() || pair->size() != 2 || pair->back() != "base64") {
        return std::nullopt;
    }
    const auto* text = pair->front().get_ptr<const std::string*>();
    auto bytes = text != nullptr ? fromBase64(*text) : failure(ErrorCode::InvalidInput, {});
    return bytes ? std::optional(*std::move(bytes)) : std::nullopt;
}

std::optional<SolanaStatus::Commitment> readCommitment(const Json& status)
{
    using Commitment = SolanaStatus::Commitment;
    const auto found = status.find("confirmationStatus");
    if (found == status.end() || found->is_null()) {
        const auto confirmations = status.find("confirmations");
        return confirmations != status.end() && confirmations->is_null() ? Commitment::Finalized
                                                                         : Commitment::Processed;
    }
    if (*found == "processed") {
        return Commitment::Processed;
    }
    if (*found == "confirmed") {
        return Commitment::Confirmed;
    }
    return *found == "finalized" ? std::optional(Commitment::Finalized) : std::nullopt;
}

}  // namespace

Result<SolanaBlockhash> readBlockhash(const Json& json)
{
    ASSIGN_OR_RETURN(const auto value, valueOf(json));
    const auto blockhash = value.is_object() ? value.find("blockhash") : value.end();
    if (!value.is_object() || blockhash == value.end() || !isBase58Of(*blockhash, blockhashBytes)) {
        return brokenRpcAnswer(QStringLiteral("'blockhash' is no hash of 32 bytes"));
    }
    return SolanaBlockhash{blockhash->get<std::string>(), wholeNumber(value, "lastValidBlockHeight")};
}

Result<bool> readIsValid(const Json& json)
{
    const auto value = valueOf(json);
    if (!value || !value->is_boolean()) {
        return brokenRpcAnswer(QStringLiteral("'value' is not true or false"));
    }
    return value->get<bool>();
}

Result<std::string> readSignature(const Json& json)
{
    if (!isBase58Of(json, signatureBytes)) {
        return brokenRpcAnswer(QStringLiteral("not a signature of 64 bytes"));
    }
    return json.get<std::string>();
}

Result<std::optional<SolanaStatus>> readStatus(const Json& json)
{
    const auto value = valueOf(json);
    if (!value || !value->is_array() || value->size() != 1) {
        return brokenRpcAnswer(QStringLiteral("'value' is no array of one status"));
    }
    const Json& told = value->front();
    if (told.is_null()) {
        return std::optional<SolanaStatus>();
    }
    const auto slot = told.is_object() ? wholeNumber(told, "slot") : std::nullopt;
    const auto commitment = told.is_object() ? readCommitment(told) : std::nullopt;
    const auto err = told.is_object() ? told.find("err") : told.end();
    if (!slot || !commitment || err == told.end()) {
        return brokenRpcAnswer(QStringLiteral("'slot', 'confirmationStatus' or 'err' of the status"));
    }
    SolanaStatus status{*slot, *commitment, std::nullopt};
    if (!err->is_null()) {
        status.error = sanitizedText(dumpJson(*err), maxErrorCharacters).toStdString();
    }
    return std::optional(status);
}

Result<std::optional<SolanaAccount>> readAccount(const Json& json)
{
    ASSIGN_OR_RETURN(const auto value, valueOf(json));
    if (value.is_null()) {
        return std::optional<SolanaAccount>();
    }
    if (!value.is_object()) {
        return brokenRpcAnswer(QStringLiteral("'value' is no account"));
    }
    auto data = accountData(value);
    const auto lamports = wholeNumber(value, "lamports");
    const auto owner = value.find("owner");
    const auto executable = value.find("executable");
    if (!data || !lamports || owner == value.end() || !isBase58Of(*owner, blockhashBytes) ||
        executable == value.end() || !executable->is_boolean()) {
        return brokenRpcAnswer(QStringLiteral("'data', 'lamports', 'owner' or 'executable' of the account"));
    }
    if (value.contains("space") && wholeNumber(value, "space") != data->size()) {
        return brokenRpcAnswer(QStringLiteral("'space' is not the length of the data"));
    }
    return std::optional(
        SolanaAccount{owner->get<std::string>(), *lamports, executable->get<bool>(), *std::move(data)});
}

Result<std::uint64_t> readLamports(const Json& json)
{
    if (!json.is_number_unsigned()) {
        return brokenRpcAnswer(QStringLiteral("not a number of lamports"));
    }
    return json.get<std::uint64_t>();
}

bool isAlreadyProcessed(const RpcError& error)
{
    return error.message.contains(QStringLiteral("already been processed"), Qt::CaseInsensitive) ||
           error.data.contains(QStringLiteral("\"err\":\"AlreadyProcessed\""));
}

}  // namespace countersign::solana_rpc
