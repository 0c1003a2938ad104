#include "core/policy/document/PolicyEntries.h"
#include "core/policy/evaluation/PolicyChecks.h"

// The one asset that leaves, and how much of it.

namespace countersign {

namespace {

PolicyLeaving notTold(PolicyTruth truth, std::string because)
{
    return {{truth, std::move(because)}, std::nullopt, 0};
}

}  // namespace

PolicyLeaving leavingOf(const PolicyFacts& facts)
{
    if (!facts.isUnderstood) {
        return notTold(PolicyTruth::Open, "what leaves could not be read");
    }
    const PolicyAsset* first = nullptr;
    Uint256 sum = 0;
    bool isSumKnown = true;
    for (const PolicyAsset& asset : facts.assets) {
        if (!asset.leaves) {
            continue;
        }
        if (first != nullptr && (!first->asset || !asset.asset ||
                                 comparableAsset(*first->asset) != comparableAsset(*asset.asset))) {
            return notTold(PolicyTruth::Open, "several assets leave");
        }
        first = first == nullptr ? &asset : first;
        const auto total = asset.amount ? addChecked(sum, *asset.amount) : std::nullopt;
        isSumKnown = isSumKnown && total;
        sum = total.value_or(sum);
    }
    if (first == nullptr) {
        return notTold(PolicyTruth::Fails, "nothing leaves");
    }
    if (!isSumKnown) {
        return notTold(PolicyTruth::Open, "how much leaves is not known");
    }
    return {{PolicyTruth::Holds, toDecimal(sum)},
            first->asset ? std::optional(comparableAsset(*first->asset)) : std::nullopt,
            sum};
}

PolicyCheck checkBounds(const PolicyBounds& bounds, const Uint256& value)
{
    if (bounds.max && value > *bounds.max) {
        return {PolicyTruth::Fails, toDecimal(value) + " is more than " + toDecimal(*bounds.max)};
    }
    if (bounds.min && value < *bounds.min) {
        return {PolicyTruth::Fails, toDecimal(value) + " is less than " + toDecimal(*bounds.min)};
    }
    return {PolicyTruth::Holds, toDecimal(value)};
}

}  // namespace countersign
