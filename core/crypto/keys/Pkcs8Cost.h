#pragma once

#include "core/base/Bytes.h"

#include <QString>

#include <optional>
#include <string>

namespace countersign {

/// Bounds the cost of an encrypted PKCS#8 file's key derivation. The file names that cost itself, so that a
/// few bytes could keep a thread busy for hours. True when pem is a well-formed "ENCRYPTED PRIVATE KEY" whose
/// derivation is known and stays within: PBKDF2 (RFC 8018) and PKCS#12 up to 10,000,000 iterations; scrypt
/// (RFC 7914) up to N·r·p = 2^24.
bool isAffordablePkcs8(BytesView pem);

/// What protects a well-formed "ENCRYPTED PRIVATE KEY" and is not to be had here: the name, or the object
/// identifier, of its cipher, digest or key derivation (DES and RC2, for instance, are in OpenSSL's legacy
/// provider since version 3). With such a file every passphrase seems wrong. Nothing when all is there.
std::optional<QString> missingPkcs8Algorithm(BytesView pem);

/// The same for the cipher of a DEK-Info header.
bool hasCipher(const std::string& name);

}  // namespace countersign
