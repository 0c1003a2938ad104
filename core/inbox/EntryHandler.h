#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/inbox/delivery/DeliveryStore.h"

#include <string_view>

namespace countersign {

class AuditTransaction;

/// An entry of the feed that is no webhook, as it lies in the table delivery.
struct FeedItem
{
    std::int64_t deliveryId = 0;
    std::string_view kind;
    UnixMillis receivedAt = 0;
    BytesView body;
};

/// A handler for feed entries that are no webhooks. The feed carries more than webhooks (jobs and their
/// withdrawals), and what these mean is decided in a higher layer. Entries of kinds that no handler knows are
/// kept and shown.
class EntryHandler
{
public:
    EntryHandler() = default;
    virtual ~EntryHandler() = default;
    EntryHandler(const EntryHandler&) = delete;
    EntryHandler& operator=(const EntryHandler&) = delete;

    virtual bool handles(std::string_view kind) const = 0;
    /// Inside the transaction that stores the entry; called again when it is retried from quarantine. An
    /// error is the storage's or the vault's, never the entry's.
    virtual Result<Judgement> take(const FeedItem& entry, AuditTransaction& record) = 0;
};

}  // namespace countersign
