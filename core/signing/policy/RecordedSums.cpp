#include "core/signing/policy/RecordedSums.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace countersign {

namespace {

/// A clock that was set back by less hides no entry.
constexpr UnixMillis clockMargin = 3'600'000;
constexpr UnixMillis endOfTime = std::numeric_limits<UnixMillis>::max();

std::string keyOf(const Spending& spending)
{
    return spending.jobId + '/' + spending.digest;
}

/// As it is stored; the caller has it verified, or compares it with what was.
std::optional<AuditHash> storedHash(Database& database, std::int64_t seq)
{
    auto query = database.statement("SELECT hash FROM audit WHERE seq = ?");
    query->bind(1, seq);
    AuditHash hash{};
    const BytesView stored = query->executeStep() ? blobView(query->getColumn(0)) : BytesView();
    if (stored.size() != hash.size()) {
        return std::nullopt;
    }
    std::ranges::copy(stored, hash.begin());
    return hash;
}

std::int64_t numberOf(Database& database, const char* sql, std::int64_t bound)
{
    auto query = database.statement(sql);
    query->bind(1, bound);
    return query->executeStep() && !query->getColumn(0).isNull() ? query->getColumn(0).getInt64() : 0;
}

}  // namespace

RecordedSums::RecordedSums(Database& database, const Vault& vault,
                           std::shared_ptr<const PolicyDocument> policy, TellFacts tell)
    : m_database(database),
      m_vault(vault),
      m_policy(std::move(policy)),
      m_tell(std::move(tell)),
      m_areAsked(std::ranges::any_of(m_policy->rules,
                                     [](const PolicyRule& rule) { return rule.when.perPeriod.has_value(); })),
      m_ledger(m_policy),
      m_elsewhereLedger(m_policy)
{}

Status RecordedSums::begin(std::string jobId, std::string digest, std::vector<std::string> operators)
{
    m_jobId = std::move(jobId);
    m_digest = std::move(digest);
    m_doubt.reset();
    m_excerpt.reset();
    m_isCurrent = false;
    if (m_areAsked) {
        m_terms = ApprovalTrailTerms::of(*m_policy, std::move(operators));
        ASSIGN_OR_RETURN(auto excerpt, AuditExcerpt::open(m_database, m_vault));
        m_excerpt.emplace(std::move(excerpt));
    }
    return {};
}

std::optional<Uint256> RecordedSums::spent(const SpentQuery& query) const
{
    if (m_doubt) {
        return std::nullopt;
    }
    const Status read = attempt([&]() -> Status { return readUpTo(query.from); });
    if (!read) {
        m_doubt = read.error();
        return std::nullopt;
    }
    if (m_trail.resealedAt() && *m_trail.resealedAt() >= query.from) {
        return std::nullopt;
    }
    const auto all = m_ledger.spent({query.rule, query.asset, query.from, endOfTime});
    const auto elsewhere = m_elsewhereLedger.spent({query.rule, query.asset, query.from, endOfTime});
    const auto own = ownPart(query);
    const auto waiting = reservedPart(query);
    const auto together = all && elsewhere ? addChecked(*all, *elsewhere) : std::nullopt;
    if (!together || !own || !waiting || *together < *own) {
        return std::nullopt;
    }
    return addChecked(Uint256(*together - *own), *waiting);
}

/// So that everything since then is known, up to the end of the record.
Status RecordedSums::readUpTo(UnixMillis from) const
{
    if (m_isRead && m_isCurrent && from >= m_from) {
        return {};  // begin() set the terms, and nothing was read since
    }
    const bool goesOnFromThere = m_isRead && from >= m_from && goesOn();
    const auto read = !goesOnFromThere                   ? readWhole(from)
                      : m_excerpt->lastSeq() > m_lastSeq ? readOn(m_lastSeq + 1, std::nullopt)
                                                         : Status();
    // Nothing that was read counts unless all of it is genuine.
    m_isRead = read.has_value();
    m_isCurrent = m_isRead;
    RETURN_IF_ERROR(read);
    fillLedger();
    fillElsewhere();
    return {};
}

/// Whether the last entry that was read is still in the record, which then holds all before it unchanged.
bool RecordedSums::goesOn() const
{
    return m_lastSeq == 0 ||
           (m_excerpt->lastSeq() >= m_lastSeq && storedHash(m_database, m_lastSeq) == m_lastHash);
}

/// From the last entry before the period, or a later one with which the record was sealed anew, or from the
/// first of all. Where that is, indexes and times only propose, for whoever writes the file writes them, too;
/// the time of the entry before the period is verified.
Status RecordedSums::readWhole(UnixMillis from) const
{
    m_trail = SpendingTrail();
    m_approvals = ApprovalTrail();
    m_approvalChanges = -1;
    m_ledger.clear();
    m_told.clear();
    m_taken = 0;
    m_moves = 0;
    m_lastSeq = 0;
    m_from = from;
    const std::int64_t last = m_excerpt->lastSeq();
    if (last == 0) {
        return {};
    }
    const UnixMillis earliest = std::numeric_limits<UnixMillis>::min();
    const UnixMillis since = from < earliest + clockMargin ? earliest : from - clockMargin;
    const std::int64_t inPeriod =
        numberOf(m_database, "SELECT min(+seq) FROM audit INDEXED BY audit_by_time WHERE at >= ?", since);
    const std::int64_t before = inPeriod == 0 ? last : std::clamp(inPeriod - 1, std::int64_t{1}, last);
    const std::int64_t resealed = std::min(
        last, numberOf(m_database, "SELECT max(seq) FROM audit WHERE kind = 'audit.resealed' AND seq >= ?",
                       before));
    return resealed > before ? readOn(resealed, std::nullopt)
                             : readOn(before, before > 1 ? std::optional(since) : std::nullopt);
}

Status RecordedSums::readOn(std::int64_t first, std::optional<UnixMillis> firstIsBefore) const
{
    bool isUnderstood = true;
    bool isBefore = true;
    RETURN_IF_ERROR(m_excerpt->read(first, [&](const AuditFields& entry) {
        isBefore = isBefore && (entry.seq != first || !firstIsBefore || entry.at < *firstIsBefore);
        isUnderstood = m_trail.take(entry) && m_approvals.take(entry) && isUnderstood;
    }));
    const auto hash = storedHash(m_database, m_excerpt->lastSeq());
    if (!isBefore || !isUnderstood || !hash) {
        return recordContradiction(
            isBefore ? QStringLiteral("an entry of a job cannot be read")
                     : QStringLiteral("entry %1 is not as old as its place says").arg(first));
    }
    m_lastSeq = m_excerpt->lastSeq();
    m_lastHash = *hash;
    return {};
}

void RecordedSums::fillLedger() const
{
    if (m_moves != m_trail.moves()) {
        m_moves = m_trail.moves();
        m_ledger.clear();
        m_told.clear();
        m_taken = 0;
    }
    const std::vector<Spending>& spendings = m_trail.spendings();
    for (; m_taken < spendings.size(); ++m_taken) {
        m_ledger.add(told(spendings[m_taken]));
    }
}

bool RecordedSums::isElsewhereChanged() const
{
    const auto& spendings = m_trail.spendings();
    return m_approvalChanges != m_approvals.changes() || m_elsewhereTerms != m_terms ||
           m_elsewhereTaken > spendings.size() ||
           std::any_of(spendings.begin() + static_cast<std::ptrdiff_t>(m_elsewhereTaken), spendings.end(),
                       [this](const Spending& one) { return m_elsewhereKeys.contains(keyOf(one)); });
}

/// What was signed here is not counted twice. A digest that is approved or being signed here is: in
/// reservedPart(), which passes over what is among these.
void RecordedSums::fillElsewhere() const
{
    const auto& spendings = m_trail.spendings();
    const bool isChanged = isElsewhereChanged();
    m_elsewhereTaken = spendings.size();
    if (!isChanged) {
        return;
    }
    m_approvalChanges = m_approvals.changes();
    m_elsewhereTerms = m_terms;
    m_elsewhereLedger.clear();
    m_elsewhereKeys.clear();
    std::set<std::string> signedHere;
    for (const Spending& one : spendings) {
        signedHere.insert(keyOf(one));
    }
    m_elsewhere = m_approvals.approvedElsewhere(m_terms);
    std::erase_if(m_elsewhere, [&](const Spending& one) { return signedHere.contains(keyOf(one)); });
    for (const Spending& one : m_elsewhere) {
        m_elsewhereLedger.add(told(one, true));
        m_elsewhereKeys.insert(keyOf(one));
    }
}

const SpentJob& RecordedSums::told(const Spending& spending, bool isElsewhere) const
{
    const auto [place, isNew] = m_told.try_emplace(keyOf(spending) + (isElsewhere ? "/elsewhere" : ""));
    if (isNew || !place->second.facts) {
        place->second = m_tell(spending, *m_excerpt, isElsewhere);
    }
    place->second.at = spending.at;
    return place->second;
}

/// Of the job under check: the same digest is one signature, however often it is made.
std::optional<Uint256> RecordedSums::ownPart(const SpentQuery& query) const
{
    const auto isOwn = [this](const Spending& one) { return one.jobId == m_jobId && one.digest == m_digest; };
    const auto& spendings = m_trail.spendings();
    auto own = std::ranges::find_if(spendings, isOwn);
    bool isElsewhere = false;
    if (own == spendings.end()) {
        own = std::ranges::find_if(std::as_const(m_elsewhere), isOwn);
        isElsewhere = true;
        if (own == m_elsewhere.cend()) {
            return Uint256(0);
        }
    }
    return own->at < query.from ? std::optional(Uint256(0))
                                : leftUnder(query.rule, told(*own, isElsewhere), query.asset);
}

std::optional<Uint256> RecordedSums::reservedPart(const SpentQuery& query) const
{
    std::optional<Uint256> sum = Uint256(0);
    const auto& spendings = m_trail.spendings();
    for (const Spending& waiting : reserved()) {
        const auto isSame = [&](const Spending& one) {
            return keyOf(one) == keyOf(waiting) && one.at >= query.from;
        };
        const bool isCounted =
            std::ranges::any_of(spendings, isSame) || std::ranges::any_of(m_elsewhere, isSame);
        if (isCounted) {
            continue;
        }
        const auto left = leftUnder(query.rule, told(waiting), query.asset);
        sum = left ? addChecked(*sum, *left) : std::nullopt;
        if (!sum) {
            return std::nullopt;
        }
    }
    return sum;
}

/// By the record, and by the rows where the approval lies before what was read.
std::vector<Spending> RecordedSums::reserved() const
{
    std::vector<Spending> all = m_trail.reserved();
    const auto isKnown = [&all](const std::string& jobId) {
        return std::ranges::find(all, jobId, &Spending::jobId) != all.end();
    };
    auto rows = m_database.statement("SELECT job_id FROM job WHERE state IN ('approved', 'signing')");
    while (rows->executeStep()) {
        std::string jobId = rows->getColumn(0).getString();
        if (!isKnown(jobId)) {
            all.push_back({.jobId = std::move(jobId), .digest = {}, .walletId = {}});
        }
    }
    std::erase_if(all, [this](const Spending& one) { return one.jobId == m_jobId; });
    return all;
}

}  // namespace countersign
