#pragma once

#include "core/base/Bytes.h"

#include <QString>

#include <optional>
#include <string_view>

// Recognises key files in other forms than ours, and says how to convert them. Such a key is not a damaged
// one, and whoever has it needs one command, not a riddle. Forms are only recognised here, never opened: what
// a key is for, or how it was protected, is not ours to overlook.

namespace countersign {

/// What the file should have been.
enum class PemSubject { PrivateKey, PublicKey, Certificate };

/// A sentence about what the file is instead of PEM (DER, PKCS#12, base64 of either, UTF-16, a JSON Web Key,
/// PuTTY's or OpenSSH's own), with the command that converts it. Nothing for a text with PEM blocks and for
/// what is not recognised. At most pemMaxBytes are looked at.
std::optional<QString> otherThanPem(BytesView file, PemSubject subject);

/// The same for the label of the one block of a PEM: a certificate in the place of a public key, and the
/// like.
std::optional<QString> otherThanAskedFor(std::string_view label, PemSubject subject);

/// Why OpenSSL does not take a PKCS#8 PrivateKeyInfo (DER) whose content may well be intact: a key for OAEP
/// or PSS alone, or version 2 (OneAsymmetricKey, RFC 5958). wasEncrypted: no command can name a place inside
/// the file.
std::optional<QString> unusualPkcs8(BytesView der, bool wasEncrypted);

/// The same for a SubjectPublicKeyInfo.
std::optional<QString> unusualPublicKey(BytesView der);

/// For a key whose encryption this OpenSSL lacks; algorithm: its name or object identifier.
QString unsupportedProtection(const QString& algorithm);

}  // namespace countersign
