#pragma once

#include "core/audit/AuditLog.h"
#include "core/audit/AuditRows.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Sha256.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// Payload type of the last line (core/crypto/envelopes/Dsse.h).
inline constexpr std::string_view auditExportPayloadType = "application/vnd.countersign.audit-export+json";

/// Which entries, both ends included.
struct AuditRange
{
    std::int64_t from = 1;
    std::int64_t to = maxAuditSeq;
};

/// What an export holds, or was found to hold.
struct AuditExportSummary
{
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t entries = 0;
    std::string sha256;  ///< of the lines before the last, in lower-case hex
    /// Why the last line, which signs the others, was left out; empty when it is there.
    QString unsignedBecause;
};

/// Takes the next piece of the export; an error ends it.
using AuditSink = std::function<Status(std::string_view)>;
/// Entries so far; false cancels (Cancelled).
using AuditProgress = std::function<bool(std::int64_t)>;

/// Writes entries as JSON Lines (auditEntryJson), the oldest first, and behind them a DSSE envelope of the
/// desk's key (seed) around {"from", "to", "sha256"}: the chain is keyed, so whoever has no profile checks
/// that signature. The whole record is verified in the same view; of one that is not intact the lines are
/// written all the same, for somebody has to look at them, and nothing vouches for them (of such a profile
/// the seed may be an error, too). Row by row, so a record may have any length. NotFound when there is no
/// entry in the range.
Result<AuditExportSummary> exportRecord(Database& database, const AuditLog& audit, AuditRange range,
                                        const Result<SecretBytes>& seed, const AuditSink& sink,
                                        const AuditProgress& progress = {});

/// Checks a foreign export with the public key of the desk that made it, piece by piece, without a profile.
/// Strict: one entry a line, numbers without gaps, the signature as the last line and about these very lines.
/// Memory is bounded by one line (auditLineMaxBytes).
class AuditExportCheck
{
public:
    /// An entry that has to be among them, with this hash: what a checkpoint names.
    struct Expected
    {
        std::int64_t seq = 0;
        AuditHash hash{};
    };

    AuditExportCheck() = default;
    explicit AuditExportCheck(std::optional<Expected> expected) : m_expected(expected) {}

    /// InvalidInput: what was read until now is no export.
    Status add(BytesView piece);
    /// Behind the last piece. BadSignature: not signed by this desk, or changed afterwards.
    Result<AuditExportSummary> finish(const ed25519::PublicKey& deskKey);

    std::int64_t entries() const { return m_entries; }

private:
    Status takeLine();
    Status takeEntry(std::string_view line);

    std::optional<Expected> m_expected;
    bool m_metExpected = false;
    Sha256 m_digest;
    std::string m_waiting;  ///< the last whole line: an entry, or the signature
    bool m_hasWaiting = false;
    std::string m_line;
    std::int64_t m_from = 0;
    std::int64_t m_to = 0;
    std::int64_t m_entries = 0;
};

}  // namespace countersign
