#pragma once

#include "app/cli/input/Arguments.h"
#include "core/base/Result.h"
#include "core/crypto/primitives/Ed25519.h"

namespace countersign::cli {

/// --desk-key, for what a desk signed and anybody can check: 32 bytes in hex, as `desk key` prints them.
inline constexpr QLatin1StringView deskKeyOption("desk-key");
OptionSpec deskKeySpec(bool required);

/// InvalidInput when it is no such key.
Result<ed25519::PublicKey> deskKeyOf(const Arguments& arguments);

}  // namespace countersign::cli
