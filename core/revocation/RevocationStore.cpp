#include "core/revocation/RevocationStore.h"

#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Hmac.h"
#include "core/vault/database/Rows.h"
#include "core/vault/database/StatementCache.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr std::string_view revocationKeyPurpose = "revoke-1";

constexpr const char* itemColumns =
    "SELECT wallet_id, at_dynamic, http_status, answered_at, sentence, detail, try_after, held, "
    "destroyed_at, "
    "address, chain, event_id, delegated_at, share_sets, jobs_stopped, code, only_share_set, signing_check, "
    "checked_at, check_detail FROM revocation_wallet ";

struct RevocationStoreText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationStoreText)
};

tl::unexpected<Error> changedOutside(const std::string& revocationId)
{
    return failure(
        ErrorCode::Corrupt,
        RevocationStoreText::tr(
            "The stored revocation is not as the programs wrote it: somebody changed the profile's "
            "database. Look at the delegations at Dynamic, and revoke them again."),
        QString::fromStdString(revocationId));
}

/// What a row's code covers. Compact, with its members in this order, so that it is always the same.
std::string coveredText(const std::string& revocationId, const RevocationItem& item)
{
    Json covered = {{"revocation", revocationId},
                    {"wallet", item.walletId},
                    {"address", item.address},
                    {"chain", item.chain},
                    {"event", item.eventId},
                    {"delegatedAt", item.delegatedAt},
                    {"shareSets", item.shareSetIds},
                    {"jobsStopped", item.jobsStopped},
                    {"outcome", toText(item.outcome)},
                    {"httpStatus", item.httpStatus},
                    {"answeredAt", item.answeredAt},
                    {"sentence", item.sentence},
                    {"detail", item.detail},
                    {"tryAfter", item.tryAfter},
                    {"held", item.isHeld},
                    {"destroyedAt", item.destroyedAt}};
    // Only where they say something: rows of before had none of them.
    if (!item.onlyShareSet.empty()) {
        covered["onlyShareSet"] = item.onlyShareSet;
    }
    if (item.signingCheck != SigningCheck::NotChecked || item.checkedAt != 0 || !item.checkDetail.empty()) {
        covered["check"] = {toText(item.signingCheck), item.checkedAt, item.checkDetail};
    }
    return dumpJson(covered);
}

std::string coveredText(const Revocation& revocation, std::size_t wallets, UnixMillis endedAt)
{
    Json covered = {{"revocation", revocation.id},
                    {"reason", revocation.reason},
                    {"localFirst", revocation.localFirst},
                    {"startedAt", revocation.startedAt},
                    {"endedAt", endedAt},
                    {"wallets", wallets}};
    if (revocation.checkAfterwards) {
        covered["checkAfterwards"] = true;
    }
    return dumpJson(covered);
}

/// Columns ?3 to ?14 of a wallet's row, in the order of both statements below.
void bindState(SQLite::Statement& statement, const RevocationItem& item)
{
    statement.bind(3, std::string(toText(item.outcome)));
    statement.bind(4, item.httpStatus);
    statement.bind(5, item.answeredAt);
    statement.bind(6, item.sentence);
    statement.bind(7, item.detail);
    statement.bind(8, item.tryAfter);
    statement.bind(9, item.isHeld ? 1 : 0);
    statement.bind(10, item.destroyedAt);
    statement.bind(11, item.onlyShareSet);
    statement.bind(12, std::string(toText(item.signingCheck)));
    statement.bind(13, item.checkedAt);
    statement.bind(14, item.checkDetail);
}

Result<std::vector<std::string>> shareSetsFrom(const std::string& text)
{
    const auto json = parseJson(text, {.maxBytes = 4096, .maxDepth = 2, .maxValues = 64});
    if (!json || !json->is_array()) {
        return failure(ErrorCode::Corrupt, {});
    }
    std::vector<std::string> ids;
    for (const Json& id : *json) {
        if (!id.is_string()) {
            return failure(ErrorCode::Corrupt, {});
        }
        ids.push_back(id.get<std::string>());
    }
    return ids;
}

}  // namespace

Result<Bytes> RevocationStore::code(const std::string& text) const
{
    ASSIGN_OR_RETURN(const auto key, m_vault.deriveKey(revocationKeyPurpose));
    const HmacSha256Tag tag = hmacSha256(key->view(), asBytes(m_vault.info().profileId + '\n' + text));
    return Bytes(tag.begin(), tag.end());
}

Status RevocationStore::checkCode(const std::string& revocationId, const std::string& text,
                                  BytesView stored) const
{
    ASSIGN_OR_RETURN(const auto expected, code(text));
    return equalConstantTime(expected, stored) ? Status() : changedOutside(revocationId);
}

Status RevocationStore::add(const Revocation& revocation)
{
    return attempt([&]() -> Status {
        ASSIGN_OR_RETURN(const auto header, code(coveredText(revocation, revocation.items.size(), 0)));
        SQLite::Statement insert(
            m_database.handle(),
            "INSERT INTO revocation (revocation_id, reason, local_first, started_at, "
            "ended_at, wallets, code, check_afterwards) VALUES (?, ?, ?, ?, 0, ?, ?, ?)");
        insert.bind(1, revocation.id);
        insert.bind(2, revocation.reason);
        insert.bind(3, revocation.localFirst ? 1 : 0);
        insert.bind(4, revocation.startedAt);
        insert.bind(5, static_cast<std::int64_t>(revocation.items.size()));
        bindBytes(insert, 6, header);
        insert.bind(7, revocation.checkAfterwards ? 1 : 0);
        insert.exec();
        SQLite::Statement row(
            m_database.handle(),
            "INSERT INTO revocation_wallet (revocation_id, wallet_id, at_dynamic, http_status, answered_at, "
            "sentence, detail, try_after, held, destroyed_at, only_share_set, signing_check, checked_at, "
            "check_detail, address, chain, event_id, delegated_at, share_sets, jobs_stopped, code) VALUES "
            "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
            "?21)");
        for (const RevocationItem& item : revocation.items) {
            ASSIGN_OR_RETURN(const auto covered, code(coveredText(revocation.id, item)));
            row.reset();
            row.bind(1, revocation.id);
            row.bind(2, item.walletId);
            bindState(row, item);
            row.bind(15, item.address);
            row.bind(16, item.chain);
            row.bind(17, item.eventId);
            row.bind(18, item.delegatedAt);
            row.bind(19, dumpJson(Json(item.shareSetIds)));
            row.bind(20, item.jobsStopped);
            bindBytes(row, 21, covered);
            row.exec();
        }
        return {};
    });
}

Status RevocationStore::update(const std::string& revocationId, const RevocationItem& item)
{
    return attempt([&]() -> Status {
        ASSIGN_OR_RETURN(const auto covered, code(coveredText(revocationId, item)));
        SQLite::Statement update(
            m_database.handle(),
            "UPDATE revocation_wallet SET at_dynamic = ?3, http_status = ?4, "
            "answered_at = ?5, sentence = ?6, "
            "detail = ?7, try_after = ?8, held = ?9, destroyed_at = ?10, only_share_set = ?11, "
            "signing_check = ?12, checked_at = ?13, check_detail = ?14, code = ?15 "
            "WHERE revocation_id = ?1 AND wallet_id = ?2");
        update.bind(1, revocationId);
        update.bind(2, item.walletId);
        bindState(update, item);
        bindBytes(update, 15, covered);
        return update.exec() == 1 ? Status() : changedOutside(revocationId);
    });
}

Status RevocationStore::end(const Revocation& revocation, UnixMillis at)
{
    return attempt([&]() -> Status {
        ASSIGN_OR_RETURN(const auto header, code(coveredText(revocation, revocation.items.size(), at)));
        SQLite::Statement update(m_database.handle(),
                                 "UPDATE revocation SET ended_at = ?2, code = ?3 WHERE revocation_id = ?1");
        update.bind(1, revocation.id);
        update.bind(2, at);
        bindBytes(update, 3, header);
        return update.exec() == 1 ? Status() : changedOutside(revocation.id);
    });
}

Result<RevocationStore::Header> RevocationStore::header(const std::string& revocationId) const
{
    return attempt([&]() -> Result<Header> {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT reason, local_first, started_at, ended_at, wallets, code, check_afterwards "
            "FROM revocation WHERE revocation_id = ?");
        query.bind(1, revocationId);
        if (!query.executeStep()) {
            return failure(ErrorCode::NotFound,
                           RevocationStoreText::tr("There is no revocation with this id."),
                           QString::fromStdString(revocationId));
        }
        Header header;
        header.revocation.id = revocationId;
        header.revocation.reason = query.getColumn(0).getString();
        header.revocation.localFirst = query.getColumn(1).getInt() != 0;
        header.revocation.startedAt = query.getColumn(2).getInt64();
        header.revocation.endedAt = query.getColumn(3).getInt64();
        header.wallets = static_cast<std::size_t>(query.getColumn(4).getInt64());
        header.revocation.checkAfterwards = query.getColumn(6).getInt() != 0;
        RETURN_IF_ERROR(checkCode(revocationId,
                                  coveredText(header.revocation, header.wallets, header.revocation.endedAt),
                                  blobOf(query.getColumn(5))));
        return header;
    });
}

Result<Revocation> RevocationStore::load(const std::string& revocationId) const
{
    return attempt([&]() -> Result<Revocation> {
        ASSIGN_OR_RETURN(auto read, header(revocationId));
        SQLite::Statement row(m_database.handle(),
                              std::string(itemColumns) + "WHERE revocation_id = ? ORDER BY id");
        row.bind(1, revocationId);
        while (row.executeStep()) {
            ASSIGN_OR_RETURN(auto item, itemFrom(revocationId, row));
            read.revocation.items.push_back(std::move(item));
        }
        if (read.revocation.items.size() != read.wallets) {
            return changedOutside(revocationId);
        }
        return std::move(read.revocation);
    });
}

Result<RevocationItem> RevocationStore::itemFrom(const std::string& revocationId,
                                                 SQLite::Statement& row) const
{
    RevocationItem item;
    item.walletId = row.getColumn(0).getString();
    const auto outcome = revocationOutcomeFrom(row.getColumn(1).getString());
    item.httpStatus = row.getColumn(2).getInt();
    item.answeredAt = row.getColumn(3).getInt64();
    item.sentence = row.getColumn(4).getString();
    item.detail = row.getColumn(5).getString();
    item.tryAfter = row.getColumn(6).getInt64();
    item.isHeld = row.getColumn(7).getInt() != 0;
    item.destroyedAt = row.getColumn(8).getInt64();
    item.address = row.getColumn(9).getString();
    item.chain = row.getColumn(10).getString();
    item.eventId = row.getColumn(11).getString();
    item.delegatedAt = row.getColumn(12).getInt64();
    auto shareSets = shareSetsFrom(row.getColumn(13).getString());
    item.jobsStopped = row.getColumn(14).getInt64();
    item.onlyShareSet = row.getColumn(16).getString();
    const auto check = signingCheckFrom(row.getColumn(17).getString());
    item.checkedAt = row.getColumn(18).getInt64();
    item.checkDetail = row.getColumn(19).getString();
    if (!outcome || !shareSets || !check) {
        return changedOutside(revocationId);
    }
    item.outcome = *outcome;
    item.shareSetIds = *std::move(shareSets);
    item.signingCheck = *check;
    RETURN_IF_ERROR(checkCode(revocationId, coveredText(revocationId, item), blobOf(row.getColumn(15))));
    return item;
}

Result<RevocationItem> RevocationStore::item(const std::string& revocationId,
                                             const std::string& walletId) const
{
    return attempt([&]() -> Result<RevocationItem> {
        SQLite::Statement row(m_database.handle(),
                              std::string(itemColumns) + "WHERE revocation_id = ? AND wallet_id = ?");
        row.bind(1, revocationId);
        row.bind(2, walletId);
        return row.executeStep() ? itemFrom(revocationId, row)
                                 : Result<RevocationItem>(changedOutside(revocationId));
    });
}

Result<std::vector<std::string>> RevocationStore::texts(const char* sql, const std::string& argument) const
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement query(m_database.handle(), sql);
        if (!argument.empty()) {
            query.bind(1, argument);
        }
        std::vector<std::string> found;
        while (query.executeStep()) {
            found.push_back(query.getColumn(0).getString());
        }
        return found;
    });
}

Result<std::vector<std::string>> RevocationStore::ids() const
{
    return texts("SELECT revocation_id FROM revocation ORDER BY id DESC");
}

Result<std::vector<std::string>> RevocationStore::unfinished() const
{
    // Of each, so that none can be made to look ended.
    ASSIGN_OR_RETURN(auto all, texts("SELECT revocation_id FROM revocation ORDER BY id"));
    std::vector<std::string> going;
    for (std::string& id : all) {
        const auto read = header(id);
        if (!read && read.error().code != ErrorCode::Corrupt) {
            return failure(read.error());
        }
        if (!read || read->revocation.endedAt == 0) {
            going.push_back(std::move(id));
        }
    }
    return going;
}

Result<std::vector<std::string>> RevocationStore::pendingFor(const std::string& walletId) const
{
    return texts(
        "SELECT revocation_id FROM revocation_wallet WHERE wallet_id = ? AND at_dynamic = 'pending' ORDER BY "
        "id",
        walletId);
}

Result<std::vector<std::string>> RevocationStore::allOf(const std::string& walletId) const
{
    return texts("SELECT revocation_id FROM revocation_wallet WHERE wallet_id = ? ORDER BY id DESC",
                 walletId);
}

}  // namespace countersign
