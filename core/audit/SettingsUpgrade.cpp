#include "core/audit/SettingsUpgrade.h"

#include "core/audit/AuditLog.h"
#include "core/audit/AuditTail.h"
#include "core/audit/TrustedRows.h"
#include "core/base/Json.h"
#include "core/vault/ProfileRecord.h"

#include <QCoreApplication>

namespace countersign {

namespace {

/// An entry of the record is bounded (64 KiB, of three such lists); whoever has more of them finds the rest
/// in the settings.
constexpr std::size_t maxListBytes = 16 * 1024;

enum class Outcome { Sealed, SealedBefore, Left };

/// Appends as long as the list stays within its bound.
void append(Json& list, std::size_t& bytes, const std::string& name)
{
    const std::size_t more = dumpJson(Json(name)).size() + 1;
    if (bytes + more <= maxListBytes) {
        list.push_back(name);
        bytes += more;
    }
}

Json namesOf(const TrustManifest& present, std::string_view table)
{
    Json names = Json::array();
    std::size_t bytes = 0;
    const auto rows = present.tables.find(table);
    if (rows != present.tables.end()) {
        for (const auto& [key, value] : rows->second) {
            append(names, bytes, key);
        }
    }
    return names;
}

/// What is wrong, for the record; InvalidInput when nothing is.
Result<Json> finding(const TrustedRows& rows)
{
    const auto findings = rows.findings();
    if (!findings && findings.error().code != ErrorCode::BadSignature) {
        return failure(findings.error());
    }
    Json found = Json::array();
    if (!findings) {
        found.push_back(findings.error().detail.toStdString());
        return found;
    }
    std::size_t bytes = 0;
    for (const TrustFinding& one : *findings) {
        append(found, bytes, one.table + " " + one.key);
    }
    if (found.empty()) {
        return failure(
            ErrorCode::InvalidInput,
            QCoreApplication::translate("SettingsUpgrade",
                                        "The settings are as they were set; there is nothing to seal anew."));
    }
    return found;
}

/// Under the write lock.
Result<Outcome> upgrade(const ProfileRecord& upgraded, const Vault& vault, Database& database,
                        AuditLog& audit)
{
    const auto stored = ProfileRecord::read(database);
    if (!stored) {
        return failure(stored.error());
    }
    if (stored->info.settingsSealed) {
        return Outcome::SealedBefore;
    }
    const auto head = currentHead(database, vault);
    if (!head) {
        return head.error().code == ErrorCode::Corrupt ? Result<Outcome>(Outcome::Left)
                                                       : failure(head.error());
    }
    if (head->trust.value_or(0) > 0) {
        return Outcome::Left;
    }
    TrustedRows rows(database, vault);
    const auto present = rows.present();
    if (!present) {
        return failure(present.error());
    }
    const Json detail = {{"upgrade", true},
                         {"settings", namesOf(*present, trustedTables::setting)},
                         {"submitters", namesOf(*present, trustedTables::submitter)}};
    const Status done = audit.appendWithin(settingsSealedKind, vault.info().profileId, dumpJson(detail))
                            .and_then([&] { return rows.notePresent(); })
                            .and_then([&] { return upgraded.replaceUnsealed(database); });
    return done ? Result<Outcome>(Outcome::Sealed) : failure(done.error());
}

}  // namespace

Status sealSettingsOnce(Vault& vault, Database& database, const Clock& clock)
{
    const auto upgraded = vault.recordWithSealedSettings();
    if (vault.info().settingsSealed || !upgraded) {
        return {};
    }
    AuditLog audit(database, vault, clock);
    const auto outcome = transact(database, [&] { return upgrade(*upgraded, vault, database, audit); });
    if (!outcome) {
        return failure(outcome.error());
    }
    if (*outcome != Outcome::Left) {
        vault.noteSettingsSealed();
    }
    if (*outcome == Outcome::Sealed) {
        // The head may lag: the next entry seals what this could not, for want of room on the disk, say.
        (void)audit.sealHead();
    }
    return {};
}

Status sealSettingsAnew(Vault& vault, Database& database, const Clock& clock, std::string_view reason)
{
    AuditLog audit(database, vault, clock);
    TrustedRows rows(database, vault);
    const auto upgraded = vault.recordWithSealedSettings();
    const Status done = transact(database, [&]() -> Status {
        const auto found = finding(rows);
        const auto present = found ? rows.present() : failure(found.error());
        if (!present) {
            return failure(present.error());
        }
        const Json detail = {{"finding", *found},
                             {"settings", namesOf(*present, trustedTables::setting)},
                             {"submitters", namesOf(*present, trustedTables::submitter)},
                             {"reason", std::string(reason)}};
        if (auto entry = audit.appendWithin(settingsSealedKind, vault.info().profileId, dumpJson(detail));
            !entry) {
            return entry;
        }
        if (auto noted = rows.notePresent(); !noted || !upgraded) {
            return noted;
        }
        return upgraded->replaceUnsealed(database);
    });
    if (!done) {
        return done;
    }
    vault.noteSettingsSealed();
    return audit.sealHead();
}

}  // namespace countersign
