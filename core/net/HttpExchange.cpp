#include "core/net/HttpExchange.h"

#include "core/net/HttpTransfer.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

/// Why this class exists: one exchange on its way, in time and towards its owner. Everything that the
/// transfer says is handled from the event loop (queued): so a callback may destroy the call, the client, or
/// both, and never pulls the transfer away from under libcurl's own functions.
class Exchange final : public QObject, public PendingCall
{
public:
    explicit Exchange(HttpStreamEvents events)
        : m_events(std::make_shared<const HttpStreamEvents>(std::move(events)))
    {
        m_silence.setSingleShot(true);
        m_total.setSingleShot(true);
        connect(
            &m_silence, &QTimer::timeout, this, [this] { breakOff(HttpBreak::Silence); },
            Qt::QueuedConnection);
        connect(
            &m_total, &QTimer::timeout, this, [this] { breakOff(HttpBreak::TooSlow); }, Qt::QueuedConnection);
    }

    void begin(const std::shared_ptr<TransferLoop>& loop, HttpRequest request)
    {
        m_silenceLimit = request.silence;
        const std::chrono::milliseconds total = request.total;
        m_transfer = std::make_unique<HttpTransfer>(loop, std::move(request), [this] { wake(); });
        if (const Status started = m_transfer->start(); !started) {
            m_end = started;
            wake();
            return;
        }
        restart(m_silence, m_silenceLimit);
        restart(m_total, total);
    }

private:
    static void restart(QTimer& timer, std::chrono::milliseconds limit)
    {
        if (limit.count() > 0) {
            timer.start(
                static_cast<int>(std::min<std::int64_t>(limit.count(), std::numeric_limits<int>::max())));
        }
    }

    /// From within libcurl: something moved.
    void wake()
    {
        restart(m_silence, m_silenceLimit);
        if (!m_isAwake) {
            m_isAwake = true;
            QMetaObject::invokeMethod(this, &Exchange::pump, Qt::QueuedConnection);
        }
    }

    void pump()
    {
        m_isAwake = false;
        if (m_end) {
            return conclude(*m_end);
        }
        if (!m_transfer) {
            return;
        }
        const QPointer<Exchange> alive(this);
        const auto events = m_events;
        if (const auto head = m_transfer->takeHead(); head && events->head) {
            events->head(*head);
        }
        if (!alive || !m_transfer) {
            return;
        }
        if (const QByteArray bytes = m_transfer->takeBody(); !bytes.isEmpty() && events->data) {
            events->data(asBytes({bytes.constData(), static_cast<std::size_t>(bytes.size())}));
        }
        if (!alive || !m_transfer) {
            return;
        }
        if (const auto end = m_transfer->end()) {
            conclude(*end);
        }
    }

    void breakOff(HttpBreak reason)
    {
        if (m_transfer) {
            conclude(failure(m_transfer->failureOf(reason)));
        }
    }

    void conclude(const Status& status)
    {
        m_silence.stop();
        m_total.stop();
        m_transfer.reset();
        if (const auto events = std::exchange(m_events, {}); events && events->ended) {
            events->ended(status);  // may have destroyed this
        }
    }

    std::shared_ptr<const HttpStreamEvents> m_events;  ///< shared with whoever calls one: it may end the call
    std::unique_ptr<HttpTransfer> m_transfer;
    std::optional<Status> m_end;  ///< where nothing was begun
    QTimer m_silence;
    QTimer m_total;
    std::chrono::milliseconds m_silenceLimit{0};
    bool m_isAwake = false;
};

}  // namespace

bool isFromBetween(const HttpHead& head)
{
    return head.isOfProxy || head.contentType == "text/html" || head.contentType == "application/xhtml+xml";
}

HttpClient::HttpClient() : m_loop(std::make_shared<TransferLoop>()) {}

HttpClient::~HttpClient() = default;

PendingCallPtr HttpClient::stream(HttpRequest request, HttpStreamEvents events)
{
    auto exchange = std::make_unique<Exchange>(std::move(events));
    exchange->begin(m_loop, std::move(request));
    return exchange;
}

PendingCallPtr HttpClient::send(HttpRequest request, Callback<HttpResponse> answered)
{
    const auto answer = std::make_shared<HttpResponse>();
    return stream(std::move(request),
                  {.head = [answer](const HttpHead& head) { static_cast<HttpHead&>(*answer) = head; },
                   .data =
                       [answer](BytesView bytes) {
                           answer->body.insert(answer->body.end(), bytes.begin(), bytes.end());
                       },
                   .ended =
                       [answer, answered = std::move(answered)](const Status& status) {
                           answered(status ? Result<HttpResponse>(std::move(*answer))
                                           : Result<HttpResponse>(failure(status.error())));
                       }});
}

}  // namespace countersign
