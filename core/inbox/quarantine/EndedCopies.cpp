#include "core/inbox/quarantine/EndedCopies.h"

#include "core/inbox/delivery/DeliveryReader.h"
#include "core/vault/database/Rows.h"

namespace countersign {

std::optional<DelegationClaim> delegationClaim(const WebhookEvent& event)
{
    // Without its own time and id it cannot be told from one that is still to come.
    if (event.kind != WebhookKind::DelegationCreated || !event.walletId || event.eventId.empty() ||
        event.timestamp == 0) {
        return std::nullopt;
    }
    return DelegationClaim{*event.walletId, {event.eventId, event.timestamp, event.shareSetId}};
}

std::optional<DelegationClaim> delegationClaim(std::string_view kind, BytesView body)
{
    if (kind != webhookDeliveryKind || body.empty() || body.size() > webhookMaxBodyBytes) {
        return std::nullopt;
    }
    return delegationClaim(readWebhook(body).event);
}

Result<bool> EndedCopies::isOver(const DelegationClaim& claim)
{
    return m_delegations.isOver(claim.walletId, claim.point);
}

Status EndedCopies::blank(std::string_view walletId, UnixMillis now)
{
    RETURN_IF_ERROR(blankWaiting(walletId, now));
    ASSIGN_OR_RETURN(const auto naming, m_unverified.namingWallet(walletId));
    for (const UnverifiedStore::Claimed& claimed : naming) {
        ASSIGN_OR_RETURN(const auto over, isOver(claimed.claim));
        if (over) {
            RETURN_IF_ERROR(m_deliveries.redact(claimed.deliveryId, now));
        }
    }
    return {};
}

Status EndedCopies::blankWaiting(std::string_view walletId, UnixMillis now)
{
    return attempt([&]() -> Status {
        std::vector<std::pair<std::int64_t, Bytes>> waiting;
        {
            auto query = m_database.statement(
                "SELECT id, body FROM delivery WHERE verdict = 'quarantined' AND wallet_id = ? AND "
                "redacted_at IS NULL");
            bindText(*query, 1, walletId);
            while (query->executeStep()) {
                waiting.emplace_back(query->getColumn(0).getInt64(), blobOf(query->getColumn(1)));
            }
        }
        for (const auto& [id, body] : waiting) {
            const auto claim = delegationClaim(readWebhook(body).event);
            ASSIGN_OR_RETURN(const auto over, claim ? isOver(*claim) : Result<bool>(false));
            if (!over) {
                continue;
            }
            // Its repeats too, which are known by the event.
            auto blanked = m_deliveries.redactEvent(claim->point.eventId, now);
            if (blanked) {
                blanked = m_deliveries.redact(id, now);
            }
            if (!blanked) {
                return blanked;
            }
        }
        return {};
    });
}

Result<bool> EndedCopies::examine(int most, UnixMillis now)
{
    ASSIGN_OR_RETURN(const auto ids, m_unverified.unexamined(most));
    for (const std::int64_t id : ids) {
        RETURN_IF_ERROR(examineOne(id, now));
    }
    return static_cast<int>(ids.size()) == most;
}

Status EndedCopies::examineOne(std::int64_t deliveryId, UnixMillis now)
{
    std::optional<DelegationClaim> claim;
    RETURN_IF_ERROR(attempt([&]() -> Status {
        auto query = m_database.statement("SELECT kind, body FROM delivery WHERE id = ?");
        query->bind(1, deliveryId);
        if (query->executeStep()) {
            claim = delegationClaim(query->getColumn(0).getString(), blobView(query->getColumn(1)));
        }
        return {};
    }));
    RETURN_IF_ERROR(m_unverified.noteClaim(deliveryId, claim));
    ASSIGN_OR_RETURN(const auto over, claim ? isOver(*claim) : Result<bool>(false));
    return over ? m_deliveries.redact(deliveryId, now) : Status();
}

}  // namespace countersign
