#pragma once

#include "core/audit/AuditLog.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/revocation/Revocation.h"
#include "core/vault/Vault.h"

namespace countersign {

/// Longest proof file, in bytes: one that names 100,000 remaining wallets has about 6 MiB.
inline constexpr std::size_t revocationProofMaxBytes = std::size_t{16} * 1024 * 1024;

/// What a check afterwards showed: {"signing": "refused" | "possible" | "not-tried", "at", "detail"}.
Json signingCheckJson(const RevocationItem& item);

/// What a proof of a revocation says (design.md §9): {"id", "reason", "startedAt", "endedAt"?, "wallets":
/// [{walletId, address, chain, shareSetIds, atDynamic, httpStatus, answeredAt, materialDestroyedAt,
/// onlyShareSet?, check?}],
/// "remaining": {"active", "walletIds"}, "audit": {"seq", "hash"}}. remaining is what can be signed for now;
/// audit is the end of the record, which the proof is thereby tied to.
Result<Json> revocationStatement(Database& database, const AuditLog& audit, const Revocation& revocation);

/// The statement, signed with the desk's key: a DSSE envelope as compact JSON that anybody who has the desk's
/// public key can check, without this profile. Makes the desk's key where there is none.
Result<std::string> makeRevocationProof(Database& database, const Vault& vault, AuditLog& audit,
                                        const Clock& clock, const Revocation& revocation);

/// The statement of a proof whose signature is that of this desk. InvalidInput: not such an envelope;
/// BadSignature: somebody else's, or changed.
Result<Json> verifyRevocationProof(std::string_view envelope, const ed25519::PublicKey& deskKey);

}  // namespace countersign
