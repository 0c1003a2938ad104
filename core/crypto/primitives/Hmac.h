#pragma once

#include "core/base/Bytes.h"

#include <array>

namespace countersign {

using HmacSha256Tag = std::array<std::uint8_t, 32>;

/// RFC 2104 with SHA-256. Any key length, zero included; a SecretBytes passes its view().
HmacSha256Tag hmacSha256(BytesView key, BytesView message);

}  // namespace countersign
