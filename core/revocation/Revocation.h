#pragma once

#include "core/base/Clock.h"
#include "core/dynamic/RevocationApi.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Whether Dynamic still lets a revoked wallet's credential sign (SigningRefusalCheck).
enum class SigningCheck {
    NotChecked,  ///< it was not asked for, or is still to come
    Refused,     ///< as it should be
    Possible,    ///< Dynamic opened a signing room although it said that the delegation is over
    NotTried,    ///< it could not be found out
};

/// One wallet of a revocation. What is to be ended is one delegation: a wallet that is delegated again
/// meanwhile is not ended by what was asked before.
struct RevocationItem
{
    std::string walletId;
    std::string address;
    std::string chain;
    std::string eventId;         ///< that brought the delegation
    UnixMillis delegatedAt = 0;  ///< of it, by Dynamic's clock
    std::vector<std::string> shareSetIds;
    /// Not empty: that share set alone is to end, whatever else the wallet's owner delegated.
    std::string onlyShareSet;
    std::int64_t jobsStopped = 0;

    RevocationOutcome outcome = RevocationOutcome::Pending;
    int httpStatus = 0;         ///< of the last answer; 0: none (absent: it was not asked about)
    UnixMillis answeredAt = 0;  ///< of the last answer; 0: none
    /// Why it waits or was refused, in the operator's language of then; empty otherwise.
    std::string sentence;
    std::string detail;
    UnixMillis tryAfter = 0;  ///< Dynamic asked not to be asked before
    /// Delegated again before Dynamic answered: nothing more is sent, an operator decides.
    bool isHeld = false;
    UnixMillis destroyedAt = 0;  ///< 0: the material is here

    SigningCheck signingCheck = SigningCheck::NotChecked;
    UnixMillis checkedAt = 0;  ///< 0: not checked
    std::string checkDetail;   ///< what Dynamic answered, or why it was not tried

    /// Whether this one ends all that the other one asks for, of the same delegation.
    bool covers(const RevocationItem& other) const
    {
        return eventId == other.eventId && (onlyShareSet.empty() || onlyShareSet == other.onlyShareSet);
    }
    bool isSettled() const { return outcome != RevocationOutcome::Pending; }
    /// Settled, and nothing is left to do here.
    bool isDone() const { return outcome == RevocationOutcome::Refused || (isSettled() && destroyedAt != 0); }

    bool operator==(const RevocationItem&) const = default;
};

/// The end of one or several delegations, as an operator asked for it (design.md §9): it is done when Dynamic
/// has answered for each wallet and the material of what ended is destroyed.
struct Revocation
{
    std::string id;  ///< a UUID
    std::string reason;
    bool localFirst = false;       ///< the material is destroyed without waiting for Dynamic
    bool checkAfterwards = false;  ///< whether Dynamic refuses to sign is tried when the delegation is over
    UnixMillis startedAt = 0;
    UnixMillis endedAt = 0;  ///< 0: it goes on
    std::vector<RevocationItem> items;

    bool isDone() const;
    /// Nothing of it is left to do, a check afterwards included.
    bool isOver() const;

    bool operator==(const Revocation&) const = default;
};

std::string_view toText(RevocationOutcome outcome);  ///< "revoked", "absent", "refused", "pending"
std::optional<RevocationOutcome> revocationOutcomeFrom(std::string_view text);
std::string_view toText(SigningCheck check);  ///< "" (not checked), "refused", "possible", "not-tried"
std::optional<SigningCheck> signingCheckFrom(std::string_view text);

}  // namespace countersign
