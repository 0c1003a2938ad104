#include "core/rpc/JsonRpcClient.h"

#include "core/net/HttpFailure.h"
#include "core/rpc/RpcUrl.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr int statusOk = 200;
constexpr int statusUnauthorised = 401;
constexpr int statusForbidden = 403;
constexpr int statusNotFound = 404;
constexpr int statusTooMany = 429;
constexpr int firstServerFailure = 500;

Error errorOfStatus(const HttpHead& head, const QString& host)
{
    const QString detail = QStringLiteral("HTTP %1").arg(head.status);
    const auto network = [&](const char* sentence) {
        return Error{ErrorCode::Network, QCoreApplication::translate("JsonRpcClient", sentence).arg(host),
                     detail};
    };
    switch (head.status) {
        case statusUnauthorised:
        case statusForbidden:
            return network(QT_TRANSLATE_NOOP(
                "JsonRpcClient",
                "The RPC node %1 does not let this program in. Check the key in its address."));
        case statusNotFound:
            return network(QT_TRANSLATE_NOOP(
                "JsonRpcClient", "There is no RPC node at this address of %1. Check the address."));
        case statusTooMany:
            return network(QT_TRANSLATE_NOOP(
                "JsonRpcClient", "The RPC node %1 was asked too often. Wait a while, or use another node."));
        default:
            return network(
                head.status >= firstServerFailure
                    ? QT_TRANSLATE_NOOP("JsonRpcClient",
                                        "The RPC node %1 has a failure of its own. Try again later.")
                    : QT_TRANSLATE_NOOP("JsonRpcClient",
                                        "The RPC node %1 does not take requests. Check its address."));
    }
}

/// Some nodes put a refusal under a status of 400 and the like; what stands under the statuses that speak of
/// access, rate and failures is no judgement of the request.
bool mayCarryRefusal(int status)
{
    return status > statusOk && status != statusUnauthorised && status != statusForbidden &&
           status != statusTooMany && status < firstServerFailure;
}

Result<RpcReply> read(const HttpAnswer& answer, std::uint64_t id, const QString& host)
{
    if (answer.status == statusOk) {
        return parseRpcAnswer(answer.body, id);
    }
    if (mayCarryRefusal(answer.status)) {
        auto reply = parseRpcAnswer(answer.body, id);
        if (reply && reply->error) {
            return reply;
        }
    }
    return failure(errorOfStatus(answer, host));
}

}  // namespace

JsonRpcClient::JsonRpcClient(QUrl url, std::chrono::milliseconds timeout)
    : m_url(std::move(url)), m_host(shownHost(m_url)), m_keys(keysOf(m_url)), m_timeout(timeout)
{}

PendingCallPtr JsonRpcClient::call(const char* method, const Json& params, Answered<RpcReply> answered)
{
    const std::uint64_t id = ++m_lastId;
    const std::string body =
        dumpJson({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
    HttpRequest request;
    request.method = "POST";
    request.url = m_url;
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.body = QByteArray::fromStdString(body);
    request.maxAnswerBytes = static_cast<qint64>(rpcAnswerMaxBytes);
    request.silence = m_timeout;
    request.total = m_timeout;
    return m_http.send(std::move(request), [id, host = m_host, keys = m_keys, answered = std::move(answered)](
                                               const Result<HttpAnswer>& answer) {
        auto reply = answer.and_then([&](const HttpAnswer& given) { return read(given, id, host); });
        if (reply && reply->error) {
            strikeOut(*reply->error, keys);
        }
        answered(std::move(reply));
    });
}

}  // namespace countersign
