#pragma once

#include "core/delegation/DelegationRules.h"
#include "core/vault/database/Database.h"

#include <string>
#include <utility>
#include <vector>

namespace countersign {

/// How much a profile keeps of what no valid signature vouches for (docs/security.md): whoever knows an
/// inbox's name can post to it. Beyond, the oldest bodies go first; the oldest rows go when there are too
/// many of them.
struct UnverifiedLimits
{
    std::int64_t bytes = 64LL * 1024 * 1024;  ///< of bodies and headers together
    std::int64_t rows = 10'000;
};

/// What an unverified body says of the delegation that it would bring.
struct DelegationClaim
{
    std::string walletId;
    DelegationPoint point;
};

/// Bounded storage for deliveries that no valid signature vouches for. Forgeries must cost no more disk than
/// their limits, whatever the flood, and what is correctly signed must never make room for them. Everything
/// runs inside the caller's transaction.
class UnverifiedStore
{
public:
    explicit UnverifiedStore(Database& database) : m_database(database) {}

    /// size: of the body as it came; keptBytes: of what was stored, headers included.
    Status note(std::int64_t deliveryId, std::int64_t size, std::int64_t keptBytes,
                const std::optional<DelegationClaim>& claim);
    /// It turned out to be genuine after all.
    Status forget(std::int64_t deliveryId);
    /// Takes the delivery away, and what waits for it in quarantine. Where a delegation, an event or a job
    /// refers to it, it only counts as genuine from then on.
    Status remove(std::int64_t deliveryId);

    /// Something that is about to come.
    struct Room
    {
        std::int64_t bytes = 0;
        std::int64_t rows = 0;
    };
    /// Makes room for it within the limits, and for a little more where there is too much already; true when
    /// there still is.
    Result<bool> trim(const UnverifiedLimits& limits, const Room& incoming);
    /// Whether anything was noted since the last call.
    bool takeNoted() { return std::exchange(m_noted, false); }

    struct Claimed
    {
        std::int64_t deliveryId = 0;
        DelegationClaim claim;
    };
    /// Those whose body is here, not blanked yet, and names this wallet.
    Result<std::vector<Claimed>> namingWallet(std::string_view walletId);
    /// Deliveries that an older version took in without asking what they claim.
    Result<std::vector<std::int64_t>> unexamined(int most);
    Status noteClaim(std::int64_t deliveryId, const std::optional<DelegationClaim>& claim);

private:
    Room kept();
    void removeOldest(const Room& excess, const Room& incoming);
    void dropBodies(std::int64_t bytes);
    void dropBody(std::int64_t deliveryId);
    void removeRows(std::int64_t deliveryId);
    bool isReferredTo(std::int64_t deliveryId);

    Database& m_database;
    bool m_noted = false;
};

}  // namespace countersign
