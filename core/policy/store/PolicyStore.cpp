#include "core/policy/store/PolicyStore.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/policy/approvals/CountTerms.h"
#include "core/vault/PolicyRows.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct PolicyStoreText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyStoreText)
};

Error changedOutside()
{
    return trustError(
        {std::string(trustedTables::policy), std::string(policyRowsKey), TrustFinding::What::Changed});
}

Error notWhatWasLookedAt()
{
    return {ErrorCode::Busy,
            PolicyStoreText::tr("Another policy was put in force meanwhile. Look at what is different now."),
            {}};
}

/// The newest first.
std::vector<PolicyRow> policyRows(Database& database)
{
    auto query =
        database.statement("SELECT sha256, name, rules, set_at, ended_at FROM policy ORDER BY id DESC");
    std::vector<PolicyRow> rows;
    while (query->executeStep()) {
        PolicyRow& row = rows.emplace_back();
        row.sha256 = query->getColumn(0).getString();
        row.name = query->getColumn(1).getString();
        row.rules = query->getColumn(2).getInt();
        row.setAt = query->getColumn(3).getInt64();
        row.endedAt = optionalTimeOf(query->getColumn(4));
    }
    return rows;
}

std::optional<PolicyRow> newestInForce(const std::vector<PolicyRow>& rows)
{
    return rows.empty() || rows.front().endedAt ? std::nullopt : std::optional(rows.front());
}

/// Of the newest with these bytes. The rows are vouched for, and they for the document.
Result<Bytes> documentOf(Database& database, const std::string& sha)
{
    auto query = database.statement("SELECT document FROM policy WHERE sha256 = ? ORDER BY id DESC LIMIT 1");
    query->bind(1, sha);
    if (!query->executeStep()) {
        return failure(ErrorCode::NotFound,
                       PolicyStoreText::tr("There is no policy with this hash among those that are kept."),
                       QString::fromStdString(sha));
    }
    Bytes bytes = blobOf(query->getColumn(0));
    if (toHex(sha256(bytes)) != sha) {
        return failure(changedOutside());
    }
    return bytes;
}

std::string detailOf(const std::optional<PolicyDocument>& policy, const std::optional<PolicyRow>& previous,
                     const PolicyChangeCount& approved)
{
    Json detail = Json::object();
    if (policy) {
        detail = {{"name", policy->name}, {"sha256", policy->sha256}, {"rules", policy->rules.size()}};
    }
    detail["previous"] = previous ? Json(previous->sha256) : Json(nullptr);
    for (const CountedPolicyChange& one : approved.statements) {
        if (!one.why) {
            detail["approvals"].push_back({{"operator", toHex(one.statement.operatorKey)},
                                           {"name", one.name},
                                           {"at", toIso8601(one.statement.at)}});
        }
    }
    return dumpJson(detail);
}

void insertPolicy(Database& database, const PolicyRow& row, BytesView bytes)
{
    auto insert = database.statement(
        "INSERT INTO policy (sha256, name, rules, document, set_at, id) VALUES (?, ?, ?, ?, ?, "
        "(SELECT coalesce(max(id), 0) + 1 FROM policy))");
    insert->bind(1, row.sha256);
    insert->bind(2, row.name);
    insert->bind(3, row.rules);
    insert->bind(4, bytes.data(), static_cast<int>(bytes.size()));
    insert->bind(5, row.setAt);
    insert->exec();
}

}  // namespace

Result<std::vector<PolicyRow>> PolicyStore::vouchedRows() const
{
    ASSIGN_OR_RETURN(const auto vouched, m_trusted.manifest());
    ASSIGN_OR_RETURN(const auto present, policyRowsFingerprint(m_database));
    if (vouched.value(trustedTables::policy, policyRowsKey) != present) {
        return failure(changedOutside());
    }
    return policyRows(m_database);
}

Result<std::optional<StoredPolicy>> PolicyStore::inForce() const
{
    return inSnapshot(m_database, [&]() -> Result<std::optional<StoredPolicy>> {
        ASSIGN_OR_RETURN(const auto rows, vouchedRows());
        const auto row = newestInForce(rows);
        if (!row) {
            return std::optional<StoredPolicy>();
        }
        ASSIGN_OR_RETURN(Bytes bytes, documentOf(m_database, row->sha256));
        ASSIGN_OR_RETURN(auto policy, parsePolicy(bytes));
        return std::optional(
            StoredPolicy{std::make_shared<const PolicyDocument>(std::move(policy)), std::move(bytes), *row});
    });
}

Result<std::optional<PolicyRow>> PolicyStore::rowInForce() const
{
    return inSnapshot(m_database, [&] { return vouchedRows().map(newestInForce); });
}

Result<std::vector<PolicyRow>> PolicyStore::history() const
{
    return inSnapshot(m_database, [&] { return vouchedRows(); });
}

Result<Bytes> PolicyStore::document(std::string_view sha256) const
{
    return inSnapshot(m_database, [&]() -> Result<Bytes> {
        RETURN_IF_ERROR(vouchedRows());
        return documentOf(m_database, std::string(sha256));
    });
}

Result<std::optional<Bytes>> PolicyStore::bareDocument(Database& database)
{
    return attempt([&]() -> Result<std::optional<Bytes>> {
        auto query = database.statement("SELECT document FROM policy WHERE ended_at IS NULL LIMIT 1");
        return query->executeStep() ? std::optional(blobOf(query->getColumn(0))) : std::nullopt;
    });
}

Result<PolicyChangeCount> PolicyStore::countChange(const PolicyRow& inForce, const std::string& sha256,
                                                   std::span<const PolicyChangeStatement> statements) const
{
    ASSIGN_OR_RETURN(const Bytes bytes, documentOf(m_database, inForce.sha256));
    ASSIGN_OR_RETURN(auto demand, policyChangeDemand(bytes));
    if (!demand.terms) {
        return PolicyChangeCount();
    }
    PolicyChangeQuestion question{.replaces = inForce.sha256,
                                  .policy = sha256,
                                  .inForceSince = inForce.setAt,
                                  .now = m_clock.now(),
                                  .expiryHours = demand.expiryHours,
                                  .need = demand.terms->count,
                                  .from = std::move(demand.terms->from),
                                  .operators = {}};
    ASSIGN_OR_RETURN(question.operators, m_register.everybody());
    ASSIGN_OR_RETURN(const auto own, m_identity.find());
    std::vector<PolicyChangeStatement> all(statements.begin(), statements.end());
    if (own) {
        std::erase_if(all, [&own](const auto& one) { return one.operatorKey == own->publicKey; });
        all.push_back({inForce.sha256, sha256, own->publicKey, std::max(question.now, inForce.setAt)});
    }
    return countPolicyChange(question, all);
}

Result<PolicyChangeCount> PolicyStore::permitted(const std::optional<PolicyRow>& inForce,
                                                 const std::string& sha256,
                                                 std::span<const PolicyChangeStatement> statements) const
{
    if (!inForce) {
        return PolicyChangeCount();
    }
    ASSIGN_OR_RETURN(auto count, countChange(*inForce, sha256, statements));
    if (!count.isReached()) {
        return failure(ErrorCode::Denied,
                       PolicyStoreText::tr("The policy in force asks for %1 approvals of its change, and %2 "
                                           "count. Other operators make theirs with \"countersign-cli policy "
                                           "endorse\".")
                           .arg(count.need)
                           .arg(count.have),
                       QString::fromStdString(inForce->sha256));
    }
    return count;
}

/// Nobody is to lock everybody out.
Status PolicyStore::checkChangeable(const PolicyDocument& policy) const
{
    if (!policy.changes) {
        return {};
    }
    ASSIGN_OR_RETURN(const auto everybody, m_register.everybody());
    const auto able = std::ranges::count_if(
        everybody, [&policy](const Operator& one) { return isNamedBy(one, policy.changes->from); });
    if (able < policy.changes->count) {
        return failure(
            ErrorCode::Denied,
            PolicyStoreText::tr("This policy asks for %1 approvals of its own change, and only %2 "
                                "operators are registered here who may give one: it could never be "
                                "changed. Register them first.")
                .arg(policy.changes->count)
                .arg(able),
            QString::fromStdString(policy.sha256));
    }
    return {};
}

Result<PolicyChangeCount> PolicyStore::changeTo(const std::string& sha256,
                                                std::span<const PolicyChangeStatement> statements) const
{
    return inSnapshot(m_database, [&]() -> Result<PolicyChangeCount> {
        ASSIGN_OR_RETURN(const auto rows, vouchedRows());
        const auto row = newestInForce(rows);
        return row ? countChange(*row, sha256, statements) : PolicyChangeCount();
    });
}

Result<SignedPolicyChange> PolicyStore::endorse(const std::string& sha256,
                                                const std::optional<std::string>& replaces)
{
    const auto endorseWithin = [&](AuditTransaction& record) -> Result<SignedPolicyChange> {
        ASSIGN_OR_RETURN(const auto rows, vouchedRows());
        const auto row = newestInForce(rows);
        if (replaces && *replaces != (row ? row->sha256 : std::string())) {
            return failure(notWhatWasLookedAt());
        }
        ASSIGN_OR_RETURN(const auto count, row ? countChange(*row, sha256, {})
                                               : Result<PolicyChangeCount>(PolicyChangeCount()));
        if (count.need == 0) {
            return failure(ErrorCode::InvalidInput,
                           PolicyStoreText::tr("The policy in force at this desk asks nobody to approve its "
                                               "change, so there is nothing to approve."));
        }
        ASSIGN_OR_RETURN(const auto own, m_identity.read());
        ASSIGN_OR_RETURN(const auto seed, m_identity.seed());
        const PolicyChangeStatement statement{row->sha256, sha256, own.publicKey,
                                              std::max(m_clock.now(), row->setAt)};
        ASSIGN_OR_RETURN(auto change, signPolicyChange(statement, seed));
        RETURN_IF_ERROR(record.add("policy.endorsed", sha256,
                                   dumpJson({{"replaces", row->sha256},
                                             {"policy", sha256},
                                             {"operator", toHex(own.publicKey)},
                                             {"statement", toHex(change.envelope.digest)}})));
        return change;
    };
    return m_audit.commit(endorseWithin, Sealing::BeforeUse);
}

Result<PolicyRow> PolicyStore::set(BytesView bytes, std::span<const PolicyChangeStatement> statements,
                                   const std::optional<std::string>& replaces)
{
    ASSIGN_OR_RETURN(const auto policy, parsePolicy(bytes));
    return m_audit.commit([&](AuditTransaction& record) -> Result<PolicyRow> {
        ASSIGN_OR_RETURN(const auto rows, vouchedRows());
        const auto previous = newestInForce(rows);
        if (replaces && *replaces != (previous ? previous->sha256 : std::string())) {
            return failure(notWhatWasLookedAt());
        }
        if (previous && previous->sha256 == policy.sha256) {
            return *previous;
        }
        RETURN_IF_ERROR(checkChangeable(policy));
        ASSIGN_OR_RETURN(const auto approved, permitted(previous, policy.sha256, statements));
        RETURN_IF_ERROR(record.add("policy.set", policy.name, detailOf(policy, previous, approved)));
        RETURN_IF_ERROR(end(rows));
        const PolicyRow row{.sha256 = policy.sha256,
                            .name = policy.name,
                            .rules = static_cast<int>(policy.rules.size()),
                            .setAt = m_clock.now(),
                            .endedAt = {}};
        insertPolicy(m_database, row, bytes);
        RETURN_IF_ERROR(note());
        return row;
    });
}

Result<PolicyRow> PolicyStore::clear(std::span<const PolicyChangeStatement> statements)
{
    return m_audit.commit([&](AuditTransaction& record) -> Result<PolicyRow> {
        ASSIGN_OR_RETURN(const auto rows, vouchedRows());
        const auto previous = newestInForce(rows);
        if (!previous) {
            return failure(ErrorCode::NotFound,
                           PolicyStoreText::tr("No policy is in force: the built-in one counts already."));
        }
        ASSIGN_OR_RETURN(const auto approved,
                         permitted(previous, CountTerms::ofBuiltInPolicy().policy, statements));
        RETURN_IF_ERROR(record.add("policy.cleared", previous->name, detailOf({}, previous, approved)));
        RETURN_IF_ERROR(end(rows));
        RETURN_IF_ERROR(note());
        PolicyRow ended = *previous;
        ended.endedAt = m_clock.now();
        return ended;
    });
}

/// The one in force becomes a former one, and as many of those are kept as there is room for.
Status PolicyStore::end(const std::vector<PolicyRow>& rows)
{
    if (!newestInForce(rows)) {
        return {};
    }
    auto update = m_database.statement("UPDATE policy SET ended_at = ? WHERE ended_at IS NULL");
    update->bind(1, m_clock.now());
    update->exec();
    auto drop = m_database.statement(
        "DELETE FROM policy WHERE id NOT IN (SELECT id FROM policy ORDER BY id DESC LIMIT ?)");
    drop->bind(1, maxFormer);
    drop->exec();
    return {};
}

Status PolicyStore::note()
{
    ASSIGN_OR_RETURN(const auto fingerprint, policyRowsFingerprint(m_database));
    return m_trusted.note(trustedTables::policy, policyRowsKey, fingerprint);
}

}  // namespace countersign
