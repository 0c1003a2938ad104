#include "core/inbox/delivery/DeliveryStore.h"
#include "core/vault/database/Rows.h"

// What of DeliveryStore concerns deliveries that wait in quarantine.

namespace countersign {

Status DeliveryStore::putQuarantine(std::int64_t deliveryId, const QuarantineReason& reason, UnixMillis now)
{
    return attempt([&]() -> Status {
        auto insert = m_database.statement(
            "INSERT INTO quarantine (delivery_id, reason_code, reason, detail, since) VALUES (?, ?, ?, ?, "
            "?)");
        insert->bind(1, deliveryId);
        bindText(*insert, 2, reason.code);
        bindText(*insert, 3, reason.cause);
        bindText(*insert, 4, reason.detail);
        insert->bind(5, now);
        insert->exec();
        return {};
    });
}

Result<bool> DeliveryStore::renewQuarantine(std::int64_t deliveryId, const QuarantineReason& reason,
                                            UnixMillis now)
{
    return attempt([&]() -> Result<bool> {
        auto update = m_database.statement(
            "UPDATE quarantine SET reason_code = ?, reason = ?, detail = ?, last_retry_at = ?, "
            "retries = retries + 1 WHERE delivery_id = ?");
        bindText(*update, 1, reason.code);
        bindText(*update, 2, reason.cause);
        bindText(*update, 3, reason.detail);
        update->bind(4, now);
        update->bind(5, deliveryId);
        return update->exec() == 1;
    });
}

Status DeliveryStore::dropQuarantine(std::int64_t deliveryId)
{
    return attempt([&]() -> Status {
        auto remove = m_database.statement("DELETE FROM quarantine WHERE delivery_id = ?");
        remove->bind(1, deliveryId);
        remove->exec();
        return {};
    });
}

Status DeliveryStore::resolveEvent(std::string_view eventId, std::int64_t exceptDeliveryId, Verdict verdict,
                                   const std::string& reason)
{
    return attempt([&]() -> Status {
        std::vector<std::int64_t> deliveries;
        {
            auto query = m_database.statement(
                "SELECT d.id FROM delivery d JOIN quarantine q ON q.delivery_id = d.id "
                "WHERE d.event_id = ? AND d.id <> ? AND q.reason_code IN ('undecryptable', 'environment')");
            bindText(*query, 1, eventId);
            query->bind(2, exceptDeliveryId);
            while (query->executeStep()) {
                deliveries.push_back(query->getColumn(0).getInt64());
            }
        }
        for (const std::int64_t id : deliveries) {
            {
                auto update =
                    m_database.statement("UPDATE delivery SET verdict = ?, reason = ? WHERE id = ?");
                bindText(*update, 1, toText(verdict));
                bindText(*update, 2, reason);
                update->bind(3, id);
                update->exec();
            }
            RETURN_IF_ERROR(dropQuarantine(id));
        }
        return {};
    });
}

Result<std::vector<std::int64_t>> DeliveryStore::waitingForJobsThatCame()
{
    return attempt([&]() -> Result<std::vector<std::int64_t>> {
        // The detail of such a wait is the job's id.
        auto query = m_database.statement(
            "SELECT q.id FROM quarantine q JOIN delivery d ON d.id = q.delivery_id "
            "LEFT JOIN unverified u ON u.delivery_id = d.id WHERE q.reason_code = 'job' AND q.dropped_at IS "
            "NULL AND d.kind = 'approval' AND d.redacted_at IS NULL AND (u.delivery_id IS NULL OR "
            "u.kept_bytes > 0) AND EXISTS (SELECT 1 FROM job WHERE job_id = q.detail) ORDER BY q.id LIMIT ?");
        query->bind(1, retrySliceDeliveries);
        std::vector<std::int64_t> ids;
        while (query->executeStep()) {
            ids.push_back(query->getColumn(0).getInt64());
        }
        return ids;
    });
}

Result<bool> DeliveryStore::isWaiting(std::int64_t quarantineId)
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement("SELECT 1 FROM quarantine WHERE id = ? AND dropped_at IS NULL");
        query->bind(1, quarantineId);
        return query->executeStep();
    });
}

Status DeliveryStore::settleDropped(std::int64_t deliveryId, const std::string& reason)
{
    return attempt([&]() -> Status {
        {
            auto update =
                m_database.statement("UPDATE delivery SET verdict = 'unknown', reason = ? WHERE id = ?");
            bindText(*update, 1, reason);
            update->bind(2, deliveryId);
            update->exec();
        }
        {
            // Importing a key and retrying, which the wallet's health advises, does not help any more.
            auto update = m_database.statement(
                "UPDATE wallet SET health_detail = 'its delivery was dropped from quarantine' WHERE "
                "health = 'undecryptable' AND delegation_id IN (SELECT id FROM delegation WHERE delivery_id "
                "= "
                "?)");
            update->bind(1, deliveryId);
            update->exec();
        }
        auto update =
            m_database.statement("UPDATE quarantine SET reason_code = 'dropped' WHERE delivery_id = ?");
        update->bind(1, deliveryId);
        update->exec();
        return {};
    });
}

Result<std::optional<WaitingDelivery>> DeliveryStore::waiting(std::int64_t quarantineId)
{
    return attempt([&]() -> Result<std::optional<WaitingDelivery>> {
        auto query = m_database.statement(
            "SELECT q.id, d.id, d.kind, d.received_at, d.headers, d.body, "
            "d.redacted_at IS NULL AND (u.delivery_id IS NULL OR u.kept_bytes > 0), u.delivery_id IS NULL, "
            "q.reason_code FROM quarantine q "
            "JOIN delivery d ON d.id = q.delivery_id LEFT JOIN unverified u ON u.delivery_id = d.id "
            "WHERE q.id = ? AND q.dropped_at IS NULL");
        query->bind(1, quarantineId);
        if (!query->executeStep()) {
            return std::optional<WaitingDelivery>();
        }
        WaitingDelivery waiting;
        waiting.quarantineId = query->getColumn(0).getInt64();
        waiting.deliveryId = query->getColumn(1).getInt64();
        waiting.kind = query->getColumn(2).getString();
        waiting.receivedAt = query->getColumn(3).getInt64();
        waiting.headers = headersFromJson(query->getColumn(4).getString());
        waiting.body = blobOf(query->getColumn(5));
        waiting.canBeRetried = query->getColumn(6).getInt() != 0;
        waiting.isGenuine = query->getColumn(7).getInt() != 0;
        waiting.reasonCode = query->getColumn(8).getString();
        return std::optional(std::move(waiting));
    });
}

Result<DeliveryStore::Slice> DeliveryStore::nextWaiting(std::int64_t after, std::int64_t last)
{
    return attempt([&]() -> Result<Slice> {
        auto query = m_database.statement(
            "SELECT q.id, length(d.body) FROM quarantine q JOIN delivery d ON d.id = q.delivery_id "
            "LEFT JOIN unverified u ON u.delivery_id = d.id WHERE q.id > ? AND q.id <= ? "
            "AND q.dropped_at IS NULL AND d.redacted_at IS NULL "
            "AND (u.delivery_id IS NULL OR u.kept_bytes > 0) ORDER BY q.id LIMIT ?");
        query->bind(1, after);
        query->bind(2, last);
        query->bind(3, retrySliceDeliveries);
        Slice slice;
        while (slice.bytes < retrySliceBytes && query->executeStep()) {
            slice.quarantineIds.push_back(query->getColumn(0).getInt64());
            slice.bytes += query->getColumn(1).getInt64();
        }
        return slice;
    });
}

Result<DeliveryStore::Waiting> DeliveryStore::countWaiting()
{
    return attempt([&]() -> Result<Waiting> {
        auto query = m_database.statement(
            "SELECT count(*), coalesce(max(q.id), 0) FROM quarantine q JOIN delivery d ON d.id = "
            "q.delivery_id "
            "LEFT JOIN unverified u ON u.delivery_id = d.id WHERE q.dropped_at IS NULL "
            "AND d.redacted_at IS NULL AND (u.delivery_id IS NULL OR u.kept_bytes > 0)");
        query->executeStep();
        return Waiting{query->getColumn(0).getInt64(), query->getColumn(1).getInt64()};
    });
}

}  // namespace countersign
