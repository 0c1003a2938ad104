#pragma once

#include "core/delegation/DelegationStore.h"
#include "core/inbox/EntryHandler.h"
#include "core/inbox/delivery/DeliveryReader.h"
#include "core/inbox/delivery/DeliveryStore.h"
#include "core/inbox/delivery/EnvelopeDecryption.h"
#include "core/inbox/quarantine/EndedCopies.h"

#include <functional>

namespace countersign {

/// Opens the material of the delivery in hand; called at most once, and only when its event takes effect.
using MaterialSource = std::function<MaterialResult()>;

/// The judge of deliveries. What a delivery means is decided here and nowhere else, in the order: is it
/// genuine, was it taken before, does it take effect. New deliveries and retries of quarantined ones go the
/// same way. Every call belongs inside one transaction, whose entries in the record an EntryHandler adds to;
/// an error is the storage's or the vault's, never the delivery's.
class DeliveryProcessor
{
public:
    DeliveryProcessor(Database& database, const Clock& clock)
        : m_deliveries(database),
          m_delegations(database),
          m_unverified(database),
          m_copies(database, m_deliveries, m_unverified),
          m_clock(clock)
    {}

    DeliveryStore& deliveries() { return m_deliveries; }
    UnverifiedStore& unverified() { return m_unverified; }
    EndedCopies& copies() { return m_copies; }

    /// Who judges entries that are no webhooks; null: they are kept and shown only.
    void setEntryHandler(EntryHandler* handler) { m_handler = handler; }
    bool hasEntryHandler() const { return m_handler != nullptr; }

    Result<Verdict> processNew(const NewDelivery& delivery, const ReadDelivery& read,
                               const MaterialSource& material, AuditTransaction& record);
    Result<Verdict> processAgain(const WaitingDelivery& delivery, const ReadDelivery& read,
                                 const MaterialSource& material, AuditTransaction& record);
    /// Of a feed that is read again: an entry that is here already is not stored a second time; where it
    /// waits in quarantine it is taken up once more. Nothing: it is new.
    Result<std::optional<Verdict>> processKnown(const NewDelivery& delivery, const ReadDelivery& read,
                                                const MaterialSource& material, AuditTransaction& record);

    /// Whether material was destroyed since the last call: then the write-ahead log holds the old pages until
    /// scrub().
    bool takeDestroyed()
    {
        const bool redacted = m_deliveries.takeRedacted();
        return std::exchange(m_destroyed, false) || redacted;
    }

private:
    struct Look
    {
        std::optional<Judgement> judgement;  ///< nothing: the event takes effect
        std::string waitsAs;  ///< the reason code under which another delivery of the event waits
    };
    Result<Look> lookUp(const ReadDelivery& read, std::int64_t deliveryId);
    Result<Judgement> applyEffect(const WebhookEvent& event, std::int64_t deliveryId, UnixMillis receivedAt,
                                  const DelegationMaterial& material);
    Result<std::int64_t> store(const NewDelivery& delivery, const ReadDelivery& read,
                               const Judgement& judgement);
    bool isForHandler(const ReadDelivery& read, std::string_view kind) const;
    Result<Verdict> processOther(const NewDelivery& delivery, AuditTransaction& record);
    Result<Verdict> processOtherAgain(const WaitingDelivery& delivery, AuditTransaction& record);
    Result<Verdict> keepUntilItVerifies(const WaitingDelivery& delivery, const ReadDelivery& read);
    Status blankIfOver(std::int64_t deliveryId, const ReadDelivery& read);
    Status noteUnverified(std::int64_t deliveryId, const NewDelivery& delivery,
                          const std::optional<DelegationClaim>& claim);
    Status keepOrDrop(std::int64_t deliveryId, const Judgement& judgement);
    Status settle(const ReadDelivery& read, std::int64_t deliveryId, const Judgement& judgement);

    DeliveryStore m_deliveries;
    DelegationStore m_delegations;
    UnverifiedStore m_unverified;
    EndedCopies m_copies;
    const Clock& m_clock;
    EntryHandler* m_handler = nullptr;
    bool m_destroyed = false;
};

}  // namespace countersign
