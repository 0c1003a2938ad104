#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Why: a misspelt key or an unencrypted address would otherwise be stored and silently do nothing, or harm.
/// The value as it is to be stored, or InvalidInput with a sentence that names the key.
Result<std::string> checkSetting(std::string_view key, std::string_view value);

bool isKnownSetting(std::string_view key);

/// The value as the record may hold it: of a node's address, which may contain a provider's key, the host
/// alone.
std::string shownSetting(std::string_view key, std::string_view value);

/// Every key that checkSetting accepts, for help texts; "rpc.evm.<chainId>" stands for one per chain.
std::vector<std::string_view> knownSettings();

}  // namespace countersign
