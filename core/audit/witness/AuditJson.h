#pragma once

#include "core/audit/AuditLog.h"
#include "core/base/encoding/Json.h"

#include <cstddef>
#include <string_view>

namespace countersign {

/// Longest line of an export, in bytes: the longest entry (64 KiB of detail), each byte escaped, is shorter.
inline constexpr std::size_t auditLineMaxBytes = std::size_t{1024} * 1024;

/// {"seq", "at" (ISO 8601), "kind", "subject", "detail", "hash" (0x…)}: an entry as it is listed and
/// exported. detail is the object that was recorded; text where somebody else put in what is none.
Json auditEntryJson(const AuditEntry& entry);

/// Reads what auditEntryJson wrote, with these six members and no other. Of the detail it is the compact
/// form. InvalidInput otherwise.
Result<AuditEntry> parseAuditEntry(std::string_view line);

/// "0x" and 64 digits; nothing for anything else.
std::optional<AuditHash> auditHashFromHex(std::string_view text);

}  // namespace countersign
