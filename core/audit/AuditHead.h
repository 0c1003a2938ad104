#pragma once

#include "core/audit/AuditChain.h"
#include "core/vault/Vault.h"

#include <optional>

namespace countersign {

/// The last entry that is known to have been recorded. seq 0 with a hash of zeros: the record was begun. As
/// the numbers have no gaps, seq is also how many entries there are.
struct AuditHead
{
    std::int64_t seq = 0;
    AuditHash hash{};
    /// The last entry up to seq that changed what the profile trusts (isTrustKind); 0: none. Nothing in the
    /// heads of a version that did not seal settings.
    std::optional<std::int64_t> trust = 0;

    /// seq (8 bytes, little endian), hash (32) and, if there is one, trust (8, little endian).
    Bytes encode() const;
    /// Nothing unless there are exactly 40 or 48 bytes and no number is negative.
    static std::optional<AuditHead> decode(BytesView bytes);
};

/// The head of the audit log (its last link), kept outside of the database, sealed by the vault, in the file
/// audit.head. Whoever can cut entries off the end of a chain leaves a chain that is still intact; the head
/// shows that they are missing. Writers take turns by holding the database's write lock.
///
/// The file is made once, with its folder's entry, and then written over in place: 89 bytes from its
/// beginning lie in one sector, which disks write whole or not at all, so one sync of data makes a head
/// durable. Were a disk to break that promise in a power cut, the seal would be damaged: told, refused, and
/// sealed anew by the operator, as after any other damage (AuditLog::reseal).
class AuditHeadFile
{
public:
    explicit AuditHeadFile(const Vault& vault) : m_vault(vault) {}

    /// Nothing when there is no such file; Corrupt when it is not what this vault sealed. Needs no lock: what
    /// is caught half-written is read again.
    Result<std::optional<AuditHead>> read() const;
    /// On the disk when this returns.
    Status write(const AuditHead& head) const;

private:
    Result<std::optional<AuditHead>> readOnce() const;

    const Vault& m_vault;
};

}  // namespace countersign
