#pragma once

#include "core/audit/AuditLog.h"
#include "core/inbox/EntryHandler.h"
#include "core/inbox/IngestReport.h"
#include "core/inbox/quarantine/QuarantineDrop.h"
#include "core/inbox/quarantine/UnverifiedStore.h"
#include "core/inbox/source/Feed.h"
#include "core/vault/Vault.h"

#include <memory>

namespace countersign {

/// Takes pages of deliveries into the profile, each in one transaction. The way of design.md §3: verify over
/// the raw bytes, parse, open both envelopes on all cores, seal again, then write deliveries, effects, audit
/// entry and cursor in one transaction. kill -9 anywhere loses and doubles nothing; two processes over one
/// profile cannot take the same entry twice, because the cursor is compared in that transaction. Blocks while
/// it works: use it on a worker thread (Synchronizer) or in a program without a window.
class Ingestor
{
public:
    Ingestor(std::shared_ptr<Vault> vault, Database& database, const Clock& clock);
    Ingestor(const Ingestor&) = delete;
    Ingestor& operator=(const Ingestor&) = delete;
    ~Ingestor();

    /// Must outlive the ingestor; null: entries that are no webhooks are kept and shown only.
    void setEntryHandler(EntryHandler* handler);

    /// Up to where this feed was read; makes the feed's row when it is new.
    Result<FeedPosition> position(const std::string& url, const std::string& inbox);
    Result<std::int64_t> cursor(const std::string& url, const std::string& inbox);
    /// From now on the feed is read from its start, recorded with why (English). Nothing is forgotten: what
    /// is here already will be a repeat, and not stored a second time.
    Status startOver(const std::string& url, const std::string& inbox, std::string_view why);

    /// Busy when another process moved the cursor meanwhile, or the page is of another feed than the one that
    /// was read (ask for position() and fetch again); nothing was written then. The page's words about the
    /// feed are kept with the cursor, also where it has no entries.
    Result<IngestReport> ingest(const std::string& url, const std::string& inbox, std::int64_t after,
                                const FeedPage& page);

    /// Takes a quarantined delivery through the same way once more, with the keys and secrets of now.
    /// NotFound when there is none. The report counts it as applied, duplicate or quarantined.
    Result<IngestReport> retry(std::int64_t quarantineId);
    /// Everything that can be tried again, in slices; progress may return false to stop (Cancelled).
    Result<IngestReport> retryAll(
        const std::function<bool(std::int64_t done, std::int64_t total)>& progress = {});
    /// The same, a slice at a time: for whoever has other work in between. What arrives meanwhile is left
    /// out.
    struct RetryRun
    {
        std::int64_t total = 0;
        std::int64_t done = 0;
        std::int64_t last = 0;  ///< quarantine ids: the newest of the run,
        std::int64_t at = 0;    ///< and the one that was reached
        IngestReport report;
    };
    Result<RetryRun> beginRetry();
    /// True as long as there is more: at most retrySliceDeliveries and, but for a single one, about
    /// retrySliceBytes, in one transaction.
    Result<bool> goOn(RetryRun& run);

    /// Takes deliveries out of quarantine for good; one entry in the record says which and how many. NotFound
    /// names the first id that is not there; nothing was dropped then. The rows leave the file with sweep().
    Result<DropReport> drop(const QuarantineSelection& selection);
    /// One slice of what is left to tidy up: what was dropped, what is beyond the limits, what an older
    /// version left. True as long as there is more.
    Result<bool> sweep();
    /// As documented unless told otherwise (tests).
    void setUnverifiedLimits(const UnverifiedLimits& limits);

    /// Remembers when the relay last answered (for the liveness indicator) or why it did not. A contact is
    /// also the time to empty the database's journal of destroyed material where that was put off.
    Status noteContact(const std::string& url, const std::string& inbox);
    Status noteFailure(const std::string& url, const std::string& inbox, const Error& error);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace countersign
