#include "core/dynamic/SigningRoomCall.h"

#include "core/dynamic/WaasAnswers.h"

#include <QCoreApplication>
#include <QPointer>

namespace countersign {

namespace {

struct SigningRoomCallText
{
    Q_DECLARE_TR_FUNCTIONS(SigningRoomCallText)
};

constexpr std::size_t maxWholeBytes = std::size_t{64} * 1024;  ///< of a body that is no event stream

}  // namespace

SigningRoomCall::SigningRoomCall(SigningRoomEvents events, std::shared_ptr<RetryAfterGate> pause,
                                 std::vector<SecretBytes> secrets, std::chrono::milliseconds roomTime)
    : m_events(std::make_shared<const SigningRoomEvents>(std::move(events))),
      m_pause(std::move(pause)),
      m_secrets(std::move(secrets))
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(roomTime);
    // Queued, so that the callback may destroy the timer with this.
    connect(
        &m_deadline, &QTimer::timeout, this,
        [this] {
            if (m_form == Form::Refusal) {
                handleWhole();  // the status says enough
            } else if (!m_isOpen) {
                fail({ErrorCode::Timeout,
                      SigningRoomCallText::tr("Dynamic opened no signing room in time. Try again later."),
                      QStringLiteral("no room before the deadline")});
            }
        },
        Qt::QueuedConnection);
}

void SigningRoomCall::begin(HttpClient& client, HttpRequest request)
{
    m_deadline.start();
    m_stream = client.stream(std::move(request), {.head = [this](const HttpHead& head) { handleHead(head); },
                                                  .data = [this](BytesView bytes) { handleData(bytes); },
                                                  .ended = [this](const Status& end) { handleEnd(end); }});
}

void SigningRoomCall::handleHead(const HttpHead& head)
{
    m_head = head;
    if (head.status != 429 && isFromBetween(head)) {  // whoever asks for patience gets it
        fail(errorFromBetween(head.status));
    } else if (head.status < 200 || head.status > 299) {
        m_form = Form::Refusal;
    } else if (head.contentType == "text/event-stream") {
        m_form = Form::Events;
    } else if (head.contentType == "application/json") {
        m_form = Form::Plain;
    } else {
        fail(unintelligible(
            QStringLiteral("HTTP %1 with a content type that is neither an event stream nor JSON")
                .arg(head.status)));
    }
}

void SigningRoomCall::handleData(BytesView bytes)
{
    if (m_form == Form::Events) {
        handleEvents(bytes);
        return;
    }
    const std::size_t room = maxWholeBytes - m_body.size();
    m_body.insert(m_body.end(), bytes.begin(), bytes.begin() + std::min(room, bytes.size()));
    if (bytes.size() > room) {
        handleWhole();
    }
}

void SigningRoomCall::handleEvents(BytesView bytes)
{
    const QPointer<SigningRoomCall> alive(this);
    for (const StreamEvent& event : m_parser.feed(bytes)) {
        if (event.type == "error") {
            fail(errorOfEvent(errorAnswer(asBytes(event.data))));
            return;
        }
        if (event.type == "room_created" && !m_isOpen) {
            open(parseRoomId(asBytes(event.data)));
        }
        if (!alive || !m_stream) {
            return;
        }
    }
    if (m_parser.error()) {
        fail(*m_parser.error());
    }
}

void SigningRoomCall::handleEnd(const Status& status)
{
    if (m_form == Form::Refusal || (m_form == Form::Plain && status)) {
        handleWhole();
        return;
    }
    if (m_isOpen) {
        m_stream.reset();
        return;
    }
    const Status finished = status ? m_parser.finish() : status;
    fail(finished ? unintelligible(QStringLiteral("the stream ended without a room")) : finished.error());
}

void SigningRoomCall::handleWhole()
{
    const ErrorAnswer answer = errorAnswer(m_body);
    if (m_form == Form::Refusal) {
        const Error error = errorOfStatus(m_head.status, answer, m_head.retryAfter);
        if (error.code == ErrorCode::Busy) {
            m_pause->note(m_head.retryAfter);
        }
        fail(error);
        return;
    }
    const auto roomId = parseRoomId(m_body);
    const auto json = parseJson(asText(m_body));
    if (!roomId && json && json->is_object() && json->contains("error")) {
        fail(errorOfEvent(answer));
        return;
    }
    open(roomId);
}

void SigningRoomCall::open(const Result<std::string>& roomId)
{
    if (!roomId) {
        fail(roomId.error());
        return;
    }
    m_isOpen = true;
    m_deadline.stop();
    if (const auto events = m_events; events->opened) {
        events->opened(*roomId);  // may have destroyed this
    }
}

void SigningRoomCall::fail(const Error& error)
{
    m_stream.reset();
    m_deadline.stop();
    if (const auto events = std::exchange(m_events, {}); events && events->failed) {
        events->failed(error);  // may have destroyed this
    }
}

ErrorAnswer SigningRoomCall::errorAnswer(BytesView body) const
{
    std::vector<std::string_view> secrets;
    secrets.reserve(m_secrets.size());
    for (const SecretBytes& secret : m_secrets) {
        secrets.push_back(secret.text());
    }
    return parseErrorAnswer(body, secrets);
}

}  // namespace countersign
