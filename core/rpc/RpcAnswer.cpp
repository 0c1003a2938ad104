#include "core/rpc/RpcAnswer.h"

#include "core/base/text/SanitizedText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct RpcAnswerText
{
    Q_DECLARE_TR_FUNCTIONS(RpcAnswerText)
};

constexpr qsizetype maxMessageCharacters = 300;
constexpr qsizetype maxDataCharacters = 2000;
constexpr JsonLimits limits{.maxBytes = rpcAnswerMaxBytes, .maxDepth = 32, .maxValues = 100'000};

// Codes that do not judge the request: EIP-1474's "limit exceeded" (Solana's "node is behind" is the same
// number), and HTTP's "too many requests", which providers use as a code too.
constexpr std::int64_t limitExceeded = -32005;
constexpr std::int64_t tooManyRequests = 429;

Result<RpcError> readError(const Json& json)
{
    const auto code = json.is_object() ? json.find("code") : json.end();
    if (!json.is_object() || code == json.end() || !code->is_number_integer()) {
        return brokenRpcAnswer(QStringLiteral("'error' is no error object"));
    }
    const auto message = requiredString(json, "message");
    if (!message) {
        return brokenRpcAnswer(QStringLiteral("'error.message' is missing"));
    }
    RpcError error;
    error.code = code->get<std::int64_t>();
    error.message = sanitizedText(*message, maxMessageCharacters);
    if (const auto data = json.find("data"); data != json.end() && !data->is_null()) {
        error.data = sanitizedText(dumpJson(*data), maxDataCharacters);
    }
    return error;
}

}  // namespace

tl::unexpected<Error> brokenRpcAnswer(const QString& detail)
{
    return failure(ErrorCode::Network,
                   RpcAnswerText::tr("The RPC node's answer cannot be understood. Check its address."),
                   detail);
}

Error brokenRpcAnswerTo(const char* method, const QString& host, const QString& detail)
{
    return {ErrorCode::Network,
            RpcAnswerText::tr("The answer of the RPC node %1 to %2 cannot be understood. Check its "
                              "address, or use another node.")
                .arg(host, QLatin1StringView(method)),
            detail};
}

Result<RpcReply> parseRpcAnswer(BytesView body, std::uint64_t id)
{
    const auto json = parseJson(asText(body), limits);
    if (!json) {
        return brokenRpcAnswer(QStringLiteral("not acceptable JSON: ") + json.error().detail);
    }
    const auto version = json->is_object() ? json->find("jsonrpc") : json->end();
    if (version == json->end() || *version != "2.0") {
        return brokenRpcAnswer(QStringLiteral("'jsonrpc' is not 2.0"));
    }
    const auto error = json->find("error");
    const bool isError = error != json->end() && !error->is_null();
    const auto itsId = json->find("id");
    const bool isOurs =
        itsId != json->end() && itsId->is_number_unsigned() && itsId->get<std::uint64_t>() == id;
    if (!isOurs && !(isError && itsId != json->end() && itsId->is_null())) {
        return brokenRpcAnswer(QStringLiteral("'id' is not the request's"));
    }
    const auto result = json->find("result");
    if (isError) {
        if (result != json->end() && !result->is_null()) {
            return brokenRpcAnswer(QStringLiteral("both 'result' and 'error'"));
        }
        return readError(*error).map([](RpcError read) { return RpcReply{{}, std::move(read)}; });
    }
    if (result == json->end()) {
        return brokenRpcAnswer(QStringLiteral("neither 'result' nor 'error'"));
    }
    return RpcReply{*result, std::nullopt};
}

Error refusalOf(const RpcError& error, const QString& host, const char* method)
{
    QString detail = QStringLiteral("JSON-RPC error %1").arg(error.code);
    if (!error.data.isEmpty()) {
        detail += QStringLiteral(", data ") + error.data;
    }
    if (error.code == limitExceeded || error.code == tooManyRequests) {
        return {ErrorCode::Network,
                RpcAnswerText::tr("The RPC node %1 cannot answer %2 at the moment: “%3” Try again later.")
                    .arg(host, QLatin1StringView(method), error.message),
                detail};
    }
    return {ErrorCode::InvalidInput,
            RpcAnswerText::tr("The RPC node %1 refused %2: “%3”")
                .arg(host, QLatin1StringView(method), error.message),
            detail};
}

void strikeOut(RpcError& error, const QStringList& keys)
{
    for (const QString& key : keys) {
        error.message.replace(key, QStringLiteral("…"), Qt::CaseInsensitive);
        error.data.replace(key, QStringLiteral("…"), Qt::CaseInsensitive);
    }
}

}  // namespace countersign
