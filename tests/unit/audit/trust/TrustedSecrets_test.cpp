#include "core/audit/trust/TrustedSecrets.h"

#include "core/audit/AuditTail.h"
#include "core/audit/trust/SettingsUpgrade.h"
#include "core/audit/trust/TrustedKeys.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>

using namespace countersign;
namespace fs = std::filesystem;

namespace {

/// A profile with secrets and keys, and what somebody does who may write its file and kept copies of it.
struct SecretScene
{
    TestProfile profile;
    TrustedSecrets secrets{*profile.database, *profile.vault};
    TrustedKeys keys{*profile.database, *profile.vault};
    TrustedRows rows{*profile.database, *profile.vault};

    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
    void keep(const std::string& name)
    {
        for (const char* table : {"secret", "rsa_key", "trust"}) {
            edit("CREATE TEMP TABLE " + name + '_' + table + " AS SELECT * FROM " + table);
        }
    }
    void putBack(const std::string& name, const std::string& table)
    {
        edit("INSERT OR REPLACE INTO " + table + " SELECT * FROM " + name + '_' + table);
    }

    std::string found()
    {
        const auto findings = rows.findings();
        if (!findings) {
            return "all: " + findings.error().detail.toStdString();
        }
        std::string text;
        for (const TrustFinding& one : *findings) {
            text += one.key + (one.what == TrustFinding::What::Changed ? " changed;"
                               : one.what == TrustFinding::What::Added ? " added;"
                                                                       : " removed;");
        }
        return text;
    }

    /// What get() gives, or "refused", or "none".
    std::string value(std::string_view kind, std::string_view name)
    {
        const auto secret = secrets.get(kind, name);
        return secret                                           ? std::string(secret->text())
               : secret.error().code == ErrorCode::NotFound     ? "none"
               : secret.error().code == ErrorCode::BadSignature ? "refused"
                                                                : secret.error().sentence.toStdString();
    }

    std::set<std::string> webhookSecrets()
    {
        std::set<std::string> all;
        const auto genuine = secrets.all(webhookSecretKind);
        for (const SecretBytes& secret : *genuine) {
            all.emplace(secret.text());
        }
        return all;
    }

    Status seal() { return sealSettingsAnew(*profile.vault, *profile.database, profile.clock, "seen"); }

    Status removeKey(std::string_view kid)
    {
        return changeTrusted(*profile.database, *profile.vault, profile.clock, "key.removed", kid,
                             [&] { return keys.removeForeign(kid); });
    }
};

const RsaPrivateKey& someKey(int which)
{
    static const RsaPrivateKey keys[] = {*RsaPrivateKey::generate(2048), *RsaPrivateKey::generate(2048)};
    return keys[which];
}

}  // namespace

class TrustedSecretsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesWhatWasStored()
    {
        SecretScene scene;
        QCOMPARE(scene.value(apiTokenKind, "primary"), std::string("none"));
        QVERIFY(storeSecret(scene.profile, apiTokenKind, "primary", "one").has_value());
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "a", "first").has_value());
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "b", "second").has_value());
        QVERIFY(storeSecret(scene.profile, apiTokenKind, "primary", "two").has_value());
        QCOMPARE(scene.value(apiTokenKind, "primary"), std::string("two"));
        QVERIFY(scene.webhookSecrets() == (std::set<std::string>{"first", "second"}));
        QVERIFY(removeSecret(scene.profile, webhookSecretKind, "a").has_value());
        QCOMPARE(removeSecret(scene.profile, webhookSecretKind, "a").error().code, ErrorCode::NotFound);
        QVERIFY(scene.webhookSecrets() == std::set<std::string>{"second"});
        QCOMPARE(scene.found(), std::string());
        // Settings go on as they were: the same box holds both.
        setSetting(scene.profile, settingKeys::apiBase, "https://a.example");
        QCOMPARE(scene.value(apiTokenKind, "primary"), std::string("two"));
        scene.profile.vault->lock();
        QCOMPARE(scene.secrets.get(apiTokenKind, "primary").error().code, ErrorCode::Locked);
        QCOMPARE(scene.keys.privateKeys().error().code, ErrorCode::Locked);
    }

    void aRemovedSecretCannotBePutBack()
    {
        SecretScene scene;
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "leaked", "leaked").has_value());
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "new", "new").has_value());
        scene.keep("then");
        QVERIFY(removeSecret(scene.profile, webhookSecretKind, "leaked").has_value());
        scene.putBack("then", "secret");
        QVERIFY(scene.webhookSecrets() == std::set<std::string>{"new"});
        QCOMPARE(scene.secrets.list(webhookSecretKind)->size(), std::size_t{1});
        QCOMPARE(scene.found(), std::string("webhook-secret/leaked added;"));
        const QString sentence = scene.rows.findings()->front().sentence();
        QVERIFY2(sentence.contains(QStringLiteral("leaked")) &&
                     sentence.contains(QStringLiteral("webhook-secret remove")),
                 qPrintable(sentence));
        // Another change does not bless it.
        QVERIFY(storeSecret(scene.profile, apiTokenKind, "primary", "x").has_value());
        QVERIFY(scene.webhookSecrets() == std::set<std::string>{"new"});
        QVERIFY(removeSecret(scene.profile, webhookSecretKind, "leaked").has_value());
        QCOMPARE(scene.found(), std::string());
        // With the box of its time it is told as a whole.
        scene.putBack("then", "secret");
        scene.putBack("then", "trust");
        QVERIFY(scene.found().starts_with("all: "));
        QCOMPARE(scene.value(webhookSecretKind, "new"), std::string("refused"));
        QCOMPARE(storeSecret(scene.profile, apiTokenKind, "primary", "y").error().code,
                 ErrorCode::BadSignature);
    }

    void anOlderTokenIsNotUsed()
    {
        SecretScene scene;
        for (const std::string_view kind : {apiTokenKind, relayTokenKind}) {
            QVERIFY(storeSecret(scene.profile, kind, primarySecretName, "old").has_value());
        }
        scene.keep("then");
        for (const std::string_view kind : {apiTokenKind, relayTokenKind}) {
            QVERIFY(storeSecret(scene.profile, kind, primarySecretName, "new").has_value());
        }
        scene.putBack("then", "secret");
        for (const std::string_view kind : {apiTokenKind, relayTokenKind}) {
            QCOMPARE(scene.value(kind, primarySecretName), std::string("refused"));
            QVERIFY(storeSecret(scene.profile, kind, primarySecretName, "newer").has_value());
            QCOMPARE(scene.value(kind, primarySecretName), std::string("newer"));
        }
        QCOMPARE(scene.found(), std::string());
    }

    void keysCountAsTheyWereAdded()
    {
        SecretScene scene;
        QVERIFY(addKey(scene.profile, "first", someKey(0)).has_value());
        QVERIFY(addKey(scene.profile, "second", someKey(1)).has_value());
        scene.keep("then");
        QCOMPARE(scene.keys.privateKeys()->size(), std::size_t{2});
        // What an operator would register at Dynamic.
        scene.edit("UPDATE rsa_key SET public_pem = 'x' WHERE kid = 'first'");
        QCOMPARE(scene.found(), std::string("first changed;"));
        QCOMPARE(scene.keys.list()->size(), std::size_t{1});
        QCOMPARE(scene.keys.list()->front().kid, std::string("second"));
        QCOMPARE(scene.keys.privateKeys()->size(), std::size_t{1});
        QCOMPARE(scene.removeKey("first").error().code, ErrorCode::InvalidInput);
        scene.putBack("then", "rsa_key");
        QCOMPARE(scene.found(), std::string());
        scene.edit("DELETE FROM rsa_key WHERE kid = 'second'");
        QCOMPARE(scene.found(), std::string("second removed;"));
        scene.putBack("then", "rsa_key");
        // A row under another name does not stop the genuine ones.
        scene.edit(
            "INSERT INTO rsa_key (kid, bits, origin, public_pem, fingerprint, sealed, created_at) "
            "SELECT 'third', bits, origin, public_pem, fingerprint || 'x', sealed, created_at FROM rsa_key "
            "WHERE kid = 'first'");
        QCOMPARE(scene.found(), std::string("third added;"));
        QCOMPARE(scene.keys.privateKeys()->size(), std::size_t{2});
        QCOMPARE(scene.removeKey("second").error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.removeKey("fourth").error().code, ErrorCode::NotFound);
        QVERIFY(scene.removeKey("third").has_value());
        QCOMPARE(scene.found(), std::string());
        QCOMPARE(scene.keys.list()->size(), std::size_t{2});
    }

    void sealingAnewIsTheWayOut()
    {
        SecretScene scene;
        QVERIFY(addKey(scene.profile, "first", someKey(0)).has_value());
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "a", "first").has_value());
        scene.edit("UPDATE rsa_key SET created_at = created_at + 1");
        scene.edit("DELETE FROM secret");
        QCOMPARE(scene.found(), std::string("first changed;webhook-secret/a removed;"));
        QVERIFY(scene.seal().has_value());
        QCOMPARE(scene.found(), std::string());
        QCOMPARE(scene.keys.privateKeys()->size(), std::size_t{1});
        QVERIFY(scene.webhookSecrets().empty());
        AuditLog log(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        const std::string detail = log.page(0, 1)->at(0).detail;
        QVERIFY2(detail.find("\"keys\":[\"first\"]") != std::string::npos &&
                     detail.find("secret webhook-secret/a") != std::string::npos,
                 detail.c_str());
    }

    void twoRowsThatReadAlikeAreTold()
    {
        SecretScene scene;
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "a/b", "genuine").has_value());
        scene.edit(
            "INSERT INTO secret (kind, name, sealed, created_at) VALUES ('webhook-secret/a', 'b', x'00', 0)");
        QVERIFY(!scene.found().empty());
        QCOMPARE(scene.value(webhookSecretKind, "a/b"), std::string("genuine"));
        QCOMPARE(scene.value("webhook-secret/a", "b"), std::string("refused"));
    }

    /// A profile of the version that vouched for settings only: once, as it is; never again.
    void olderProfilesAreUpgradedOnce_data()
    {
        QTest::addColumn<bool>("headLags");
        QTest::newRow("as it was closed") << false;
        QTest::newRow("as a crash left it") << true;
    }

    void olderProfilesAreUpgradedOnce()
    {
        QFETCH(const bool, headLags);
        SecretScene scene;
        setSetting(scene.profile, settingKeys::apiBase, "https://a.example");
        const fs::path head = scene.profile.paths.auditHead();
        fs::copy_file(head, head.string() + ".lagging");
        // As that version wrote: rows and entries, and nothing of them in the box.
        Database& file = *scene.profile.database;
        const std::int64_t entry = TrustManifest::read(file, *scene.profile.vault)->entry;
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "a", "first").has_value());
        QVERIFY(addKey(scene.profile, "first", someKey(0)).has_value());
        TrustManifest old;
        old.entry = entry;
        old.tables["setting"] = {{"api.base", "https://a.example"}};
        QVERIFY(old.write(file, *scene.profile.vault).has_value());
        if (headLags) {
            fs::copy_file(head.string() + ".lagging", head, fs::copy_options::overwrite_existing);
        } else {
            AuditHead last = *lastEntry(file);
            last.trust = entry;
            QVERIFY(AuditHeadFile(*scene.profile.vault).write(last).has_value());
        }
        scene.edit("INSERT INTO setting VALUES ('engine', 'enclave')");  // not blessed along with the rest
        scene.keep("then");
        const auto upgrade = [&] {
            return sealSettingsOnce(*scene.profile.vault, file, scene.profile.clock);
        };
        QVERIFY(upgrade().has_value());
        QCOMPARE(scene.found(), std::string("engine added;"));
        QVERIFY(scene.webhookSecrets() == std::set<std::string>{"first"});
        QCOMPARE(scene.keys.privateKeys()->size(), std::size_t{1});
        AuditLog log(file, *scene.profile.vault, scene.profile.clock);
        QVERIFY(log.verify()->intact);
        const auto recorded = log.page(0, 1)->at(0);
        QCOMPARE(recorded.kind, std::string("settings.sealed"));
        QVERIFY(recorded.detail.find("webhook-secret/a") != std::string::npos);
        QVERIFY(upgrade().has_value());
        QCOMPARE(log.page(0, 1)->at(0).seq, recorded.seq);
        // The box of before is an older one now, and brings no second upgrade.
        QVERIFY(removeSecret(scene.profile, webhookSecretKind, "a").has_value());
        scene.putBack("then", "secret");
        scene.putBack("then", "trust");
        QVERIFY(upgrade().has_value());
        QVERIFY(scene.found().starts_with("all: "));
        QVERIFY(!scene.secrets.all(webhookSecretKind));
    }

    /// Whatever is done to the rows in whatever order: what counts is what the programs wrote last.
    void randomEditsNeverCount()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
        SecretScene scene;
        std::map<std::string, std::string> stored;
        int copies = 0;
        for (int step = 0; step < 120; ++step) {
            const std::string name(1, static_cast<char>('a' + below(4)));
            const std::string where = " WHERE name = '" + name + "'";
            switch (below(9)) {
                case 0:
                case 1:
                    stored[name] = "value " + std::to_string(step);
                    QVERIFY(storeSecret(scene.profile, webhookSecretKind, name, stored[name]).has_value());
                    break;
                case 2:
                    (void)removeSecret(scene.profile, webhookSecretKind, name);
                    stored.erase(name);
                    break;
                case 3:
                    scene.keep("copy" + std::to_string(copies++));
                    break;
                case 4:
                case 5:
                    if (copies > 0) {
                        scene.putBack("copy" + std::to_string(below(copies)), "secret");
                    }
                    break;
                case 6:
                    scene.edit("UPDATE secret SET created_at = created_at + 1" + where);
                    break;
                case 7:
                    scene.edit("DELETE FROM secret" + where);
                    break;
                default:
                    scene.edit("UPDATE OR IGNORE secret SET name = 'a'" + where);
            }
            const auto told = scene.found();
            for (const char* one : {"a", "b", "c", "d"}) {
                const auto known = stored.find(one);
                const std::string now = scene.value(webhookSecretKind, one);
                const bool isGenuine = now == (known == stored.end() ? "none" : known->second);
                const bool isTold = told.find(std::string("/") + one + ' ') != std::string::npos;
                QVERIFY2(isGenuine != isTold && (isGenuine || now == "refused"),
                         qPrintable(QStringLiteral("seed %1, step %2: %3 is %4; told: %5")
                                        .arg(seed)
                                        .arg(step)
                                        .arg(QLatin1String(one), QString::fromStdString(now),
                                             QString::fromStdString(told))));
            }
            for (const std::string& secret : scene.webhookSecrets()) {
                QVERIFY(std::any_of(stored.begin(), stored.end(),
                                    [&](const auto& one) { return one.second == secret; }));
            }
        }
    }
};

COUNTERSIGN_GUILESS_TEST(TrustedSecretsTest)
#include "TrustedSecrets_test.moc"
