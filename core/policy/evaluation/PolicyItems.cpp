#include "core/policy/evaluation/PolicyItems.h"

#include <algorithm>

namespace countersign {

namespace {

/// Of the things that a reason names.
constexpr std::size_t maxNamed = 3;

std::string namesOf(const std::vector<PolicyItem>& items)
{
    std::string names;
    for (std::size_t i = 0; i < std::min(items.size(), maxNamed); ++i) {
        names += (i == 0 ? "" : ", ") + items[i].text;
    }
    return items.size() > maxNamed ? names + " and " + std::to_string(items.size() - maxNamed) + " more"
                                   : names;
}

PolicyCheck openCheck(const PolicyItem* open, std::string_view what)
{
    if (open != nullptr) {
        return {PolicyTruth::Open, open->text};
    }
    return {PolicyTruth::Open, "there may be another " + std::string(what) + ", which could not be read"};
}

}  // namespace

PolicyCheck checkItems(const PolicyRule& rule, const std::vector<PolicyItem>& items, bool mayBeMore,
                       std::string_view what)
{
    const auto firstOf = [&items](PolicyTruth truth) -> const PolicyItem* {
        const auto found = std::ranges::find(items, truth, &PolicyItem::truth);
        return found == items.end() ? nullptr : &*found;
    };
    const PolicyItem* holding = firstOf(PolicyTruth::Holds);
    const PolicyItem* failing = firstOf(PolicyTruth::Fails);
    const PolicyItem* open = firstOf(PolicyTruth::Open);
    if (rule.isBlock() && holding != nullptr) {
        return {PolicyTruth::Holds, holding->text};
    }
    if (!rule.isBlock() && failing != nullptr) {
        return {PolicyTruth::Fails, failing->text + " is not what the rule asks for"};
    }
    if (open != nullptr || mayBeMore) {
        return openCheck(open, what);
    }
    if (items.empty()) {
        return {PolicyTruth::Fails, "there is no " + std::string(what)};
    }
    return rule.isBlock() ? PolicyCheck{PolicyTruth::Fails, namesOf(items) + " is not what the rule asks for"}
                          : PolicyCheck{PolicyTruth::Holds, namesOf(items)};
}

}  // namespace countersign
