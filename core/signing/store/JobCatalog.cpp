#include "core/signing/store/JobCatalog.h"

#include "core/base/text/Ascii.h"
#include "core/signing/job/JobNotes.h"
#include "core/signing/store/JobRows.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t maxRowsPerCall = 1000;
constexpr std::size_t fullIdCharacters = 64;
constexpr std::size_t shortestJobId = 8;

// The groups of design.md's jobs page; isRunning and isDone say the same of one row.
constexpr const char* waitingStates = "state IN ('pending', 'interrupted')";
constexpr const char* runningStates =
    "(state IN ('approved', 'signing', 'broadcast') OR (state = 'signed' AND broadcast = 1))";
constexpr const char* doneStates =
    "(state IN ('confirmed', 'rejected', 'expired', 'failed', 'withdrawn', 'blocked') "
    "OR (state = 'signed' AND broadcast = 0))";

struct JobCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(JobCatalogText)
};

/// The conditions in a fixed order; bindFilter follows the same one.
std::string whereClause(const JobFilter& filter)
{
    std::string clause = "WHERE 1";
    switch (filter.group) {
        case JobFilter::Group::All:
            break;
        case JobFilter::Group::Waiting:
            clause += std::string(" AND ") + waitingStates;
            break;
        case JobFilter::Group::Running:
            clause += std::string(" AND ") + runningStates;
            break;
        case JobFilter::Group::Done:
            clause += std::string(" AND ") + doneStates;
            break;
    }
    if (filter.state) {
        clause += " AND state = ?";
    }
    if (!filter.chain.empty()) {
        clause += " AND chain = upper(?)";
    }
    if (!filter.walletId.empty()) {
        clause += " AND wallet_id = ?";
    }
    if (!filter.text.empty()) {
        clause +=
            " AND (job_id LIKE ? ESCAPE '\\' OR address LIKE ? ESCAPE '\\' OR wallet_id LIKE ? ESCAPE '\\' "
            "OR submitter LIKE ? ESCAPE '\\' OR reason LIKE ? ESCAPE '\\' OR hash LIKE ? ESCAPE '\\')";
    }
    return clause;
}

void bindFilter(SQLite::Statement& statement, const JobFilter& filter)
{
    int position = 1;
    if (filter.state) {
        statement.bind(position++, std::string(toText(*filter.state)));
    }
    if (!filter.chain.empty()) {
        statement.bind(position++, filter.chain);
    }
    if (!filter.walletId.empty()) {
        statement.bind(position++, filter.walletId);
    }
    if (!filter.text.empty()) {
        const std::string pattern = containsPattern(filter.text);
        for (int i = 0; i < 6; ++i) {
            statement.bind(position++, pattern);
        }
    }
}

std::string orderClause(const JobOrder& order)
{
    const std::string direction = order.descending ? " DESC" : " ASC";
    const auto column = [&]() -> std::string {
        switch (order.column) {
            case JobOrder::Column::Created:
                return "created_at";
            case JobOrder::Column::Expires:
                return "expires_at";
            case JobOrder::Column::State:
                return "state";
            case JobOrder::Column::Wallet:
                return "wallet_id";
            case JobOrder::Column::Submitter:
                return "submitter";
        }
        return "created_at";
    };
    return " ORDER BY " + column() + direction + ", id" + direction;
}

tl::unexpected<Error> unknownJob()
{
    return failure(ErrorCode::NotFound, JobCatalogText::tr("There is no job with this id."));
}

}  // namespace

Result<std::vector<std::int64_t>> JobCatalog::ids(const JobFilter& filter, const JobOrder& order) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        SQLite::Statement statement(m_database.handle(),
                                    "SELECT id FROM job " + whereClause(filter) + orderClause(order));
        bindFilter(statement, filter);
        std::vector<std::int64_t> ids;
        while (statement.executeStep()) {
            ids.push_back(statement.getColumn(0).getInt64());
        }
        return ids;
    });
}

Result<std::vector<Job>> JobCatalog::rows(std::span<const std::int64_t> ids) const
{
    if (ids.size() > maxRowsPerCall) {
        return failure(ErrorCode::InvalidInput, JobCatalogText::tr("Too many rows were asked for at once."),
                       QStringLiteral("%1 rows").arg(ids.size()));
    }
    return attempt([&]() -> Result<std::vector<Job>> {
        SQLite::Statement statement(m_database.handle(), jobColumns + ("WHERE id IN (" + idList(ids) + ")"));
        std::unordered_map<std::int64_t, Job> found;
        while (statement.executeStep()) {
            Job job = jobFrom(statement);
            found.emplace(job.id, std::move(job));
        }
        return inOrder(ids, found);
    });
}

Result<std::vector<Job>> JobCatalog::firstRows(const JobFilter& filter, const JobOrder& order,
                                               int limit) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    return attempt([&]() -> Result<std::vector<Job>> {
        SQLite::Statement statement(m_database.handle(), jobColumns + whereClause(filter) +
                                                             orderClause(order) + " LIMIT " +
                                                             std::to_string(std::max(0, limit)));
        bindFilter(statement, filter);
        std::vector<Job> jobs;
        while (statement.executeStep()) {
            jobs.push_back(jobFrom(statement));
        }
        return jobs;
    });
}

Result<JobCatalog::Counts> JobCatalog::counts() const
{
    return attempt([&]() -> Result<Counts> {
        const auto count = [&](const char* condition) {
            return m_database.handle()
                .execAndGet(std::string("SELECT count(*) FROM job WHERE ") + condition)
                .getInt64();
        };
        return Counts{count(waitingStates), count(runningStates), count(doneStates)};
    });
}

Result<Job> JobCatalog::find(std::string_view jobId) const
{
    const auto isHexDigit = ascii::isLowerHexDigit;
    if (jobId.size() < shortestJobId || jobId.size() > fullIdCharacters ||
        !std::all_of(jobId.begin(), jobId.end(), isHexDigit)) {
        return unknownJob();
    }
    return attempt([&]() -> Result<Job> {
        // 'g' sorts right behind the hex digits.
        SQLite::Statement statement(m_database.handle(),
                                    std::string(jobColumns) + "WHERE job_id >= ? AND job_id < ? LIMIT 2");
        statement.bind(1, std::string(jobId));
        statement.bind(2, std::string(jobId) + 'g');
        if (!statement.executeStep()) {
            return unknownJob();
        }
        Job job = jobFrom(statement);
        if (statement.executeStep()) {
            return failure(ErrorCode::NotFound,
                           JobCatalogText::tr("More than one job begins so. Give more digits of its id."));
        }
        return job;
    });
}

Result<std::vector<JobHistoryEntry>> JobCatalog::steps(std::int64_t id) const
{
    return attempt([&]() -> Result<std::vector<JobHistoryEntry>> {
        SQLite::Statement statement(m_database.handle(),
                                    "SELECT at, state, note FROM job_step WHERE job = ? ORDER BY id");
        statement.bind(1, id);
        std::vector<JobHistoryEntry> steps;
        while (statement.executeStep()) {
            steps.push_back({statement.getColumn(0).getInt64(),
                             jobStateFrom(statement.getColumn(1).getString()).value_or(JobState::Blocked),
                             shownJobNote(statement.getColumn(2).getString())});
        }
        return steps;
    });
}

}  // namespace countersign
