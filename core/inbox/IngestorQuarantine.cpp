#include "core/inbox/IngestorParts.h"

#include <QCoreApplication>

#include <array>

// What waits in quarantine: trying it again, taking it away, keeping it within its limits.

namespace countersign {

namespace {

struct IngestorQuarantineText
{
    Q_DECLARE_TR_FUNCTIONS(IngestorQuarantineText)
};

constexpr int examinedPerTurn = 64;

tl::unexpected<Error> cannotBeRetried()
{
    return failure(
        ErrorCode::NotFound,
        IngestorQuarantineText::tr("The body of this delivery is not here as it came, so that its signature "
                                   "cannot be verified any more. Read the relay's feed again with "
                                   "\"countersign-cli sync --once --from-start\"."));
}

}  // namespace

Status Ingestor::Parts::readWaiting(std::span<const std::int64_t> quarantineIds, EnvelopeDecryption& opening,
                                    std::vector<WaitingItem>& items)
{
    ASSIGN_OR_RETURN(const auto reader, DeliveryReader::make(secrets, settings));
    items.reserve(quarantineIds.size());
    for (const std::int64_t id : quarantineIds) {
        ASSIGN_OR_RETURN(const auto waiting, processor.deliveries().waiting(id));
        if (!waiting || !waiting->canBeRetried) {
            continue;
        }
        WaitingItem& item = items.emplace_back(WaitingItem(
            id,
            {reader.read(waiting->kind, waiting->headers, waiting->body, timeOfReceipt(waiting->receivedAt)),
             {}}));
        if (item.read.bringsMaterial()) {
            item.material = opening.start(*item.read.event);
        }
    }
    for (const WaitingItem& item : items) {
        if (item.material.valid()) {
            item.material.wait();
        }
    }
    return {};
}

Result<IngestReport> Ingestor::Parts::processWaiting(std::span<WaitingItem> items, AuditTransaction& record)
{
    IngestReport batch;
    Json subjects = Json::array();
    for (WaitingItem& item : items) {
        // Another process, or another delivery of the same event, may have settled it meanwhile.
        ASSIGN_OR_RETURN(const auto waiting, processor.deliveries().waiting(item.quarantineId));
        if (!waiting || !waiting->canBeRetried) {
            continue;
        }
        ASSIGN_OR_RETURN(const auto verdict,
                         processor.processAgain(
                             *waiting, item.read, [&] { return item.material.get(); }, record));
        batch.count(verdict);
        subjects.push_back(waiting->deliveryId);
    }
    if (batch.received == 0) {
        return batch;
    }
    Json detail = batch.toJson();
    detail["deliveries"] = std::move(subjects);
    const std::string subject = std::to_string(batch.received) + " deliveries";
    RETURN_IF_ERROR(record.add("quarantine.retry", subject, dumpJson(detail)));
    return batch;
}

Result<IngestReport> Ingestor::Parts::retrySlice(std::span<const std::int64_t> quarantineIds)
{
    std::vector<WaitingItem> items;  // outlives the opening, whose workers look at it
    ASSIGN_OR_RETURN(const auto keysAtWork, opening());
    RETURN_IF_ERROR(readWaiting(quarantineIds, *keysAtWork, items));
    return audit.commit([&](AuditTransaction& record) { return processWaiting(items, record); });
}

void Ingestor::Parts::retryForJobsThatCame()
{
    // A page brings so many jobs at most, and each turn takes a slice: whoever posts more only waits longer.
    constexpr int turns = 8;
    for (int i = 0; i < turns && processor.hasEntryHandler(); ++i) {
        const auto waiting = processor.deliveries().waitingForJobsThatCame();
        if (!waiting || waiting->empty()) {
            return;
        }
        if (const auto retried = retrySlice(*waiting); !retried || retried->received == 0) {
            return;
        }
    }
}

Result<IngestReport> Ingestor::retry(std::int64_t quarantineId)
{
    auto report = m_parts->retrySlice(std::array{quarantineId});
    m_parts->scrubWhatEnded();
    if (report && report->received == 0) {
        const auto waiting = m_parts->processor.deliveries().isWaiting(quarantineId);
        if (waiting && *waiting) {
            return cannotBeRetried();
        }
        return failure(ErrorCode::NotFound,
                       IngestorQuarantineText::tr(
                           "There is no such delivery in quarantine. It may have been settled already."));
    }
    return report;
}

Result<Ingestor::RetryRun> Ingestor::beginRetry()
{
    return m_parts->processor.deliveries().countWaiting().map([](const DeliveryStore::Waiting& waiting) {
        RetryRun run;
        run.total = waiting.count;
        run.last = waiting.last;
        return run;
    });
}

Result<bool> Ingestor::goOn(RetryRun& run)
{
    ASSIGN_OR_RETURN(const auto slice, m_parts->processor.deliveries().nextWaiting(run.at, run.last));
    if (slice.quarantineIds.empty()) {
        m_parts->scrubWhatEnded();
        return false;
    }
    ASSIGN_OR_RETURN(const auto report, m_parts->retrySlice(slice.quarantineIds));
    run.report += report;
    run.done += static_cast<std::int64_t>(slice.quarantineIds.size());
    run.at = slice.quarantineIds.back();
    return true;
}

Result<IngestReport> Ingestor::retryAll(
    const std::function<bool(std::int64_t done, std::int64_t total)>& progress)
{
    ASSIGN_OR_RETURN(auto run, beginRetry());
    while (true) {
        ASSIGN_OR_RETURN(const auto more, goOn(run));
        if (!more) {
            return run.report;
        }
        if (progress && !progress(run.done, run.total)) {
            return failure(ErrorCode::Cancelled, IngestorQuarantineText::tr(
                                                     "Stopped. What was retried so far stays as it is now."));
        }
    }
}

Result<DropReport> Ingestor::drop(const QuarantineSelection& selection)
{
    Parts& parts = *m_parts;
    QuarantineDrop drop(parts.database, parts.processor.deliveries(), parts.processor.unverified(),
                        parts.clock);
    return parts.audit.commit([&](AuditTransaction& record) { return drop.mark(selection, record); });
}

Result<bool> Ingestor::sweep()
{
    Parts& parts = *m_parts;
    QuarantineDrop drop(parts.database, parts.processor.deliveries(), parts.processor.unverified(),
                        parts.clock);
    bool dropped = false;
    const auto more = transact(parts.database, [&]() -> Result<bool> {
        ASSIGN_OR_RETURN(const auto swept, drop.sweep());
        dropped = swept;
        ASSIGN_OR_RETURN(const auto trimmed, parts.processor.unverified().trim(parts.limits, {}));
        ASSIGN_OR_RETURN(const auto examined,
                         parts.processor.copies().examine(examinedPerTurn, parts.clock.now()));
        return swept || trimmed || examined;
    });
    parts.noteDestroyed(dropped);
    if (more && !*more) {
        parts.scrubWhatEnded();
    }
    return more;
}

}  // namespace countersign
