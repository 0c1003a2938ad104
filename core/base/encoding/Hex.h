#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string>
#include <string_view>

namespace countersign {

/// Lower case, without 0x.
std::string toHex(BytesView bytes);
/// Lower case, with 0x: what every output of ours for people and JSON uses (design.md §7).
std::string toHexPrefixed(BytesView bytes);

/// Either case, an optional 0x or 0X; an odd number of digits or any other character is InvalidInput.
Result<Bytes> fromHex(std::string_view text);
/// The same straight into guarded memory, in constant time per digit.
Result<SecretBytes> secretFromHex(std::string_view text);

}  // namespace countersign
