#include "core/audit/trust/TrustedRows.h"

#include "core/audit/AuditTail.h"
#include "core/audit/trust/FreezeSetting.h"
#include "core/base/text/SanitizedText.h"
#include "core/vault/AddressRows.h"
#include "core/vault/KeyRing.h"
#include "core/vault/OperatorRows.h"
#include "core/vault/PolicyRows.h"
#include "core/vault/SecretStore.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct TrustedRowsText
{
    Q_DECLARE_TR_FUNCTIONS(TrustedRowsText)
};

tl::unexpected<Error> olderCopy(const QString& detail)
{
    return failure(
        ErrorCode::BadSignature,
        TrustedRowsText::tr(
            "The settings and secrets were replaced by an older copy outside Countersign, so none is used. "
            "Check every setting, submitter, secret and key, then confirm them with \"countersign-cli "
            "settings seal --reason …\". Where signing was frozen it stays frozen until it is lifted."),
        detail);
}

void compareTable(const std::string& table, const TrustManifest::Rows& vouched,
                  const TrustManifest::Rows& present, std::vector<TrustFinding>& findings)
{
    for (const auto& [key, value] : vouched) {
        const auto row = present.find(key);
        if (row == present.end()) {
            findings.push_back({table, key, TrustFinding::What::Removed});
        } else if (row->second != value) {
            findings.push_back({table, key, TrustFinding::What::Changed});
        }
    }
    for (const auto& [key, value] : present) {
        if (!vouched.contains(key)) {
            findings.push_back({table, key, TrustFinding::What::Added});
        }
    }
}

QString settingSentence(TrustFinding::What what, const QString& key)
{
    if (key.toStdString() == freezeSettingKey) {
        return TrustedRowsText::tr(
            "Whether signing is frozen was changed outside Countersign, so nothing is signed. Say what "
            "holds: countersign-cli freeze --reason …, or unfreeze --reason …; in the window: Freeze "
            "signing…, Unfreeze….");
    }
    switch (what) {
        case TrustFinding::What::Changed:
            return TrustedRowsText::tr(
                       "The setting %1 was changed outside Countersign. Check it and set it again: "
                       "countersign-cli settings set %1 …; in the window: Settings.")
                .arg(key);
        case TrustFinding::What::Added:
            return TrustedRowsText::tr(
                       "The setting %1 was put in outside Countersign. Check it, then set it again or remove "
                       "it: countersign-cli settings set %1 …, or settings remove %1; in the window: "
                       "Settings.")
                .arg(key);
        case TrustFinding::What::Removed:
            return TrustedRowsText::tr(
                       "The setting %1 was removed outside Countersign. Set it again: countersign-cli "
                       "settings "
                       "set %1 …, or settings remove %1 if it is to be missing; in the window: Settings.")
                .arg(key);
    }
    return {};
}

QString submitterSentence(TrustFinding::What what, const QString& name)
{
    if (what == TrustFinding::What::Removed) {
        return TrustedRowsText::tr(
                   "The submitter %1 was removed outside Countersign. Register it again: countersign-cli "
                   "submitters add, or submitters remove if it is to be missing; in the window: Settings.")
            .arg(name);
    }
    return TrustedRowsText::tr(
               "The submitter %1 was put in or changed outside Countersign, so its jobs are not accepted. "
               "Remove it, and register it again if it is genuine: countersign-cli submitters remove, "
               "submitters "
               "add; in the window: Settings.")
        .arg(name);
}

QString webhookSecretSentence(TrustFinding::What what, const QString& name)
{
    switch (what) {
        case TrustFinding::What::Changed:
            return TrustedRowsText::tr(
                       "The webhook secret %1 was changed or replaced by an older one outside Countersign, "
                       "so it is not used. Store it again, or remove it: countersign-cli webhook-secret add, "
                       "webhook-secret remove.")
                .arg(name);
        case TrustFinding::What::Added:
            return TrustedRowsText::tr(
                       "The webhook secret %1 was put in, or put back, outside Countersign, so it is not "
                       "used. Remove it: countersign-cli webhook-secret remove.")
                .arg(name);
        case TrustFinding::What::Removed:
            return TrustedRowsText::tr(
                       "The webhook secret %1 was removed outside Countersign. Store it again, or remove it "
                       "if it is to be missing: countersign-cli webhook-secret add, webhook-secret remove.")
                .arg(name);
    }
    return {};
}

/// key: SecretStore::rowKey.
QString secretSentence(TrustFinding::What what, const QString& key)
{
    const auto is = [&key](std::string_view kind) {
        return key.toStdString() == SecretStore::rowKey(kind, primarySecretName);
    };
    const QString webhook = QString::fromStdString(SecretStore::rowKey(webhookSecretKind, {}));
    if (key.startsWith(webhook)) {
        return webhookSecretSentence(what, key.mid(webhook.size()));
    }
    if (is(apiTokenKind)) {
        return TrustedRowsText::tr(
            "Dynamic's API token was put in, changed or removed outside Countersign, so it is not used. "
            "Store it again: countersign-cli api-token set; in the window: Settings.");
    }
    if (is(relayTokenKind)) {
        return TrustedRowsText::tr(
            "The relay's token was put in, changed or removed outside Countersign, so it is not used. "
            "Store it again: countersign-cli relay-token set; in the window: Settings.");
    }
    if (is(deskKeyKind)) {
        return TrustedRowsText::tr(
            "This desk's own key was put in, changed or removed outside Countersign, so nothing is "
            "signed with it. Restore the profile's database from a backup, or confirm what is there "
            "now: countersign-cli settings seal --reason ….");
    }
    if (is(operatorKeyKind)) {
        return TrustedRowsText::tr(
            "The key of this desk's operator was put in, changed or removed outside Countersign, so nothing "
            "is approved with it. Restore the profile's database from a backup, or confirm what is there "
            "now: countersign-cli settings seal --reason ….");
    }
    return TrustedRowsText::tr(
               "A secret that Countersign did not store (%1) lies in the profile. Nothing uses it.")
        .arg(key);
}

QString keySentence(TrustFinding::What what, const QString& kid)
{
    switch (what) {
        case TrustFinding::What::Added:
            return TrustedRowsText::tr(
                       "The RSA key %1 was put in, or put back, outside Countersign, so it opens nothing. Do "
                       "not register it. Remove it: countersign-cli keys remove --kid %1.")
                .arg(kid);
        case TrustFinding::What::Changed:
            return TrustedRowsText::tr(
                       "The RSA key %1 was changed outside Countersign, so it opens nothing. Do not register "
                       "it. Restore the profile's database from a backup, or confirm what is there now: "
                       "countersign-cli settings seal --reason ….")
                .arg(kid);
        case TrustFinding::What::Removed:
            return TrustedRowsText::tr(
                       "The RSA key %1 was removed outside Countersign. Restore the profile's database from "
                       "a backup, or confirm that it is gone: countersign-cli settings seal --reason ….")
                .arg(kid);
    }
    return {};
}

struct LastEntry
{
    std::int64_t seq = 0;
    std::string kind;
    std::string hash;  ///< hex
};

LastEntry lastOf(Database& database)
{
    SQLite::Statement query(database.handle(),
                            "SELECT seq, kind, lower(hex(hash)) FROM audit ORDER BY seq DESC LIMIT 1");
    return query.executeStep() ? LastEntry{query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                                           query.getColumn(2).getString()}
                               : LastEntry{};
}

/// A change of what is trusted without its entry, or behind another one, would be refused ever after.
Result<LastEntry> recordedChange(Database& database)
{
    LastEntry last = lastOf(database);
    if (database.isAutocommitting() || !isTrustKind(last.kind)) {
        return failure(ErrorCode::Internal,
                       TrustedRowsText::tr("A change of the settings was not recorded; this is a defect."),
                       QString::fromStdString(last.kind));
    }
    return last;
}

}  // namespace

QString TrustFinding::sentence() const
{
    // Whoever put the row in chose its name.
    constexpr qsizetype shownCharacters = 80;
    const QString name = sanitizedText(key, shownCharacters);
    if (table == trustedTables::submitter) {
        return submitterSentence(what, name);
    }
    if (table == trustedTables::secret) {
        return secretSentence(what, name);
    }
    if (table == trustedTables::addressBook) {
        return TrustedRowsText::tr(
            "The address book was changed outside Countersign, so none of its names, tags and lists counts. "
            "Look at it (countersign-cli addresses list), then restore the profile's database from a backup, "
            "or confirm what is there now: countersign-cli settings seal --reason ….");
    }
    if (table == trustedTables::operators) {
        return TrustedRowsText::tr(
            "The register of operators was changed outside Countersign, so no statement of another operator "
            "counts. Look at it (countersign-cli operators list), then restore the profile's database from "
            "a backup, or confirm what is there now: countersign-cli settings seal --reason ….");
    }
    if (table == trustedTables::policy) {
        return TrustedRowsText::tr(
            "The policy in force, or one before it, was changed outside Countersign, so nothing is signed. "
            "Look at them (countersign-cli policy show), then restore the profile's database from a "
            "backup, or confirm what is there now: countersign-cli settings seal --reason ….");
    }
    return table == trustedTables::key ? keySentence(what, name) : settingSentence(what, name);
}

Error trustError(const TrustFinding& finding)
{
    return {ErrorCode::BadSignature, finding.sentence(), QStringLiteral("not what was sealed")};
}

bool isTrustedSetting(std::string_view key)
{
    return !key.starts_with("window.");
}

Result<TrustManifest> TrustedRows::manifest() const
{
    return inSnapshot(m_database, [&]() -> Result<TrustManifest> {
        ASSIGN_OR_RETURN(const auto head, currentHead(m_database, m_vault));
        auto manifest = TrustManifest::read(m_database, m_vault);
        if (manifest && head.trust != manifest->entry) {
            return olderCopy(QStringLiteral("sealed with entry %1, the record knows of entry %2")
                                 .arg(manifest->entry)
                                 .arg(head.trust.value_or(0)));
        }
        if (manifest && !holds(m_database, *manifest)) {
            return olderCopy(QStringLiteral("the record's entry %1 is another one").arg(manifest->entry));
        }
        return manifest;
    });
}

Result<TrustManifest> TrustedRows::present() const
{
    return attempt([&]() -> Result<TrustManifest> {
        TrustManifest present;
        auto& settings = present.tables[std::string(trustedTables::setting)];
        SQLite::Statement settingRows(m_database.handle(), "SELECT key, value FROM setting");
        while (settingRows.executeStep()) {
            std::string key = settingRows.getColumn(0).getString();
            if (isTrustedSetting(key)) {
                settings.emplace(std::move(key), settingRows.getColumn(1).getString());
            }
        }
        auto& submitters = present.tables[std::string(trustedTables::submitter)];
        SQLite::Statement submitterRows(m_database.handle(),
                                        "SELECT name, lower(hex(public_key)) FROM submitter");
        while (submitterRows.executeStep()) {
            submitters.emplace(submitterRows.getColumn(0).getString(),
                               submitterRows.getColumn(1).getString());
        }
        ASSIGN_OR_RETURN(auto secrets, SecretStore::fingerprints(m_database));
        ASSIGN_OR_RETURN(auto keys, KeyRing::fingerprints(m_database));
        present.tables[std::string(trustedTables::secret)] = std::move(secrets);
        present.tables[std::string(trustedTables::key)] = std::move(keys);
        auto& addresses = present.tables[std::string(trustedTables::addressBook)];
        ASSIGN_OR_RETURN(const auto book, addressBookFingerprint(m_database));
        if (book) {
            addresses.emplace(addressBookKey, *book);
        }
        auto& operators = present.tables[std::string(trustedTables::operators)];
        ASSIGN_OR_RETURN(const auto registered, operatorRegisterFingerprint(m_database));
        if (registered) {
            operators.emplace(operatorRegisterKey, *registered);
        }
        auto& policies = present.tables[std::string(trustedTables::policy)];
        ASSIGN_OR_RETURN(const auto policy, policyRowsFingerprint(m_database));
        if (policy) {
            policies.emplace(policyRowsKey, *policy);
        }
        return present;
    });
}

Result<std::vector<TrustFinding>> TrustedRows::findings() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<TrustFinding>> {
        ASSIGN_OR_RETURN(const auto vouched, manifest());
        ASSIGN_OR_RETURN(const auto lying, present());
        std::vector<TrustFinding> findings;
        for (const auto& [table, rows] : lying.tables) {
            const auto known = vouched.tables.find(table);
            compareTable(table, known == vouched.tables.end() ? TrustManifest::Rows() : known->second, rows,
                         findings);
        }
        return findings;
    });
}

Status TrustedRows::note(std::string_view table, std::string_view key,
                         const std::optional<std::string>& value)
{
    return attempt([&]() -> Status {
        ASSIGN_OR_RETURN(const auto entry, recordedChange(m_database));
        ASSIGN_OR_RETURN(auto manifest, TrustManifest::read(m_database, m_vault));
        // Several rows may go with one entry.
        if (manifest.entry != entry.seq || manifest.entryHash != entry.hash) {
            ASSIGN_OR_RETURN(const auto before, currentHead(m_database, m_vault, entry.seq - 1));
            if (before.trust != manifest.entry || !holds(m_database, manifest)) {
                return olderCopy(QStringLiteral("before entry %1").arg(entry.seq));
            }
        }
        auto& rows = manifest.tables[std::string(table)];
        if (value) {
            rows.insert_or_assign(std::string(key), *value);
        } else if (const auto row = rows.find(key); row != rows.end()) {
            rows.erase(row);
        }
        manifest.entry = entry.seq;
        manifest.entryHash = entry.hash;
        return manifest.write(m_database, m_vault);
    });
}

Status TrustedRows::notePresent()
{
    return attempt([&]() -> Status {
        ASSIGN_OR_RETURN(const auto entry, recordedChange(m_database));
        ASSIGN_OR_RETURN(auto manifest, present());
        manifest.entry = entry.seq;
        manifest.entryHash = entry.hash;
        return manifest.write(m_database, m_vault);
    });
}

Status TrustedRows::noteSecretsPresent()
{
    return attempt([&]() -> Status {
        const auto entry = recordedChange(m_database);
        auto manifest = entry ? TrustManifest::read(m_database, m_vault) : failure(entry.error());
        ASSIGN_OR_RETURN(const auto before, manifest ? currentHead(m_database, m_vault, entry->seq - 1,
                                                                   TrustScope::SettingsAlone)
                                                     : failure(manifest.error()));
        ASSIGN_OR_RETURN(auto lying, present());
        if (before.trust != manifest->entry || !holds(m_database, *manifest)) {
            return olderCopy(QStringLiteral("before entry %1").arg(entry->seq));
        }
        for (const std::string_view table : {trustedTables::secret, trustedTables::key}) {
            const std::string name(table);
            manifest->tables.insert_or_assign(name, std::move(lying.tables[name]));
        }
        manifest->entry = entry->seq;
        manifest->entryHash = entry->hash;
        return manifest->write(m_database, m_vault);
    });
}

}  // namespace countersign
