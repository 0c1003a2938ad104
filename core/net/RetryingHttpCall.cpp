#include "core/net/RetryingHttpCall.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

struct RetryingHttpCallText
{
    Q_DECLARE_TR_FUNCTIONS(RetryingHttpCallText)
};

using std::chrono::milliseconds;

constexpr milliseconds leastSpread{250};
/// A service that asks for no time at all is not asked twenty times a second.
constexpr milliseconds leastPause{500};
constexpr int tooManyRequests = 429;
constexpr int unavailable = 503;

bool asksForAMoment(const HttpHead& head)
{
    return (head.status == tooManyRequests || head.status == unavailable) && head.retryAfter;
}

/// Up to a quarter more than was asked for.
milliseconds spread(milliseconds pause)
{
    const milliseconds most = std::max(leastSpread, pause / 4);
    return std::max(leastPause, pause) +
           milliseconds(QRandomGenerator::global()->bounded(static_cast<int>(most.count())));
}

}  // namespace

RetryingHttpCall::RetryingHttpCall(std::shared_ptr<HttpClient> client, std::shared_ptr<RetryAfterGate> pause,
                                   milliseconds patience, Make make, Callback<PatientAnswer> answered)
    : m_client(std::move(client)),
      m_pause(std::move(pause)),
      m_patience(patience),
      m_make(std::move(make)),
      m_answered(std::move(answered))
{
    m_sinceCall.start();
    m_timer.setSingleShot(true);
    // Queued, so that the callback may destroy the timer with this.
    connect(&m_timer, &QTimer::timeout, this, &RetryingHttpCall::send, Qt::QueuedConnection);
    const milliseconds left = m_pause->left();
    if (left <= milliseconds(0)) {
        send();
    } else {
        left < m_patience ? tryLater(left) : m_timer.start(0);
    }
}

void RetryingHttpCall::tryLater(milliseconds pause)
{
    m_timer.start(spread(pause));
}

void RetryingHttpCall::send()
{
    // Another call may have been told to wait meanwhile.
    if (const milliseconds left = m_pause->left(); left > milliseconds(0)) {
        if (left < patienceLeft()) {
            return tryLater(left);
        }
        return conclude(failure(
            ErrorCode::Network,
            RetryingHttpCallText::tr("The service asked for a pause that is not over yet. Try again in a "
                                     "minute."),
            QStringLiteral("nothing was sent before the end of a Retry-After")));
    }
    auto request = m_make();
    if (!request) {
        // Not within the constructor.
        QMetaObject::invokeMethod(
            this, [this, error = request.error()] { conclude(failure(error)); }, Qt::QueuedConnection);
        return;
    }
    m_sentAfter = milliseconds(m_sinceCall.elapsed());
    m_call =
        m_client->send(*std::move(request), [this](Result<HttpResponse> answer) { take(std::move(answer)); });
}

void RetryingHttpCall::take(Result<HttpResponse> answer)
{
    if (!answer) {
        return conclude(failure(answer.error()));
    }
    if (asksForAMoment(*answer)) {
        m_pause->note(answer->retryAfter);
        if (*answer->retryAfter < patienceLeft()) {
            return tryLater(*answer->retryAfter);
        }
    }
    conclude(PatientAnswer{*std::move(answer), m_sentAfter});
}

void RetryingHttpCall::conclude(Result<PatientAnswer> answer)
{
    const auto answered = std::exchange(m_answered, {});
    answered(std::move(answer));  // may have destroyed this
}

milliseconds RetryingHttpCall::patienceLeft() const
{
    return m_patience - milliseconds(m_sinceCall.elapsed());
}

}  // namespace countersign
