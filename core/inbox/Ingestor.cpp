#include "core/inbox/Ingestor.h"

#include "core/audit/TrustedKeys.h"
#include "core/base/Hex.h"
#include "core/crypto/Sha256.h"
#include "core/inbox/DeliveryTaker.h"

#include <QCoreApplication>
#include <QThread>

#include <algorithm>
#include <unordered_set>

namespace countersign {

namespace {

/// Deliveries per transaction: while one is written, the workers open the next.
constexpr std::size_t chunkSize = 64;

struct IngestorText
{
    Q_DECLARE_TR_FUNCTIONS(Ingestor)
};

Status checkPage(std::int64_t after, const FeedPage& page)
{
    std::int64_t last = after;
    for (const FeedEntry& entry : page.entries) {
        if (entry.seq <= last) {
            return failure(ErrorCode::InvalidInput,
                           IngestorText::tr("The relay's answer is out of order. Nothing of it was taken."),
                           QStringLiteral("entry %1 after %2").arg(entry.seq).arg(last));
        }
        last = entry.seq;
    }
    if (page.cursor < last) {
        return failure(ErrorCode::InvalidInput,
                       IngestorText::tr("The relay's answer is out of order. Nothing of it was taken."),
                       QStringLiteral("cursor %1 behind entry %2").arg(page.cursor).arg(last));
    }
    return {};
}

tl::unexpected<Error> movedMeanwhile()
{
    return failure(
        ErrorCode::Busy,
        IngestorText::tr("Another program took these deliveries in at the same time. Nothing is lost."));
}

/// A delivery on its way through a page or a batch of retries.
struct Item
{
    ReadDelivery read;
    std::future<MaterialResult> material;
};

struct WaitingItem : Item
{
    WaitingItem(std::int64_t id, Item item) : Item(std::move(item)), quarantineId(id) {}
    std::int64_t quarantineId;
};

}  // namespace

struct Ingestor::Parts
{
    Parts(std::shared_ptr<Vault> sharedVault, Database& profile, const Clock& time)
        : vault(std::move(sharedVault)),
          database(profile),
          clock(time),
          secrets(profile, *vault),
          settings(profile, *vault),
          keys(profile, *vault),
          audit(profile, *vault, time),
          taker(profile, time)
    {
        workers.setMaxThreadCount(QThread::idealThreadCount());
    }

    std::shared_ptr<Vault> vault;
    Database& database;
    const Clock& clock;
    TrustedSecrets secrets;
    TrustedSettings settings;
    TrustedKeys keys;
    AuditLog audit;
    DeliveryTaker taker;
    QThreadPool workers;

    /// Loads the private keys; they are in memory until the opening is destroyed.
    Result<std::unique_ptr<MaterialOpening>> opening();
    Status readPage(const FeedPage& page, MaterialOpening& opening, std::vector<Item>& items);
    Result<Verdict> takeEntry(std::int64_t sourceId, const FeedEntry& entry, Item& item,
                              MaterialOpening& opening, Sha256& hashes);
    Result<IngestReport> takeChunk(const DeliveryStore::Source& source, std::span<const FeedEntry> entries,
                                   std::span<Item> items, std::int64_t to, MaterialOpening& opening);
    Status readWaiting(std::span<const std::int64_t> quarantineIds, MaterialOpening& opening,
                       std::vector<WaitingItem>& items);
    Result<IngestReport> takeWaiting(std::span<WaitingItem> items);
    Result<IngestReport> retryBatch(std::span<const std::int64_t> quarantineIds);
    Result<IngestReport> takePage(const DeliveryStore::Source& source, const FeedPage& page);
    void scrubWhatEnded();

private:
    bool m_unscrubbed = true;  ///< a crash may have come between the last destruction and its scrub
};

Result<std::unique_ptr<MaterialOpening>> Ingestor::Parts::opening()
{
    auto named = keys.privateKeys();
    if (!named) {
        return failure(named.error());
    }
    std::vector<EnvelopeKey> list;
    list.reserve(named->size());
    for (const KeyRing::NamedKey& key : *named) {
        list.push_back({key.kid, *key.key});
    }
    return std::make_unique<MaterialOpening>(*vault, EnvelopeOpener(std::move(list)), workers);
}

Status Ingestor::Parts::readPage(const FeedPage& page, MaterialOpening& opening, std::vector<Item>& items)
{
    const auto reader = DeliveryReader::make(secrets, settings);
    if (!reader) {
        return failure(reader.error());
    }
    // Reserved, so that events stay where the workers look at them.
    items.reserve(page.entries.size());
    std::unordered_set<std::string> seen;
    for (const FeedEntry& entry : page.entries) {
        Item& item = items.emplace_back(Item{reader->read(entry.kind, entry.headers, entry.body), {}});
        if (!item.read.bringsMaterial()) {
            continue;
        }
        // Only saves work: whether an event was taken before is decided again in the transaction.
        const auto taken = taker.deliveries().isTaken(item.read.event->eventId);
        if (!taken) {
            return failure(taken.error());
        }
        if (!*taken && seen.insert(item.read.event->eventId).second) {
            item.material = opening.start(*item.read.event);
        }
    }
    return {};
}

Result<Verdict> Ingestor::Parts::takeEntry(std::int64_t sourceId, const FeedEntry& entry, Item& item,
                                           MaterialOpening& opening, Sha256& hashes)
{
    NewDelivery delivery;
    delivery.sourceId = sourceId;
    delivery.seq = entry.seq;
    delivery.kind = entry.kind;
    delivery.receivedAt = entry.receivedAt;
    delivery.storedAt = clock.now();
    delivery.headersJson = headersToJson(entry.headers);
    delivery.body = entry.body;
    delivery.bodyHash = sha256(entry.body);
    hashes.add(delivery.bodyHash);
    return taker.takeNew(delivery, item.read, [&] {
        return item.material.valid() ? item.material.get() : opening.start(*item.read.event).get();
    });
}

Result<IngestReport> Ingestor::Parts::takeChunk(const DeliveryStore::Source& source,
                                                std::span<const FeedEntry> entries, std::span<Item> items,
                                                std::int64_t to, MaterialOpening& opening)
{
    // Not inside the transaction: others may write as long as the keys are at work.
    for (const Item& item : items) {
        if (item.material.valid()) {
            item.material.wait();
        }
    }
    auto report = transact(database, [&]() -> Result<IngestReport> {
        const auto moved = taker.deliveries().moveCursor(source.id, source.cursor, to);
        if (!moved) {
            return failure(moved.error());
        }
        if (!*moved) {
            return movedMeanwhile();
        }
        IngestReport chunk;
        Sha256 hashes;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const auto verdict = takeEntry(source.id, entries[i], items[i], opening, hashes);
            if (!verdict) {
                return failure(verdict.error());
            }
            chunk.count(*verdict);
        }
        chunk.cursor = to;
        Json detail = chunk.toJson();
        detail["source"] = source.id;
        detail["bodies"] = toHex(hashes.finish());
        const std::string subject =
            std::to_string(entries.front().seq) + "-" + std::to_string(entries.back().seq);
        if (auto recorded = audit.appendWithin("sync.page", subject, dumpJson(detail)); !recorded) {
            return failure(recorded.error());
        }
        return chunk;
    });
    if (report) {
        if (auto sealed = audit.sealHead(); !sealed) {
            return failure(sealed.error());
        }
    }
    return report;
}

void Ingestor::Parts::scrubWhatEnded()
{
    m_unscrubbed = taker.takeDestroyed() || m_unscrubbed;
    // A reader can hold the log up: then it is tried again after the next page and at the next contact.
    if (m_unscrubbed && scrub(database)) {
        m_unscrubbed = false;
    }
}

Result<IngestReport> Ingestor::Parts::takePage(const DeliveryStore::Source& source, const FeedPage& page)
{
    std::vector<Item> items;  // outlives the keys at work, whose workers look at it
    const auto keysAtWork = opening();
    if (!keysAtWork) {
        return failure(keysAtWork.error());
    }
    if (auto read = readPage(page, **keysAtWork, items); !read) {
        return failure(read.error());
    }
    IngestReport total;
    total.cursor = source.cursor;
    const std::span<const FeedEntry> entries(page.entries);
    for (std::size_t begin = 0; begin < entries.size(); begin += chunkSize) {
        const std::size_t size = std::min(chunkSize, entries.size() - begin);
        const auto chunk = entries.subspan(begin, size);
        auto report = takeChunk({source.id, total.cursor}, chunk, std::span(items).subspan(begin, size),
                                chunk.back().seq, **keysAtWork);
        if (!report && report.error().code == ErrorCode::Busy && total.received > 0) {
            break;  // what was written counts; the caller goes on from there
        }
        if (!report) {
            return failure(report.error());
        }
        total += *report;
    }
    return total;
}

Ingestor::Ingestor(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
    : m_parts(std::make_unique<Parts>(std::move(vault), database, clock))
{}

Ingestor::~Ingestor() = default;

void Ingestor::setEntryHandler(EntryHandler* handler)
{
    m_parts->taker.setEntryHandler(handler);
}

Result<std::int64_t> Ingestor::cursor(const std::string& url, const std::string& inbox)
{
    DeliveryStore& deliveries = m_parts->taker.deliveries();
    auto source = deliveries.source(url, inbox);
    if (source && !*source) {
        if (auto added = deliveries.addSource(url, inbox); !added) {
            return failure(added.error());
        }
        source = deliveries.source(url, inbox);
    }
    if (!source) {
        return failure(source.error());
    }
    return *source ? (*source)->cursor : 0;
}

Result<IngestReport> Ingestor::ingest(const std::string& url, const std::string& inbox, std::int64_t after,
                                      const FeedPage& page)
{
    if (auto good = checkPage(after, page); !good) {
        return failure(good.error());
    }
    if (auto known = cursor(url, inbox); !known) {
        return failure(known.error());
    }
    auto source = m_parts->taker.deliveries().source(url, inbox);
    if (!source) {
        return failure(source.error());
    }
    if (!*source || (*source)->cursor != after) {
        return movedMeanwhile();
    }
    if (page.entries.empty()) {
        IngestReport nothing;
        nothing.cursor = after;
        return nothing;
    }
    auto report = m_parts->takePage(**source, page);
    m_parts->scrubWhatEnded();
    return report;
}

Status Ingestor::Parts::readWaiting(std::span<const std::int64_t> quarantineIds, MaterialOpening& opening,
                                    std::vector<WaitingItem>& items)
{
    const auto reader = DeliveryReader::make(secrets, settings);
    if (!reader) {
        return failure(reader.error());
    }
    items.reserve(quarantineIds.size());
    for (const std::int64_t id : quarantineIds) {
        const auto waiting = taker.deliveries().waiting(id);
        if (!waiting) {
            return failure(waiting.error());
        }
        if (!*waiting) {
            continue;
        }
        WaitingItem& item = items.emplace_back(
            WaitingItem(id, {reader->read((*waiting)->kind, (*waiting)->headers, (*waiting)->body), {}}));
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

Result<IngestReport> Ingestor::Parts::takeWaiting(std::span<WaitingItem> items)
{
    IngestReport batch;
    Json subjects = Json::array();
    for (WaitingItem& item : items) {
        // Another process, or another delivery of the same event, may have settled it meanwhile.
        const auto waiting = taker.deliveries().waiting(item.quarantineId);
        if (!waiting) {
            return failure(waiting.error());
        }
        if (!*waiting) {
            continue;
        }
        const auto verdict = taker.takeAgain(**waiting, item.read, [&] { return item.material.get(); });
        if (!verdict) {
            return failure(verdict.error());
        }
        batch.count(*verdict);
        subjects.push_back((*waiting)->deliveryId);
    }
    if (batch.received == 0) {
        return batch;
    }
    Json detail = batch.toJson();
    detail["deliveries"] = std::move(subjects);
    const std::string subject = std::to_string(batch.received) + " deliveries";
    if (auto recorded = audit.appendWithin("quarantine.retry", subject, dumpJson(detail)); !recorded) {
        return failure(recorded.error());
    }
    return batch;
}

Result<IngestReport> Ingestor::Parts::retryBatch(std::span<const std::int64_t> quarantineIds)
{
    std::vector<WaitingItem> items;  // outlives the opening, whose workers look at it
    const auto keysAtWork = opening();
    if (!keysAtWork) {
        return failure(keysAtWork.error());
    }
    if (auto read = readWaiting(quarantineIds, **keysAtWork, items); !read) {
        return failure(read.error());
    }
    auto report = transact(database, [&] { return takeWaiting(items); });
    scrubWhatEnded();
    if (report && report->received > 0) {
        if (auto sealed = audit.sealHead(); !sealed) {
            return failure(sealed.error());
        }
    }
    return report;
}

Result<IngestReport> Ingestor::retry(std::int64_t quarantineId)
{
    auto report = m_parts->retryBatch(std::array{quarantineId});
    if (report && report->received == 0) {
        return failure(
            ErrorCode::NotFound,
            IngestorText::tr("There is no such delivery in quarantine. It may have been settled already."));
    }
    return report;
}

Result<IngestReport> Ingestor::retryAll(
    const std::function<bool(std::int64_t done, std::int64_t total)>& progress)
{
    const auto ids = m_parts->taker.deliveries().waitingIds();
    if (!ids) {
        return failure(ids.error());
    }
    IngestReport total;
    const auto all = static_cast<std::int64_t>(ids->size());
    for (std::size_t begin = 0; begin < ids->size(); begin += chunkSize) {
        const std::size_t size = std::min(chunkSize, ids->size() - begin);
        const auto report = m_parts->retryBatch(std::span(*ids).subspan(begin, size));
        if (!report) {
            return failure(report.error());
        }
        total += *report;
        if (progress && !progress(static_cast<std::int64_t>(begin + size), all)) {
            return failure(ErrorCode::Cancelled,
                           IngestorText::tr("Stopped. What was retried so far stays as it is now."));
        }
    }
    return total;
}

Status Ingestor::noteContact(const std::string& url, const std::string& inbox)
{
    m_parts->scrubWhatEnded();
    return m_parts->taker.deliveries().noteContact(url, inbox, m_parts->clock.now());
}

Status Ingestor::noteFailure(const std::string& url, const std::string& inbox, const Error& error)
{
    return m_parts->taker.deliveries().noteFailure(url, inbox, error.sentence.toStdString());
}

}  // namespace countersign
