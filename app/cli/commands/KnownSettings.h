#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Why: a misspelt key or an unencrypted address would otherwise be stored and silently do nothing, or harm.
/// The value as it is to be stored, or InvalidInput with a sentence that names the key.
Result<std::string> checkSetting(std::string_view key, std::string_view value);

/// Every key that checkSetting accepts.
std::vector<std::string_view> knownSettings();

}  // namespace countersign
