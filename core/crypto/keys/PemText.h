#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string>
#include <string_view>
#include <vector>

// Normalises PEM text. Keys arrive as files, as pasted text and as environment variables. What people and
// their tools do to a PEM on that way (protocol reference §2.2) is undone in one place: OpenSSL's reader
// wants lines of a certain length and nothing else, and calls an intact key damaged, or its right passphrase
// wrong, otherwise.

namespace countersign {

/// Longest PEM accepted, in bytes. An encrypted 8192-bit key needs about 7 KiB.
inline constexpr std::size_t pemMaxBytes = 64 * 1024;

struct PemBlock
{
    std::string label;       ///< "RSA PRIVATE KEY"
    bool encrypted = false;  ///< "ENCRYPTED PRIVATE KEY" or a Proc-Type header (RFC 1421)
    std::string cipher;      ///< of a DEK-Info header, as it stands there; else empty
};

/// The blocks of a PEM in OpenSSL's own lines of 64 characters, one behind the other. Forgiven are: a
/// byte-order mark, quotes, NAME=value, text around and between blocks, literal "\n" and "\r" (behind any
/// number of backslashes), line ends that are CR only, spaces (no-break and zero-width ones too), lost
/// altogether or doubled, and indented lines. What in a block is no base64 stays as it is, for OpenSSL to
/// refuse. A text without blocks comes back without the white space and quotes around it. Always ends with a
/// newline. InvalidInput when too long or when a zero byte is inside.
Result<SecretBytes> normalisePem(BytesView text);

/// The blocks in order; text is normalised. Text between blocks is skipped, as everywhere else.
std::vector<PemBlock> pemBlocks(std::string_view text);

}  // namespace countersign
