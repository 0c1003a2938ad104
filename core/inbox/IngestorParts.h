#pragma once

#include "core/audit/trust/TrustedKeys.h"
#include "core/audit/trust/TrustedSecrets.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/delivery/DeliveryProcessor.h"

#include <algorithm>
#include <span>

// What Ingestor.cpp (pages of the feed) and IngestorQuarantine.cpp (what waits) have in common; nobody else
// includes it.

namespace countersign {

/// A delivery on its way through a page or a slice of retries.
struct IngestItem
{
    ReadDelivery read;
    std::future<MaterialResult> material;
};

struct WaitingItem : IngestItem
{
    WaitingItem(std::int64_t id, IngestItem item) : IngestItem(std::move(item)), quarantineId(id) {}
    std::int64_t quarantineId;
};

struct Ingestor::Parts
{
    Parts(std::shared_ptr<Vault> sharedVault, Database& profile, const Clock& time);

    std::shared_ptr<Vault> vault;
    Database& database;
    const Clock& clock;
    TrustedSecrets secrets;
    TrustedSettings settings;
    TrustedKeys keys;
    AuditLog audit;
    DeliveryProcessor processor;
    UnverifiedLimits limits;
    QThreadPool workers;

    /// Loads the private keys; they are in memory until the opening is destroyed.
    Result<std::unique_ptr<EnvelopeDecryption>> opening();
    Status readPage(const FeedPage& page, EnvelopeDecryption& opening, std::vector<IngestItem>& items);
    Result<Verdict> processEntry(const DeliveryStore::Source& source, const FeedEntry& entry,
                                 IngestItem& item, EnvelopeDecryption& opening, Sha256& hashes,
                                 AuditTransaction& record);
    Status makeRoom(std::span<const FeedEntry> entries, std::span<const IngestItem> items);
    Result<IngestReport> processChunk(const DeliveryStore::Source& source, std::span<const FeedEntry> entries,
                                      std::span<IngestItem> items, const FeedPosition& to,
                                      EnvelopeDecryption& opening);
    Result<IngestReport> processPage(const DeliveryStore::Source& source, const FeedPage& page);
    /// What the relay says of a feed in which nothing is new.
    Result<IngestReport> noteWords(const DeliveryStore::Source& source, const FeedPage& page);
    Status endReading(const std::string& url, const std::string& inbox, std::string_view why);

    Status readWaiting(std::span<const std::int64_t> quarantineIds, EnvelopeDecryption& opening,
                       std::vector<WaitingItem>& items);
    Result<IngestReport> processWaiting(std::span<WaitingItem> items, AuditTransaction& record);
    Result<IngestReport> retrySlice(std::span<const std::int64_t> quarantineIds);

    /// What operators said about a job before it was here. What cannot be taken now is tried with the next
    /// page.
    void retryForJobsThatCame();

    /// Empties the database's journal of what was destroyed, as soon as no reader holds it up.
    void scrubWhatEnded();
    /// The relay's word, but nothing comes in tomorrow: a revocation without a time counts from here.
    UnixMillis timeOfReceipt(UnixMillis told) const { return std::min(told, clock.now()); }
    void noteDestroyed(bool destroyed) { m_unscrubbed = destroyed || m_unscrubbed; }

private:
    bool m_unscrubbed = true;  ///< a crash may have come between the last destruction and its scrub
};

}  // namespace countersign
