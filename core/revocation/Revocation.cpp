#include "core/revocation/Revocation.h"

#include <algorithm>
#include <array>
#include <utility>

namespace countersign {

namespace {

constexpr std::array<std::pair<RevocationOutcome, std::string_view>, 4> outcomeTexts = {
    {{RevocationOutcome::Revoked, "revoked"},
     {RevocationOutcome::Absent, "absent"},
     {RevocationOutcome::Refused, "refused"},
     {RevocationOutcome::Pending, "pending"}}};

}  // namespace

bool Revocation::isDone() const
{
    return std::ranges::all_of(items, &RevocationItem::isDone);
}

std::string_view toText(RevocationOutcome outcome)
{
    const auto found = std::ranges::find(outcomeTexts, outcome, [](const auto& row) { return row.first; });
    return found == outcomeTexts.end() ? std::string_view() : found->second;
}

std::optional<RevocationOutcome> revocationOutcomeFrom(std::string_view text)
{
    const auto found = std::ranges::find(outcomeTexts, text, [](const auto& row) { return row.second; });
    return found == outcomeTexts.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace countersign
