#pragma once

#include "core/base/Result.h"
#include "services/relay/RelayStore.h"

#include <memory>
#include <string>
#include <string_view>

namespace countersign {

inline constexpr std::string_view defaultRelayDatabase = "sqlite:countersign-relay.sqlite";

enum class OpenMode {
    CreateIfMissing,
    Existing,  ///< NotFound when there is none: a mistyped name must not look like an empty relay
};

/// Opens one connection to the store that the URL names. "sqlite:FILE"; "postgresql://…" is recognised and
/// Unsupported in this version; anything else is InvalidInput.
Result<std::unique_ptr<RelayStore>> openRelayDatabase(const std::string& url, OpenMode mode);

}  // namespace countersign
