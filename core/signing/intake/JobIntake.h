#pragma once

#include "core/audit/AuditLog.h"
#include "core/inbox/EntryHandler.h"
#include "core/signing/intake/Submitters.h"
#include "core/signing/job/JobDocument.h"
#include "core/signing/store/JobStore.h"

namespace countersign {

/// Kinds of feed entries that are jobs' (the relay's contract, docs/relay.md).
inline constexpr std::string_view jobEntryKind = "job";
inline constexpr std::string_view withdrawalEntryKind = "withdrawal";

/// The intake of signing jobs. A job is taken in here and nowhere else, whether it comes from the window, a
/// file or the relay. From the relay only what a registered submitter signed is believed (design.md §5: the
/// relay cannot forge a job); the rest waits in quarantine, where a retry after the submitter was registered,
/// or the wallet arrived, takes it.
class JobIntake final : public EntryHandler
{
public:
    JobIntake(Database& database, const Vault& vault, const Clock& clock);

    /// Own transaction. A job that is known comes back as it is; one whose time is over is stored as expired.
    /// InvalidInput says what is wrong with the document, NotFound that the wallet is not known.
    Result<Job> submit(BytesView document, JobOrigin origin);

    /// The same for a document that another desk gave as a file: who asks for the job is not at this desk.
    /// One that is known stays as it is, also who asked for it.
    Result<Job> import(BytesView document);

    bool handles(std::string_view kind) const override;
    Result<Judgement> take(const FeedItem& entry, AuditTransaction& record) override;

private:
    struct Origin
    {
        JobOrigin origin = JobOrigin::Console;
        std::optional<std::int64_t> deliveryId;
        std::optional<Submitter> submitter;
        UnixMillis createdAt = 0;
    };
    Result<NewJob> judge(BytesView document, const Origin& origin) const;
    JobState firstState(const NewJob& job) const;
    Result<Judgement> handleJob(const FeedItem& entry, AuditTransaction& record);
    Result<Judgement> handleWithdrawal(const FeedItem& entry, AuditTransaction& record);
    Status noteWithdrawal(BytesView body);

    Database& m_database;
    const Clock& m_clock;
    AuditLog m_audit;
    JobStore m_jobs;
    Submitters m_submitters;
};

}  // namespace countersign
