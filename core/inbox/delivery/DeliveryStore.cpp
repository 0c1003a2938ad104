#include "core/inbox/delivery/DeliveryStore.h"

#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

/// Of deliveries with one body so many are compared: strangers can make any number of them that differ.
/// Beyond, an entry that was read before is judged anew, which finds the event that it brings.
constexpr int mostCompared = 64;
/// Of deliveries that are correctly signed and equal so many are kept.
constexpr int mostCopies = 16;

/// What a verdict depends on beside the body.
std::vector<std::string> signaturesOf(const HeaderFields& headers)
{
    std::vector<std::string> values;
    for (const auto& [name, value] : headers) {
        if (name == webhookSignatureHeader || name == oldWebhookSignatureHeader) {
            values.push_back(name + "=" + value);
        }
    }
    std::ranges::sort(values);
    return values;
}

/// The columns event_id … user_id from index on; an event that was not read leaves them NULL.
void bindEvent(SQLite::Statement& statement, int index, const WebhookEvent* event)
{
    if (event == nullptr) {
        return;
    }
    if (!event->eventId.empty()) {
        bindText(statement, index, event->eventId);
    }
    bindOptional(statement, index + 1, event->messageId);
    if (!event->eventName.empty()) {
        bindText(statement, index + 2, event->eventName);
    }
    if (event->timestamp != 0) {
        statement.bind(index + 3, event->timestamp);
    }
    bindOptional(statement, index + 4, event->walletId);
    bindOptional(statement, index + 5, event->userId);
}

}  // namespace

HeaderFields headersFromJson(const std::string& text)
{
    HeaderFields headers;
    const auto json = parseJson(text, {.maxBytes = 8 * 1024 * 1024, .maxDepth = 2, .maxValues = 20'000});
    if (!json || !json->is_array()) {
        return headers;
    }
    for (const Json& field : *json) {
        if (field.is_array() && field.size() == 2 && field[0].is_string() && field[1].is_string()) {
            headers.emplace_back(field[0].get<std::string>(), field[1].get<std::string>());
        }
    }
    return headers;
}

std::string headersToJson(const HeaderFields& headers)
{
    Json json = Json::array();
    for (const auto& [name, value] : headers) {
        json.push_back(Json::array({name, value}));
    }
    return dumpJson(json);
}

bool EventFacts::describes(const WebhookEvent& event) const
{
    return name == event.eventName && (at == event.timestamp || event.isTimeOfReceipt) &&
           walletId == event.walletId;
}

Result<std::optional<DeliveryStore::Source>> DeliveryStore::source(const std::string& url,
                                                                   const std::string& inbox)
{
    return attempt([&]() -> Result<std::optional<Source>> {
        auto query = m_database.statement(
            "SELECT id, cursor, identity, history, EXISTS (SELECT 1 FROM source e WHERE e.url = s.url AND "
            "e.inbox = s.inbox AND e.ended_at IS NOT NULL) FROM source s WHERE url = ? AND inbox = ? AND "
            "ended_at IS NULL");
        bindText(*query, 1, url);
        bindText(*query, 2, inbox);
        if (!query->executeStep()) {
            return std::optional<Source>();
        }
        return std::optional(Source{query->getColumn(0).getInt64(), query->getColumn(1).getInt64(),
                                    query->getColumn(2).getString(), query->getColumn(3).getString(),
                                    query->getColumn(4).getInt() != 0});
    });
}

Status DeliveryStore::addSource(const std::string& url, const std::string& inbox)
{
    return attempt([&]() -> Status {
        auto insert = m_database.statement("INSERT OR IGNORE INTO source (url, inbox) VALUES (?, ?)");
        bindText(*insert, 1, url);
        bindText(*insert, 2, inbox);
        insert->exec();
        return {};
    });
}

Result<bool> DeliveryStore::moveCursor(std::int64_t sourceId, std::int64_t from, const FeedPosition& to)
{
    return attempt([&]() -> Result<bool> {
        auto update = m_database.statement(
            "UPDATE source SET cursor = ?3, history = ?4, identity = coalesce(nullif(?5, ''), identity) "
            "WHERE id = ?1 AND cursor = ?2 AND ended_at IS NULL");
        update->bind(1, sourceId);
        update->bind(2, from);
        update->bind(3, to.cursor);
        bindText(*update, 4, to.history);
        bindText(*update, 5, to.identity);
        return update->exec() == 1;
    });
}

Status DeliveryStore::endReading(const std::string& url, const std::string& inbox, UnixMillis now)
{
    return attempt([&]() -> Status {
        const auto change = [&](const char* sql, UnixMillis at) {
            auto statement = m_database.statement(sql);
            bindText(*statement, 1, url);
            bindText(*statement, 2, inbox);
            if (at != 0) {
                statement->bind(3, at);
            }
            statement->exec();
        };
        // A reading that brought nothing in needs no row to remember it.
        change(
            "UPDATE source SET ended_at = ?3 WHERE url = ?1 AND inbox = ?2 AND ended_at IS NULL "
            "AND EXISTS (SELECT 1 FROM delivery d WHERE d.source_id = source.id)",
            now);
        change(
            "UPDATE source SET cursor = 0, identity = '', history = '' "
            "WHERE url = ?1 AND inbox = ?2 AND ended_at IS NULL",
            0);
        change(
            "INSERT OR IGNORE INTO source (url, inbox, last_contact_at, last_error) "
            "SELECT url, inbox, last_contact_at, last_error FROM source "
            "WHERE url = ?1 AND inbox = ?2 ORDER BY id DESC LIMIT 1",
            0);
        return {};
    });
}

Result<std::optional<KnownEntry>> DeliveryStore::knownEntry(const NewDelivery& delivery)
{
    return attempt([&]() -> Result<std::optional<KnownEntry>> {
        // A repeat of a webhook stands for nothing by itself: the delivery that it repeats may have been
        // dropped.
        auto query = m_database.statement(
            "SELECT d.id, q.id, d.headers FROM delivery d JOIN source s ON s.id = d.source_id "
            "LEFT JOIN quarantine q ON q.delivery_id = d.id "
            "WHERE d.body_sha256 = ?1 AND d.kind = ?2 AND q.dropped_at IS NULL "
            "AND NOT (d.kind = 'webhook' AND d.verdict = 'duplicate') "
            "AND d.source_id <> ?3 AND (s.url, s.inbox) = (SELECT url, inbox FROM source WHERE id = ?3) "
            "LIMIT ?4");
        bindBytes(*query, 1, delivery.bodyHash);
        bindText(*query, 2, delivery.kind);
        query->bind(3, delivery.sourceId);
        query->bind(4, mostCompared);
        std::optional<std::vector<std::string>> own;
        while (query->executeStep()) {
            const std::string headers = query->getColumn(2).getString();
            bool isSame = headers == delivery.headersJson;
            if (!isSame) {
                own = own ? std::move(own) : signaturesOf(headersFromJson(delivery.headersJson));
                isSame = signaturesOf(headersFromJson(headers)) == *own;
            }
            if (isSame) {
                KnownEntry known{query->getColumn(0).getInt64(), {}};
                if (!query->getColumn(1).isNull()) {
                    known.quarantineId = query->getColumn(1).getInt64();
                }
                return std::optional(known);
            }
        }
        return std::optional<KnownEntry>();
    });
}

Result<bool> DeliveryStore::isKeptOften(std::string_view kind, const Sha256Digest& bodyHash)
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement(
            "SELECT count(*) FROM (SELECT 1 FROM delivery d LEFT JOIN quarantine q ON q.delivery_id = d.id "
            "LEFT JOIN unverified u ON u.delivery_id = d.id WHERE d.body_sha256 = ?1 AND d.kind = ?2 "
            "AND q.dropped_at IS NULL AND u.delivery_id IS NULL LIMIT ?3)");
        bindBytes(*query, 1, bodyHash);
        bindText(*query, 2, kind);
        query->bind(3, mostCopies);
        query->executeStep();
        return query->getColumn(0).getInt() >= mostCopies;
    });
}

Status DeliveryStore::noteContact(const std::string& url, const std::string& inbox, UnixMillis now)
{
    return attempt([&]() -> Status {
        auto update = m_database.statement(
            "UPDATE source SET last_contact_at = ?, last_error = NULL WHERE url = ? AND inbox = ? "
            "AND ended_at IS NULL");
        update->bind(1, now);
        bindText(*update, 2, url);
        bindText(*update, 3, inbox);
        update->exec();
        return {};
    });
}

Status DeliveryStore::noteFailure(const std::string& url, const std::string& inbox,
                                  const std::string& sentence)
{
    return attempt([&]() -> Status {
        auto update = m_database.statement(
            "UPDATE source SET last_error = ? WHERE url = ? AND inbox = ? AND ended_at IS NULL");
        bindText(*update, 1, sentence);
        bindText(*update, 2, url);
        bindText(*update, 3, inbox);
        update->exec();
        return {};
    });
}

Result<std::int64_t> DeliveryStore::insert(const NewDelivery& delivery, const WebhookEvent* event,
                                           const Judgement& judgement)
{
    return attempt([&]() -> Result<std::int64_t> {
        auto insert = m_database.statement(
            "INSERT INTO delivery (source_id, seq, kind, received_at, stored_at, headers, body, body_sha256, "
            "verdict, reason, event_id, message_id, event_name, event_at, wallet_id, user_id, redacted_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
        insert->bind(1, delivery.sourceId);
        insert->bind(2, delivery.seq);
        bindText(*insert, 3, delivery.kind);
        insert->bind(4, delivery.receivedAt);
        insert->bind(5, delivery.storedAt);
        bindText(*insert, 6, delivery.headersJson);
        bindBytes(*insert, 7, delivery.body);
        bindBytes(*insert, 8, delivery.bodyHash);
        bindText(*insert, 9, toText(judgement.verdict));
        bindText(*insert, 10, judgement.reason);
        bindEvent(*insert, 11, event);
        if (delivery.redactedAt) {
            insert->bind(17, *delivery.redactedAt);
        }
        insert->executeStep();
        return insert->getColumn(0).getInt64();
    });
}

Status DeliveryStore::judge(std::int64_t deliveryId, const WebhookEvent* event, const Judgement& judgement)
{
    return attempt([&]() -> Status {
        auto update = m_database.statement(
            "UPDATE delivery SET verdict = ?, reason = ?, event_id = ?, message_id = ?, event_name = ?, "
            "event_at = ?, wallet_id = ?, user_id = ? WHERE id = ?");
        bindText(*update, 1, toText(judgement.verdict));
        bindText(*update, 2, judgement.reason);
        bindEvent(*update, 3, event);
        update->bind(9, deliveryId);
        update->exec();
        return {};
    });
}

Result<std::optional<EventFacts>> DeliveryStore::knownEvent(std::string_view eventId,
                                                            std::int64_t exceptDeliveryId)
{
    return attempt([&]() -> Result<std::optional<EventFacts>> {
        const auto facts = [](StatementLease& query) {
            return EventFacts{query->getColumn(0).getString(), query->getColumn(1).getInt64(),
                              optionalTextOf(query->getColumn(2)), query->getColumn(3).getString()};
        };
        {
            auto taken = m_database.statement(
                "SELECT coalesce(d.event_name, ''), coalesce(d.event_at, 0), d.wallet_id, '' "
                "FROM event e JOIN delivery d ON d.id = e.delivery_id WHERE e.event_id = ?");
            bindText(*taken, 1, eventId);
            if (taken->executeStep()) {
                return std::optional(facts(taken));
            }
        }
        auto waiting = m_database.statement(
            "SELECT coalesce(d.event_name, ''), coalesce(d.event_at, 0), d.wallet_id, q.reason_code "
            "FROM delivery d JOIN quarantine q ON q.delivery_id = d.id "
            "WHERE d.event_id = ? AND d.id <> ? AND q.reason_code IN ('undecryptable', 'environment') "
            "AND q.dropped_at IS NULL ORDER BY d.id LIMIT 1");
        bindText(*waiting, 1, eventId);
        waiting->bind(2, exceptDeliveryId);
        return waiting->executeStep() ? std::optional(facts(waiting)) : std::nullopt;
    });
}

Result<bool> DeliveryStore::isTaken(std::string_view eventId)
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement("SELECT 1 FROM event WHERE event_id = ?");
        bindText(*query, 1, eventId);
        return query->executeStep();
    });
}

Status DeliveryStore::markTaken(std::string_view eventId, std::int64_t deliveryId, UnixMillis now)
{
    return attempt([&]() -> Status {
        auto insert = m_database.statement(
            "INSERT OR IGNORE INTO event (event_id, delivery_id, applied_at) VALUES (?, ?, ?)");
        bindText(*insert, 1, eventId);
        insert->bind(2, deliveryId);
        insert->bind(3, now);
        insert->exec();
        return {};
    });
}

Result<bool> DeliveryStore::isEnded(std::string_view eventId)
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement(
            "SELECT 1 FROM delegation WHERE event_id = ? AND state IN ('superseded', 'revoked')");
        bindText(*query, 1, eventId);
        return query->executeStep();
    });
}

Status DeliveryStore::closeEvent(std::string_view eventId, std::int64_t exceptDeliveryId,
                                 const std::string& reason, UnixMillis now)
{
    auto closed = attempt([&]() -> Status {
        auto insert = m_database.statement(
            "INSERT OR IGNORE INTO event (event_id, delivery_id, applied_at) "
            "SELECT event_id, delivery_id, ?2 FROM delegation WHERE event_id = ?1");
        bindText(*insert, 1, eventId);
        insert->bind(2, now);
        insert->exec();
        return {};
    });
    if (closed) {
        closed = resolveEvent(eventId, exceptDeliveryId, Verdict::Stale, reason);
    }
    return closed ? redactEvent(eventId, now) : closed;
}

Status DeliveryStore::redactEvent(std::string_view eventId, UnixMillis now)
{
    return attempt([&]() -> Status {
        std::vector<std::int64_t> ids;
        {
            auto query =
                m_database.statement("SELECT id FROM delivery WHERE event_id = ? AND redacted_at IS NULL");
            bindText(*query, 1, eventId);
            while (query->executeStep()) {
                ids.push_back(query->getColumn(0).getInt64());
            }
        }
        for (const std::int64_t id : ids) {
            RETURN_IF_ERROR(redact(id, now));
        }
        return {};
    });
}

Status DeliveryStore::redactRepeats(std::int64_t deliveryId, UnixMillis now)
{
    return attempt([&]() -> Status {
        std::string eventId;
        {
            auto query = m_database.statement(
                "SELECT d.event_id FROM delivery d WHERE d.id = ?1 AND d.event_id IS NOT NULL "
                "AND NOT EXISTS (SELECT 1 FROM event e WHERE e.event_id = d.event_id) "
                "AND NOT EXISTS (SELECT 1 FROM delivery w JOIN quarantine q ON q.delivery_id = w.id "
                "WHERE w.event_id = d.event_id AND q.dropped_at IS NULL)");
            query->bind(1, deliveryId);
            if (!query->executeStep()) {
                return {};
            }
            eventId = query->getColumn(0).getString();
        }
        return redactEvent(eventId, now);
    });
}

Status DeliveryStore::redact(std::int64_t deliveryId, UnixMillis now)
{
    return attempt([&]() -> Status {
        std::optional<Bytes> body;
        {
            auto query =
                m_database.statement("SELECT body FROM delivery WHERE id = ? AND redacted_at IS NULL");
            query->bind(1, deliveryId);
            if (query->executeStep()) {
                body = withoutCiphertexts(blobOf(query->getColumn(0)));
            }
        }
        if (body) {
            auto update = m_database.statement("UPDATE delivery SET body = ?, redacted_at = ? WHERE id = ?");
            bindBytes(*update, 1, *body);
            update->bind(2, now);
            update->bind(3, deliveryId);
            update->exec();
            m_redacted = true;
        }
        return {};
    });
}

}  // namespace countersign
