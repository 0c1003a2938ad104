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

constexpr std::array<std::pair<SigningCheck, std::string_view>, 4> checkTexts = {
    {{SigningCheck::NotChecked, ""},
     {SigningCheck::Refused, "refused"},
     {SigningCheck::Possible, "possible"},
     {SigningCheck::NotTried, "not-tried"}}};

template <typename Value>
std::string_view textIn(const std::array<std::pair<Value, std::string_view>, 4>& texts, Value value)
{
    const auto found = std::ranges::find(texts, value, [](const auto& row) { return row.first; });
    return found == texts.end() ? std::string_view() : found->second;
}

template <typename Value>
std::optional<Value> valueIn(const std::array<std::pair<Value, std::string_view>, 4>& texts,
                             std::string_view text)
{
    const auto found = std::ranges::find(texts, text, [](const auto& row) { return row.second; });
    return found == texts.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace

bool Revocation::isDone() const
{
    return std::ranges::all_of(items, &RevocationItem::isDone);
}

bool Revocation::isOver() const
{
    return isDone() && (!checkAfterwards || std::ranges::all_of(items, [](const RevocationItem& item) {
               return item.signingCheck != SigningCheck::NotChecked;
           }));
}

std::string_view toText(RevocationOutcome outcome)
{
    return textIn(outcomeTexts, outcome);
}

std::optional<RevocationOutcome> revocationOutcomeFrom(std::string_view text)
{
    return valueIn(outcomeTexts, text);
}

std::string_view toText(SigningCheck check)
{
    return textIn(checkTexts, check);
}

std::optional<SigningCheck> signingCheckFrom(std::string_view text)
{
    return valueIn(checkTexts, text);
}

}  // namespace countersign
