#pragma once

#include "core/inbox/Ingestor.h"
#include "core/inspection/InspectionServices.h"
#include "core/inspection/reconciliation/MessagePaging.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <set>

namespace countersign {

/// A message that the webhook has at Dynamic and that did not arrive here.
struct MissingMessage
{
    std::string messageId;
    std::string eventId;
    std::string eventName;     ///< empty: it could not be found out
    UnixMillis createdAt = 0;  ///< 0: not told
    /// Where the log has it, until it was taken in; only what is to be redelivered, and not more in all than
    /// bodies may take.
    std::optional<WebhookMessageRecord::Sent> sent;
    bool hasArrived = false;  ///< since it was found missing
    bool isWanted = true;     ///< it is to be redelivered, where anything is
};

struct ReconciliationReport
{
    std::string webhookId;
    UnixMillis since = 0;       ///< the time that was asked for
    std::int64_t messages = 0;  ///< of the time that was asked for
    std::int64_t arrived = 0;   ///< of them, before anything was redelivered
    std::vector<MissingMessage> missing;
    std::int64_t redelivered = 0;   ///< that Dynamic agreed to send again
    std::int64_t takenIn = 0;       ///< that arrived from the log
    std::int64_t stillMissing = 0;  ///< in the end
    std::int64_t unreadable = 0;    ///< entries of the log of which nothing could be said
    /// Why messages were not redelivered; nothing: all that were tried were.
    std::optional<Error> refusal;
    /// Why the relay could not be asked in the end: what is still missing may wait there.
    std::optional<Error> relayFailure;
};

/// Compares the webhook's messages at Dynamic with what arrived (design.md §9: reconcile), and has what is
/// missing sent again. First the relay is drained, so that what merely waits there is not missing. A message
/// has arrived when a delivery of its event did whose signature verified. Where the log holds what was sent,
/// it is taken in by the Ingestor, by the same verification as every delivery; else, and where it does not
/// verify, it is redelivered. The record says what is asked for before it is ("webhook.redelivery") and what
/// came of it in any case ("webhook.reconciled"). It lives on the thread of its database and never blocks on
/// the network.
class Reconciliation : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        UnixMillis since = 0;  ///< messages of then and later; those without a time count always
        bool redeliver = false;
        std::chrono::milliseconds wait{0};  ///< for what was redelivered
        /// Messages to redeliver, by their ids; nothing: all that are missing.
        std::optional<std::set<std::string>> only = {};
    };
    /// Takes in what waits at the relay. Its answer may come when nobody waits for it any more.
    using Drain = std::function<void(Callback<void>)>;

    /// ingestor: outlives it.
    Reconciliation(InspectionServices services, Ingestor& ingestor, Drain drain, QObject* parent = nullptr);
    /// A run that is going on is recorded as ended; done does not come.
    ~Reconciliation() override;
    Q_DISABLE_COPY_MOVE(Reconciliation)

    /// done comes once. An error: why not everything could be compared. Busy, while another one is going on;
    /// NotFound when it is not known which webhook is ours; Cancelled after stop().
    void reconcile(const Options& options, Callback<ReconciliationReport> done);
    void stop();
    bool isRunning() const { return static_cast<bool>(m_done); }

    /// Between two looks at the relay while waiting.
    void setInterval(std::chrono::milliseconds interval) { m_interval = interval; }

    struct Limits
    {
        std::size_t messages = 1'000'000;  ///< beyond, a narrower time has to be asked for
        /// Of bodies that are kept to be taken in; what is beyond is redelivered.
        std::size_t bodyBytes = std::size_t{64} * 1024 * 1024;
        MessagePaging::Limits paging;
    };
    /// As documented unless told otherwise (tests).
    void setLimits(const Limits& limits) { m_limits = limits; }
    /// For pauses that Dynamic asks for, each for looking and for having sent again.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

Q_SIGNALS:
    /// messages: compared so far; missing: of them.
    void compared(std::int64_t messages, std::int64_t missing);
    /// total: to be redelivered.
    void redelivered(std::int64_t done, std::int64_t total);
    /// Of those that were missing.
    void arrived(std::int64_t done, std::int64_t total);
    /// Nothing is asked for so long, as Dynamic asked.
    void paused(std::chrono::milliseconds pause);

private:
    void begin();
    void askWebhook();
    void askPage(const std::string& cursor);
    void takePage(const std::string& cursor, const Result<WebhookMessagePage>& answer);
    Status compare(const WebhookMessagePage& page);
    void keepMissing(const WebhookMessageRecord& message);
    Result<bool> isHere(const std::string& eventId) const;
    void askName(std::size_t at);
    void beginRedelivery();
    Status takeIn();
    void redeliver(std::size_t at);
    void takeRedelivery(std::size_t at, const Status& told);
    void watch();
    /// How many of those that are wanted are here now.
    Result<std::int64_t> lookAgain();
    void conclude();
    void countMissing();
    Status recordEnd(const std::optional<Error>& error);
    bool waitFor(const Error& error, std::function<void()> again);
    void later(std::function<void()> work, std::chrono::milliseconds pause = {});
    void finish(Result<ReconciliationReport> result);

    InspectionServices m_services;
    Ingestor& m_ingestor;
    Drain m_drain;
    std::unique_ptr<InspectionApi> m_api;
    PendingCallPtr m_call;
    QTimer m_timer;
    std::function<void()> m_work;
    std::chrono::milliseconds m_interval{1000};
    Options m_options;
    ReconciliationReport m_report;
    Limits m_limits;
    MessagePaging m_paging;
    std::int64_t m_wanted = 0;     ///< messages that are to be redelivered
    std::set<std::string> m_seen;  ///< message ids
    std::size_t m_bodyBytes = 0;   ///< of what is kept
    bool m_isAnswerLost = false;   ///< of a redelivery that may have been agreed to
    bool m_owesOutcome = false;    ///< to the record: Dynamic is being asked
    int m_failures = 0;
    std::chrono::milliseconds m_waited{0};  ///< for pauses that Dynamic asked for
    std::chrono::milliseconds m_patience = std::chrono::minutes(30);
    int m_run = 0;  ///< a drain of an ended run tells nothing
    bool m_asksNames = true;
    bool m_isStopping = false;
    QDeadlineTimer m_deadline;
    Callback<ReconciliationReport> m_done;
};

}  // namespace countersign
