#include "core/delegation/DelegationStore.h"

#include "core/base/encoding/Json.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct DelegationStoreText
{
    Q_DECLARE_TR_FUNCTIONS(DelegationStoreText)
};

constexpr std::string_view createdName = "wallet.delegation.created";
constexpr std::string_view revokedName = "wallet.delegation.revoked";

UnixMillis latestTombstone(const DelegationState& state)
{
    UnixMillis latest = 0;
    for (const auto& [shareSet, at] : state.tombstones) {
        latest = std::max(latest, at);
    }
    return latest;
}

}  // namespace

/// A wallet with its newest delegation.
struct DelegationStore::Row
{
    std::string chain;
    Bytes addressBytes;
    std::int64_t delegationId = 0;
    DelegationPoint newest;
};

std::optional<DelegationStore::Row> DelegationStore::wallet(std::string_view walletId)
{
    auto query = m_database.statement(
        "SELECT w.chain, w.address_bytes, d.id, d.event_id, d.delegated_at, d.share_set_id "
        "FROM wallet w JOIN delegation d ON d.id = w.delegation_id WHERE w.wallet_id = ?");
    bindText(*query, 1, walletId);
    if (!query->executeStep()) {
        return std::nullopt;
    }
    return Row{query->getColumn(0).getString(),
               blobOf(query->getColumn(1)),
               query->getColumn(2).getInt64(),
               {query->getColumn(3).getString(), query->getColumn(4).getInt64(),
                optionalTextOf(query->getColumn(5))}};
}

DelegationState DelegationStore::state(std::string_view walletId, const std::optional<Row>& row)
{
    DelegationState state;
    if (row) {
        state.newest = row->newest;
    }
    auto query = m_database.statement("SELECT share_set_id, revoked_at FROM tombstone WHERE wallet_id = ?");
    bindText(*query, 1, walletId);
    while (query->executeStep()) {
        state.tombstones.emplace(query->getColumn(0).getString(), query->getColumn(1).getInt64());
    }
    return state;
}

Result<DelegationOutcome> DelegationStore::applyCreated(const CreatedDelegation& created,
                                                        const DelegationMaterial& material)
{
    return attempt([&]() -> Result<DelegationOutcome> {
        using Effect = DelegationOutcome::Effect;
        const std::optional<Row> before = wallet(created.walletId);
        if (before &&
            (before->chain != created.address.chain || before->addressBytes != created.address.bytes)) {
            return DelegationOutcome{Effect::AddressConflict, {}};
        }
        DelegationState now = state(created.walletId, before);
        const CreatedEffect effect = countersign::applyCreated(now, created.point);
        DelegationOutcome outcome;
        if (effect == CreatedEffect::History) {
            const bool revoked = isEnded(now, created.point);
            record(created, {}, revoked ? "revoked" : "superseded",
                   revoked ? latestTombstone(now) : before->newest.at);
            outcome.ended.push_back(created.point.eventId);
            return outcome;
        }
        const bool alive = effect == CreatedEffect::Current;
        if (before && before->newest.eventId != created.point.eventId) {
            end(before->delegationId, "superseded", created.point.at);
            outcome.ended.push_back(before->newest.eventId);
        }
        std::int64_t delegationId = 0;
        if (alive) {
            const bool opened = material.health != WalletHealth::Undecryptable;
            delegationId = record(created, material, opened ? "current" : "undecryptable", std::nullopt);
            outcome.effect = Effect::Current;
        } else {
            delegationId = record(created, {}, "revoked", latestTombstone(now));
            outcome.ended.push_back(created.point.eventId);
        }
        writeWallet(created, now, material, alive, delegationId);
        return outcome;
    });
}

std::int64_t DelegationStore::record(const CreatedDelegation& created, const DelegationMaterial& material,
                                     std::string_view state, std::optional<UnixMillis> endedAt)
{
    auto insert = m_database.statement(
        "INSERT INTO delegation (wallet_id, share_set_id, event_id, delivery_id, delegated_at, state, kid, "
        "sealed_share, sealed_wallet_api_key, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (event_id) DO UPDATE SET state = excluded.state, kid = excluded.kid, "
        "sealed_share = excluded.sealed_share, sealed_wallet_api_key = excluded.sealed_wallet_api_key, "
        "ended_at = excluded.ended_at RETURNING id");
    bindText(*insert, 1, created.walletId);
    bindOptional(*insert, 2, created.point.shareSetId);
    bindText(*insert, 3, created.point.eventId);
    insert->bind(4, created.deliveryId);
    insert->bind(5, created.point.at);
    bindText(*insert, 6, state);
    bindOptional(*insert, 7, material.kid);
    if (material.sealed) {
        bindBytes(*insert, 8, material.sealed->share);
        bindBytes(*insert, 9, material.sealed->walletApiKey);
    }
    if (endedAt) {
        insert->bind(10, *endedAt);
    }
    insert->executeStep();
    return insert->getColumn(0).getInt64();
}

void DelegationStore::end(std::int64_t delegationId, std::string_view state, UnixMillis at)
{
    // What was revoked before stays revoked, with its time.
    auto update = m_database.statement(
        "UPDATE delegation SET sealed_share = NULL, sealed_wallet_api_key = NULL, "
        "ended_at = CASE WHEN state IN ('current', 'undecryptable') THEN ?3 ELSE ended_at END, "
        "state = CASE WHEN state IN ('current', 'undecryptable') THEN ?2 ELSE state END WHERE id = ?1");
    update->bind(1, delegationId);
    bindText(*update, 2, state);
    update->bind(3, at);
    update->exec();
}

void DelegationStore::writeWallet(const CreatedDelegation& created, const DelegationState& state,
                                  const DelegationMaterial& material, bool alive, std::int64_t delegationId)
{
    const WalletStatus status = !alive                ? WalletStatus::Revoked
                                : material.isUsable() ? WalletStatus::Active
                                                      : WalletStatus::Unusable;
    const std::string_view health = toText(alive ? material.health : WalletHealth::Revoked);
    auto upsert = m_database.statement(
        "INSERT INTO wallet (wallet_id, chain, address, address_bytes, user_id, status, health, "
        "health_detail, share_set_id, delegation_id, received_at, last_event_at, last_event) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (wallet_id) DO UPDATE SET user_id = coalesce(excluded.user_id, user_id), "
        "status = excluded.status, health = excluded.health, health_detail = excluded.health_detail, "
        "share_set_id = excluded.share_set_id, delegation_id = excluded.delegation_id, "
        "received_at = excluded.received_at");
    bindText(*upsert, 1, created.walletId);
    bindText(*upsert, 2, created.address.chain);
    bindText(*upsert, 3, created.address.text);
    bindBytes(*upsert, 4, created.address.bytes);
    bindOptional(*upsert, 5, created.userId);
    bindText(*upsert, 6, toText(status));
    bindText(*upsert, 7, health);
    bindText(*upsert, 8, alive ? std::string_view(material.detail) : std::string_view());
    bindOptional(*upsert, 9, created.point.shareSetId);
    upsert->bind(10, delegationId);
    upsert->bind(11, created.receivedAt);
    upsert->bind(12, created.point.at);
    bindText(*upsert, 13, createdName);
    upsert->exec();
    noteEvent(created.walletId, created.point.at, createdName);
    if (!state.tombstones.empty()) {
        noteEvent(created.walletId, latestTombstone(state), revokedName);
    }
}

void DelegationStore::noteEvent(std::string_view walletId, UnixMillis at, std::string_view name)
{
    auto update = m_database.statement(
        "UPDATE wallet SET last_event_at = ?2, last_event = ?3 WHERE wallet_id = ?1 AND "
        "(last_event_at < ?2 OR (last_event_at = ?2 AND ?3 = 'wallet.delegation.revoked'))");
    bindText(*update, 1, walletId);
    update->bind(2, at);
    bindText(*update, 3, name);
    update->exec();
}

Result<DelegationOutcome> DelegationStore::applyRevoked(const RevokedDelegation& revoked)
{
    return attempt([&]() -> Result<DelegationOutcome> {
        using Effect = DelegationOutcome::Effect;
        const std::optional<Row> before = wallet(revoked.walletId);
        DelegationState now = state(revoked.walletId, before);
        const RevokedEffect effect = countersign::applyRevoked(now, revoked.point);
        bury(revoked.walletId, revoked.point);
        noteEvent(revoked.walletId, revoked.point.at, revokedName);
        DelegationOutcome outcome;
        if (effect == RevokedEffect::KnownOnly) {
            const bool late = before && revoked.point.at < before->newest.at;
            outcome.effect = late ? Effect::Stale : Effect::Revoked;
            return outcome;
        }
        end(before->delegationId, "revoked", revoked.point.at);
        outcome.ended.push_back(before->newest.eventId);
        outcome.effect = Effect::Revoked;
        auto update = m_database.statement(
            "UPDATE wallet SET status = 'revoked', health_detail = '', "
            "health = CASE health WHEN 'revoked-here' THEN health ELSE 'revoked' END WHERE wallet_id = ?");
        bindText(*update, 1, revoked.walletId);
        update->exec();
        return outcome;
    });
}

Result<DelegationOutcome> DelegationStore::endHere(const EndHere& order)
{
    return attempt([&]() -> Result<DelegationOutcome> {
        // By its event: the wallet's row may name another delegation, rightly or not.
        endEvent(order.walletId, order.eventId, order.now);
        const UnixMillis until =
            order.onlyShareSet ? order.delegatedAt : std::max(order.delegatedAt, order.coversUntil);
        bury(order.walletId,
             {.eventId = "revocation:" + order.revocationId, .at = until, .shareSetId = order.onlyShareSet});
        DelegationOutcome outcome{DelegationOutcome::Effect::Revoked, {order.eventId}};
        const std::optional<Row> row = wallet(order.walletId);
        const bool isNewest = row && row->newest.eventId == order.eventId;
        // What Dynamic made before it answered was ended by the same call.
        if (row && (isNewest || (!order.onlyShareSet && row->newest.at <= order.coversUntil))) {
            end(row->delegationId, "revoked", order.now);
            if (!isNewest) {
                outcome.ended.push_back(row->newest.eventId);
            }
            auto update = m_database.statement(
                "UPDATE wallet SET status = 'revoked', health = CASE status WHEN 'revoked' THEN health "
                "ELSE 'revoked-here' END, health_detail = '' WHERE wallet_id = ?");
            bindText(*update, 1, order.walletId);
            update->exec();
        }
        return outcome;
    });
}

void DelegationStore::endEvent(std::string_view walletId, std::string_view eventId, UnixMillis at)
{
    auto query = m_database.statement("SELECT id FROM delegation WHERE wallet_id = ? AND event_id = ?");
    bindText(*query, 1, walletId);
    bindText(*query, 2, eventId);
    if (query->executeStep()) {
        end(query->getColumn(0).getInt64(), "revoked", at);
    }
}

/// Of one wallet and share set ('' stands for the whole wallet) the latest stays.
void DelegationStore::bury(std::string_view walletId, const DelegationPoint& revoked)
{
    auto upsert = m_database.statement(
        "INSERT INTO tombstone (wallet_id, share_set_id, revoked_at, event_id) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (wallet_id, share_set_id) DO UPDATE SET revoked_at = excluded.revoked_at, "
        "event_id = excluded.event_id WHERE excluded.revoked_at > revoked_at");
    bindText(*upsert, 1, walletId);
    bindText(*upsert, 2, revoked.shareSetId ? *revoked.shareSetId : std::string_view());
    upsert->bind(3, revoked.at);
    bindText(*upsert, 4, revoked.eventId);
    upsert->exec();
}

Result<bool> DelegationStore::isOver(std::string_view walletId, const DelegationPoint& created)
{
    return attempt([&]() -> Result<bool> {
        const DelegationState now = state(walletId, wallet(walletId));
        const bool isOlder =
            now.newest && now.newest->eventId != created.eventId && isNewer(*now.newest, created);
        return isOlder || isEnded(now, created);
    });
}

Result<DelegationStore::Boxes> DelegationStore::boxes(std::string_view walletId)
{
    return attempt([&]() -> Result<Boxes> {
        // Rows that ended may have been put back into the file as they were: neither a delegation that a
        // tombstone covers (isEnded in DelegationRules) nor one behind which a newer one came is used.
        // What is being revoked is not used either, as long as Dynamic has not answered.
        auto query = m_database.statement(
            "SELECT d.event_id, d.sealed_share, d.sealed_wallet_api_key FROM wallet w "
            "JOIN delegation d ON d.id = w.delegation_id AND d.wallet_id = w.wallet_id "
            "WHERE w.wallet_id = ? AND w.status = 'active' "
            "AND d.state = 'current' AND d.sealed_share IS NOT NULL AND d.sealed_wallet_api_key IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.wallet_id = d.wallet_id "
            "AND d.delegated_at <= t.revoked_at "
            "AND (t.share_set_id = '' OR d.share_set_id IS NULL OR t.share_set_id = d.share_set_id)) "
            "AND NOT EXISTS (SELECT 1 FROM delegation n WHERE n.wallet_id = d.wallet_id "
            "AND (n.delegated_at, n.event_id) > (d.delegated_at, d.event_id)) "
            "AND NOT EXISTS (SELECT 1 FROM revocation_wallet r WHERE r.wallet_id = w.wallet_id "
            "AND r.at_dynamic = 'pending')");
        bindText(*query, 1, walletId);
        if (!query->executeStep()) {
            if (isBeingRevoked(walletId)) {
                return failure(ErrorCode::NotFound,
                               DelegationStoreText::tr(
                                   "This wallet is being revoked, so nothing is signed with it any more. "
                                   "\"countersign-cli revocations list\" says what it waits for."));
            }
            return failure(ErrorCode::NotFound,
                           DelegationStoreText::tr("This wallet has no delegation that can be used."));
        }
        return Boxes{query->getColumn(0).getString(), blobOf(query->getColumn(1)),
                     blobOf(query->getColumn(2))};
    });
}

bool DelegationStore::isBeingRevoked(std::string_view walletId)
{
    auto query = m_database.statement(
        "SELECT 1 FROM revocation_wallet WHERE wallet_id = ? AND at_dynamic = 'pending'");
    bindText(*query, 1, walletId);
    return query->executeStep();
}

Result<std::string> DelegationStore::currentEvent(std::string_view walletId)
{
    return boxes(walletId).map([](const Boxes& found) { return found.eventId; });
}

Status DelegationStore::confirm(std::string_view walletId)
{
    return attempt([&]() -> Status {
        auto update = m_database.statement(
            "UPDATE wallet SET health = 'ok', health_detail = '' WHERE wallet_id = ? AND status = 'active' "
            "AND health = 'unconfirmed'");
        bindText(*update, 1, walletId);
        update->exec();
        return {};
    });
}

Result<bool> DelegationStore::wouldChange(std::string_view walletId, WalletHealth health)
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement(
            "SELECT 1 FROM wallet WHERE wallet_id = ? AND status = 'active' AND health <> ?");
        bindText(*query, 1, walletId);
        bindText(*query, 2, toText(health));
        return query->executeStep();
    });
}

Status DelegationStore::setHealth(std::string_view walletId, WalletHealth health, std::string_view detail)
{
    return attempt([&]() -> Status {
        auto update = m_database.statement(
            "UPDATE wallet SET health = ?, health_detail = ? WHERE wallet_id = ? AND status = 'active'");
        bindText(*update, 1, toText(health));
        bindText(*update, 2, detail);
        bindText(*update, 3, walletId);
        update->exec();
        return {};
    });
}

Result<OpenedMaterial> DelegationStore::open(std::string_view walletId, std::string_view purpose,
                                             const Vault& vault, AuditLog& audit)
{
    ASSIGN_OR_RETURN(const auto eventId, currentEvent(walletId));
    const Json detail = {{"purpose", purpose}, {"eventId", eventId}};
    RETURN_IF_ERROR(audit.append("material.opened", walletId, dumpJson(detail)));
    // Read only now: a revocation may have come while the record was written to the disk.
    const auto current = boxes(walletId);
    if (!current || current->eventId != eventId) {
        return current ? failure(ErrorCode::Busy,
                                 DelegationStoreText::tr(
                                     "The wallet was delegated anew at this moment. Try once more."))
                       : failure(current.error());
    }
    ASSIGN_OR_RETURN(auto share, vault.unseal(shareCell(current->eventId), current->share));
    ASSIGN_OR_RETURN(auto walletApiKey,
                     vault.unseal(walletApiKeyCell(current->eventId), current->walletApiKey));
    return OpenedMaterial{std::move(share), std::move(walletApiKey), current->eventId};
}

}  // namespace countersign
