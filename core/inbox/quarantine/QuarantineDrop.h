#pragma once

#include "core/audit/AuditLog.h"
#include "core/inbox/delivery/DeliveryStore.h"
#include "core/inbox/quarantine/QuarantineCatalog.h"
#include "core/inbox/quarantine/UnverifiedStore.h"

namespace countersign {

/// What was taken out of quarantine for good.
struct DropReport
{
    std::int64_t dropped = 0;
    std::int64_t genuine = 0;                  ///< of them: correctly signed, and without effect from now on
    std::vector<QuarantineItem> firstGenuine;  ///< at most mostNamedInRecord, newest first
};

/// So many are named in the record and in a report; all are counted.
inline constexpr int mostNamedInRecord = 100;

/// Removal of deliveries from quarantine, on the record. An operator may take anything out of quarantine, and
/// nobody must be able to hide a genuine event by it, so what is dropped is on record before it goes. That is
/// one short transaction whatever the number; the rows themselves leave the file a slice at a time, also
/// after a crash.
class QuarantineDrop
{
public:
    QuarantineDrop(Database& database, DeliveryStore& deliveries, UnverifiedStore& unverified,
                   const Clock& clock)
        : m_database(database), m_deliveries(deliveries), m_unverified(unverified), m_clock(clock)
    {}

    /// Adds an entry if anything was dropped.
    Result<DropReport> mark(const QuarantineSelection& selection, AuditTransaction& record);
    /// Inside a transaction. Forgeries leave the profile; what is genuine stays among the events, without its
    /// ciphertexts and without effect. True when there is more.
    Result<bool> sweep();

private:
    Status checkIds(std::span<const std::int64_t> ids);
    Status sweepGenuine(std::int64_t deliveryId);

    Database& m_database;
    DeliveryStore& m_deliveries;
    UnverifiedStore& m_unverified;
    const Clock& m_clock;
};

}  // namespace countersign
