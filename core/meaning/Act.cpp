#include "core/meaning/Act.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

/// In the order of IntentKind.
constexpr std::array<std::string_view, 13> intentNames = {
    "transfer", "approve", "revoke-approval", "swap",  "call",      "permit", "message",
    "sign-in",  "create",  "delegate-code",   "nonce", "authority", "unknown"};
static_assert(intentNames.size() == static_cast<std::size_t>(IntentKind::Unknown) + 1);

}  // namespace

std::string_view nameOf(IntentKind kind)
{
    return intentNames.at(static_cast<std::size_t>(kind));
}

std::optional<IntentKind> intentKindFrom(std::string_view name)
{
    const auto found = std::ranges::find(intentNames, name);
    if (found == intentNames.end()) {
        return std::nullopt;
    }
    return static_cast<IntentKind>(found - intentNames.begin());
}

}  // namespace countersign::meaning
