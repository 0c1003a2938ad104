#include "core/vault/database/Database.h"
#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// Somebody can write the profile's file while nobody has it unlocked: what he changes is not used, is named,
/// and can be mended. Over the real programs, with the sandbox as Dynamic.
class TamperedSettingsTest : public QObject
{
    Q_OBJECT

private:
    CliProcess::Outcome run(const QStringList& arguments) const { return m_desk.cli().inProfile(arguments); }

    /// What sqlite3 would do.
    void edit(const std::string& sql) const
    {
        const QString file = m_desk.cli().profile() + u"/profile.sqlite"_s;
        SQLite::Database database(file.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.setBusyTimeout(10'000);
        database.exec(sql);
    }

    std::string setting(const QString& key) const
    {
        const Json value = run({u"settings"_s, u"get"_s, key}).json();
        return value.at(key.toStdString()).is_null() ? "null"
                                                     : value.at(key.toStdString()).get<std::string>();
    }

    /// The sentence of doctor's check, empty when all is well there.
    QString doctorsFinding() const
    {
        for (const Json& check : run({u"doctor"_s}).json()) {
            if (check.at("check") == Json("settings")) {
                return check.at("ok").get<bool>()
                           ? QString()
                           : QString::fromStdString(check.at("sentence").get<std::string>());
            }
        }
        return u"no such check"_s;
    }

    std::string submitJob(const char* text) const
    {
        const QString file = m_desk.path(u"job.json"_s);
        writePrivateFile(
            file, QByteArray::fromStdString(dumpJson(
                      {{"wallet", m_wallet}, {"kind", "evm.message"}, {"payload", {{"text", text}}}})));
        return run({u"jobs"_s, u"submit"_s, file}).json().at("id").get<std::string>();
    }

    CliProcess::Outcome approve(const std::string& jobId) const
    {
        return run({u"jobs"_s, u"approve"_s, QString::fromStdString(jobId)});
    }

    std::string stateOf(const std::string& jobId) const
    {
        return run({u"jobs"_s, u"show"_s, QString::fromStdString(jobId)})
            .json()
            .at("state")
            .get<std::string>();
    }

    static void refused(const CliProcess::Outcome& outcome, const char* named)
    {
        QCOMPARE(outcome.exitCode, 3);
        // At most the job as it was: nothing was done with it.
        QVERIFY(!outcome.output.contains("signature\":"));
        QVERIFY2(outcome.errors.contains(named), outcome.errors.constData());
        QVERIFY2(outcome.errors.contains("outside Countersign"), outcome.errors.constData());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        const Json made = m_desk.delegate("EVM", 1);
        QCOMPARE(made.size(), 1U);
        m_wallet = made.at(0).at("walletId").get<std::string>();
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 1; }), qPrintable(m_desk.why()));
    }

    /// The first three of a setting's ways to be wrong, each mended by setting it again.
    void aChangedSettingStopsWhatUsesIt_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("API base") << u"api.base"_s
                                  << QByteArray(
                                         "UPDATE setting SET value = 'http://127.0.0.1:1' "
                                         "WHERE key = 'api.base'");
        QTest::newRow("enclave's address") << u"enclave.url"_s
                                           << QByteArray(
                                                  "UPDATE setting SET value = 'ws://127.0.0.1:1/ws' "
                                                  "WHERE key = 'enclave.url'");
        QTest::newRow("PCR8 removed")
            << u"enclave.pcr8"_s << QByteArray("DELETE FROM setting WHERE key = 'enclave.pcr8'");
        QTest::newRow("values exchanged")
            << u"api.base"_s
            << QByteArray(
                   "UPDATE setting SET value = (SELECT value FROM setting WHERE key = 'relay.url') "
                   "WHERE key = 'api.base'");
    }
    void aChangedSettingStopsWhatUsesIt()
    {
        QFETCH(const QString, key);
        QFETCH(const QByteArray, sql);
        const std::string genuine = setting(key);
        const std::string jobId = submitJob(QTest::currentDataTag());
        edit(sql.toStdString());
        QVERIFY(setting(key) != genuine);  // reading shows what is there, without a word about it
        QVERIFY(doctorsFinding().contains(key));
        refused(approve(jobId), qPrintable(key));
        QCOMPARE(stateOf(jobId), std::string("pending"));
        // The relay and the record have nothing to do with it.
        QCOMPARE(run({u"sync"_s, u"--once"_s}).exitCode, 0);
        QCOMPARE(run({u"audit"_s, u"verify"_s}).exitCode, 0);
        QCOMPARE(run({u"settings"_s, u"set"_s, key, QString::fromStdString(genuine)}).exitCode, 0);
        QCOMPARE(doctorsFinding(), QString());
        QCOMPARE(approve(jobId).exitCode, 0);
        QCOMPARE(stateOf(jobId), std::string("signed"));
    }

    /// Without the secret everything of Dynamic's looks forged: whoever syncs is told what is missing.
    void aSecretThatWasTakenAwayIsNamed()
    {
        edit("ATTACH '" + m_desk.path(u"kept.sqlite"_s).toStdString() +
             "' AS aside; CREATE TABLE aside.secret AS SELECT * FROM main.secret WHERE kind LIKE 'webhook%'; "
             "DELETE FROM main.secret WHERE kind LIKE 'webhook%'");
        for (const QStringList& command :
             {QStringList{u"sync"_s, u"--once"_s}, {u"quarantine"_s, u"retry"_s, u"--all"_s}}) {
            const auto outcome = run(command);
            QCOMPARE(outcome.exitCode, 0);
            QVERIFY2(outcome.errors.contains("outside Countersign"), outcome.errors.constData());
        }
        edit("ATTACH '" + m_desk.path(u"kept.sqlite"_s).toStdString() +
             "' AS aside; INSERT INTO main.secret SELECT * FROM aside.secret");
        QCOMPARE(run({u"sync"_s, u"--once"_s}).errors, QByteArray());
    }

    void anotherRelayIsNotAsked()
    {
        const QString url = QString::fromStdString(setting(u"relay.url"_s));
        edit("UPDATE setting SET value = 'http://127.0.0.1:1' WHERE key = 'relay.url'");
        refused(run({u"sync"_s, u"--once"_s}), "relay.url");
        QCOMPARE(run({u"wallets"_s, u"list"_s}).exitCode, 0);
        edit("DELETE FROM setting WHERE key = 'relay.url'");
        refused(run({u"sync"_s, u"--once"_s}), "relay.url");
        QCOMPARE(run({u"settings"_s, u"set"_s, u"relay.url"_s, url}).exitCode, 0);
        QCOMPARE(run({u"sync"_s, u"--once"_s}).exitCode, 0);
    }

    void aSettingThatWasPutInCanBeTakenOut()
    {
        const std::string jobId = submitJob("put in");
        edit("INSERT INTO setting VALUES ('rpc.confirmations', '1')");
        refused(approve(jobId), "rpc.confirmations");
        const auto removed = run({u"settings"_s, u"remove"_s, u"rpc.confirmations"_s});
        QCOMPARE(removed.exitCode, 0);
        QVERIFY(removed.json() == Json({{"rpc.confirmations", nullptr}}));
        QCOMPARE(setting(u"rpc.confirmations"_s), std::string("null"));
        QCOMPARE(approve(jobId).exitCode, 0);
        QCOMPARE(run({u"settings"_s, u"remove"_s, u"colour"_s}).exitCode, 2);
    }

    /// Genuine once, and sealed once: but not the last.
    void olderSettingsAreRefusedUntilAllWereLookedAt()
    {
        const QString base = QString::fromStdString(setting(u"api.base"_s));
        const std::string kept =
            "ATTACH DATABASE '" + m_desk.path(u"kept.sqlite"_s).toStdString() + "' AS kept;";
        edit(kept +
             "CREATE TABLE kept.setting AS SELECT * FROM main.setting; CREATE TABLE kept.trust AS SELECT * "
             "FROM "
             "main.trust");
        QCOMPARE(run({u"settings"_s, u"set"_s, u"rpc.solana"_s, u"https://node.example"_s}).exitCode, 0);
        edit(kept +
             "DELETE FROM main.setting; INSERT INTO main.setting SELECT * FROM kept.setting;"
             "DELETE FROM main.trust; INSERT INTO main.trust SELECT * FROM kept.trust");
        QVERIFY(doctorsFinding().contains(u"older copy"_s));
        refused(run({u"sync"_s, u"--once"_s}), "settings seal");
        refused(run({u"settings"_s, u"set"_s, u"api.base"_s, base}), "settings seal");
        QCOMPARE(run({u"settings"_s, u"seal"_s}).exitCode, 2);
        QCOMPARE(run({u"settings"_s, u"seal"_s, u"--reason"_s, u"looked at all"_s}).exitCode, 0);
        QCOMPARE(doctorsFinding(), QString());
        QCOMPARE(run({u"sync"_s, u"--once"_s}).exitCode, 0);
        QCOMPARE(run({u"settings"_s, u"seal"_s, u"--reason"_s, u"again"_s}).exitCode, 3);
        const auto record = run({u"audit"_s, u"list"_s});
        QVERIFY(record.output.contains("looked at all"));
        QCOMPARE(run({u"audit"_s, u"verify"_s}).exitCode, 0);
    }

    void aForeignSubmitterIsShownAndDoesNotCount()
    {
        const QString key = u"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"_s;
        edit("INSERT INTO submitter (name, public_key, created_at) VALUES ('bank', x'" + key.toStdString() +
             "', 0)");
        const auto listed = run({u"submitters"_s, u"list"_s});
        QCOMPARE(listed.exitCode, 0);
        QCOMPARE(listed.json().size(), 1U);
        QVERIFY(listed.errors.contains("bank"));
        QVERIFY(doctorsFinding().contains(u"bank"_s));
        QCOMPARE(run({u"submitters"_s, u"remove"_s, u"bank"_s}).exitCode, 0);
        QCOMPARE(doctorsFinding(), QString());
        QCOMPARE(run({u"submitters"_s, u"add"_s, u"bank"_s, u"--public-key"_s, key}).exitCode, 0);
        QVERIFY(run({u"submitters"_s, u"list"_s}).errors.isEmpty());
        QCOMPARE(doctorsFinding(), QString());
    }

    /// Whoever kept a copy of the file puts back what was removed since.
    void aRemovedWebhookSecretCannotBePutBack()
    {
        const QString file = m_desk.path(u"leaked"_s);
        writePrivateFile(file, "a secret that leaked");
        QCOMPARE(
            run({u"webhook-secret"_s, u"add"_s, u"--name"_s, u"leaked"_s, u"--secret-file"_s, file}).exitCode,
            0);
        const std::string kept =
            "ATTACH DATABASE '" + m_desk.path(u"leaked.sqlite"_s).toStdString() + "' AS kept;";
        edit(kept + "CREATE TABLE kept.secret AS SELECT * FROM main.secret WHERE name = 'leaked'");
        QCOMPARE(run({u"webhook-secret"_s, u"remove"_s, u"--name"_s, u"leaked"_s}).exitCode, 0);
        edit(kept + "INSERT INTO main.secret SELECT * FROM kept.secret");
        QVERIFY(doctorsFinding().contains(u"leaked"_s));
        const auto listed = run({u"webhook-secret"_s, u"list"_s});
        QVERIFY2(listed.errors.contains("outside Countersign"), listed.errors.constData());
        QCOMPARE(run({u"sync"_s, u"--once"_s}).exitCode, 0);
        QCOMPARE(run({u"webhook-secret"_s, u"remove"_s, u"--name"_s, u"leaked"_s}).exitCode, 0);
        QCOMPARE(doctorsFinding(), QString());
    }

    void anOlderTokenIsNotSent()
    {
        const QString file = m_desk.path(u"token-again"_s);
        writePrivateFile(file, QByteArray::fromStdString(m_desk.relayToken()));
        const std::string kept =
            "ATTACH DATABASE '" + m_desk.path(u"older.sqlite"_s).toStdString() + "' AS kept;";
        edit(kept + "CREATE TABLE kept.secret AS SELECT * FROM main.secret WHERE kind = 'relay-token'");
        QCOMPARE(run({u"relay-token"_s, u"set"_s, u"--token-file"_s, file}).exitCode, 0);
        edit(kept + "INSERT OR REPLACE INTO main.secret SELECT * FROM kept.secret");
        refused(run({u"sync"_s, u"--once"_s}), "relay-token set");
        QCOMPARE(run({u"relay-token"_s, u"set"_s, u"--token-file"_s, file}).exitCode, 0);
        QCOMPARE(run({u"sync"_s, u"--once"_s}).exitCode, 0);
        QCOMPARE(doctorsFinding(), QString());
    }

    void aForeignKeyIsNotPrintedAndCanBeRemoved()
    {
        const Json genuine = run({u"keys"_s, u"list"_s}).json();
        edit(
            "INSERT INTO rsa_key (kid, bits, origin, public_pem, fingerprint, sealed, created_at) SELECT "
            "'foreign', bits, origin, public_pem, fingerprint || 'x', sealed, created_at + 1 FROM rsa_key");
        const auto listed = run({u"keys"_s, u"list"_s});
        QVERIFY(listed.json() == genuine);
        QVERIFY2(listed.errors.contains("foreign"), listed.errors.constData());
        QCOMPARE(run({u"sync"_s, u"--once"_s}).exitCode, 0);
        QCOMPARE(run({u"keys"_s, u"remove"_s, u"--kid"_s, u"first"_s}).exitCode, 3);
        QCOMPARE(run({u"keys"_s, u"remove"_s, u"--kid"_s, u"nobody"_s}).exitCode, 3);
        QCOMPARE(run({u"keys"_s, u"remove"_s, u"--kid"_s, u"foreign"_s}).exitCode, 0);
        QVERIFY(run({u"keys"_s, u"list"_s}).errors.isEmpty());
        QCOMPARE(doctorsFinding(), QString());
    }

    /// Several programs on one profile at once change and use settings without mistaking each other.
    void programsSideBySideDoNotDisturbEachOther()
    {
        for (int round = 0; round < 2; ++round) {
            std::vector<std::unique_ptr<QProcess>> running;
            for (int chain = 1; chain <= 3; ++chain) {
                running.push_back(
                    m_desk.cli().startInProfile({u"settings"_s, u"set"_s, u"rpc.evm.%1"_s.arg(chain),
                                                 u"https://node.example/%1"_s.arg(round)}));
                running.push_back(m_desk.cli().startInProfile({u"sync"_s, u"--once"_s}));
            }
            for (const auto& process : running) {
                QVERIFY(process->waitForFinished(120'000));
                QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
            }
        }
        QCOMPARE(doctorsFinding(), QString());
        QCOMPARE(setting(u"rpc.evm.3"_s), std::string("https://node.example/1"));
    }

private:
    Desk m_desk;
    std::string m_wallet;
};

COUNTERSIGN_GUILESS_TEST(TamperedSettingsTest)
#include "TamperedSettings_test.moc"
