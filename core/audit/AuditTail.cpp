#include "core/audit/AuditTail.h"

#include <algorithm>
#include <any>
#include <array>

namespace countersign {

namespace {

constexpr std::string_view keyPurpose = "audit-v1";

/// The last trusted entry, given that this one follows.
void noteTrust(std::optional<std::int64_t>& trust, std::int64_t seq, std::string_view kind,
               TrustScope scope = TrustScope::Everything)
{
    if (kind == settingsSealedKind || (trust && isTrustKind(kind, scope))) {
        trust = seq;
    }
}

/// The head of a record without entries.
AuditHead begunHead(const Vault& vault)
{
    AuditHead begun;
    if (!vault.info().settingsSealed) {
        begun.trust.reset();
    }
    return begun;
}

/// Where a crash left a profile that was just made, or one of an older version that never recorded anything:
/// no entry, nothing worth a record (each key and secret came with an entry), and settings that were never
/// set. Everywhere else a missing head was taken away.
Result<bool> wasNeverBegun(Database& database, const Vault& vault)
{
    const auto used = database.handle().execAndGet(
        "SELECT EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM secret) OR "
        "EXISTS (SELECT 1 FROM rsa_key)");
    if (used.getInt() != 0) {
        return false;
    }
    if (!vault.info().settingsSealed) {
        return true;
    }
    const auto manifest = TrustManifest::read(database, vault);
    if (!manifest && manifest.error().code != ErrorCode::BadSignature) {
        return failure(manifest.error());
    }
    return manifest && manifest->entry == 0;
}

/// Once in a snapshot: what another program seals while it lasts stands for entries that it does not show.
Result<std::optional<AuditHead>> headOfSnapshot(Database& database, const Vault& vault)
{
    std::any* note = database.snapshotNote();
    if (const auto* known = std::any_cast<std::optional<AuditHead>>(note)) {
        return *known;
    }
    auto file = AuditHeadFile(vault).read();
    if (file && note != nullptr) {
        *note = *file;
    }
    return file;
}

/// The file audit.head; nothing where it may be missing.
Result<std::optional<AuditHead>> sealedHead(Database& database, const Vault& vault)
{
    auto file = headOfSnapshot(database, vault);
    if (!file) {
        return file.error().code == ErrorCode::Corrupt ? recordContradiction(file.error().detail)
                                                       : failure(file.error());
    }
    if (!file->has_value()) {
        ASSIGN_OR_RETURN(const auto isNew, wasNeverBegun(database, vault));
        if (!isNew) {
            return recordContradiction(QStringLiteral("audit.head is missing"));
        }
    }
    return file;
}

}  // namespace

bool isTrustKind(std::string_view kind, TrustScope scope)
{
    static constexpr std::array kinds = {
        std::string_view("profile.created"),    settingsSealedKind,
        std::string_view("setting.changed"),    std::string_view("setting.removed"),
        std::string_view("submitter.added"),    std::string_view("submitter.removed"),
        std::string_view("signing.frozen"),     std::string_view("signing.unfrozen"),
        std::string_view("address.added"),      std::string_view("address.changed"),
        std::string_view("address.removed"),    std::string_view("address.tagged"),
        std::string_view("addresses.imported"), std::string_view("addresses.removed"),
        std::string_view("operator.added"),     std::string_view("operator.removed"),
        std::string_view("policy.set"),         std::string_view("policy.cleared")};
    static constexpr std::array secretKinds = {
        std::string_view("secret.stored"),         std::string_view("secret.removed"),
        std::string_view("key.generated"),         std::string_view("key.imported"),
        std::string_view("key.removed"),           std::string_view("desk-key.generated"),
        std::string_view("operator-key.generated")};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end() ||
           (scope == TrustScope::Everything &&
            std::find(secretKinds.begin(), secretKinds.end(), kind) != secretKinds.end());
}

Result<AuditChain> auditChainOf(const Vault& vault)
{
    ASSIGN_OR_RETURN(auto key, vault.deriveKey(keyPurpose));
    return AuditChain(std::move(key));
}

AuditHead followed(const AuditHead& head, const AuditFields& entry, const AuditHash& hash, TrustScope scope)
{
    AuditHead next{entry.seq, hash, head.trust};
    noteTrust(next.trust, entry.seq, entry.kind, scope);
    return next;
}

Result<AuditHead> advanceHead(Database& database, const AuditChain& chain, AuditHead head, std::int64_t upTo,
                              TrustScope scope)
{
    if (!holds(database, head)) {
        return recordContradiction(QStringLiteral("the sealed entry %1 is not in the record").arg(head.seq));
    }
    auto rows = database.statement(
        "SELECT seq, at, kind, subject, detail, hash FROM audit "
        "WHERE seq > ? AND seq <= ? ORDER BY seq");
    rows->bind(1, head.seq);
    rows->bind(2, upTo);
    while (rows->executeStep()) {
        const AuditFields entry = auditFieldsOf(*rows);
        if (entry.seq != head.seq + 1) {
            return recordContradiction(QStringLiteral("behind entry %1 follows one with the number %2")
                                           .arg(head.seq)
                                           .arg(entry.seq));
        }
        const AuditHash hash = chain.next(head.hash, entry);
        if (!equalConstantTime(hash, blobView(rows->getColumn(5)))) {
            return recordContradiction(
                QStringLiteral("entry %1 does not follow what was sealed").arg(entry.seq));
        }
        head = followed(head, entry, hash, scope);
    }
    return head;
}

std::optional<std::int64_t> lastTrustEntry(Database& database, bool sealedFromBirth)
{
    std::optional<std::int64_t> trust;
    if (sealedFromBirth) {
        trust = 0;
    }
    auto rows = database.statement("SELECT seq, kind FROM audit ORDER BY seq");
    while (rows->executeStep()) {
        noteTrust(trust, rows->getColumn(0).getInt64(), rows->getColumn(1).getString());
    }
    return trust;
}

Result<AuditHead> currentHead(Database& database, const Vault& vault, std::int64_t upTo, TrustScope scope)
{
    ASSIGN_OR_RETURN(const auto chain, auditChainOf(vault));
    return attempt([&]() -> Result<AuditHead> {
        // The file first: then everything that it stands for is in the snapshot that the first query takes.
        ASSIGN_OR_RETURN(const auto sealed, sealedHead(database, vault));
        return sealed ? advanceHead(database, chain, *sealed, upTo, scope) : begunHead(vault);
    });
}

bool holds(Database& database, const TrustManifest& manifest)
{
    if (manifest.entry == 0) {
        return true;
    }
    auto query = database.statement("SELECT lower(hex(hash)) FROM audit WHERE seq = ?");
    query->bind(1, manifest.entry);
    return query->executeStep() &&
           (manifest.entryHash.empty() || manifest.entryHash == query->getColumn(0).getString());
}

Result<std::optional<std::int64_t>> entryThatOnlyTheSettingsKnow(Database& database, const Vault& vault,
                                                                 const AuditHead& end)
{
    if (!vault.info().settingsSealed) {
        return std::nullopt;
    }
    const auto manifest = TrustManifest::read(database, vault);
    if (!manifest) {
        return manifest.error().code == ErrorCode::BadSignature
                   ? Result<std::optional<std::int64_t>>(std::nullopt)
                   : failure(manifest.error());
    }
    return manifest->entry > end.trust.value_or(0) ? std::optional(manifest->entry) : std::nullopt;
}

Result<AuditTail> verifiedTail(Database& database, const Vault& vault, const AuditChain& chain)
{
    return attempt([&]() -> Result<AuditTail> {
        ASSIGN_OR_RETURN(const auto sealed, sealedHead(database, vault));
        if (const auto number = impossibleEntry(database)) {
            return recordContradiction(QStringLiteral("an entry has the impossible number %1").arg(*number));
        }
        ASSIGN_OR_RETURN(const auto end, advanceHead(database, chain, sealed.value_or(begunHead(vault))));
        ASSIGN_OR_RETURN(const auto unknown, entryThatOnlyTheSettingsKnow(database, vault, end));
        if (unknown) {
            return recordContradiction(
                QStringLiteral("the settings were changed with entry %1, which the record does not have")
                    .arg(*unknown));
        }
        return AuditTail{end, sealed};
    });
}

}  // namespace countersign
