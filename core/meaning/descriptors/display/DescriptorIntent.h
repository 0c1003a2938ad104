#pragma once

#include "core/base/encoding/Json.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::meaning {

/// "intent" of a descriptor as one text: as it is, or "Native Staking: Withdraw, Rewards: Consensus" for an
/// object. Bounded and in one line; empty where there is none.
std::string intentText(const Json* intent);

/// A group's path and a path within it as one, without "#.".
std::string joinedIntentPath(std::string_view group, std::string_view path);

/// The shown values, for "interpolatedIntent".
class IntentValues
{
public:
    void add(const std::string& path, const std::string& value);
    /// "Send {value} to {to}" with the shown values in it; {{ and }} are braces. Nothing where a path has no
    /// value or several, or a brace has no other.
    std::optional<std::string> interpolated(std::string_view text) const;

private:
    std::map<std::string, std::optional<std::string>, std::less<>> m_values;  ///< nothing: several
};

}  // namespace countersign::meaning
