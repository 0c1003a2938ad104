#include "core/audit/trust/SettingsUpgrade.h"

#include "core/audit/AuditLog.h"
#include "core/audit/AuditTail.h"
#include "core/audit/trust/FreezeSetting.h"
#include "core/audit/trust/TrustedRows.h"
#include "core/base/Clock.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/vault/database/Rows.h"
#include "core/vault/profile/ProfileRecord.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct SettingsUpgradeText
{
    Q_DECLARE_TR_FUNCTIONS(SettingsUpgradeText)
};

/// An entry of the record is bounded (64 KiB, of five such lists); whoever has more of them finds the rest
/// in the settings.
constexpr std::size_t maxListBytes = 12 * 1024;

/// The row as SigningFreeze keeps it, from the entry that the freeze left; one that cannot be read freezes,
/// too.
std::string freezeRowOf(std::string_view detail, UnixMillis at)
{
    auto row = parseJson(detail);
    if (!row || !row->is_object()) {
        return "{}";
    }
    (*row)["at"] = toIso8601(at);
    return dumpJson(*row);
}

/// Where nobody knows whether signing was frozen.
std::string unknownFreezeRow(const QString& finding, UnixMillis now)
{
    const Json row = {{"by", "settings seal"},
                      {"reason", "the record was changed, and may have said that signing is frozen: " +
                                     finding.toStdString()}};
    return freezeRowOf(dumpJson(row), now);
}

/// What is sealed anew may be rows of before a freeze. The record knows that signing is frozen: it stays so
/// until an operator lifts it. An entry of long ago is looked at by nobody but a check of the whole record;
/// where that finds something, the freeze may have been taken out of it. In the transaction of the sealing.
Status keepFreeze(Database& database, const AuditLog& audit, UnixMillis now)
{
    ASSIGN_OR_RETURN(const auto record, audit.verify());
    return attempt([&]() -> Status {
        SQLite::Statement last(
            database.handle(),
            "SELECT kind, detail, at FROM audit "
            "WHERE kind IN ('signing.frozen', 'signing.unfrozen') ORDER BY seq DESC LIMIT 1");
        const bool isFrozen = last.executeStep() && last.getColumn(0).getString() == "signing.frozen";
        if (!isFrozen && record.intact) {
            return {};
        }
        SQLite::Statement put(
            database.handle(),
            std::string("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO ") +
                (isFrozen ? "UPDATE SET value = excluded.value" : "NOTHING"));
        put.bind(1, std::string(freezeSettingKey));
        put.bind(2, isFrozen ? freezeRowOf(last.getColumn(1).getString(), last.getColumn(2).getInt64())
                             : unknownFreezeRow(record.finding, now));
        put.exec();
        return {};
    });
}

/// The policies that the record and the rows have in force: hex SHA-256, nothing for the built-in one.
struct PoliciesInForce
{
    std::optional<std::string> recorded;
    std::optional<std::string> present;

    bool areOne() const { return recorded == present; }
    Json toJson() const
    {
        return {{"recorded", recorded ? Json(*recorded) : Json(nullptr)},
                {"present", present ? Json(*present) : Json(nullptr)}};
    }
};

Result<PoliciesInForce> policiesInForce(Database& database)
{
    return attempt([&]() -> Result<PoliciesInForce> {
        PoliciesInForce policies;
        SQLite::Statement last(database.handle(),
                               "SELECT detail FROM audit WHERE kind IN ('policy.set', 'policy.cleared') "
                               "ORDER BY seq DESC LIMIT 1");
        if (last.executeStep()) {
            const auto detail = parseJson(last.getColumn(0).getString());
            const auto sha256 = detail ? requiredString(*detail, "sha256") : failure(detail.error());
            policies.recorded = sha256 ? std::optional(*sha256) : std::nullopt;
        }
        SQLite::Statement row(
            database.handle(),
            "SELECT sha256, document FROM policy WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1");
        if (row.executeStep()) {
            // By its document: the column beside it is anybody's.
            policies.present = toHex(sha256(blobView(row.getColumn(1))));
        }
        return policies;
    });
}

/// A rule book that was taken away or put back by somebody else is not sealed in silence: signing is frozen
/// until an operator who knows which one is right lifts it.
Status freezeForPolicy(Database& database, UnixMillis now)
{
    return attempt([&]() -> Status {
        const Json row = {{"by", "settings seal"},
                          {"reason",
                           "the policy in force is not the one that was set last; set the right one "
                           "before you lift this"}};
        SQLite::Statement put(database.handle(),
                              "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING");
        put.bind(1, std::string(freezeSettingKey));
        put.bind(2, freezeRowOf(dumpJson(row), now));
        put.exec();
        return {};
    });
}

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

Json withSecrets(Json detail, const TrustManifest& present)
{
    detail["secrets"] = namesOf(present, trustedTables::secret);
    detail["keys"] = namesOf(present, trustedTables::key);
    return detail;
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
            SettingsUpgradeText::tr("The settings are as they were set; there is nothing to seal anew."));
    }
    return found;
}

/// Under the write lock.
Result<Outcome> upgrade(const ProfileRecord& upgraded, const Vault& vault, Database& database,
                        AuditTransaction& record)
{
    ASSIGN_OR_RETURN(const auto stored, ProfileRecord::read(database));
    if (stored.info.settingsSealed) {
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
    ASSIGN_OR_RETURN(const auto present, rows.present());
    const Json detail = {{"upgrade", true},
                         {"settings", namesOf(present, trustedTables::setting)},
                         {"submitters", namesOf(present, trustedTables::submitter)}};
    const Status done =
        record.add(settingsSealedKind, vault.info().profileId, dumpJson(withSecrets(detail, present)))
            .and_then([&] { return rows.notePresent(); })
            .and_then([&] { return upgraded.replaceUnsealed(database); });
    return done ? Result<Outcome>(Outcome::Sealed) : failure(done.error());
}

/// What the manifest could not vouch for yet; where it is refused, or the record contradicts its seal, that
/// has to be mended first.
Status sealSecretsOnce(const Vault& vault, Database& database, const Clock& clock)
{
    if (const auto manifest = TrustManifest::read(database, vault); !manifest || manifest->knowsSecrets()) {
        return {};
    }
    // Where the head cannot be written, the next entry seals what this could not: the profile opens.
    AuditLog audit(database, vault, clock);
    const auto change = [&](AuditTransaction& record) -> Status {
        const auto manifest = TrustManifest::read(database, vault);
        // Another program may have done it meanwhile.
        if (!manifest || manifest->knowsSecrets()) {
            return {};
        }
        TrustedRows rows(database, vault);
        ASSIGN_OR_RETURN(const auto present, rows.present());
        return record
            .add(settingsSealedKind, vault.info().profileId,
                 dumpJson(withSecrets({{"upgrade", true}}, present)))
            .and_then([&] { return rows.noteSecretsPresent(); });
    };
    const Status done = audit.commit(change, Sealing::OfWhatHappened);
    if (!done) {
        const bool left =
            done.error().code == ErrorCode::BadSignature || done.error().code == ErrorCode::Corrupt;
        return left ? Status() : done;
    }
    return {};
}

Status sealRowsOnce(Vault& vault, Database& database, const Clock& clock)
{
    const auto upgraded = vault.recordWithSealedSettings();
    if (vault.info().settingsSealed || !upgraded) {
        return {};
    }
    AuditLog audit(database, vault, clock);
    // As above: for want of room on the disk, say, the head may lag.
    const auto outcome =
        audit.commit([&](AuditTransaction& record) { return upgrade(*upgraded, vault, database, record); },
                     Sealing::OfWhatHappened);
    if (!outcome) {
        return failure(outcome.error());
    }
    if (*outcome != Outcome::Left) {
        vault.noteSettingsSealed();
    }
    return {};
}

}  // namespace

Status sealSettingsOnce(Vault& vault, Database& database, const Clock& clock)
{
    const Status sealed = sealRowsOnce(vault, database, clock);
    return sealed ? sealSecretsOnce(vault, database, clock) : sealed;
}

Status sealSettingsAnew(Vault& vault, Database& database, const Clock& clock, std::string_view reason)
{
    AuditLog audit(database, vault, clock);
    TrustedRows rows(database, vault);
    const auto upgraded = vault.recordWithSealedSettings();
    RETURN_IF_ERROR(audit.commit([&](AuditTransaction& record) -> Status {
        ASSIGN_OR_RETURN(const auto found, finding(rows));
        RETURN_IF_ERROR(keepFreeze(database, audit, clock.now()));
        ASSIGN_OR_RETURN(const auto policies, policiesInForce(database));
        RETURN_IF_ERROR(policies.areOne() ? Status() : freezeForPolicy(database, clock.now()));
        ASSIGN_OR_RETURN(const auto present, rows.present());
        Json detail = {{"finding", found},
                       {"settings", namesOf(present, trustedTables::setting)},
                       {"submitters", namesOf(present, trustedTables::submitter)},
                       {"reason", std::string(reason)}};
        if (!policies.areOne()) {
            detail["policy"] = policies.toJson();
        }
        if (auto entry = record.add(settingsSealedKind, vault.info().profileId,
                                    dumpJson(withSecrets(detail, present)));
            !entry) {
            return entry;
        }
        if (auto noted = rows.notePresent(); !noted || !upgraded) {
            return noted;
        }
        return upgraded->replaceUnsealed(database);
    }));
    vault.noteSettingsSealed();
    return {};
}

}  // namespace countersign
