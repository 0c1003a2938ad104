#pragma once

#include "core/base/Clock.h"

#include <map>
#include <optional>
#include <string>

// The rules by which delegations and revocations take effect, as pure functions. Deliveries come late,
// doubled and in any order, and a revocation must win whatever the order. So the outcome depends on the set
// of events alone, and the rules stand away from SQL, so that every permutation can be tested.
//
// The newest "created" (by timestamp, then event id) is the wallet's delegation; all older ones are over,
// because Dynamic kills a share set when it makes the next. A tombstone ends what was created at or before
// it: of the whole wallet, or of the one share set it names. A delegation whose share set is not known is
// ended by either kind: taking it for revoked is the safe mistake.

namespace countersign {

/// One delegation, or one revocation, as the rules see it.
struct DelegationPoint
{
    std::string eventId;
    UnixMillis at = 0;  ///< the sender's clock
    std::optional<std::string> shareSetId;

    bool operator==(const DelegationPoint&) const = default;
};

/// Everything about a wallet that decides.
struct DelegationState
{
    std::optional<DelegationPoint> newest;  ///< the newest "created" known, ended or not
    /// Latest revocation by share set; "" stands for the whole wallet.
    std::map<std::string, UnixMillis> tombstones;

    bool operator==(const DelegationState&) const = default;
};

/// Later timestamp; the event id decides between equal ones, arbitrarily but the same in every order.
bool isNewer(const DelegationPoint& one, const DelegationPoint& other);

/// Whether a tombstone covers it; an equal timestamp counts as revoked.
bool isEnded(const DelegationState& state, const DelegationPoint& created);

enum class CreatedEffect {
    Current,         ///< it is the wallet's delegation now, and whatever was before is over
    EndedOnArrival,  ///< it is the newest, so whatever was before is over, but it was revoked already
    History,         ///< a newer one is known: it is recorded and its material not kept
};

/// Changes state. The same event again gives the same answer.
CreatedEffect applyCreated(DelegationState& state, const DelegationPoint& created);

enum class RevokedEffect {
    EndsNewest,  ///< the wallet is revoked
    KnownOnly,   ///< older than the newest delegation, of another share set, or nothing came yet
};

/// Changes state: the tombstone is kept in either case.
RevokedEffect applyRevoked(DelegationState& state, const DelegationPoint& revoked);

}  // namespace countersign
