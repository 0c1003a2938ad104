#include "core/revocation/WalletTimeline.h"

#include "core/vault/database/Rows.h"

#include <array>
#include <utility>

namespace countersign {

namespace {

using Kind = WalletHappening::Kind;

constexpr std::int64_t timelineKinds = 5;

/// A delivery that brought a delegation is that delegation.
constexpr const char* timelineIds = R"sql(
SELECT id * 5, delegated_at AS at FROM delegation WHERE wallet_id = ?1
UNION ALL
SELECT id * 5 + 1, coalesce(event_at, received_at) FROM delivery d WHERE wallet_id = ?1
    AND NOT EXISTS (SELECT 1 FROM delegation WHERE delivery_id = d.id)
UNION ALL
SELECT w.id * 5 + 2, r.started_at FROM revocation_wallet w JOIN revocation r USING (revocation_id) WHERE w.wallet_id = ?1
UNION ALL
SELECT id * 5 + 3, state_at FROM job WHERE wallet_id = ?1
UNION ALL
SELECT w.id * 5 + 4, c.checked_at FROM wallet w JOIN wallet_check c USING (wallet_id) WHERE w.wallet_id = ?1
ORDER BY at DESC, 1 DESC
)sql";

/// Columns of each: row id, time, state, what, kind of entry or detail, reference, delivery, material, held,
/// life. Two delegations of one millisecond are told apart as DelegationStore does.
constexpr std::array<const char*, timelineKinds> timelineRows = {
    R"sql(SELECT id, delegated_at, state, coalesce(share_set_id, ''), '', '', delivery_id, sealed_share IS NOT NULL, 0,
        (SELECT count(*) FROM delegation o WHERE o.wallet_id = t.wallet_id AND (o.delegated_at, o.event_id) <= (t.delegated_at, t.event_id))
        FROM delegation t WHERE id IN )sql",
    R"sql(SELECT id, coalesce(event_at, received_at), verdict, coalesce(event_name, ''), kind, '', id, 0, 0,
        (SELECT count(*) FROM delegation o WHERE o.wallet_id = t.wallet_id AND o.delegated_at <= coalesce(t.event_at, t.received_at))
        FROM delivery t WHERE id IN )sql",
    R"sql(SELECT t.id, r.started_at, t.at_dynamic, r.reason, '', t.revocation_id, 0, 0, t.held,
        (SELECT count(*) FROM delegation o WHERE o.wallet_id = t.wallet_id AND o.delegated_at <= r.started_at)
        FROM revocation_wallet t JOIN revocation r USING (revocation_id) WHERE t.id IN )sql",
    R"sql(SELECT id, state_at, state, kind, '', job_id, 0, 0, 0,
        (SELECT count(*) FROM delegation o WHERE o.wallet_id = t.wallet_id AND o.delegated_at <= t.state_at)
        FROM job t WHERE id IN )sql",
    R"sql(SELECT t.id, c.checked_at, c.verdict, substr(c.pending_change, 1, 500), substr(c.detail, 1, 500), '', 0, 0, 0,
        (SELECT count(*) FROM delegation o WHERE o.wallet_id = t.wallet_id AND o.delegated_at <= c.checked_at)
        FROM wallet t JOIN wallet_check c USING (wallet_id) WHERE t.id IN )sql"};

WalletHappening happeningFrom(SQLite::Statement& row, std::int64_t kind)
{
    WalletHappening happening;
    happening.id = row.getColumn(0).getInt64() * timelineKinds + kind;
    happening.kind = static_cast<Kind>(kind);
    happening.at = row.getColumn(1).getInt64();
    happening.state = row.getColumn(2).getString();
    happening.what = row.getColumn(3).getString();
    happening.entryKind = row.getColumn(4).getString();
    happening.reference = row.getColumn(5).getString();
    happening.deliveryId = row.getColumn(6).getInt64();
    if (happening.kind == Kind::Check) {
        happening.detail = std::exchange(happening.entryKind, {});
    }
    happening.hasMaterial = row.getColumn(7).getInt() != 0;
    happening.isHeld = row.getColumn(8).getInt() != 0;
    happening.life = row.getColumn(9).getInt64();
    return happening;
}

}  // namespace

Result<std::vector<std::int64_t>> WalletTimeline::ids(const std::string& walletId) const
{
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        SQLite::Statement query(m_database.handle(), timelineIds);
        query.bind(1, walletId);
        std::vector<std::int64_t> found;
        while (query.executeStep()) {
            found.push_back(query.getColumn(0).getInt64());
        }
        return found;
    });
}

Result<std::vector<WalletHappening>> WalletTimeline::rows(std::span<const std::int64_t> ids) const
{
    return attempt([&]() -> Result<std::vector<WalletHappening>> {
        std::array<std::vector<std::int64_t>, timelineKinds> wanted;
        for (const std::int64_t id : ids) {
            if (id >= 0) {
                wanted[static_cast<std::size_t>(id % timelineKinds)].push_back(id / timelineKinds);
            }
        }
        std::unordered_map<std::int64_t, WalletHappening> found;
        for (std::size_t kind = 0; kind < wanted.size(); ++kind) {
            if (wanted[kind].empty()) {
                continue;
            }
            SQLite::Statement query(m_database.handle(),
                                    timelineRows[kind] + ('(' + idList(wanted[kind]) + ')'));
            while (query.executeStep()) {
                WalletHappening happening = happeningFrom(query, static_cast<std::int64_t>(kind));
                found.emplace(happening.id, std::move(happening));
            }
        }
        return inOrder(ids, found);
    });
}

}  // namespace countersign
