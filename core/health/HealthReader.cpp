#include "core/health/HealthReader.h"

#include "core/base/text/Ascii.h"
#include "core/health/HealthFacts.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr std::size_t mostFindingsPerCall = 1000;
constexpr std::size_t findingsPerPage = 500;
constexpr std::int64_t noLimit = std::numeric_limits<std::int64_t>::max();

struct HealthReaderText
{
    Q_DECLARE_TR_FUNCTIONS(HealthReaderText)
};

// The rows of the table wallet to which a rule applies. An answer of Dynamic counts for the delegation that
// was there when it was given, not for a later one.
constexpr const char* answeredSince = " AND w.status = 'active' AND c.checked_at >= w.received_at";

/// rows: of these alone, as idList; empty: of all, along the index that knows the few of many.
std::string walletsOf(HealthRule rule, const std::string& rows = {})
{
    const std::string among = rows.empty() ? std::string() : " AND w.id IN (" + rows + ')';
    const auto indexed = [&](const char* index) {
        return std::string("SELECT w.id FROM wallet w ") +
               (rows.empty() ? std::string("INDEXED BY ") + index : std::string()) +
               " WHERE w.status = 'active' AND ";
    };
    const auto inHealth = [&](const char* health) {
        return std::string(
                   "SELECT w.id FROM wallet w WHERE w.status IN ('active', 'unusable') AND w.health = '") +
               health + '\'' + among;
    };
    const auto checked = [&](const std::string& condition) {
        return std::string("SELECT w.id FROM wallet_check c ") + (rows.empty() ? "CROSS JOIN" : "JOIN") +
               " wallet w ON w.wallet_id = c.wallet_id WHERE " + condition + answeredSince + among;
    };
    const auto answered = [&](const char* verdicts) {
        return checked(std::string("c.verdict <> 'ok' AND c.verdict IN (") + verdicts + ')');
    };
    switch (rule) {
        case HealthRule::WalletUndecryptable:
            return inHealth("undecryptable");
        case HealthRule::WalletPasswordProtected:
            return inHealth("password-protected");
        case HealthRule::WalletAddressMismatch:
            return inHealth("address-mismatch") + " UNION " + answered("'address-differs', 'chain-differs'");
        case HealthRule::WalletCredentialRefused:
            return inHealth("credential-refused") + " UNION " + answered("'refused'");
        case HealthRule::WalletRevokedAtDynamic:
            return answered("'not-found', 'no-delegation'");
        case HealthRule::WalletPendingChange:
            return checked("c.pending_change <> ''");
        case HealthRule::WalletOld:
            return indexed("wallet_by_received") + "w.received_at < ?1" + among;
        default:
            return indexed("wallet_active") +
                   "NOT EXISTS (SELECT 1 FROM job j WHERE j.wallet_id = w.wallet_id AND j.signature IS NOT "
                   "NULL)" +
                   among;
    }
}

/// The order of an index that the rule's wallets come from, so that the first of many are there at once: by
/// wallet id where nothing else tells them apart, and the oldest first.
const char* orderOf(HealthRule rule)
{
    switch (rule) {
        case HealthRule::WalletNeverUsed:
            return "w.wallet_id";
        case HealthRule::WalletOld:
            return "w.received_at, w.id";
        default:
            return "1";
    }
}

bool containsFolded(std::string_view text, std::string_view part)
{
    const auto fold = ascii::lower;
    const auto isSame = [fold](char one, char other) { return fold(one) == fold(other); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), isSame) != text.end();
}

bool matchesFilter(const HealthFinding& finding, const HealthFilter& filter)
{
    return (!filter.severity || finding.severity == *filter.severity) &&
           (!filter.rule || finding.rule == *filter.rule) &&
           (filter.text.empty() || containsFolded(finding.subject, filter.text) ||
            containsFolded(finding.walletId.value_or(std::string()), filter.text));
}

bool isWanted(HealthRule rule, const HealthFilter& filter)
{
    return (!filter.rule || *filter.rule == rule) &&
           (!filter.severity || *filter.severity == usualSeverity(rule));
}

constexpr std::array<HealthSeverity, 4> severitiesByGravity = {
    HealthSeverity::Critical, HealthSeverity::Error, HealthSeverity::Warning, HealthSeverity::Info};

}  // namespace

Result<HealthSummary> HealthReader::summary() const
{
    return inSnapshot(m_database, [&]() -> Result<HealthSummary> {
        HealthSummary summary;
        summary.at = m_question.now;
        for (const char* status : {"active", "unusable", "revoked", "superseded"}) {
            summary.byStatus[status] = 0;
        }
        SQLite::Statement states(
            m_database.handle(),
            "SELECT status, substr(health, 1, 64), count(*) FROM wallet GROUP BY status, health");
        while (states.executeStep()) {
            const std::string status = states.getColumn(0).getString();
            const std::int64_t count = states.getColumn(2).getInt64();
            summary.byStatus[status] += count;
            if (status == "active" || status == "unusable") {
                summary.byHealth[states.getColumn(1).getString()] += count;
            }
        }
        SQLite::Statement checks(
            m_database.handle(),
            "SELECT (SELECT max(checked_at) FROM wallet_check), (SELECT min(checked_at) FROM wallet_check), "
            "(SELECT count(*) FROM (SELECT wallet_id FROM wallet INDEXED BY wallet_active WHERE status = "
            "'active' EXCEPT SELECT wallet_id FROM wallet_check ORDER BY 1)) + (SELECT count(*) FROM wallet "
            "w "
            "JOIN wallet_check c ON c.wallet_id = w.wallet_id WHERE w.status = 'active' AND w.received_at > "
            "(SELECT min(checked_at) FROM wallet_check) AND c.checked_at < w.received_at), (SELECT "
            "checked_at FROM environment_check)");
        checks.executeStep();
        summary.lastVerifiedAt = optionalTimeOf(checks.getColumn(0));
        summary.oldestVerifiedAt = optionalTimeOf(checks.getColumn(1));
        summary.neverVerified = checks.getColumn(2).getInt64();
        summary.environmentCheckedAt = optionalTimeOf(checks.getColumn(3));
        return summary;
    });
}

Result<HealthCounts> HealthReader::counts() const
{
    return inSnapshot(m_database, [&]() -> Result<HealthCounts> {
        HealthCounts counts;
        ASSIGN_OR_RETURN(const auto findings, profileMatches({}));
        for (const HealthFinding& finding : findings) {
            ++counts[{finding.severity, finding.rule}];
        }
        for (const HealthRule rule : allHealthRules()) {
            if (!isWalletRule(rule)) {
                continue;
            }
            std::vector<std::int64_t> ids;
            RETURN_IF_ERROR(addWalletIds(rule, {}, noLimit, ids));
            if (!ids.empty()) {
                counts[{usualSeverity(rule), rule}] += static_cast<std::int64_t>(ids.size());
            }
        }
        return counts;
    });
}

Result<ProfileFacts> HealthReader::profileFacts() const
{
    ASSIGN_OR_RETURN(auto facts, readProfileFacts(m_database, mostMissedWallets));
    facts.now = m_question.now;
    facts.tampered = m_question.tampered;
    facts.trustProblem = m_question.trustProblem;
    return facts;
}

Result<std::vector<HealthFinding>> HealthReader::profileMatches(const HealthFilter& filter) const
{
    if (filter.rule && isWalletRule(*filter.rule)) {
        return std::vector<HealthFinding>();
    }
    ASSIGN_OR_RETURN(const auto facts, profileFacts());
    auto findings = profileFindings(facts, m_question.limits);
    std::erase_if(findings, [&](const HealthFinding& finding) { return !matchesFilter(finding, filter); });
    return findings;
}

Status HealthReader::addWalletIds(HealthRule rule, const HealthFilter& filter, std::int64_t limit,
                                  std::vector<std::int64_t>& ids) const
{
    if (!isAsked(rule)) {
        return {};
    }
    std::string sql = walletsOf(rule);
    if (filter.text.empty()) {
        sql += std::string(" ORDER BY ") + orderOf(rule);
    } else {
        sql = "SELECT id FROM wallet WHERE id IN (" + sql +
              ") AND (address LIKE ?2 ESCAPE '\\' OR wallet_id LIKE ?2 ESCAPE '\\' OR user_id LIKE ?2 ESCAPE "
              "'\\') ORDER BY id";
    }
    return attempt([&]() -> Status {
        SQLite::Statement query(m_database.handle(), sql + " LIMIT " + std::to_string(limit));
        bindAge(rule, query);
        if (!filter.text.empty()) {
            query.bind(2, containsPattern(filter.text));
        }
        while (query.executeStep()) {
            ids.push_back(walletFindingId(rule, query.getColumn(0).getInt64()));
        }
        return {};
    });
}

Result<std::vector<std::int64_t>> HealthReader::collect(const HealthFilter& filter, std::int64_t limit) const
{
    RETURN_IF_ERROR(acceptableSearchText(filter.text));
    ASSIGN_OR_RETURN(const auto general, profileMatches(filter));
    std::vector<std::int64_t> ids;
    const auto left = [&] { return limit - static_cast<std::int64_t>(ids.size()); };
    for (const HealthSeverity severity : severitiesByGravity) {
        for (const HealthRule rule : allHealthRules()) {
            for (const HealthFinding& finding : general) {
                if (finding.severity == severity && finding.rule == rule && left() > 0) {
                    ids.push_back(finding.id);
                }
            }
            if (isWalletRule(rule) && usualSeverity(rule) == severity && isWanted(rule, filter) &&
                left() > 0) {
                RETURN_IF_ERROR(addWalletIds(rule, filter, left(), ids));
            }
        }
    }
    return ids;
}

Result<std::vector<std::int64_t>> HealthReader::ids(const HealthFilter& filter) const
{
    return inSnapshot(m_database, [&] { return collect(filter, noLimit); });
}

/// Whether the operator wants to know; of age only with a limit.
bool HealthReader::isAsked(HealthRule rule) const
{
    return rule != HealthRule::WalletOld || m_question.limits.maxAge.has_value();
}

void HealthReader::bindAge(HealthRule rule, SQLite::Statement& query) const
{
    if (rule == HealthRule::WalletOld) {
        query.bind(1,
                   static_cast<std::int64_t>(
                       m_question.now - std::chrono::milliseconds(m_question.limits.maxAge.value()).count()));
    }
}

/// Only those to which the rule still applies: what was mended since the list was read is gone.
Status HealthReader::readWallets(HealthRule rule, const std::vector<std::int64_t>& rows,
                                 std::map<std::int64_t, HealthFinding>& found) const
{
    if (!isAsked(rule)) {
        return {};
    }
    return attempt([&]() -> Status {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT w.id, w.wallet_id, w.address, substr(w.health_detail, 1, 500), w.received_at, "
            "coalesce(c.verdict, ''), substr(coalesce(c.detail, ''), 1, 500), "
            "substr(coalesce(c.pending_change, ''), 1, 200), coalesce(c.checked_at, 0) "
            "FROM wallet w LEFT JOIN wallet_check c ON c.wallet_id = w.wallet_id WHERE w.id IN (" +
                walletsOf(rule, idList(rows)) + ')');
        bindAge(rule, query);
        while (query.executeStep()) {
            const WalletFacts wallet{query.getColumn(0).getInt64(),  query.getColumn(1).getString(),
                                     query.getColumn(2).getString(), query.getColumn(3).getString(),
                                     query.getColumn(4).getInt64(),  query.getColumn(5).getString(),
                                     query.getColumn(6).getString(), query.getColumn(7).getString(),
                                     query.getColumn(8).getInt64()};
            found.emplace(walletFindingId(rule, wallet.row), walletFinding(rule, wallet, m_question.now));
        }
        return {};
    });
}

Result<std::vector<HealthFinding>> HealthReader::rows(std::span<const std::int64_t> ids) const
{
    if (ids.size() > mostFindingsPerCall) {
        return failure(ErrorCode::InvalidInput,
                       HealthReaderText::tr("Too many rows were asked for at once."));
    }
    return inSnapshot(m_database, [&]() -> Result<std::vector<HealthFinding>> {
        std::map<HealthRule, std::vector<std::int64_t>> wallets;
        bool areOthersAsked = false;
        for (const std::int64_t id : ids) {
            const HealthRule rule = ruleOfFinding(id);
            if (isWalletRule(rule)) {
                wallets[rule].push_back(rowOfFinding(id));
            } else {
                areOthersAsked = true;
            }
        }
        std::map<std::int64_t, HealthFinding> found;
        for (const auto& [rule, rows] : wallets) {
            RETURN_IF_ERROR(readWallets(rule, rows, found));
        }
        if (areOthersAsked) {
            ASSIGN_OR_RETURN(auto general, profileMatches({}));
            for (HealthFinding& finding : general) {
                const std::int64_t id = finding.id;
                found.emplace(id, std::move(finding));
            }
        }
        std::vector<HealthFinding> findings;
        for (const std::int64_t id : ids) {
            if (auto node = found.extract(id); !node.empty()) {
                findings.push_back(std::move(node.mapped()));
            }
        }
        return findings;
    });
}

Result<std::vector<HealthFinding>> HealthReader::firstRows(const HealthFilter& filter, int limit) const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<HealthFinding>> {
        ASSIGN_OR_RETURN(const auto first,
                         collect(filter, std::clamp<std::int64_t>(limit, 0, mostFindingsPerCall)));
        return rows(first);
    });
}

Status HealthReader::forEach(const HealthFilter& filter,
                             const std::function<Status(const HealthFinding&)>& visit) const
{
    return inSnapshot(m_database, [&]() -> Status {
        ASSIGN_OR_RETURN(const auto all, collect(filter, noLimit));
        const std::span<const std::int64_t> ids(all);
        for (std::size_t first = 0; first < ids.size(); first += findingsPerPage) {
            ASSIGN_OR_RETURN(const auto page,
                             rows(ids.subspan(first, std::min(findingsPerPage, ids.size() - first))));
            for (const HealthFinding& finding : page) {
                RETURN_IF_ERROR(visit(finding));
            }
        }
        return {};
    });
}

Result<std::vector<KeyUse>> HealthReader::keyUse() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<KeyUse>> {
        ASSIGN_OR_RETURN(const auto facts, profileFacts());
        return readKeyUse(m_database, facts);
    });
}

}  // namespace countersign
