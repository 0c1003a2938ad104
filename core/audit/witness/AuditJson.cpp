#include "core/audit/witness/AuditJson.h"

#include "core/audit/AuditRows.h"
#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AuditJsonText
{
    Q_DECLARE_TR_FUNCTIONS(AuditJsonText)
};

/// A line holds one more level and a few more values than the detail that is in it.
constexpr JsonLimits lineLimits{.maxBytes = auditLineMaxBytes, .maxDepth = 34, .maxValues = 10'100};
constexpr std::size_t lineMembers = 6;

tl::unexpected<Error> noEntry(const char* what)
{
    return failure(ErrorCode::InvalidInput, AuditJsonText::tr("A line of the export is no entry."),
                   QString::fromLatin1(what));
}

}  // namespace

Json auditEntryJson(const AuditEntry& entry)
{
    return {{"seq", entry.seq},
            {"at", toIso8601(entry.at)},
            {"kind", entry.kind},
            {"subject", entry.subject},
            {"detail", parseJson(entry.detail).value_or(Json(entry.detail))},
            {"hash", toHexPrefixed(entry.hash)}};
}

std::optional<AuditHash> auditHashFromHex(std::string_view text)
{
    AuditHash hash{};
    const auto bytes = fromHex(text);
    if (!text.starts_with("0x") || !bytes || bytes->size() != hash.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

Result<AuditEntry> parseAuditEntry(std::string_view line)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(line, lineLimits));
    if (!json.is_object() || json.size() != lineMembers) {
        return noEntry("six members are expected");
    }
    const auto seq = json.find("seq");
    if (seq == json.end() || !seq->is_number_unsigned() || seq->get<std::uint64_t>() < 1 ||
        seq->get<std::uint64_t>() > std::uint64_t{maxAuditSeq}) {
        return noEntry("seq");
    }
    AuditEntry entry;
    entry.seq = seq->get<std::int64_t>();
    ASSIGN_OR_RETURN(const auto at, requiredString(json, "at"));
    ASSIGN_OR_RETURN(entry.kind, requiredString(json, "kind"));
    ASSIGN_OR_RETURN(entry.subject, requiredString(json, "subject"));
    ASSIGN_OR_RETURN(const auto hashText, requiredString(json, "hash"));
    const auto time = fromIso8601(at);
    const auto hash = auditHashFromHex(hashText);
    const auto detail = json.find("detail");
    if (!time || !hash || detail == json.end()) {
        return noEntry("at, hash or detail");
    }
    entry.at = *time;
    entry.hash.assign(hash->begin(), hash->end());
    entry.detail = dumpJson(*detail);
    return entry;
}

}  // namespace countersign
