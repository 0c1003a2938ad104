#include "core/inbox/quarantine/UnverifiedStore.h"

#include "core/base/encoding/Json.h"
#include "core/vault/database/Rows.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

/// What stays of a dropped body's headers: enough to see who claimed to send what.
constexpr std::array<std::string_view, 4> essentialHeaders = {
    "content-type", "user-agent", "x-dynamic-signature-256", "x-dynamic-signature"};
constexpr std::size_t essentialHeaderCharacters = 256;

/// Of what is too much already, one turn takes so much away: a transaction must not hold up others for long.
constexpr std::int64_t excessRowsPerTurn = 128;
constexpr std::int64_t excessBytesPerTurn = 8LL * 1024 * 1024;

std::string essentialsOf(const std::string& headersJson)
{
    Json essentials = Json::array();
    const auto headers =
        parseJson(headersJson, {.maxBytes = 8 * 1024 * 1024, .maxDepth = 2, .maxValues = 20'000});
    for (const std::string_view name : essentialHeaders) {
        for (const Json& field : headers && headers->is_array() ? *headers : Json::array()) {
            if (field.is_array() && field.size() == 2 && field[0].is_string() && field[1].is_string() &&
                field[0].get_ref<const std::string&>() == name) {
                const auto& value = field[1].get_ref<const std::string&>();
                essentials.push_back(Json::array({name, value.substr(0, essentialHeaderCharacters)}));
                break;
            }
        }
    }
    return dumpJson(essentials);
}

void bindClaim(SQLite::Statement& statement, int index, const std::optional<DelegationClaim>& claim)
{
    if (!claim) {
        bindText(statement, index + 1, {});
        statement.bind(index + 2, 0);
        return;
    }
    bindText(statement, index, claim->walletId);
    bindText(statement, index + 1, claim->point.eventId);
    statement.bind(index + 2, claim->point.at);
    bindOptional(statement, index + 3, claim->point.shareSetId);
}

}  // namespace

Status UnverifiedStore::note(std::int64_t deliveryId, std::int64_t size, std::int64_t keptBytes,
                             const std::optional<DelegationClaim>& claim)
{
    return attempt([&]() -> Status {
        auto insert = m_database.statement(
            "INSERT INTO unverified (delivery_id, size, kept_bytes, claimed_wallet, claimed_event, "
            "claimed_at, "
            "claimed_share_set) VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert->bind(1, deliveryId);
        insert->bind(2, size);
        insert->bind(3, keptBytes);
        bindClaim(*insert, 4, claim);
        insert->exec();
        m_noted = true;
        return {};
    });
}

Status UnverifiedStore::forget(std::int64_t deliveryId)
{
    return attempt([&]() -> Status {
        auto remove = m_database.statement("DELETE FROM unverified WHERE delivery_id = ?");
        remove->bind(1, deliveryId);
        remove->exec();
        return {};
    });
}

Status UnverifiedStore::remove(std::int64_t deliveryId)
{
    return attempt([&]() -> Status {
        removeRows(deliveryId);
        return {};
    });
}

/// What brought a delegation, an event or a job was genuine when it did: whoever wrote otherwise into the
/// file must not stop the sweeping.
bool UnverifiedStore::isReferredTo(std::int64_t deliveryId)
{
    auto query = m_database.statement(
        "SELECT EXISTS (SELECT 1 FROM delegation WHERE delivery_id = ?1) "
        "OR EXISTS (SELECT 1 FROM event WHERE delivery_id = ?1) "
        "OR EXISTS (SELECT 1 FROM job WHERE delivery_id = ?1)");
    query->bind(1, deliveryId);
    query->executeStep();
    return query->getColumn(0).getInt() != 0;
}

void UnverifiedStore::removeRows(std::int64_t deliveryId)
{
    const auto run = [&](const char* sql) {
        auto statement = m_database.statement(sql);
        statement->bind(1, deliveryId);
        statement->exec();
    };
    run("DELETE FROM unverified WHERE delivery_id = ?");
    if (isReferredTo(deliveryId)) {
        return;
    }
    run("DELETE FROM quarantine WHERE delivery_id = ?");
    run("DELETE FROM delivery WHERE id = ?");
}

UnverifiedStore::Room UnverifiedStore::kept()
{
    auto query = m_database.statement("SELECT coalesce(sum(kept_bytes), 0), count(*) FROM unverified");
    query->executeStep();
    return {query->getColumn(0).getInt64(), query->getColumn(1).getInt64()};
}

Result<bool> UnverifiedStore::trim(const UnverifiedLimits& limits, const Room& incoming)
{
    return attempt([&]() -> Result<bool> {
        const auto excess = [&] {
            const Room now = kept();
            return Room{now.bytes + incoming.bytes - limits.bytes, now.rows + incoming.rows - limits.rows};
        };
        Room over = excess();
        if (over.rows > 0) {
            removeOldest(over, incoming);
            over = excess();
        }
        if (over.bytes > 0) {
            dropBodies(std::min(over.bytes, incoming.bytes + excessBytesPerTurn));
            over = excess();
        }
        return over.bytes > 0 || over.rows > 0;
    });
}

void UnverifiedStore::removeOldest(const Room& excess, const Room& incoming)
{
    std::vector<std::int64_t> oldest;
    {
        auto query = m_database.statement(
            "SELECT delivery_id, kept_bytes FROM unverified ORDER BY delivery_id LIMIT ?");
        query->bind(1, std::min(excess.rows, incoming.rows + excessRowsPerTurn));
        std::int64_t bytes = 0;
        while (query->executeStep()) {
            const bool isRoomEnough = std::cmp_greater_equal(oldest.size(), incoming.rows);
            if (isRoomEnough && bytes > incoming.bytes + excessBytesPerTurn) {
                break;
            }
            oldest.push_back(query->getColumn(0).getInt64());
            bytes += query->getColumn(1).getInt64();
        }
    }
    for (const std::int64_t id : oldest) {
        removeRows(id);
    }
    auto update = m_database.statement("UPDATE not_kept SET deliveries = deliveries + ? WHERE id = 1");
    update->bind(1, static_cast<std::int64_t>(oldest.size()));
    update->exec();
}

void UnverifiedStore::dropBodies(std::int64_t bytes)
{
    std::vector<std::int64_t> oldest;
    {
        auto query = m_database.statement(
            "SELECT delivery_id, kept_bytes FROM unverified WHERE kept_bytes > 0 ORDER BY delivery_id");
        while (bytes > 0 && query->executeStep()) {
            oldest.push_back(query->getColumn(0).getInt64());
            bytes -= query->getColumn(1).getInt64();
        }
    }
    for (const std::int64_t id : oldest) {
        dropBody(id);
    }
}

void UnverifiedStore::dropBody(std::int64_t deliveryId)
{
    std::string headers;
    {
        auto query = m_database.statement("SELECT headers FROM delivery WHERE id = ?");
        query->bind(1, deliveryId);
        if (query->executeStep()) {
            headers = query->getColumn(0).getString();
        }
    }
    {
        auto update = m_database.statement("UPDATE delivery SET body = x'', headers = ? WHERE id = ?");
        bindText(*update, 1, essentialsOf(headers));
        update->bind(2, deliveryId);
        update->exec();
    }
    auto update = m_database.statement("UPDATE unverified SET kept_bytes = 0 WHERE delivery_id = ?");
    update->bind(1, deliveryId);
    update->exec();
}

Result<std::vector<UnverifiedStore::Claimed>> UnverifiedStore::namingWallet(std::string_view walletId)
{
    return attempt([&]() -> Result<std::vector<Claimed>> {
        auto query = m_database.statement(
            "SELECT u.delivery_id, u.claimed_wallet, u.claimed_event, u.claimed_at, u.claimed_share_set "
            "FROM unverified u JOIN delivery d ON d.id = u.delivery_id "
            "WHERE u.claimed_wallet = ? AND u.kept_bytes > 0 AND d.redacted_at IS NULL");
        bindText(*query, 1, walletId);
        std::vector<Claimed> claims;
        while (query->executeStep()) {
            claims.push_back({query->getColumn(0).getInt64(),
                              {query->getColumn(1).getString(),
                               {query->getColumn(2).getString(), query->getColumn(3).getInt64(),
                                optionalTextOf(query->getColumn(4))}}});
        }
        return claims;
    });
}

Result<std::vector<std::int64_t>> UnverifiedStore::unexamined(int most)
{
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        auto query = m_database.statement(
            "SELECT delivery_id FROM unverified WHERE examined = 0 ORDER BY delivery_id LIMIT ?");
        query->bind(1, most);
        std::vector<std::int64_t> ids;
        while (query->executeStep()) {
            ids.push_back(query->getColumn(0).getInt64());
        }
        return ids;
    });
}

Status UnverifiedStore::noteClaim(std::int64_t deliveryId, const std::optional<DelegationClaim>& claim)
{
    return attempt([&]() -> Status {
        auto update = m_database.statement(
            "UPDATE unverified SET examined = 1, claimed_wallet = ?, claimed_event = ?, claimed_at = ?, "
            "claimed_share_set = ? WHERE delivery_id = ?");
        bindClaim(*update, 1, claim);
        update->bind(5, deliveryId);
        update->exec();
        return {};
    });
}

}  // namespace countersign
