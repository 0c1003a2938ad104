#pragma once

#include "core/base/Bytes.h"

#include <string>

// Random bytes and UUIDs from libsodium's generator. Identifiers and nonces come from this one place (not
// keys: those are SecretBytes::random).

namespace countersign {

Bytes randomBytes(std::size_t size);

/// RFC 9562 version 4: 36 characters, lower case.
std::string randomUuid();
/// The same form (version 4) of 16 bytes or more, of which the first 16 count.
std::string uuidOf(BytesView bytes);

}  // namespace countersign
