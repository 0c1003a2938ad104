#pragma once

#include "core/base/PendingCall.h"
#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/Waiting.h"
#include "tests/support/fakes/ScriptedHttpServer.h"

#include <QTest>

namespace countersign::test {

/// A node's result to the request of this id (a client counts from 1).
inline ScriptedHttpServer::Answer resultAnswer(int id, const QByteArray& result)
{
    return {ScriptedHttpServer::http(
        200, R"({"jsonrpc":"2.0","id":)" + QByteArray::number(id) + R"(,"result":)" + result + "}")};
}

inline ScriptedHttpServer::Answer errorAnswer(int id, int code, const QByteArray& message, int status = 200)
{
    // moc loses its way in raw strings with an odd number of quotes.
    return {ScriptedHttpServer::http(status, R"({"jsonrpc":"2.0","id":)" + QByteArray::number(id) +
                                                 R"(,"error":{"code":)" + QByteArray::number(code) +
                                                 R"(,"message":)" + '"' + message + "\"}}")};
}

/// Waits for the one answer of a call; a second one, or one too early, gives nothing.
template <typename T>
std::optional<Result<T>> answerOf(const std::function<PendingCallPtr(Callback<T>)>& start)
{
    std::optional<Result<T>> answer;
    int count = 0;
    const PendingCallPtr call = start([&](Result<T> given) {
        answer = std::move(given);
        ++count;
    });
    const bool tooEarly = count > 0;
    (void)waitUntil([&] { return count > 0; }, patienceMs);
    QTest::qWait(20);
    return tooEarly || count != 1 ? std::nullopt : answer;
}

/// The JSON body of a request as the server received it.
inline Json bodyOf(const QByteArray& request)
{
    const auto json = parseJson(request.mid(request.indexOf("\r\n\r\n") + 4).toStdString());
    return json ? *json : Json();
}

}  // namespace countersign::test
