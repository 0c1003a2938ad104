#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string_view>

namespace countersign {

/// HKDF-SHA-256 (RFC 5869), extract and expand, over libsodium: what forward MPC derives its message keys
/// with (protocol reference §7.4). size: 1 to 8160 bytes, else InvalidInput. salt may be empty.
Result<SecretBytes> hkdfSha256(const SecretBytes& inputKey, BytesView salt, std::string_view info,
                               std::size_t size);

}  // namespace countersign
