#pragma once

#include "core/audit/AuditLog.h"
#include "core/crypto/primitives/Ed25519.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace countersign {

/// Payload type of the envelope (core/crypto/envelopes/Dsse.h).
inline constexpr std::string_view checkpointPayloadType = "application/vnd.countersign.checkpoint+json";
/// Longest checkpoint that is read, in bytes.
inline constexpr std::size_t checkpointMaxBytes = std::size_t{16} * 1024;

/// A statement that the record had this entry, made to be kept elsewhere: the record's seal lies in the
/// profile's folder, and goes back in time with it when somebody restores an older copy of the whole folder.
/// A checkpoint does not.
struct AuditCheckpoint
{
    std::string profile;  ///< its id
    std::int64_t seq = 0;
    AuditHash hash{};
    UnixMillis at = 0;
};

/// Checks the whole record, records "audit.checkpoint", and signs a statement that names that entry: a DSSE
/// envelope of the desk's key (seed), compact JSON, around {"profile", "seq", "hash", "at"} (design.md §9).
/// Corrupt with the finding when the record is not intact: a checkpoint vouches for it.
Result<std::string> makeCheckpoint(Database& database, const Vault& vault, AuditLog& audit,
                                   const Clock& clock, const SecretBytes& seed,
                                   const std::function<bool(std::int64_t)>& progress = {});

/// Corrupt with the sentence when the profile is known to be rolled back: a checkpoint would vouch for the
/// older copy.
Status refuseCheckpointOf(const QString& rollback);

/// What a checkpoint says whose signature is that of this key. InvalidInput: not such an envelope;
/// BadSignature: somebody else's, or changed.
Result<AuditCheckpoint> readCheckpoint(std::string_view envelope, const ed25519::PublicKey& deskKey);

}  // namespace countersign
