#pragma once

#include "core/inbox/source/Feed.h"
#include "core/net/RelayInbox.h"
#include "core/net/RetryAfterGate.h"

#include <QTimer>

#include <chrono>
#include <limits>
#include <memory>

namespace countersign {

/// A RelaySource that reads a Countersign relay's inbox over HTTP (design.md §6). The relay is trusted with
/// nothing but availability: what HttpClient promises, every answer bounded in size and strictly parsed, its
/// time bounded as long as nothing comes in. An answer that was cut off on a slow line is asked for again
/// with half as many entries, down to one. After an answer with Retry-After the next request waits that long
/// by itself.
class CountersignRelaySource final : public RelaySource
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CountersignRelaySource)

public:
    /// Arguments by the rules of RelayInbox::make. InvalidInput otherwise.
    /// silence: how long the relay may send nothing, beyond the long poll.
    static Result<std::unique_ptr<CountersignRelaySource>> make(
        const QString& baseUrl, const std::string& inbox, SecretBytes token,
        std::chrono::milliseconds silence = std::chrono::seconds(15));
    ~CountersignRelaySource() override;

    std::string url() const override { return m_inbox.url(); }
    std::string inbox() const override { return m_inbox.name(); }
    /// Errors: Denied (401, 403), NotFound (404), Busy (429), Timeout, Cancelled, Network for the rest.
    void fetch(const FeedPosition& after, int limit, int waitSeconds) override;
    void cancel() override;

private:
    CountersignRelaySource(RelayInbox inbox, std::chrono::milliseconds silence);
    int limit() const;
    void send();
    void take(BytesView bytes);
    void end(const Status& status);
    bool isCut(const Error& error) const;
    void read(const HttpResponse& answer);
    void conclude(const Result<FeedPage>& page);
    void concludeChanged(FeedChange change, const QString& detail);

    RelayInbox m_inbox;
    std::chrono::milliseconds m_silence;
    HttpClient m_http;
    PendingCallPtr m_call;
    RetryAfterGate m_pause;
    QTimer m_start;
    QTimer m_progress;  ///< runs out where too little came in
    FeedPosition m_after;
    HttpResponse m_answer;                             ///< as far as it came
    std::size_t m_progressBytes = 0;                   ///< of the answer, when m_progress began
    int m_limit = 0;                                   ///< what was asked for
    int m_bearable = std::numeric_limits<int>::max();  ///< what came through before
    int m_waitSeconds = 0;
    bool m_running = false;
};

}  // namespace countersign
