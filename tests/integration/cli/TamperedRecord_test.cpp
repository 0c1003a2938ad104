#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// Somebody can write the profile's files while nobody has it unlocked, and wants something to be done
/// without a record of it, or a revocation not to be done. Over the real programs, with the sandbox as
/// Dynamic.
class TamperedRecordTest : public QObject
{
    Q_OBJECT

private:
    CliProcess::Outcome run(const QStringList& arguments) const { return m_desk.cli().inProfile(arguments); }
    QString profileFile(const QString& name) const { return m_desk.cli().profile() + u'/' + name; }

    /// What sqlite3 would do.
    void edit(const std::string& sql) const
    {
        rawDatabase(profileFile(u"profile.sqlite"_s).toStdString()).exec(sql);
    }
    std::string value(const std::string& sql) const
    {
        return rawDatabase(profileFile(u"profile.sqlite"_s).toStdString()).execAndGet(sql).getString();
    }
    std::string entries() const { return value("SELECT count(*) FROM audit"); }

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
    std::string jobState(const std::string& jobId) const
    {
        return value("SELECT state FROM job WHERE job_id = '" + jobId + "'");
    }

    static void refused(const CliProcess::Outcome& outcome, const char* named)
    {
        QCOMPARE(outcome.exitCode, 3);
        QVERIFY2(outcome.output.isEmpty(), outcome.output.constData());
        QVERIFY2(outcome.errors.contains(named), outcome.errors.constData());
        QVERIFY2(outcome.errors.contains("outside Countersign"), outcome.errors.constData());
    }

    bool isIntact() const
    {
        const auto verified = run({u"audit"_s, u"verify"_s});
        return verified.exitCode == 0 && verified.json().at("intact") == Json(true);
    }

    /// Every command says so, and doctor names it.
    void everybodyRefuses(const char* named) const
    {
        for (const QStringList& command : {QStringList{u"audit"_s, u"verify"_s},
                                           {u"sync"_s, u"--once"_s},
                                           {u"wallets"_s, u"list"_s},
                                           {u"settings"_s, u"list"_s},
                                           {u"keys"_s, u"new"_s}}) {
            refused(run(command), named);
        }
        const auto examined = run({u"doctor"_s});
        QCOMPARE(examined.exitCode, 1);
        QVERIFY2(examined.output.contains(named), examined.output.constData());
    }

    /// Nothing is approved until the record was sealed anew, which is itself on record.
    void stopsUntilResealed(const char* why)
    {
        const std::string jobId = m_job;
        const auto stopped = approve(jobId);
        QVERIFY(stopped.exitCode != 0);
        QVERIFY(!stopped.output.contains("signature\":"));
        QVERIFY2(stopped.errors.contains("audit reseal"), stopped.errors.constData());
        QCOMPARE(jobState(jobId), std::string("pending"));
        QVERIFY(!isIntact());
        QCOMPARE(run({u"audit"_s, u"reseal"_s, u"--reason"_s, QString::fromLatin1(why)}).exitCode, 0);
        QVERIFY(run({u"audit"_s, u"list"_s, u"--limit"_s, u"2"_s}).output.contains(why));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        const Json made = m_desk.delegate("EVM", 2);
        QCOMPARE(made.size(), 2U);
        m_wallet = made.at(0).at("walletId").get<std::string>();
        m_other = made.at(1).at("walletId").get<std::string>();
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 2; }), qPrintable(m_desk.why()));
    }

    void nothingIsSignedWhereTheRecordIsSwallowed_data()
    {
        QTest::addColumn<QByteArray>("put");
        QTest::addColumn<QByteArray>("taken");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("swallowed")
            << QByteArray(
                   "CREATE TRIGGER quiet BEFORE INSERT ON audit WHEN NEW.kind LIKE "
                   "'job.%' OR NEW.kind LIKE 'material.%' BEGIN SELECT RAISE(IGNORE); END")
            << QByteArray("DROP TRIGGER quiet") << QByteArray("the trigger quiet");
        QTest::newRow("removed behind")
            << QByteArray(
                   "CREATE TRIGGER tidy AFTER UPDATE ON job BEGIN DELETE FROM audit "
                   "WHERE kind LIKE 'job.%'; END")
            << QByteArray("DROP TRIGGER tidy") << QByteArray("the trigger tidy");
        QTest::newRow("a column of its own")
            << QByteArray("ALTER TABLE audit ADD COLUMN more TEXT AS (kind) VIRTUAL")
            << QByteArray("ALTER TABLE audit DROP COLUMN more") << QByteArray("the table audit");
    }

    void nothingIsSignedWhereTheRecordIsSwallowed()
    {
        QFETCH(const QByteArray, put);
        QFETCH(const QByteArray, taken);
        QFETCH(const QByteArray, named);
        const std::string jobId = submitJob(QTest::currentDataTag());
        edit(put.toStdString());
        const std::string before = entries();
        refused(approve(jobId), named.constData());
        everybodyRefuses(named.constData());
        QCOMPARE(jobState(jobId), std::string("pending"));
        QCOMPARE(entries(), before);
        edit(taken.toStdString());
        QCOMPARE(approve(jobId).exitCode, 0);
        QVERIFY(isIntact());
    }

    void noRevocationIsSwallowed()
    {
        edit(
            "CREATE TRIGGER keep BEFORE UPDATE ON wallet WHEN NEW.status = 'revoked' BEGIN SELECT "
            "RAISE(IGNORE); END");
        QVERIFY2(m_desk.revoke(m_other), qPrintable(m_desk.why()));
        const std::string cursor = value("SELECT cursor FROM source");
        refused(run({u"sync"_s, u"--once"_s}), "the trigger keep");
        QCOMPARE(value("SELECT cursor FROM source"), cursor);
        edit("DROP TRIGGER keep");
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallet(m_other).at("status") == Json("revoked"); }),
                 qPrintable(m_desk.why()));
        QCOMPARE(value("SELECT count(*) FROM delegation WHERE wallet_id = '" + m_other +
                       "' AND sealed_share IS NOT NULL"),
                 std::string("0"));
        QVERIFY(isIntact());
    }

    /// Record and head deleted together: no fresh start.
    void aDeletedRecordIsMissed()
    {
        m_job = submitJob("deleted");
        edit("DELETE FROM audit");
        QVERIFY(QFile::remove(profileFile(u"audit.head"_s)));
        for (int i = 0; i < 2; ++i) {
            QVERIFY(run({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s}).exitCode != 0);
            QVERIFY(!isIntact());
        }
        stopsUntilResealed("somebody deleted it");
        QVERIFY(isIntact());
        // Nobody knows any more which settings were the last ones.
        QCOMPARE(approve(m_job).exitCode, 3);
        QCOMPARE(run({u"settings"_s, u"seal"_s, u"--reason"_s, u"looked at all"_s}).exitCode, 0);
        QCOMPARE(approve(m_job).exitCode, 0);
        QVERIFY(isIntact());
    }

    void rowsBehindTheHeadStopEverything_data()
    {
        QTest::addColumn<QByteArray>("seq");
        QTest::newRow("next") << QByteArray("(SELECT max(seq) + 1 FROM audit)");
        QTest::newRow("greatest") << QByteArray("9223372036854775807");
        QTest::newRow("negative") << QByteArray("-1");
    }

    /// Said before anything is done, not behind it.
    void rowsBehindTheHeadStopEverything()
    {
        QFETCH(const QByteArray, seq);
        m_job = submitJob(QTest::currentDataTag());
        edit("INSERT INTO audit VALUES (" + seq.toStdString() + ", 0, 'forged', '', '{}', zeroblob(32))");
        const std::string keys = value("SELECT count(*) FROM rsa_key");
        const auto made = run({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s});
        QCOMPARE(made.exitCode, 1);
        QVERIFY2(made.errors.contains("nothing is done"), made.errors.constData());
        QCOMPARE(value("SELECT count(*) FROM rsa_key"), keys);
        QVERIFY(run({u"audit"_s, u"list"_s}).exitCode == 0);
        stopsUntilResealed("somebody put it in");
        QVERIFY(isIntact());
        QVERIFY(run({u"audit"_s, u"list"_s, u"--limit"_s, u"1"_s}).output.contains("forged"));
        QCOMPARE(approve(m_job).exitCode, 0);
        QVERIFY(isIntact());
    }

private:
    Desk m_desk;
    std::string m_wallet;
    std::string m_other;
    std::string m_job;
};

COUNTERSIGN_GUILESS_TEST(TamperedRecordTest)
#include "TamperedRecord_test.moc"
