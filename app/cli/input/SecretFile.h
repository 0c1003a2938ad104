#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <QString>

#include <string>

namespace countersign::cli {

class Terminal;

/// The same name everywhere: of a profile, or of an encrypted PEM.
inline constexpr QLatin1StringView passphraseFileOption("passphrase-file");

/// Longest secret file (a key, a token, a passphrase), in bytes.
inline constexpr std::size_t secretFileMaxBytes = 64 * 1024;

/// Standard input, where a file's name is asked for.
inline constexpr std::string_view standardInputName("-");

/// Reads a file that holds a secret straight into guarded memory; "-" is standard input. path: the bytes of
/// its name. option: its name without dashes, for the sentence. Nothing is removed from the content.
Result<SecretBytes> readSecretFile(const std::string& path, QLatin1StringView option, Terminal& terminal);

/// The same for a secret that is one line: one trailing newline is not part of it (design.md §7), nor a
/// byte-order mark at its beginning, but for passphrases, and it must not be empty.
Result<SecretBytes> readSecretLine(const std::string& path, QLatin1StringView option, Terminal& terminal);

}  // namespace countersign::cli
