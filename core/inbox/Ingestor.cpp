#include "core/inbox/Ingestor.h"

#include "core/base/encoding/Hex.h"
#include "core/inbox/IngestorParts.h"

#include <QCoreApplication>
#include <QThread>

#include <algorithm>
#include <unordered_set>

namespace countersign {

namespace {

/// Deliveries per transaction: while one is written, the workers open the next.
constexpr std::size_t chunkSize = 64;
/// And bytes, so that large ones (nobody's but a forger's are) hold up other writers no longer.
constexpr std::size_t chunkBytes = 4 * 1024 * 1024;

struct IngestorText
{
    Q_DECLARE_TR_FUNCTIONS(IngestorText)
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

/// How many of the entries, which are not empty, one transaction takes: a few, or one where they are large.
std::size_t chunkOf(std::span<const FeedEntry> entries)
{
    std::size_t size = 0;
    std::size_t bytes = 0;
    while (size < entries.size() && size < chunkSize && bytes < chunkBytes) {
        bytes += entries[size++].body.size();
    }
    return size;
}

}  // namespace

Ingestor::Parts::Parts(std::shared_ptr<Vault> sharedVault, Database& profile, const Clock& time)
    : vault(std::move(sharedVault)),
      database(profile),
      clock(time),
      secrets(profile, *vault),
      settings(profile, *vault),
      keys(profile, *vault),
      audit(profile, *vault, time),
      processor(profile, time)
{
    workers.setMaxThreadCount(QThread::idealThreadCount());
}

Result<std::unique_ptr<EnvelopeDecryption>> Ingestor::Parts::opening()
{
    ASSIGN_OR_RETURN(auto named, keys.privateKeys());
    std::vector<EnvelopeKey> list;
    list.reserve(named.size());
    for (const KeyRing::NamedKey& key : named) {
        list.push_back({key.kid, *key.key});
    }
    return std::make_unique<EnvelopeDecryption>(*vault, EnvelopeOpener(std::move(list)), workers);
}

Status Ingestor::Parts::readPage(const FeedPage& page, EnvelopeDecryption& opening,
                                 std::vector<IngestItem>& items)
{
    ASSIGN_OR_RETURN(const auto reader, DeliveryReader::make(secrets, settings));
    // Reserved, so that events stay where the workers look at them.
    items.reserve(page.entries.size());
    std::unordered_set<std::string> seen;
    for (const FeedEntry& entry : page.entries) {
        IngestItem& item = items.emplace_back(IngestItem{
            reader.read(entry.kind, entry.headers, entry.body, timeOfReceipt(entry.receivedAt)), {}});
        if (!item.read.bringsMaterial()) {
            continue;
        }
        // Only saves work: whether an event was taken before is decided again in the transaction.
        ASSIGN_OR_RETURN(const auto taken, processor.deliveries().isTaken(item.read.event->eventId));
        if (!taken && seen.insert(item.read.event->eventId).second) {
            item.material = opening.start(*item.read.event);
        }
    }
    return {};
}

Result<Verdict> Ingestor::Parts::processEntry(const DeliveryStore::Source& source, const FeedEntry& entry,
                                              IngestItem& item, EnvelopeDecryption& opening, Sha256& hashes,
                                              AuditTransaction& record)
{
    NewDelivery delivery;
    delivery.sourceId = source.id;
    delivery.isReadAgain = source.isReadAgain;
    delivery.seq = entry.seq;
    delivery.kind = entry.kind;
    delivery.storedAt = clock.now();
    delivery.receivedAt = entry.kind == unreadableEntryKind ? delivery.storedAt : entry.receivedAt;
    delivery.headersJson = headersToJson(entry.headers);
    delivery.body = entry.body;
    delivery.bodyHash = sha256(entry.body);
    hashes.add(delivery.bodyHash);
    const MaterialSource material = [&] {
        return item.material.valid() ? item.material.get() : opening.start(*item.read.event).get();
    };
    if (source.isReadAgain) {
        ASSIGN_OR_RETURN(const auto known, processor.processKnown(delivery, item.read, material, record));
        if (known) {
            return *known;
        }
    }
    return processor.processNew(delivery, item.read, material, record);
}

/// Before they are written, so that their pages are those that became free.
Status Ingestor::Parts::makeRoom(std::span<const FeedEntry> entries, std::span<const IngestItem> items)
{
    UnverifiedStore::Room incoming;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if ((items[i].read.isWebhook || items[i].read.refusal) && items[i].read.isUnverified()) {
            incoming.bytes += static_cast<std::int64_t>(entries[i].body.size());
            ++incoming.rows;
        }
    }
    return incoming.rows == 0 ? Status() : processor.unverified().trim(limits, incoming).map([](bool) {});
}

Result<IngestReport> Ingestor::Parts::processChunk(const DeliveryStore::Source& source,
                                                   std::span<const FeedEntry> entries,
                                                   std::span<IngestItem> items, const FeedPosition& to,
                                                   EnvelopeDecryption& opening)
{
    // Not inside the transaction: others may write as long as the keys are at work.
    for (const IngestItem& item : items) {
        if (item.material.valid()) {
            item.material.wait();
        }
    }
    return audit.commit([&](AuditTransaction& record) -> Result<IngestReport> {
        ASSIGN_OR_RETURN(const auto moved, processor.deliveries().moveCursor(source.id, source.cursor, to));
        if (!moved) {
            return movedMeanwhile();
        }
        // Of a feed that was begun again most is here already and not written; the rest is made room for
        // below.
        RETURN_IF_ERROR(source.isReadAgain ? Status() : makeRoom(entries, items));
        IngestReport chunk;
        Sha256 hashes;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            ASSIGN_OR_RETURN(const auto verdict,
                             processEntry(source, entries[i], items[i], opening, hashes, record));
            chunk.count(verdict);
        }
        // Headers, and entries of other kinds, which are judged only when they are stored.
        if (processor.unverified().takeNoted()) {
            RETURN_IF_ERROR(processor.unverified().trim(limits, {}));
        }
        chunk.cursor = to.cursor;
        Json detail = chunk.toJson();
        detail["source"] = source.id;
        detail["bodies"] = toHex(hashes.finish());
        const std::string subject =
            std::to_string(entries.front().seq) + "-" + std::to_string(entries.back().seq);
        RETURN_IF_ERROR(record.add("sync.page", subject, dumpJson(detail)));
        return chunk;
    });
}

void Ingestor::Parts::scrubWhatEnded()
{
    m_unscrubbed = processor.takeDestroyed() || m_unscrubbed;
    // A reader can hold the log up: then it is tried again after the next page and at the next contact.
    if (m_unscrubbed && scrub(database)) {
        m_unscrubbed = false;
    }
}

Result<IngestReport> Ingestor::Parts::processPage(const DeliveryStore::Source& source, const FeedPage& page)
{
    std::vector<IngestItem> items;  // outlives the keys at work, whose workers look at it
    ASSIGN_OR_RETURN(const auto keysAtWork, opening());
    RETURN_IF_ERROR(readPage(page, *keysAtWork, items));
    IngestReport total;
    total.cursor = source.cursor;
    const std::span<const FeedEntry> entries(page.entries);
    std::size_t size = 0;
    for (std::size_t begin = 0; begin < entries.size(); begin += size) {
        size = chunkOf(entries.subspan(begin));
        const auto chunk = entries.subspan(begin, size);
        DeliveryStore::Source from = source;
        from.cursor = total.cursor;
        // The history is that of the page's end; within it none is known.
        const bool isLast = begin + size == entries.size();
        const FeedPosition to{chunk.back().seq, page.identity, isLast ? page.history : std::string()};
        auto report = processChunk(from, chunk, std::span(items).subspan(begin, size), to, *keysAtWork);
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

Result<IngestReport> Ingestor::Parts::noteWords(const DeliveryStore::Source& source, const FeedPage& page)
{
    IngestReport nothing;
    nothing.cursor = source.cursor;
    const bool isNew = (!page.identity.empty() && page.identity != source.identity) ||
                       (page.cursor == source.cursor && page.history != source.history);
    if (!isNew) {
        return nothing;
    }
    ASSIGN_OR_RETURN(const auto noted,
                     processor.deliveries().moveCursor(source.id, source.cursor,
                                                       {source.cursor, page.identity, page.history}));
    return noted ? Result<IngestReport>(nothing) : Result<IngestReport>(movedMeanwhile());
}

Status Ingestor::Parts::endReading(const std::string& url, const std::string& inbox, std::string_view why)
{
    return audit.commit([&](AuditTransaction& record) -> Status {
        ASSIGN_OR_RETURN(const auto before, processor.deliveries().source(url, inbox));
        if (!before || (before->cursor == 0 && before->identity.empty())) {
            return {};
        }
        const Json detail = {{"source", before->id}, {"cursor", before->cursor}, {"why", why}};
        RETURN_IF_ERROR(record.add("sync.restart", inbox, dumpJson(detail)));
        return processor.deliveries().endReading(url, inbox, clock.now());
    });
}

Ingestor::Ingestor(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
    : m_parts(std::make_unique<Parts>(std::move(vault), database, clock))
{}

Ingestor::~Ingestor() = default;

void Ingestor::setEntryHandler(EntryHandler* handler)
{
    m_parts->processor.setEntryHandler(handler);
}

Result<std::int64_t> Ingestor::cursor(const std::string& url, const std::string& inbox)
{
    return position(url, inbox).map([](const FeedPosition& position) { return position.cursor; });
}

Status Ingestor::startOver(const std::string& url, const std::string& inbox, std::string_view why)
{
    return m_parts->endReading(url, inbox, why);
}

Result<FeedPosition> Ingestor::position(const std::string& url, const std::string& inbox)
{
    DeliveryStore& deliveries = m_parts->processor.deliveries();
    auto source = deliveries.source(url, inbox);
    if (source && !*source) {
        RETURN_IF_ERROR(deliveries.addSource(url, inbox));
        source = deliveries.source(url, inbox);
    }
    if (!source) {
        return failure(source.error());
    }
    return *source ? FeedPosition{(*source)->cursor, (*source)->identity, (*source)->history}
                   : FeedPosition();
}

Result<IngestReport> Ingestor::ingest(const std::string& url, const std::string& inbox, std::int64_t after,
                                      const FeedPage& page)
{
    RETURN_IF_ERROR(checkPage(after, page));
    RETURN_IF_ERROR(cursor(url, inbox));
    ASSIGN_OR_RETURN(auto source, m_parts->processor.deliveries().source(url, inbox));
    const bool isSameFeed =
        source && (source->identity.empty() || page.identity.empty() || source->identity == page.identity);
    if (!isSameFeed || source->cursor != after) {
        return movedMeanwhile();
    }
    if (page.entries.empty()) {
        auto words = m_parts->noteWords(*source, page);
        m_parts->retryForJobsThatCame();  // a file may have brought one meanwhile
        return words;
    }
    auto report = m_parts->processPage(*source, page);
    m_parts->retryForJobsThatCame();
    m_parts->scrubWhatEnded();
    return report;
}

void Ingestor::setUnverifiedLimits(const UnverifiedLimits& limits)
{
    m_parts->limits = limits;
}

Status Ingestor::noteContact(const std::string& url, const std::string& inbox)
{
    if (const auto more = sweep(); !more || *more) {
        m_parts->scrubWhatEnded();
    }
    return m_parts->processor.deliveries().noteContact(url, inbox, m_parts->clock.now());
}

Status Ingestor::noteFailure(const std::string& url, const std::string& inbox, const Error& error)
{
    return m_parts->processor.deliveries().noteFailure(url, inbox, error.sentence.toStdString());
}

}  // namespace countersign
