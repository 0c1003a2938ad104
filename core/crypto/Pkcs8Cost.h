#pragma once

#include "core/base/Bytes.h"

namespace countersign {

/// Why: an encrypted PKCS#8 file names the cost of its own key derivation, so that a few bytes could keep a
/// thread busy for hours. True when pem is a well-formed "ENCRYPTED PRIVATE KEY" whose derivation is known
/// and stays within: PBKDF2 (RFC 8018) and PKCS#12 up to 10,000,000 iterations; scrypt (RFC 7914) up to N·r·p
/// = 2^24.
bool isAffordablePkcs8(BytesView pem);

}  // namespace countersign
