#include "core/audit/trust/TrustedSettings.h"

#include "core/audit/AuditHead.h"
#include "core/audit/trust/SettingsUpgrade.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RawAuditLog.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace countersign;
namespace fs = std::filesystem;

namespace {

/// A profile with settings, and what an attacker does to its files while it is locked.
struct Scene
{
    TestProfile profile;
    TrustedSettings settings{*profile.database, *profile.vault};
    TrustedRows rows{*profile.database, *profile.vault};

    Scene()
    {
        setSetting(profile, settingKeys::apiBase, "https://a.example");
        setSetting(profile, settingKeys::relayUrl, "https://b.example");
        setSetting(profile, settingKeys::enclavePcr8, "aa");
    }

    void edit(const std::string& sql) { profile.database->handle().exec(sql); }

    std::optional<ErrorCode> refusal(std::string_view key)
    {
        const auto value = settings.get(key);
        return value ? std::nullopt : std::optional(value.error().code);
    }

    std::string value(std::string_view key) { return settings.get(key)->value_or("none"); }

    std::string found()
    {
        const auto findings = rows.findings();
        if (!findings) {
            return "all: " + findings.error().detail.toStdString();
        }
        std::string text;
        for (const TrustFinding& one : *findings) {
            const char* what = one.what == TrustFinding::What::Changed ? " changed;"
                               : one.what == TrustFinding::What::Added ? " added;"
                                                                       : " removed;";
            text += one.key + what;
        }
        return text;
    }

    /// The rows and the box as they are now, under another name.
    void keepCopy()
    {
        edit("CREATE TEMP TABLE kept_setting AS SELECT * FROM setting");
        edit("CREATE TEMP TABLE kept_trust AS SELECT * FROM trust");
        fs::copy_file(profile.paths.auditHead(), keptHead(), fs::copy_options::overwrite_existing);
        keptEntries = profile.database->handle().execAndGet("SELECT max(seq) FROM audit").getInt64();
    }
    void restoreRows() { edit("DELETE FROM setting; INSERT INTO setting SELECT * FROM kept_setting"); }
    void restoreBox() { edit("DELETE FROM trust; INSERT INTO trust SELECT * FROM kept_trust"); }
    void restoreHead()
    {
        fs::copy_file(keptHead(), profile.paths.auditHead(), fs::copy_options::overwrite_existing);
    }
    void restoreRecord() { edit("DELETE FROM audit WHERE seq > " + std::to_string(keptEntries)); }
    fs::path keptHead() const { return profile.paths.auditHead().string() + ".kept"; }
    std::int64_t keptEntries = 0;
};

}  // namespace

class TrustedSettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesWhatWasSet()
    {
        Scene scene;
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://a.example"));
        QVERIFY(!scene.settings.get(settingKeys::enclaveRoot)->has_value());
        setSetting(scene.profile, settingKeys::apiBase, "https://c.example");
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://c.example"));
        QVERIFY(removeSetting(scene.profile, settingKeys::enclavePcr8).has_value());
        QVERIFY(!scene.settings.get(settingKeys::enclavePcr8)->has_value());
        QCOMPARE(scene.found(), std::string());
        const auto both = scene.settings.get({settingKeys::relayUrl, settingKeys::enclavePcr8});
        QCOMPARE(both->at(0).value(), std::string("https://b.example"));
        QVERIFY(!both->at(1));
    }

    void otherEntriesOfTheRecordChangeNothing()
    {
        Scene scene;
        RawAuditLog log(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        QVERIFY(log.append("sync.page", "x", "{}").has_value());
        QCOMPARE(scene.found(), std::string());
        // Committed, and its head not written yet, as a crash leaves it.
        QVERIFY(transact(*scene.profile.database, [&]() -> Status {
                    return log.appendWithin("setting.changed", "api.base", "{}").and_then([&] {
                        return scene.settings.set(settingKeys::apiBase, "https://d.example");
                    });
                }).has_value());
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://d.example"));
        QVERIFY(log.append("sync.page", "x", "{}").has_value());
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://d.example"));
    }

    void noticesEveryEdit_data()
    {
        QTest::addColumn<QByteArray>("edit");
        QTest::addColumn<QByteArray>("found");
        QTest::newRow("changed") << QByteArray(
                                        "UPDATE setting SET value = 'https://evil' "
                                        "WHERE key = 'api.base'")
                                 << QByteArray("api.base changed;");
        QTest::newRow("one byte") << QByteArray(
                                         "UPDATE setting SET value = value || ' ' "
                                         "WHERE key = 'api.base'")
                                  << QByteArray("api.base changed;");
        QTest::newRow("removed") << QByteArray("DELETE FROM setting WHERE key = 'enclave.pcr8'")
                                 << QByteArray("enclave.pcr8 removed;");
        QTest::newRow("put in") << QByteArray("INSERT INTO setting VALUES ('enclave.root', 'x')")
                                << QByteArray("enclave.root added;");
        QTest::newRow("swapped")
            << QByteArray(
                   "UPDATE setting SET value = CASE key WHEN 'api.base' THEN 'https://b.example' "
                   "ELSE 'https://a.example' END WHERE key IN ('api.base', 'relay.url')")
            << QByteArray("api.base changed;relay.url changed;");
        QTest::newRow("renamed") << QByteArray(
                                        "UPDATE setting SET key = 'rpc.solana' "
                                        "WHERE key = 'api.base'")
                                 << QByteArray("api.base removed;rpc.solana added;");
    }

    void noticesEveryEdit()
    {
        QFETCH(const QByteArray, edit);
        QFETCH(const QByteArray, found);
        Scene scene;
        scene.edit(edit.toStdString());
        QCOMPARE(scene.found(), found.toStdString());
        for (const char* key : {"api.base", "relay.url", "enclave.pcr8", "enclave.root", "rpc.solana"}) {
            const bool touched = found.contains(QByteArray(key) + ' ');
            QCOMPARE(scene.refusal(key), touched ? std::optional(ErrorCode::BadSignature) : std::nullopt);
            if (touched) {
                QVERIFY(scene.settings.get(key).error().sentence.contains(QLatin1String(key)));
            }
        }
    }

    void settingAgainMendsThatOneAlone()
    {
        Scene scene;
        scene.edit("UPDATE setting SET value = 'https://evil' WHERE key IN ('api.base', 'relay.url')");
        setSetting(scene.profile, settingKeys::apiBase, "https://evil");  // whoever says so has looked at it
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://evil"));
        QCOMPARE(scene.refusal(settingKeys::relayUrl), std::optional(ErrorCode::BadSignature));
        QVERIFY(removeSetting(scene.profile, settingKeys::relayUrl).has_value());
        QCOMPARE(scene.found(), std::string());
        scene.edit("DELETE FROM setting WHERE key = 'enclave.pcr8'");
        QVERIFY(removeSetting(scene.profile, settingKeys::enclavePcr8).has_value());
        QCOMPARE(scene.found(), std::string());
    }

    /// A genuine value of earlier times is not the one that counts now.
    void olderRowsAreNoticed()
    {
        Scene scene;
        scene.keepCopy();
        setSetting(scene.profile, settingKeys::apiBase, "https://new.example");
        scene.restoreRows();
        QCOMPARE(scene.found(), std::string("api.base changed;"));
        scene.restoreBox();
        QVERIFY(scene.found().starts_with("all: "));
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::BadSignature));
        QCOMPARE(scene.refusal(settingKeys::relayUrl), std::optional(ErrorCode::BadSignature));
        scene.restoreHead();
        QVERIFY(scene.found().starts_with("all: "));
        // A change of one of them must not bless the others.
        QCOMPARE(changeSetting(scene.profile, settingKeys::apiBase, "https://x.example").error().code,
                 ErrorCode::BadSignature);
        QVERIFY(scene.found().starts_with("all: "));
        // Nor does it help to hide the entry that tells: the record then contradicts its head.
        scene.edit("UPDATE audit SET kind = 'other' WHERE seq > " + std::to_string(scene.keptEntries));
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::Corrupt));
    }

    void aCutRecordDoesNotMakeThemNewer()
    {
        Scene scene;
        scene.keepCopy();
        setSetting(scene.profile, settingKeys::apiBase, "https://new.example");
        scene.restoreRows();
        scene.restoreBox();
        scene.restoreRecord();
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::Corrupt));
        // docs/security.md says so: rows, record and head together, all of the same older time.
        scene.restoreHead();
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://a.example"));
    }

    void takingEverythingAwayIsNoFreshStart()
    {
        Scene scene;
        scene.edit("DELETE FROM setting");
        scene.edit("DELETE FROM audit");
        fs::remove(scene.profile.paths.auditHead());
        QCOMPARE(scene.refusal(settingKeys::enclavePcr8), std::optional(ErrorCode::Corrupt));
        scene.edit("DELETE FROM trust");
        QCOMPARE(scene.refusal(settingKeys::enclavePcr8), std::optional(ErrorCode::Corrupt));
        QVERIFY(
            sealSettingsOnce(*scene.profile.vault, *scene.profile.database, scene.profile.clock).has_value());
        QCOMPARE(scene.refusal(settingKeys::enclavePcr8), std::optional(ErrorCode::Corrupt));
        AuditLog log(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        QVERIFY(log.reseal("looked").has_value());
        QCOMPARE(scene.refusal(settingKeys::enclavePcr8), std::optional(ErrorCode::BadSignature));
    }

    /// A record that was cut and sealed anew counts on from lower numbers, which come again.
    void aNumberThatCameAgainIsAnotherEntry()
    {
        Scene scene;
        AuditLog log(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        setSetting(scene.profile, settingKeys::apiBase, "https://evil.example");
        scene.keepCopy();
        scene.edit("DELETE FROM audit WHERE seq >= " + std::to_string(scene.keptEntries - 3));
        QVERIFY(log.reseal("cut").has_value());
        // The old head vouched for these settings.
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://evil.example"));
        while (log.page(0, 1)->at(0).seq < scene.keptEntries - 1) {
            QVERIFY(log.append("sync.page", "x", "{}").has_value());
        }
        setSetting(scene.profile, settingKeys::apiBase, "https://good.example");
        QCOMPARE(log.page(0, 1)->at(0).seq, scene.keptEntries);
        QVERIFY(log.verify()->intact);
        scene.restoreRows();
        scene.restoreBox();
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::BadSignature));
    }

    /// Without the head nobody knows whether these were the last ones.
    void aRecordThatWasBegunAnewLeavesThemToTheOperator()
    {
        Scene scene;
        AuditLog log(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        scene.edit("DELETE FROM audit");
        fs::remove(scene.profile.paths.auditHead());
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::Corrupt));
        QVERIFY(log.reseal("looked").has_value());
        QVERIFY(log.verify()->intact);
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::BadSignature));
        QVERIFY(log.append("sync.page", "x", "{}").has_value());
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "looked")
                    .has_value());
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://a.example"));
        QVERIFY(log.verify()->intact);
    }

    void aMissingHeadLeavesNothingUsable()
    {
        Scene scene;
        fs::remove(scene.profile.paths.auditHead());
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::Corrupt));
    }

    void rowsOfAnotherProfileDoNotCount()
    {
        Scene scene;
        Scene other;
        setSetting(other.profile, settingKeys::apiBase, "https://other.example");
        setSetting(scene.profile, settingKeys::apiBase, "https://new.example");
        scene.edit("ATTACH DATABASE '" + other.profile.paths.database().string() + "' AS other");
        scene.edit(
            "DELETE FROM main.trust; INSERT INTO main.trust SELECT * FROM other.trust;"
            "DELETE FROM main.setting; INSERT INTO main.setting SELECT * FROM other.setting");
        scene.edit("DETACH DATABASE other");
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::BadSignature));
    }

    void sealingAnewIsTheWayOut()
    {
        Scene scene;
        const auto seal = [&] {
            return sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock,
                                    "seen");
        };
        QCOMPARE(seal().error().code, ErrorCode::InvalidInput);
        scene.edit("UPDATE setting SET value = 'https://c.example' WHERE key = 'api.base'");
        scene.edit("DELETE FROM trust");
        QVERIFY(seal().has_value());
        QCOMPARE(scene.found(), std::string());
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://c.example"));
        AuditLog log(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        const auto entry = log.page(0, 1)->at(0);
        QCOMPARE(entry.kind, std::string("settings.sealed"));
        QVERIFY(entry.detail.find("seen") != std::string::npos);
        QVERIFY(entry.detail.find("api.base") != std::string::npos);
        scene.edit("INSERT INTO setting VALUES ('engine', 'enclave')");
        QVERIFY(seal().has_value());
        QVERIFY(log.page(0, 1)->at(0).detail.find("setting engine") != std::string::npos);
        QVERIFY(log.verify()->intact);
        // First the record.
        fs::remove(scene.profile.paths.auditHead());
        scene.edit("DELETE FROM setting");
        QCOMPARE(seal().error().code, ErrorCode::Corrupt);
        QVERIFY(log.reseal("seen").has_value());
        QCOMPARE(scene.found(), std::string("api.base removed;enclave.pcr8 removed;engine removed;"
                                            "relay.url removed;"));
        QVERIFY(seal().has_value());
        QCOMPARE(scene.found(), std::string());
    }

    /// What is not in the record must not be vouched for.
    void changesNeedTheirEntry()
    {
        Scene scene;
        QCOMPARE(scene.settings.set(settingKeys::apiBase, "x").error().code, ErrorCode::Internal);
        QCOMPARE(changeTrusted(*scene.profile.database, *scene.profile.vault, scene.profile.clock,
                               "sync.page", "x", [&] { return scene.settings.set("api.base", "x"); })
                     .error()
                     .code,
                 ErrorCode::Internal);
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("https://a.example"));
        QCOMPARE(scene.found(), std::string());
    }

    void severalRowsMayGoWithOneEntry()
    {
        Scene scene;
        QVERIFY(changeTrusted(*scene.profile.database, *scene.profile.vault, scene.profile.clock,
                              "profile.created", "x",
                              [&] {
                                  return scene.settings.set("a", "1").and_then(
                                      [&] { return scene.settings.set("b", "2"); });
                              })
                    .has_value());
        QCOMPARE(scene.value("a"), std::string("1"));
        QCOMPARE(scene.value("b"), std::string("2"));
    }

    void windowStateIsNobodysSecret()
    {
        Scene scene;
        scene.edit("INSERT INTO setting VALUES ('window.size', '1')");
        QCOMPARE(scene.value("window.size"), std::string("1"));
        QCOMPARE(scene.found(), std::string());
    }

    void needsTheVault()
    {
        Scene scene;
        scene.profile.vault->lock();
        QCOMPARE(scene.refusal(settingKeys::apiBase), std::optional(ErrorCode::Locked));
    }

    /// Another program changes settings all the time: whoever reads sees one of them, and never a finding.
    void readersAndWritersDoNotDisturbEachOther()
    {
        Scene scene;
        std::atomic<bool> stop = false;
        std::atomic<int> refused = 0;
        std::thread writer([&] {
            const auto database = scene.profile.openDatabase();
            for (int i = 0; i < 60; ++i) {
                const auto set = changeTrusted(*database, *scene.profile.vault, scene.profile.clock,
                                               "setting.changed", "api.base", [&] {
                                                   return TrustedSettings(*database, *scene.profile.vault)
                                                       .set(settingKeys::apiBase, std::to_string(i));
                                               });
                refused += set ? 0 : 1;
            }
            stop = true;
        });
        int reads = 0;
        while (!stop || reads == 0) {
            refused += scene.refusal(settingKeys::apiBase) ? 1 : 0;
            ++reads;
        }
        writer.join();
        QCOMPARE(refused.load(), 0);
        QCOMPARE(scene.value(settingKeys::apiBase), std::string("59"));
    }
};

COUNTERSIGN_GUILESS_TEST(TrustedSettingsTest)
#include "TrustedSettings_test.moc"
