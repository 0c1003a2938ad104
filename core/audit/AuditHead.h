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

/// Why this class exists: whoever can cut entries off the end of a chain leaves a chain that is still intact.
/// So the last link is also kept outside of the database, sealed by the vault, in the file audit.head.
/// Writers take turns by holding the database's write lock.
class AuditHeadFile
{
public:
    explicit AuditHeadFile(const Vault& vault) : m_vault(vault) {}

    /// Nothing when there is no such file; Corrupt when it is not what this vault sealed.
    Result<std::optional<AuditHead>> read() const;
    /// On the disk when this returns.
    Status write(const AuditHead& head) const;

private:
    const Vault& m_vault;
};

}  // namespace countersign
