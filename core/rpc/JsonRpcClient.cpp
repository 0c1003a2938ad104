#include "core/rpc/JsonRpcClient.h"

#include "core/net/HttpFailure.h"
#include "core/rpc/RpcUrl.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct JsonRpcClientText
{
    Q_DECLARE_TR_FUNCTIONS(JsonRpcClientText)
};

constexpr int statusOk = 200;
constexpr int statusUnauthorised = 401;
constexpr int statusForbidden = 403;
constexpr int statusNotFound = 404;
constexpr int statusTooMany = 429;
constexpr int firstServerFailure = 500;

/// %1: the host, %2: the method.
const char* sentenceOfStatus(int status)
{
    switch (status) {
        case statusUnauthorised:
        case statusForbidden:
            return QT_TRANSLATE_NOOP(
                "JsonRpcClientText",
                "The RPC node %1 does not let this program in. Check the key in its address.");
        case statusNotFound:
            return QT_TRANSLATE_NOOP("JsonRpcClientText",
                                     "There is no RPC node at this address of %1. Check the address.");
        case statusTooMany:
            return QT_TRANSLATE_NOOP(
                "JsonRpcClientText",
                "The RPC node %1 was asked too often. Wait a while, or use another node.");
        default:
            return status >= firstServerFailure
                       ? QT_TRANSLATE_NOOP(
                             "JsonRpcClientText",
                             "The RPC node %1 has a failure of its own (asked for %2). Try again "
                             "later.")
                       : QT_TRANSLATE_NOOP(
                             "JsonRpcClientText",
                             "The RPC node %1 does not take requests for %2. Check its address, or "
                             "use another node.");
    }
}

Error errorOfRpcStatus(const HttpHead& head, const QString& host, const char* method)
{
    const char* const sentence =
        isFromBetween(head)
            ? QT_TRANSLATE_NOOP(
                  "JsonRpcClientText",
                  "Something between this computer and the RPC node %1 answered in its place, "
                  "probably a proxy, a filter or a network's sign-in page; or there is no node at "
                  "this address. Check the address, the network and the proxy settings.")
            : sentenceOfStatus(head.status);
    QString shown = JsonRpcClientText::tr(sentence);
    shown.replace(QStringLiteral("%2"), QLatin1StringView(method));
    return {ErrorCode::Network, shown.arg(host),
            QStringLiteral("HTTP %1 to %2").arg(head.status).arg(QLatin1StringView(method))};
}

/// Some nodes put a refusal under a status of 400 and the like; what stands under the statuses that speak of
/// access, rate and failures is no judgement of the request.
bool mayCarryRefusal(int status)
{
    return status > statusOk && status != statusUnauthorised && status != statusForbidden &&
           status != statusTooMany && status < firstServerFailure;
}

Result<RpcReply> readRpcAnswer(const HttpResponse& answer, std::uint64_t id, const QString& host,
                               const char* method)
{
    if (isFromBetween(answer)) {
        return failure(errorOfRpcStatus(answer, host, method));
    }
    if (answer.status == statusOk) {
        auto reply = parseRpcAnswer(answer.body, id);
        return reply ? std::move(reply)
                     : Result<RpcReply>(failure(brokenRpcAnswerTo(method, host, reply.error().detail)));
    }
    if (mayCarryRefusal(answer.status)) {
        auto reply = parseRpcAnswer(answer.body, id);
        if (reply && reply->error) {
            return reply;
        }
    }
    return failure(errorOfRpcStatus(answer, host, method));
}

/// What changes something at the node; everything else is a question.
bool sendsSomething(std::string_view method)
{
    return method.find("send") != std::string_view::npos;
}

}  // namespace

JsonRpcClient::JsonRpcClient(QUrl url, std::chrono::milliseconds timeout)
    : m_url(std::move(url)), m_host(shownHost(m_url)), m_keys(keysOf(m_url)), m_timeout(timeout)
{}

PendingCallPtr JsonRpcClient::call(const char* method, const Json& params, Callback<RpcReply> answered)
{
    const std::uint64_t id = ++m_lastId;
    const std::string body =
        dumpJson({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
    HttpRequest request;
    request.method = "POST";
    request.url = m_url;
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.body = QByteArray::fromStdString(body);
    request.mayBeRepeated = !sendsSomething(method);
    request.maxAnswerBytes = static_cast<qint64>(rpcAnswerMaxBytes);
    request.silence = m_timeout;
    request.total = m_timeout;
    return m_http.send(
        std::move(request), [id, method, host = m_host, keys = m_keys,
                             answered = std::move(answered)](const Result<HttpResponse>& answer) {
            auto reply = answer.and_then(
                [&](const HttpResponse& given) { return readRpcAnswer(given, id, host, method); });
            if (reply && reply->error) {
                strikeOut(*reply->error, keys);
            }
            answered(std::move(reply));
        });
}

}  // namespace countersign
