#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string>
#include <string_view>
#include <vector>

// Why: keys arrive as files, as pasted text and as environment variables. What people do to a PEM on that way
// (literal \n, quotes, surrounding space; protocol reference §2.2) is undone in one place, before OpenSSL
// sees it.

namespace countersign {

/// Longest PEM accepted, in bytes. An encrypted 8192-bit key needs about 7 KiB.
inline constexpr std::size_t pemMaxBytes = 64 * 1024;

struct PemBlock
{
    std::string label;       ///< "RSA PRIVATE KEY"
    bool encrypted = false;  ///< "ENCRYPTED PRIVATE KEY" or a Proc-Type header (RFC 1421)
};

/// Removes a byte order mark, surrounding white space and one pair of quotes, turns literal "\n", "\r" and
/// "\r\n" sequences into line ends, and ends with a newline. InvalidInput when too long or when a zero byte
/// is inside.
Result<SecretBytes> normalisePem(BytesView text);

/// The blocks in order; text is normalised. Text between blocks is skipped, as everywhere else.
std::vector<PemBlock> pemBlocks(std::string_view text);

}  // namespace countersign
