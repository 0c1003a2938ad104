#include "tests/integration/cli/Desk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `emergency-stop --drill` over real processes: the same as the stop, and nothing happens.
class EmergencyDrillCommandTest : public QObject
{
    Q_OBJECT

    CliProcess::Outcome run(const QStringList& words) const { return m_desk.cli().inProfile(words); }
    CliProcess::Outcome drill(const QStringList& words) const
    {
        return run(QStringList{u"emergency-stop"_s, u"--drill"_s, u"--reason"_s, u"practice"_s} + words);
    }
    QString copyOfProfile() const { return m_desk.cli().profile() + u"/profile.copy"_s; }
    /// What the profile holds and what Dynamic does, as their own programs print it.
    std::vector<Json> everything()
    {
        return {m_desk.wallets(),
                run({u"jobs"_s, u"list"_s}).json(),
                run({u"revocations"_s, u"list"_s}).json(),
                run({u"freeze"_s, u"status"_s}).json(),
                run({u"settings"_s, u"list"_s}).json(),
                run({u"audit"_s, u"verify"_s}).json().at("entries"),
                m_desk.sandboxWallets()};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 3).size(), 3U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 3; }), qPrintable(m_desk.why()));
        const QString file = m_desk.path(u"job.json"_s);
        m_wallet = m_desk.wallets().at(0).at("walletId").get<std::string>();
        writePrivateFile(file,
                         QByteArray::fromStdString(dumpJson(
                             {{"wallet", m_wallet}, {"kind", "evm.message"}, {"payload", {{"text", "x"}}}})));
        QCOMPARE(run({u"jobs"_s, u"submit"_s, file}).exitCode, 0);
    }

    void reportsEverythingAndChangesNothing()
    {
        const auto before = everything();
        const auto outcome = drill({u"--all"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY2(outcome.errors.contains("drill"), outcome.errors.constData());
        const Json report = outcome.json();
        QVERIFY(report.at("drill") == Json(true));
        QVERIFY(report.at("dynamic") == Json("simulated"));
        QVERIFY(report.at("done") == Json(true));
        QVERIFY(report.at("frozen").at("reason") == Json("practice"));
        QCOMPARE(report.at("wallets").size(), 3U);
        for (const Json& wallet : report.at("wallets")) {
            QVERIFY(wallet.at("atDynamic") == Json("revoked"));
            QVERIFY(wallet.at("material") == Json("destroyed"));
            QVERIFY(wallet.at("jobsStopped") == Json(wallet.at("walletId") == Json(m_wallet) ? 1 : 0));
        }
        for (const char* part : {"freeze", "revoke", "proof"}) {
            QVERIFY2(report.at("milliseconds").at(part).is_number_integer(), part);
        }
        QVERIFY(everything() == before);
        QVERIFY(!QFileInfo::exists(copyOfProfile()));
    }

    void itsProofProvesNothing()
    {
        const QString file = m_desk.path(u"drill.json"_s);
        const auto outcome = drill({QString::fromStdString(m_wallet), u"--output"_s, file});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QCOMPARE(outcome.json().at("wallets").size(), 1U);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto statement = parseJson(written.readAll().toStdString());
        QVERIFY(statement.has_value() && statement->at("drill") == Json(true));
        QVERIFY(statement->at("remaining").at("active") == Json(2) && !statement->contains("signatures"));
        const QString key =
            QString::fromStdString(run({u"desk"_s, u"key"_s}).json().at("publicKey").get<std::string>());
        QVERIFY(CliProcess::run({u"revocations"_s, u"verify"_s, file, u"--desk-key"_s, key}).exitCode != 0);
    }

    void endsAsTheStopWould()
    {
        QCOMPARE(drill({u"nobody"_s}).exitCode, 3);
        QCOMPARE(drill({}).exitCode, 2);
        const auto frozen = drill({u"--freeze-only"_s});
        QCOMPARE(frozen.exitCode, 0);
        QVERIFY(frozen.json().at("proof").is_null());
        QVERIFY(run({u"freeze"_s, u"status"_s}).json().at("frozen") == Json(false));
        const auto nowhere = CliProcess::run({u"--profile"_s, m_desk.path(u"none"_s), u"emergency-stop"_s,
                                              u"--drill"_s, u"--all"_s, u"--reason"_s, u"x"_s});
        QCOMPARE(nowhere.exitCode, 2);
        const auto locked = CliProcess::run({u"--profile"_s, m_desk.cli().profile(), u"emergency-stop"_s,
                                             u"--drill"_s, u"--all"_s, u"--reason"_s, u"x"_s});
        QCOMPARE(locked.exitCode, 4);
        QVERIFY(!QFileInfo::exists(copyOfProfile()));
    }

    void nothingOfItStaysWhenItIsEnded()
    {
        const auto process = m_desk.cli().startInProfile(
            {u"emergency-stop"_s, u"--drill"_s, u"--all"_s, u"--reason"_s, u"practice"_s});
        QTRY_VERIFY_WITH_TIMEOUT(
            QFileInfo::exists(copyOfProfile()) || process->state() == QProcess::NotRunning, patienceMs);
        process->terminate();
        QVERIFY(process->waitForFinished(patienceMs));
        QVERIFY(!QFileInfo::exists(copyOfProfile()));
    }

    /// Whatever is ended after that must not lie there still.
    void whatAKillLeftGoesWithTheNextCommand()
    {
        QVERIFY(QDir().mkpath(copyOfProfile()));
        writePrivateFile(copyOfProfile() + u"/profile.sqlite"_s, "left");
        QCOMPARE(run({u"wallets"_s, u"list"_s}).exitCode, 0);
        QVERIFY(!QFileInfo::exists(copyOfProfile()));
    }

    void nobodyIsAsked()
    {
        m_desk.relay().kill();
        m_desk.sandbox().kill();
        const auto outcome = drill({u"--all"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY(outcome.json().at("done") == Json(true));
    }

private:
    Desk m_desk;
    std::string m_wallet;
};

COUNTERSIGN_GUILESS_TEST(EmergencyDrillCommandTest)
#include "EmergencyDrillCommand_test.moc"
