#pragma once

#include "core/base/PendingCall.h"
#include "core/net/HttpExchange.h"
#include "core/rpc/RpcAnswer.h"

#include <QStringList>
#include <QUrl>

#include <chrono>
#include <memory>

namespace countersign {

/// A JSON-RPC 2.0 client over HTTP, to a node that is trusted with nothing: one request per POST with an id
/// of its own, one strictly parsed answer. The address may hold the operator's key: no error names more of it
/// than the host, and what the node says is freed of it.
///
/// Errors: Timeout, Network (also for a broken answer, a node that does not let us in or limits the rate; the
/// sentence tells which, and what was asked where only this answer is amiss). A refusal by the node is no
/// error here but RpcReply::error; see refusalOf. Calls may outlive the client. Thread: the one that made it.
class JsonRpcClient
{
public:
    /// url: by parseRpcUrl. timeout: for one call, from its start to its end.
    explicit JsonRpcClient(QUrl url, std::chrono::milliseconds timeout = std::chrono::seconds(15));

    /// method: a literal. params: an array. What sends a transaction (…send…) reaches the node at most once,
    /// see HttpClient; questions may be repeated.
    [[nodiscard]] PendingCallPtr call(const char* method, const Json& params, Callback<RpcReply> answered);
    /// As above, the result read by read; the node's refusal is an error by refusalOf.
    template <typename T>
    [[nodiscard]] PendingCallPtr call(const char* method, const Json& params,
                                      std::function<Result<T>(const Json&)> read, Callback<T> answered)
    {
        return call(
            method, params,
            [method, host = m_host, read = std::move(read),
             answered = std::move(answered)](const Result<RpcReply>& reply) {
                if (reply && reply->error) {
                    answered(failure(refusalOf(*reply->error, host, method)));
                    return;
                }
                if (!reply) {
                    answered(failure(reply.error()));
                    return;
                }
                auto value = read(reply->result);
                answered(value ? std::move(value)
                               : Result<T>(failure(brokenRpcAnswerTo(method, host, value.error().detail))));
            });
    }

    /// "host" or "host:port", all of the address that may be shown.
    const QString& host() const { return m_host; }

private:
    QUrl m_url;
    QString m_host;
    QStringList m_keys;
    std::chrono::milliseconds m_timeout;
    HttpClient m_http;
    std::uint64_t m_lastId = 0;
};

}  // namespace countersign
