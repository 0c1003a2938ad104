#include "core/inbox/delivery/MaterialDestruction.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/inbox/delivery/DeliveryStore.h"
#include "core/inbox/quarantine/EndedCopies.h"
#include "core/inbox/quarantine/UnverifiedStore.h"

namespace countersign {

Status destroyMaterial(Database& database, const DelegationStore::EndHere& order)
{
    DelegationStore delegations(database);
    ASSIGN_OR_RETURN(const auto outcome, delegations.endHere(order));
    DeliveryStore deliveries(database);
    UnverifiedStore unverified(database);
    for (const std::string& eventId : outcome.ended) {
        // 0: no delivery ended it.
        if (auto closed = deliveries.closeEvent(eventId, 0, stored(DeliveryCause::Stale), order.now);
            !closed) {
            return failure(closed.error());
        }
    }
    return EndedCopies(database, deliveries, unverified).blank(order.walletId, order.now);
}

}  // namespace countersign
