#pragma once

#include "core/inbox/Feed.h"
#include "core/net/RelayInbox.h"
#include "core/net/RetryPause.h"

#include <QTimer>

#include <chrono>
#include <memory>

namespace countersign {

/// Why this class exists: reads a Countersign relay's inbox over HTTP (design.md §6) and trusts it with
/// nothing but availability: what HttpClient promises, every answer bounded in size and time and strictly
/// parsed. After an answer with Retry-After the next request waits that long by itself.
class CountersignRelaySource final : public RelaySource
{
    Q_OBJECT

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
    void fetch(std::int64_t after, int limit, int waitSeconds) override;
    void cancel() override;

private:
    CountersignRelaySource(RelayInbox inbox, std::chrono::milliseconds silence);
    void send();
    void take(const Result<HttpAnswer>& answer);
    void conclude(const Result<FeedPage>& page);

    RelayInbox m_inbox;
    std::chrono::milliseconds m_silence;
    HttpClient m_http;
    PendingCallPtr m_call;
    RetryPause m_pause;
    QTimer m_start;
    std::int64_t m_after = 0;
    int m_limit = 0;
    int m_waitSeconds = 0;
    bool m_running = false;
};

}  // namespace countersign
