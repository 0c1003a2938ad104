#pragma once

#include "core/audit/AuditHead.h"
#include "core/audit/AuditRows.h"
#include "core/vault/TrustManifest.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

// The tail of the audit log: the entries behind its sealed head. The head may lag behind the record, by what
// a crash left or by what somebody put in its place, so these entries count only as far as they chain on it;
// and among them may be the one that says what the profile trusts now.

namespace countersign {

/// What a manifest vouches for: secrets and keys were not yet in those of an older version.
enum class TrustScope { SettingsAlone, Everything };

/// Kinds of entries that go with a change of what the profile trusts (settings, submitters, addresses,
/// operators, the policy, secrets, keys, a freeze): the number of the last such entry is what a TrustManifest
/// has to name. "settings.sealed" is also the first of its kind in a profile of an older version; what came
/// before it vouches for nothing.
bool isTrustKind(std::string_view kind, TrustScope scope = TrustScope::Everything);
inline constexpr std::string_view settingsSealedKind = "settings.sealed";

/// The head moved on to an entry that was written or verified.
AuditHead followed(const AuditHead& head, const AuditFields& entry, const AuditHash& hash,
                   TrustScope scope = TrustScope::Everything);

/// The head moved to the last entry up to `upTo`. Corrupt when one of the entries in between does not chain,
/// or when the record does not hold the head.
Result<AuditHead> advanceHead(Database& database, const AuditChain& chain, AuditHead head,
                              std::int64_t upTo = std::numeric_limits<std::int64_t>::max(),
                              TrustScope scope = TrustScope::Everything);

/// What `trust` would be after all entries, whether they chain or not; for a record that is sealed anew.
/// sealedFromBirth: the profile never was of an older version.
std::optional<std::int64_t> lastTrustEntry(Database& database, bool sealedFromBirth);

/// Reads the file audit.head and moves it to the last entry, without writing it. Call it first of all in a
/// transaction, or inside one that holds the write lock: another program may seal at any time. A record that
/// was not begun gives seq 0. Corrupt as advanceHead, and when the file is missing or not of this profile;
/// Locked.
Result<AuditHead> currentHead(Database& database, const Vault& vault,
                              std::int64_t upTo = std::numeric_limits<std::int64_t>::max(),
                              TrustScope scope = TrustScope::Everything);

/// Whether the record has the entry that the manifest names (with its hash, where it names that too).
bool holds(Database& database, const TrustManifest& manifest);

/// The entry that the settings' seal knows and the record, which ends with this head, does not: somebody
/// began the record anew or put an older one in its place. Nothing while all is well, and where the seal
/// itself is not genuine (TrustedRows tells that).
Result<std::optional<std::int64_t>> entryThatOnlyTheSettingsKnow(Database& database, const Vault& vault,
                                                                 const AuditHead& end);

/// The end of the record, after everything that may stand against it was looked at.
struct AuditTail
{
    AuditHead end;
    std::optional<AuditHead> sealed;  ///< the file audit.head; nothing when it was never made

    bool isSealed() const { return sealed && sealed->seq == end.seq; }
};

/// What has to hold before an entry is added: the head is there, the record holds it, the entries behind it
/// chain to the very last one, no number is impossible, and the settings know no later entry. Corrupt with
/// the operator's way out when not. Needs the database's write lock.
Result<AuditTail> verifiedTail(Database& database, const Vault& vault, const AuditChain& chain);

/// 32 bytes: the key of the chain. Locked.
Result<AuditChain> auditChainOf(const Vault& vault);

}  // namespace countersign
