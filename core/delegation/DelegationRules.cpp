#include "core/delegation/DelegationRules.h"

#include <algorithm>
#include <tuple>

namespace countersign {

namespace {

bool covers(const DelegationState& state, const std::string& shareSetId, UnixMillis at)
{
    const auto found = state.tombstones.find(shareSetId);
    return found != state.tombstones.end() && at <= found->second;
}

}  // namespace

bool isNewer(const DelegationPoint& one, const DelegationPoint& other)
{
    return std::tie(one.at, one.eventId) > std::tie(other.at, other.eventId);
}

bool isEnded(const DelegationState& state, const DelegationPoint& created)
{
    if (created.shareSetId) {
        return covers(state, {}, created.at) || covers(state, *created.shareSetId, created.at);
    }
    return std::ranges::any_of(state.tombstones,
                               [&](const auto& tombstone) { return created.at <= tombstone.second; });
}

CreatedEffect applyCreated(DelegationState& state, const DelegationPoint& created)
{
    if (state.newest && state.newest->eventId != created.eventId && !isNewer(created, *state.newest)) {
        return CreatedEffect::History;
    }
    state.newest = created;
    return isEnded(state, created) ? CreatedEffect::EndedOnArrival : CreatedEffect::Current;
}

RevokedEffect applyRevoked(DelegationState& state, const DelegationPoint& revoked)
{
    const std::string shareSet = revoked.shareSetId.value_or(std::string());
    const auto [tombstone, isNew] = state.tombstones.try_emplace(shareSet, revoked.at);
    tombstone->second = std::max(tombstone->second, revoked.at);
    if (!state.newest) {
        return RevokedEffect::KnownOnly;
    }
    const bool meant =
        !revoked.shareSetId || !state.newest->shareSetId || *revoked.shareSetId == *state.newest->shareSetId;
    return meant && state.newest->at <= revoked.at ? RevokedEffect::EndsNewest : RevokedEffect::KnownOnly;
}

}  // namespace countersign
