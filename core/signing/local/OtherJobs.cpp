#include "core/signing/local/OtherJobs.h"

#include "core/signing/job/JobExplanation.h"
#include "core/signing/store/JobRows.h"

namespace countersign {

Result<OtherJobs::Found> OtherJobs::signedOnes(const Job& job, int most) const
{
    return attempt([&]() -> Result<Found> {
        // By the index of signed jobs: a wallet may have thousands that nobody signed.
        SQLite::Statement query(m_database.handle(),
                                std::string(jobColumns) +
                                    "INDEXED BY job_signed WHERE wallet_id = ? AND signature IS NOT NULL AND "
                                    "id <> ? ORDER BY id DESC LIMIT ?");
        query.bind(1, job.walletId);
        query.bind(2, job.id);
        query.bind(3, most + 1);
        return read(query, most);
    });
}

Result<OtherJobs::Found> OtherJobs::withNonce(const Job& job, const std::string& chainId,
                                              const std::string& nonce, int most) const
{
    return attempt([&]() -> Result<Found> {
        SQLite::Statement query(
            m_database.handle(),
            std::string(jobColumns) +
                "INDEXED BY job_by_nonce WHERE wallet_id = ? AND chain_id = ? AND nonce = ? AND id <> ? AND "
                "(signature IS NOT NULL OR state IN ('pending', 'approved', 'signing', 'interrupted')) "
                "ORDER BY signature IS NULL, id DESC LIMIT ?");
        query.bind(1, job.walletId);
        query.bind(2, chainId);
        query.bind(3, nonce);
        query.bind(4, job.id);
        query.bind(5, most + 1);
        return read(query, most);
    });
}

Result<OtherJobs::Found> OtherJobs::unprepared(const Job& job, int most) const
{
    return attempt([&]() -> Result<Found> {
        SQLite::Statement query(m_database.handle(),
                                std::string(jobColumns) +
                                    "INDEXED BY job_by_state WHERE state = 'pending' AND wallet_id = ? AND "
                                    "kind = 'evm.transaction' AND nonce IS NULL AND id <> ? LIMIT ?");
        query.bind(1, job.walletId);
        query.bind(2, job.id);
        query.bind(3, most + 1);
        return read(query, most);
    });
}

Result<OtherJobs::Found> OtherJobs::read(SQLite::Statement& query, int most) const
{
    Found found;
    std::vector<std::int64_t> ids;
    for (int row = 0; query.executeStep(); ++row) {
        if (row == most) {
            found.isCut = true;
            break;
        }
        const Job job = jobFrom(query);
        if (auto outline = outlined(job)) {
            found.jobs.push_back(*std::move(outline));
            ids.push_back(job.id);
        } else {
            ++found.unreadable;
        }
    }
    RETURN_IF_ERROR(noteTimes(found.jobs, ids));
    return found;
}

std::optional<OtherJob> OtherJobs::outlined(const Job& row) const
{
    const auto job = VerifiedJob::of(row);
    const auto explained = job ? explainJob(*job, m_knowledge) : failure(job.error());
    if (!explained) {
        return std::nullopt;
    }
    return OtherJob{.jobId = row.jobId,
                    .state = row.state,
                    .isSigned = !row.signature.empty(),
                    .signedAt = row.stateAt,
                    .digest = job->payload() ? job->payload()->digest : Bytes(),
                    .outline = outlineOf(*job, explained->explanation)};
}

Status OtherJobs::noteTimes(std::vector<OtherJob>& jobs, const std::vector<std::int64_t>& ids) const
{
    // A job's state changes after its signature; where its step is missing the last change stands for it.
    auto query = m_database.statement("SELECT max(at) FROM job_step WHERE job = ? AND state = 'signed'");
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        query->reset();
        query->bind(1, ids[i]);
        if (query->executeStep() && !query->getColumn(0).isNull()) {
            jobs[i].signedAt = query->getColumn(0).getInt64();
        }
    }
    return {};
}

}  // namespace countersign
