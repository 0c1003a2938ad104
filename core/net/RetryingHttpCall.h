#pragma once

#include "core/net/HttpExchange.h"
#include "core/net/RetryAfterGate.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace countersign {

struct PatientAnswer : HttpResponse
{
    /// From the call until the request that this answers was sent.
    std::chrono::milliseconds waited{0};
};

/// An HTTP call that is repeated after Retry-After. A service that says 429, or 503, with Retry-After has
/// refused nothing; it asks for a moment. The same request is sent again after that moment, as often as the
/// patience lasts, and what is answered then counts. Many programs that were told the same second come back a
/// little apart.
///
/// The pause is shared with the calls beside this one, which then wait without asking. Where what is asked
/// for is longer than the patience that is left, the refusal is the answer at once; Network when nothing was
/// sent at all. Only for requests that may be repeated.
class RetryingHttpCall final : public QObject, public PendingCall
{
public:
    using Make = std::function<Result<HttpRequest>()>;

    /// make: called for each try; its error is the answer, and nothing is sent any more. Neither client nor
    /// pause may be null.
    RetryingHttpCall(std::shared_ptr<HttpClient> client, std::shared_ptr<RetryAfterGate> pause,
                     std::chrono::milliseconds patience, Make make, Callback<PatientAnswer> answered);

private:
    void tryLater(std::chrono::milliseconds pause);
    void send();
    void take(Result<HttpResponse> answer);
    void conclude(Result<PatientAnswer> answer);
    std::chrono::milliseconds patienceLeft() const;

    std::shared_ptr<HttpClient> m_client;
    std::shared_ptr<RetryAfterGate> m_pause;
    std::chrono::milliseconds m_patience;
    Make m_make;
    Callback<PatientAnswer> m_answered;
    QElapsedTimer m_sinceCall;
    std::chrono::milliseconds m_sentAfter{0};
    QTimer m_timer;
    PendingCallPtr m_call;
};

}  // namespace countersign
