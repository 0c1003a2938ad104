#include "core/vault/Vault.h"
#include "tests/integration/signing/KilledApprovals.h"
#include "tests/support/TestProgram.h"

#include <QThread>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* signingEndsOneEther = "1000000000000000000";

}  // namespace

/// Ctrl+C and SIGTERM while "jobs approve" works: what has not begun is cancelled, what may have made a
/// signature is waited for, and the job that is printed says how it is.
class SigningEndsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = ChainNode::missing(); !missing.isEmpty()) {
            QSKIP(qPrintable(missing));
        }
        QVERIFY2(m_desk.start(), qPrintable(m_desk.why()));
        QVERIFY(m_desk.evm().fund(m_desk.evmWallet().address, signingEndsOneEther));
        const auto file = ProfilePaths(m_desk.desk().path(u"profile"_s).toStdString()).database();
        m_database = std::move(*Database::open(file, Database::Mode::ReadWrite));
    }

    void beforeTheRoomItIsCancelled_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
    }

    void beforeTheRoomItIsCancelled()
    {
        QFETCH(const int, signal);
        const std::string jobId = postMessage();
        const Paused dynamic(m_desk.desk().sandbox().processId());
        const auto process = approve(jobId);
        QTRY_VERIFY_WITH_TIMEOUT(column(jobId, "state") != "pending", patienceMs);
        end(*process, signal);
        QVERIFY(process->waitForFinished(patienceMs));
        const Json printed = printedBy(*process);
        QCOMPARE(process->exitStatus(), QProcess::NormalExit);
        QCOMPARE(process->exitCode(), 1);
        QCOMPARE(text(printed, "state"), std::string("pending"));
        QCOMPARE(column(jobId, "state"), std::string("pending"));
    }

    void inTheRoomTheOutcomeIsWaitedFor()
    {
        std::string jobId;
        std::unique_ptr<QProcess> process;
        std::optional<Paused> sandbox;
        // A ceremony is short: until one is caught in it.
        for (int i = 0; i < 20 && !sandbox; ++i) {
            jobId = postMessage();
            process = approve(jobId);
            while (column(jobId, "room_id").empty() && !process->waitForFinished(0)) {
                QThread::usleep(200);
            }
            sandbox.emplace(m_desk.desk().sandbox().processId());
            QThread::msleep(200);  // what was under way arrives
            if (column(jobId, "state") != "signing") {
                sandbox.reset();
                QVERIFY(process->waitForFinished(patienceMs));
            }
        }
        QVERIFY(sandbox);
        end(*process, SIGINT);
        QVERIFY(!process->waitForFinished(500));
        QCOMPARE(column(jobId, "state"), std::string("signing"));
        sandbox.reset();
        QVERIFY(process->waitForFinished(patienceMs));
        const Json printed = printedBy(*process);
        QCOMPARE(process->exitCode(), 0);
        QCOMPARE(text(printed, "state"), std::string("signed"));
        QVERIFY(text(printed, "signature").starts_with("0x"));
        QCOMPARE(column(jobId, "state"), std::string("signed"));
    }

    void aSecondOneEndsAtOnce()
    {
        const std::string jobId = postMessage();
        QVERIFY(m_desk.plan({{"enclave", "silence"}, {"times", 1}}));
        const auto process = approve(jobId);
        QTRY_VERIFY_WITH_TIMEOUT(!column(jobId, "room_id").empty(), patienceMs);
        end(*process, SIGINT);
        QVERIFY(!process->waitForFinished(300));
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        QVERIFY(process->waitForFinished(patienceMs));
        QCOMPARE(process->exitStatus(), QProcess::CrashExit);
        QVERIFY(m_desk.plan({{"enclave", nullptr}}));
        QCOMPARE(m_desk.state(jobId), std::string("interrupted"));
    }

    void aBroadcastIsLeft()
    {
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.transaction",
                                              {{"transaction",
                                                {{"chainId", SigningDesk::chainId},
                                                 {"to", "0x000000000000000000000000000000000000dEaD"},
                                                 {"value", "1"}}}},
                                              true));
        QVERIFY(m_desk.set(u"rpc.confirmations"_s, u"1000"_s));
        const auto process = approve(jobId, {u"--wait"_s});
        QTRY_COMPARE_WITH_TIMEOUT(column(jobId, "state"), std::string("broadcast"), patienceMs);
        end(*process, SIGINT);
        QVERIFY(process->waitForFinished(patienceMs));
        QCOMPARE(process->exitCode(), 0);
        QCOMPARE(text(printedBy(*process), "state"), std::string("broadcast"));
        QVERIFY(m_desk.set(u"rpc.confirmations"_s, u"3"_s));
        QVERIFY(m_desk.evm().mine(5));
        QCOMPARE(m_desk.approve(jobId, {u"--wait"_s}).exitCode, 0);
        QCOMPARE(m_desk.state(jobId), std::string("confirmed"));
    }

    void nothingElseHappened()
    {
        std::map<std::string, int> times;
        for (const Json& entry : m_desk.ledger()) {
            QCOMPARE(++times[text(entry, "digest")], 1);
        }
        const auto verified = m_desk.run({u"audit"_s, u"verify"_s});
        QVERIFY2(verified.exitCode == 0, (verified.output + verified.errors).constData());
    }

private:
    static std::string text(const Json& json, const char* member)
    {
        return json.is_object() ? json.value(member, std::string()) : std::string();
    }

    static Json printedBy(QProcess& process)
    {
        return parseJson(process.readAllStandardOutput().toStdString()).value_or(Json());
    }

    std::string postMessage()
    {
        return m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message",
                                                 {{"text", "end " + std::to_string(++m_texts)}}));
    }

    std::unique_ptr<QProcess> approve(const std::string& jobId, const QStringList& options = {})
    {
        return m_desk.desk().cli().startInProfile(
            QStringList{u"jobs"_s, u"approve"_s, QString::fromStdString(jobId)} + options);
    }

    static void end(const QProcess& process, int signal)
    {
        ::kill(static_cast<pid_t>(process.processId()), signal);
    }

    std::string column(const std::string& jobId, const char* name) const
    {
        SQLite::Statement statement(m_database->handle(),
                                    std::string("SELECT ") + name + " FROM job WHERE job_id = ?");
        statement.bind(1, jobId);
        return statement.executeStep() ? statement.getColumn(0).getString() : std::string();
    }

    SigningDesk m_desk;
    std::unique_ptr<Database> m_database;
    int m_texts = 0;
};

COUNTERSIGN_GUILESS_TEST(SigningEndsTest)
#include "SigningEnds_test.moc"
