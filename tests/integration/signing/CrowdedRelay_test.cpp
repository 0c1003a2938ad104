#include "core/crypto/primitives/Ed25519.h"
#include "tests/integration/signing/SigningDesk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <cstdlib>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int crowd = 12;
/// Forged withdrawals that the relay keeps of one job (docs/relay.md).
constexpr int keptWithdrawals = 16;

Json message(const std::string& text)
{
    return {{"text", text}};
}

}  // namespace

/// A relay that everybody wants something from at once, and one that forgers use: real processes, and the
/// sandbox as Dynamic.
class CrowdedRelayTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Two calls a second and 20 at once, for a dozen desks' programs that need three each.
        QVERIFY2(m_desk.start(SigningDesk::Chains::Without, {u"--max-job-changes"_s, u"2"_s}),
                 qPrintable(m_desk.why()));
        // Who holds another submitter's token does not even see the job: these hold the back end's, and not
        // its key.
        const std::string& token = m_desk.backEnd().token();
        for (int i = 0; i <= keptWithdrawals; ++i) {
            m_forgers.push_back(
                std::make_unique<JobSubmitter>("desk", token, SecretBytes::random(ed25519::seedBytes)));
        }
    }

    void aDozenApprovalsAtOnceAllSign()
    {
        std::vector<std::string> jobs;
        for (int i = 0; i < crowd; ++i) {
            jobs.push_back(submit("of the crowd"));
            QVERIFY(!jobs.back().empty());
        }
        QVERIFY(sync());
        std::vector<std::unique_ptr<QProcess>> programs;
        for (const std::string& job : jobs) {
            programs.push_back(
                m_desk.desk().cli().startInProfile({u"jobs"_s, u"approve"_s, QString::fromStdString(job)}));
        }
        for (const auto& program : programs) {
            QVERIFY(program->state() == QProcess::NotRunning || program->waitForFinished(longPatienceMs));
            const QByteArray errors = program->readAllStandardError();
            QVERIFY2(program->exitStatus() == QProcess::NormalExit && program->exitCode() == 0,
                     errors.constData());
            QVERIFY2(errors.isEmpty(), errors.constData());
        }
        QVERIFY(refusedByRate() > 0);
        // Once each, and told to the back end before the programs ended.
        QCOMPARE(m_desk.ledger().size(), std::size_t{crowd});
        for (const std::string& job : jobs) {
            QCOMPARE(m_desk.state(job), std::string("signed"));
            QCOMPARE(m_desk.seenByBackEnd(job).value("state", std::string()), std::string("signed"));
        }
    }

    /// The relay keeps 16 of them; one reading of the feed judges them all.
    void aFloodOfForgedWithdrawalsBlocksNothing()
    {
        const std::string job = submit("flooded");
        QVERIFY(sync());
        for (int i = 0; i < keptWithdrawals; ++i) {
            QCOMPARE(withdraw(*m_forgers.at(static_cast<std::size_t>(i)), job), 200);
        }
        QCOMPARE(withdraw(*m_forgers.back(), job), 409);
        const auto refused = m_desk.approve(job);
        QVERIFY2(refused.exitCode == 3 && refused.errors.contains("withdrawal"), refused.errors.constData());
        QCOMPARE(m_desk.state(job), std::string("pending"));
        QVERIFY(sync());
        const auto approved = m_desk.approve(job);
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
    }

    void aGenuineWithdrawalAfterAForgedOneCounts()
    {
        const std::string job = submit("taken back");
        QVERIFY(sync());
        QCOMPARE(withdraw(*m_forgers.front(), job), 200);
        QVERIFY(sync());
        QCOMPARE(m_desk.state(job), std::string("pending"));
        QCOMPARE(withdraw(m_desk.backEnd(), job), 200);
        const auto before = m_desk.ledger().size();
        const auto refused = m_desk.approve(job);
        QVERIFY2(refused.exitCode == 3 && refused.errors.contains("withdrawal"), refused.errors.constData());
        QVERIFY(sync());
        QCOMPARE(m_desk.state(job), std::string("withdrawn"));
        QCOMPARE(m_desk.ledger().size(), before);
        QCOMPARE(m_desk.seenByBackEnd(job).value("state", std::string()), std::string("withdrawn"));
    }

private:
    std::string submit(const std::string& text)
    {
        const std::string document =
            dumpJson(SigningDesk::document(m_desk.evmWallet(), "evm.message", message(text)));
        std::optional<std::string> job;
        (void)waitUntil(
            [&] {
                job = m_desk.backEnd().submit(m_desk.desk().relay().port(), document);
                return job.has_value();
            },
            longPatienceMs);
        return job.value_or(std::string());
    }

    /// Asked again while the relay says that this token has called too often.
    int withdraw(const JobSubmitter& who, const std::string& job)
    {
        int status = 0;
        (void)waitUntil(
            [&] {
                const auto response = who.withdraw(m_desk.desk().relay().port(), job);
                status = response ? response->status : 0;
                return status != 429;
            },
            longPatienceMs);
        return status;
    }

    bool sync() const { return m_desk.run({u"sync"_s, u"--once"_s}).exitCode == 0; }

    double refusedByRate()
    {
        constexpr std::string_view name = "countersign_relay_refused_total{reason=\"rate_limited\"} ";
        const auto metrics = RawHttp::exchange(m_desk.desk().relay().port(), RawHttp::get("/metrics"));
        const std::size_t at = metrics ? metrics->body.find(name) : std::string::npos;
        return at == std::string::npos ? 0 : std::atof(metrics->body.c_str() + at + name.size());
    }

    SigningDesk m_desk;
    std::vector<std::unique_ptr<JobSubmitter>> m_forgers;
};

COUNTERSIGN_GUILESS_TEST(CrowdedRelayTest)
#include "CrowdedRelay_test.moc"
