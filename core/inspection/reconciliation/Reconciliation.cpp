#include "core/inspection/reconciliation/Reconciliation.h"

#include "core/audit/AuditLog.h"
#include "core/inspection/environment/OurWebhook.h"

#include <QPointer>

#include <algorithm>

namespace countersign {

namespace {

constexpr int mostSilences = 4;  ///< calls without an answer, one after the other
constexpr std::chrono::milliseconds pauseAfterSilence = std::chrono::seconds(1);
constexpr std::size_t takenInAtOnce = 256;

bool isSilent(ErrorCode code)
{
    return code == ErrorCode::Network || code == ErrorCode::Timeout;
}

FeedEntry entryOf(const MissingMessage& message, UnixMillis now)
{
    FeedEntry entry;
    entry.kind = "webhook";
    entry.receivedAt = now;
    entry.headers = {{message.sent->signatureHeader, message.sent->signature}};
    entry.body = toBytes(asBytes(message.sent->body));
    return entry;
}

}  // namespace

Reconciliation::Reconciliation(InspectionServices services, Ingestor& ingestor, Drain drain, QObject* parent)
    : QObject(parent), m_services(std::move(services)), m_ingestor(ingestor), m_drain(std::move(drain))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const auto work = std::exchange(m_work, {});
        work();
    });
}

Reconciliation::~Reconciliation()
{
    if (m_owesOutcome) {
        m_call.reset();
        countMissing();
        // A profile that is being locked takes it still; where it does not, nobody is left to be told.
        (void)recordEnd(Error{ErrorCode::Cancelled, {}, {}});
    }
}

void Reconciliation::reconcile(const Options& options, Callback<ReconciliationReport> done)
{
    if (isRunning()) {
        QMetaObject::invokeMethod(
            this,
            [done = std::move(done)] {
                done(failure(ErrorCode::Busy, tr("Messages are being compared already.")));
            },
            Qt::QueuedConnection);
        return;
    }
    m_done = std::move(done);
    m_options = options;
    m_report = {};
    m_report.since = options.since;
    m_seen.clear();
    m_paging = MessagePaging(options.since, m_limits.paging);
    m_bodyBytes = 0;
    m_isAnswerLost = false;
    m_owesOutcome = false;
    m_asksNames = true;
    m_failures = 0;
    m_waited = {};
    later([this] { begin(); });
}

void Reconciliation::stop()
{
    if (isRunning() && !m_isStopping) {
        m_call.reset();
        later([this] {
            finish(failure(ErrorCode::Cancelled,
                           tr("Comparing was ended. What was redelivered before is on its way.")));
        });
        m_isStopping = true;
    }
}

void Reconciliation::later(std::function<void()> work, std::chrono::milliseconds pause)
{
    if (!m_isStopping) {
        m_work = std::move(work);
        m_timer.start(pause);
    }
}

void Reconciliation::begin()
{
    auto api = m_services.api();
    if (!api) {
        return finish(failure(api.error()));
    }
    m_api = *std::move(api);
    m_drain([this, guard = QPointer(this), run = m_run](const Status& drained) {
        if (!guard || run != m_run) {
            return;
        }
        later([this, drained] { drained ? askWebhook() : finish(failure(drained.error())); });
    });
}

void Reconciliation::askWebhook()
{
    const auto id = ourWebhookId(*m_services.database, *m_services.vault);
    if (!id || id->empty()) {
        return finish(
            id ? failure(ErrorCode::NotFound,
                         tr("It is not known which webhook is this profile's: no delivery came yet. "
                            "Set dynamic.webhook to its id (\"countersign-cli dynamic check\" lists "
                            "the webhooks)."))
               : failure(id.error()));
    }
    m_report.webhookId = *id;
    m_owesOutcome = true;
    askPage({});
}

bool Reconciliation::waitFor(const Error& error, std::function<void()> again)
{
    if (error.code == ErrorCode::Busy) {
        const auto pause = std::max(m_api->pauseLeft(), pauseAfterSilence);
        m_waited += pause;
        if (m_waited > m_patience) {
            return false;
        }
        Q_EMIT paused(pause);
        later(std::move(again), pause);
        return true;
    }
    if (isSilent(error.code) && ++m_failures < mostSilences) {
        later(std::move(again), pauseAfterSilence * m_failures);
        return true;
    }
    return false;
}

void Reconciliation::askPage(const std::string& cursor)
{
    m_call = m_api->webhookMessages(
        m_report.webhookId, cursor,
        [this, cursor](const Result<WebhookMessagePage>& answer) { takePage(cursor, answer); });
}

void Reconciliation::takePage(const std::string& cursor, const Result<WebhookMessagePage>& answer)
{
    if (!answer) {
        if (!waitFor(answer.error(), [this, cursor] { askPage(cursor); })) {
            later([this, error = answer.error()] { finish(failure(error)); });
        }
        return;
    }
    m_failures = 0;
    Status done = compare(*answer);
    done = done ? m_paging.take(*answer) : done;
    if (!done) {
        return later([this, done] { finish(failure(done.error())); });
    }
    Q_EMIT compared(m_report.messages, static_cast<std::int64_t>(m_report.missing.size()));
    later([this, next = answer->cursor] { m_paging.hasMore() ? askPage(next) : askName(0); });
}

Status Reconciliation::compare(const WebhookMessagePage& page)
{
    m_report.unreadable += page.unreadable;
    for (const WebhookMessageRecord& message : page.messages) {
        const bool isOld = message.createdAt != 0 && message.createdAt < m_options.since;
        if (isOld || !m_seen.insert(message.messageId).second) {
            continue;  // one message is told of once for each attempt
        }
        if (m_seen.size() > m_limits.messages) {
            return failure(ErrorCode::InvalidInput,
                           tr("There are more than %1 messages. Ask for a shorter time (--since).")
                               .arg(m_limits.messages));
        }
        ++m_report.messages;
        ASSIGN_OR_RETURN(const bool here, isHere(message.eventId));
        if (here) {
            ++m_report.arrived;
        } else {
            keepMissing(message);
        }
    }
    return {};
}

void Reconciliation::keepMissing(const WebhookMessageRecord& message)
{
    const bool isWanted = !m_options.only || m_options.only->contains(message.messageId);
    m_report.missing.push_back(
        {message.messageId, message.eventId, message.eventName, message.createdAt, {}, false, isWanted});
    const std::size_t bytes = message.sent ? message.sent->body.size() : 0;
    if (m_options.redeliver && isWanted && message.sent && bytes <= m_limits.bodyBytes - m_bodyBytes) {
        m_bodyBytes += bytes;
        m_report.missing.back().sent = message.sent;
    }
}

/// A delivery whose signature did not verify has no event.
Result<bool> Reconciliation::isHere(const std::string& eventId) const
{
    return attempt([&]() -> Result<bool> {
        SQLite::Statement query(m_services.database->handle(), "SELECT 1 FROM delivery WHERE event_id = ?");
        query.bind(1, eventId);
        return query.executeStep();
    });
}

/// The log does not say what a message is about, its event does.
void Reconciliation::askName(std::size_t at)
{
    while (at < m_report.missing.size() && !m_report.missing[at].eventName.empty()) {
        ++at;
    }
    if (!m_asksNames || at >= m_report.missing.size()) {
        return beginRedelivery();
    }
    m_call = m_api->eventName(m_report.missing[at].eventId, [this, at](const Result<std::string>& name) {
        if (name) {
            m_report.missing[at].eventName = *name;
            m_failures = 0;
        } else if (waitFor(name.error(), [this, at] { askName(at); })) {
            return;
        } else {
            // A token that may not read events, or silence: names are not worth more.
            m_asksNames = name.error().code == ErrorCode::NotFound;
        }
        later([this, at] { askName(at + 1); });
    });
}

void Reconciliation::beginRedelivery()
{
    m_failures = 0;
    m_waited = {};  // what looking has used up is no reason not to have it sent again
    m_wanted = std::ranges::count_if(m_report.missing, &MissingMessage::isWanted);
    if (!m_options.redeliver || m_wanted == 0) {
        return conclude();
    }
    AuditLog audit(*m_services.database, *m_services.vault, *m_services.clock);
    const Json detail = {{"messages", m_wanted}};
    Status done = audit.append("webhook.redelivery", m_report.webhookId, dumpJson(detail));
    done = done ? takeIn() : done;
    if (!done) {
        return finish(failure(done.error()));
    }
    redeliver(0);
}

/// What the log has of what was sent, as the next entries of a feed of its own.
Status Reconciliation::takeIn()
{
    const std::string url(messageLogUrl);
    FeedPage page;
    const auto ingest = [&]() -> Status {
        ASSIGN_OR_RETURN(const std::int64_t cursor, m_ingestor.cursor(url, m_report.webhookId));
        for (std::size_t i = 0; i < page.entries.size(); ++i) {
            page.entries[i].seq = cursor + static_cast<std::int64_t>(i) + 1;
        }
        page.cursor = page.entries.back().seq;
        RETURN_IF_ERROR(m_ingestor.ingest(url, m_report.webhookId, cursor, page));
        page = {};
        return {};
    };
    for (MissingMessage& message : m_report.missing) {
        if (message.sent && message.isWanted) {
            page.entries.push_back(entryOf(message, m_services.clock->now()));
            message.sent.reset();
        }
        if (page.entries.size() == takenInAtOnce) {
            RETURN_IF_ERROR(ingest());
        }
    }
    if (!page.entries.empty()) {
        RETURN_IF_ERROR(ingest());
    }
    return lookAgain().map([this](std::int64_t arrivedNow) { m_report.takenIn = arrivedNow; });
}

void Reconciliation::redeliver(std::size_t at)
{
    while (at < m_report.missing.size() &&
           (m_report.missing[at].hasArrived || !m_report.missing[at].isWanted)) {
        ++at;
    }
    if (at >= m_report.missing.size()) {
        m_deadline.setRemainingTime(m_options.wait);
        return watch();
    }
    m_call = m_api->redeliver(m_report.webhookId, m_report.missing[at].messageId,
                              [this, at](const Status& told) { takeRedelivery(at, told); });
}

void Reconciliation::takeRedelivery(std::size_t at, const Status& told)
{
    if (!told && waitFor(told.error(), [this, at] { redeliver(at); })) {
        m_isAnswerLost = m_isAnswerLost || isSilent(told.error().code);
        return;
    }
    // "On its way already" behind an answer that was lost: it was our call that sent it on its way.
    const bool isAsked = told || (m_isAnswerLost && told.error().code == ErrorCode::AlreadyExists);
    m_isAnswerLost = false;
    bool goesOn = true;
    if (isAsked) {
        ++m_report.redelivered;
        m_failures = 0;
    } else {
        m_report.refusal = m_report.refusal.value_or(told.error());
        // A message may be gone, or on its way already; a token that may not ask, silence, or patience that
        // is used up is the end of asking.
        const ErrorCode code = told.error().code;
        goesOn = code != ErrorCode::Denied && code != ErrorCode::Busy && !isSilent(code);
    }
    Q_EMIT redelivered(m_report.redelivered, m_wanted);
    later([this, next = goesOn ? at + 1 : m_report.missing.size()] { redeliver(next); });
}

void Reconciliation::watch()
{
    m_drain([this, guard = QPointer(this), run = m_run](const Status& drained) {
        if (!guard || run != m_run) {
            return;
        }
        // A relay that is away for a moment is asked again as long as there is time.
        const auto arrivedNow = lookAgain();
        if (!arrivedNow) {
            return later([this, error = arrivedNow.error()] { finish(failure(error)); });
        }
        Q_EMIT arrived(*arrivedNow, m_wanted);
        const bool isWhole = *arrivedNow == m_wanted;
        const bool isOver = isWhole || m_deadline.hasExpired();
        if (isOver && !isWhole && !drained) {
            m_report.relayFailure = drained.error();
        }
        later([this, isOver] { isOver ? conclude() : watch(); },
              isOver ? std::chrono::milliseconds(0) : m_interval);
    });
}

Result<std::int64_t> Reconciliation::lookAgain()
{
    std::int64_t arrivedNow = 0;
    for (MissingMessage& message : m_report.missing) {
        if (!message.hasArrived) {
            ASSIGN_OR_RETURN(message.hasArrived, isHere(message.eventId));
        }
        arrivedNow += message.hasArrived && message.isWanted ? 1 : 0;
    }
    return arrivedNow;
}

void Reconciliation::countMissing()
{
    m_report.stillMissing = std::ranges::count_if(
        m_report.missing, [](const MissingMessage& message) { return !message.hasArrived; });
}

void Reconciliation::conclude()
{
    countMissing();
    const Status recorded = recordEnd({});
    finish(recorded ? Result<ReconciliationReport>(std::move(m_report))
                    : Result<ReconciliationReport>(failure(recorded.error())));
}

/// What was found, and what came of it.
Status Reconciliation::recordEnd(const std::optional<Error>& error)
{
    m_owesOutcome = false;
    Json detail = {{"messages", m_report.messages},
                   {"missing", m_report.missing.size()},
                   {"takenIn", m_report.takenIn},
                   {"redelivered", m_report.redelivered},
                   {"stillMissing", m_report.stillMissing}};
    if (m_options.since != 0) {
        detail["since"] = toIso8601(m_options.since);
    }
    if (error) {
        detail["outcome"] = error->code == ErrorCode::Cancelled ? "ended" : "failed";
    } else {
        detail["outcome"] = m_report.stillMissing == 0 && m_report.unreadable == 0 ? "whole" : "holes";
    }
    AuditLog audit(*m_services.database, *m_services.vault, *m_services.clock);
    return audit.append("webhook.reconciled", m_report.webhookId, dumpJson(detail));
}

void Reconciliation::finish(Result<ReconciliationReport> result)
{
    m_timer.stop();
    m_work = {};
    m_isStopping = false;
    ++m_run;
    m_call.reset();
    m_api.reset();
    if (!result && m_owesOutcome) {
        countMissing();
        // Where the record cannot take it, the error that ended the run says more.
        (void)recordEnd(result.error());
    }
    const auto done = std::exchange(m_done, {});
    done(std::move(result));
}

}  // namespace countersign
