#pragma once

#include "core/base/SecretBytes.h"
#include "core/inbox/Feed.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <memory>

class QNetworkReply;

namespace countersign {

/// Why this class exists: reads a Countersign relay's inbox over HTTP (design.md §6) and trusts it with
/// nothing but availability: TLS (plain http to loopback only), no redirects, cookies or caches, every answer
/// bounded in size and time and strictly parsed. After an answer with Retry-After the next request waits that
/// long by itself.
class CountersignRelaySource final : public RelaySource
{
    Q_OBJECT

public:
    /// baseUrl by the rule of core/base/ServiceUrl.h; inbox: 1–128 printable ASCII characters; token: the
    /// consumer's bearer token, printable ASCII without spaces. InvalidInput otherwise.
    /// silence: how long the relay may send nothing, beyond the long poll.
    static Result<std::unique_ptr<CountersignRelaySource>> make(
        const QString& baseUrl, const std::string& inbox, SecretBytes token,
        std::chrono::milliseconds silence = std::chrono::seconds(15));
    ~CountersignRelaySource() override;

    std::string url() const override { return m_base.toString().toStdString(); }
    std::string inbox() const override { return m_inbox; }
    /// Errors: Denied (401, 403), NotFound (404), Busy (429), Timeout, Cancelled, Network for the rest.
    void fetch(std::int64_t after, int limit, int waitSeconds) override;
    void cancel() override;

private:
    CountersignRelaySource(QUrl base, std::string inbox, SecretBytes token,
                           std::chrono::milliseconds silence);
    void send();
    void readSome();
    void finish();
    void conclude(const Result<FeedPage>& page);
    void wipeAuthorization();
    Error errorOf(QNetworkReply& reply);
    void noteRetryAfter(const QNetworkReply& reply);

    QUrl m_base;
    std::string m_inbox;
    SecretBytes m_token;
    std::chrono::milliseconds m_silence;
    QNetworkAccessManager m_network;
    QNetworkReply* m_reply = nullptr;
    QByteArray m_authorization;  ///< wiped after each request; Qt keeps copies of its own for the while
    QByteArray m_received;
    QTimer m_start;
    QTimer m_deadline;
    QElapsedTimer m_sinceRetryAfter;
    qint64 m_retryAfterMs = 0;
    std::int64_t m_after = 0;
    int m_limit = 0;
    int m_waitSeconds = 0;
    bool m_running = false;
    bool m_cancelled = false;
    bool m_tooLarge = false;
    bool m_late = false;
};

}  // namespace countersign
