#include "core/policy/approvals/ApprovalStore.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <optional>

namespace countersign {

/// A row of the table, read anew; approval is nothing where it is not what was stored.
struct ApprovalStore::Row
{
    std::int64_t id = 0;
    std::optional<StoredApproval> stored;

    const ApprovalStatement* statement() const { return stored ? &stored->approval.statement : nullptr; }
};

namespace {

struct ApprovalStoreText
{
    Q_DECLARE_TR_FUNCTIONS(ApprovalStoreText)
};

constexpr std::size_t maxOfJob = 64;
constexpr std::size_t maxOfOperator = 4;  // rejections not counted
constexpr std::size_t maxOfStrangers = 8;
constexpr std::int64_t maxWithStrangers = 10'000;  // of all jobs

constexpr std::array approvalSources = {std::pair{ApprovalSource::Own, std::string_view("own")},
                                        std::pair{ApprovalSource::File, std::string_view("file")},
                                        std::pair{ApprovalSource::Relay, std::string_view("relay")}};

ApprovalSource approvalSourceFrom(std::string_view text)
{
    const auto found =
        std::ranges::find_if(approvalSources, [text](const auto& row) { return row.second == text; });
    // The column allows no other; it decides nothing.
    return found == approvalSources.end() ? ApprovalSource::File : found->first;
}

bool isRejection(const ApprovalStatement& statement)
{
    return statement.decision == ApprovalDecision::Reject;
}

bool isRegistered(std::span<const Operator> registered, const ed25519::PublicKey& key)
{
    return std::ranges::any_of(registered, [&key](const Operator& one) { return one.publicKey == key; });
}

/// What a new statement finds of its job.
template <typename Row>
class JobShelf
{
public:
    JobShelf(const std::vector<Row>& rows, std::span<const Operator> registered)
        : m_rows(rows), m_registered(registered)
    {}

    std::size_t strangers() const
    {
        return static_cast<std::size_t>(
            std::ranges::count_if(m_rows, [this](const Row& row) { return isStranger(row); }));
    }
    bool hasRejectionOf(const ed25519::PublicKey& key) const
    {
        return std::ranges::any_of(m_rows, [&key](const Row& row) {
            return row.stored && row.statement()->operatorKey == key && isRejection(*row.statement());
        });
    }
    /// Without rejections, the oldest first.
    std::vector<const Row*> saidBy(const ed25519::PublicKey& key) const
    {
        std::vector<const Row*> said;
        for (const Row& row : m_rows) {
            if (row.stored && row.statement()->operatorKey == key && !isRejection(*row.statement())) {
                said.push_back(&row);
            }
        }
        std::ranges::sort(said, {}, [](const Row* row) { return std::pair(row->statement()->at, row->id); });
        return said;
    }
    /// What is worth least; nullptr: each says something.
    const Row* leastOfAll() const
    {
        const auto stranger =
            std::ranges::find_if(m_rows, [this](const Row& row) { return isStranger(row); });
        if (stranger != m_rows.end()) {
            return &*stranger;
        }
        for (const Row& row : m_rows) {
            const auto said = saidBy(row.statement()->operatorKey);
            if (said.size() > 1) {
                return said.front();
            }
        }
        return nullptr;
    }

private:
    bool isStranger(const Row& row) const
    {
        return !row.stored || !isRegistered(m_registered, row.statement()->operatorKey);
    }

    const std::vector<Row>& m_rows;
    std::span<const Operator> m_registered;
};

}  // namespace

std::string_view toText(ApprovalSource source)
{
    return std::ranges::find_if(approvalSources, [source](const auto& row) { return row.first == source; })
        ->second;
}

Result<ApprovalStore::Added> ApprovalStore::add(const SignedApproval& approval, ApprovalSource source,
                                                UnixMillis now, std::span<const Operator> registered)
{
    const ApprovalStatement& statement = approval.statement;
    ASSIGN_OR_RETURN(const auto before, rows(statement.jobId));
    const bool known = std::ranges::any_of(before, [&approval](const Row& row) {
        return row.stored && row.stored->approval.envelope.digest == approval.envelope.digest;
    });
    if (known) {
        return Added::Known;
    }
    RETURN_IF_ERROR(removePlanted(approval));
    ASSIGN_OR_RETURN(const auto present, rows(statement.jobId));
    const JobShelf shelf(present, registered);
    const bool isOurs = isRegistered(registered, statement.operatorKey);
    if (isRejection(statement) && shelf.hasRejectionOf(statement.operatorKey)) {
        return Added::Repeated;
    }
    const Row* victim = nullptr;
    if (const auto said = shelf.saidBy(statement.operatorKey);
        isOurs && !isRejection(statement) && said.size() >= maxOfOperator) {
        victim = said.front();
        if (statement.at < victim->statement()->at) {
            return Added::Outdated;
        }
    }
    if (!isOurs) {
        ASSIGN_OR_RETURN(const bool full, isFullForStrangers());
        if (full || shelf.strangers() >= maxOfStrangers || present.size() >= maxOfJob) {
            return Added::NoRoomLeft;
        }
    }
    if (victim == nullptr && present.size() >= maxOfJob) {
        victim = shelf.leastOfAll();
        if (victim == nullptr) {
            return Added::NoRoomLeft;
        }
    }
    if (victim != nullptr) {
        RETURN_IF_ERROR(remove(victim->id));
    }
    RETURN_IF_ERROR(insert(approval, source, now));
    return Added::New;
}

Result<ApprovalStore::OfJob> ApprovalStore::ofJob(const std::string& jobId) const
{
    ASSIGN_OR_RETURN(auto present, rows(jobId));
    OfJob found;
    for (Row& row : present) {
        if (row.stored) {
            found.approvals.push_back(*std::move(row.stored));
        } else {
            ++found.damaged;
        }
    }
    return found;
}

Result<std::vector<ApprovalStore::Row>> ApprovalStore::rows(const std::string& jobId) const
{
    return attempt([&]() -> Result<std::vector<Row>> {
        auto query = m_database.statement(
            "SELECT id, envelope, received_at, source FROM approval_statement WHERE job_id = ? ORDER BY id");
        query->bind(1, jobId);
        std::vector<Row> found;
        while (query->executeStep()) {
            if (found.size() == maxOfJob) {
                return failure(
                    ErrorCode::BadSignature,
                    ApprovalStoreText::tr("There are more statements about this job than Countersign "
                                          "stores, so somebody else wrote some. None of them counts, "
                                          "and the job is not signed."),
                    QString::fromStdString(jobId));
            }
            Row& row = found.emplace_back();
            row.id = query->getColumn(0).getInt64();
            auto approval = readApproval(asText(blobView(query->getColumn(1))));
            if (approval && approval->statement.jobId == jobId) {
                row.stored = StoredApproval{*std::move(approval), query->getColumn(2).getInt64(),
                                            approvalSourceFrom(query->getColumn(3).getString())};
            }
        }
        return found;
    });
}

/// A row with the statement's digest that is not this statement was written by somebody else, so that the
/// genuine one would find its place taken.
Status ApprovalStore::removePlanted(const SignedApproval& approval)
{
    return attempt([&]() -> Status {
        SQLite::Statement remove(m_database.handle(), "DELETE FROM approval_statement WHERE digest = ?");
        remove.bind(1, approval.envelope.digest.data(), static_cast<int>(approval.envelope.digest.size()));
        remove.exec();
        return {};
    });
}

Result<bool> ApprovalStore::isFullForStrangers() const
{
    return attempt([&]() -> Result<bool> {
        return m_database.handle().execAndGet("SELECT count(*) FROM approval_statement").getInt64() >=
               maxWithStrangers;
    });
}

Status ApprovalStore::insert(const SignedApproval& approval, ApprovalSource source, UnixMillis now)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(
            m_database.handle(),
            "INSERT INTO approval_statement (job_id, digest, operator, envelope, received_at, source) "
            "VALUES (?, ?, ?, ?, ?, ?)");
        const auto bind = [&statement](int at, BytesView bytes) {
            statement.bind(at, bytes.data(), static_cast<int>(bytes.size()));
        };
        statement.bind(1, approval.statement.jobId);
        bind(2, approval.envelope.digest);
        bind(3, approval.statement.operatorKey);
        bind(4, asBytes(approval.envelope.json));
        statement.bind(5, now);
        statement.bind(6, std::string(toText(source)));
        statement.exec();
        return {};
    });
}

Status ApprovalStore::remove(std::int64_t id)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(m_database.handle(), "DELETE FROM approval_statement WHERE id = ?");
        statement.bind(1, id);
        statement.exec();
        return {};
    });
}

}  // namespace countersign
