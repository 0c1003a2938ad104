#pragma once

#include "core/dynamic/DynamicApi.h"
#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/EventStreamParser.h"
#include "core/net/HttpExchange.h"
#include "core/net/RetryAfterGate.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace countersign {

/// The HTTP call that opens a signing room. It is answered by an event stream that goes on while the ceremony
/// runs, by a plain body, or by a refusal with a body of any kind (protocol reference §3.3, §3.7); one object
/// follows one answer through to its end.
///
/// Once the room is open there is no limit of time any more, and the stream's end, broken or not, is no
/// failure: the ceremony has its own connection and its own deadline. Only an error event and a stream that
/// breaks its own rules are.
class SigningRoomCall final : public QObject, public PendingCall
{
public:
    /// pause learns of a Retry-After. secrets: what the request carries, see parseErrorAnswer. roomTime:
    /// until the room is open.
    SigningRoomCall(SigningRoomEvents events, std::shared_ptr<RetryAfterGate> pause,
                    std::vector<SecretBytes> secrets, std::chrono::milliseconds roomTime);
    void begin(HttpClient& client, HttpRequest request);

private:
    enum class Form { Undecided, Events, Plain, Refusal };

    void handleHead(const HttpHead& head);
    void handleData(BytesView bytes);
    void handleEvents(BytesView bytes);
    void handleEnd(const Status& status);
    void handleWhole();
    void open(const Result<std::string>& roomId);
    void fail(const Error& error);
    ErrorAnswer errorAnswer(BytesView body) const;

    std::shared_ptr<const SigningRoomEvents>
        m_events;  ///< shared with whoever calls one: it may end the call
    std::shared_ptr<RetryAfterGate> m_pause;
    std::vector<SecretBytes> m_secrets;
    QTimer m_deadline;
    EventStreamParser m_parser;
    PendingCallPtr m_stream;
    Form m_form = Form::Undecided;
    HttpHead m_head;
    Bytes m_body;  ///< of a plain answer or a refusal
    bool m_isOpen = false;
};

}  // namespace countersign
