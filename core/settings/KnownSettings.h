#pragma once

#include "core/base/Result.h"

#include <QString>

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Checks a setting: the value as it is to be stored, or InvalidInput with a sentence that names the key. A
/// misspelt key or an unencrypted address would otherwise be stored and silently do nothing, or harm.
Result<std::string> checkSetting(std::string_view key, std::string_view value);

bool isKnownSetting(std::string_view key);

/// The value as the record may hold it: of a node's address, which may contain a provider's key, the host
/// alone.
std::string shownSetting(std::string_view key, std::string_view value);

/// Every key that checkSetting accepts, for help texts; "rpc.evm.<chainId>" stands for one per chain.
std::vector<std::string_view> knownSettings();

/// What counts where the profile has no value of its own; empty where that is nothing, or depends on
/// something else.
std::string_view settingDefault(std::string_view key);

/// What the setting is for and what it is by default, for help and the window; empty for an unknown key.
QString settingSentence(std::string_view key);

}  // namespace countersign
