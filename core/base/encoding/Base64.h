#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <string>
#include <string_view>

namespace countersign {

/// RFC 4648 §4, padded.
std::string toBase64(BytesView bytes);
/// RFC 4648 §5, without padding: what the envelope's fields use (protocol reference §2.1).
std::string toBase64Url(BytesView bytes);

/// RFC 4648 §4. Padding may be absent but, where present, must be complete; every other character, white
/// space included, and non-zero bits behind the last byte are InvalidInput. QByteArray::fromBase64 accepts
/// garbage, so it is not used.
Result<Bytes> fromBase64(std::string_view text);
/// RFC 4648 §5 under the same rules.
Result<Bytes> fromBase64Url(std::string_view text);
/// Either alphabet, but not both in one text (protocol reference §2.2).
Result<Bytes> fromBase64Any(std::string_view text);

}  // namespace countersign
