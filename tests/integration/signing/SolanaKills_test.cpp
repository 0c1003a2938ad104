#include "tests/integration/signing/KilledApprovals.h"
#include "tests/support/TestProgram.h"

#include <algorithm>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* solanaKillsRecipient = "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T";
constexpr std::uint64_t solanaKillsLamportsPerSol = 1'000'000'000;
constexpr std::uint64_t lamports = 1'000'000;  // no new account may hold less

}  // namespace

/// On Solana, "jobs approve" is killed (SIGKILL) in every state that a job passes, ten times in each and at
/// random moments. Afterwards the job is what its state promises, can be brought to its end, and was signed
/// once unless an operator asked for another ceremony; the chain has executed it once.
class SolanaKillsTest : public QObject
{
    Q_OBJECT

    using Jobs = KilledApprovals::Jobs;

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = ChainNode::missing(); !missing.isEmpty()) {
            QSKIP(qPrintable(missing));
        }
        QVERIFY2(m_kills.start("SVM"), qPrintable(m_kills.desk().why()));
        for (const auto& wallet : m_kills.wallets()) {
            QVERIFY(node().fund(wallet.address, solanaKillsLamportsPerSol));
        }
    }

    void init() { m_kills.takeFreshToken(); }

    void whilePending()
    {
        const auto jobs = postTransactions(false);
        m_kills.killWhilePending(jobs);
        m_kills.verifyStates(jobs, "pending");
        m_kills.verifyCompleted(jobs, "signed");
    }

    void whileApproved()
    {
        const auto jobs = postTransactions(false);
        m_kills.killWhileApproved(jobs);
        m_kills.verifyStates(jobs, "approved");
        m_kills.verifyCompleted(jobs, "signed");
    }

    void whileSigningBeforeARoom()
    {
        const auto jobs = postTransactions(false);
        m_kills.killWhileSigningBeforeARoom(jobs);
        // Nothing can have been signed: no --again is needed.
        m_kills.verifyStates(jobs, "pending");
        m_kills.verifyCompleted(jobs, "signed");
    }

    void whileInTheRoom()
    {
        const auto jobs = postTransactions(false);
        m_kills.killInTheRoom(jobs);
        m_kills.verifyInterrupted(jobs);
    }

    void whileSigned()
    {
        const auto jobs = postTransactions(true);
        m_kills.killWhileSigned(jobs, node());
        m_kills.verifyStates(jobs, "signed");
        m_kills.verifyBroadcastAsStored(jobs, [this](const Jobs& stored) { confirmAll(stored); });
    }

    void whileBroadcast()
    {
        const auto jobs = postTransactions(true);
        QVERIFY(node().holdConfirmations(true));
        m_kills.killWhileBroadcast(jobs);
        QVERIFY(node().holdConfirmations(false));
        m_kills.verifyStates(jobs, "broadcast");
        m_kills.verifyBroadcastAsStored(jobs, [this](const Jobs& stored) { confirmAll(stored); });
    }

    void whileReporting()
    {
        const auto jobs = postTransactions(false);
        m_kills.killWhileReporting(jobs);
        m_kills.verifyStates(jobs, "signed");
        m_kills.verifyReported(jobs);
    }

    void atRandomMomentsInTheRoom()
    {
        const auto jobs = postTransactions(false);
        const auto processes = m_kills.killSoonAfterTheRoom(jobs);
        m_kills.verifyAfterRandomKills(
            jobs, processes, "signed", [this](const Jobs& left, const QStringList& options) {
                m_kills.verifyEnded(left, m_kills.approveAll(left, options), "signed");
            });
    }

    void atRandomMoments()
    {
        const auto jobs = postTransactions(true);
        const auto processes = m_kills.killAtRandomMoments(jobs, {u"--wait"_s});
        m_kills.verifyAfterRandomKills(
            jobs, processes, "confirmed",
            [this](const Jobs& left, const QStringList& options) { confirmAll(left, options); });
        for (const std::string& jobId : jobs) {
            QCOMPARE(executions(jobId), 1);
        }
    }

    void nothingElseHappened()
    {
        // What was to be sent, each of it once.
        QCOMPARE(node().executed().size(), static_cast<std::size_t>(m_sent));
        QCOMPARE(node().balance(solanaKillsRecipient), m_lamports);
        m_kills.verifyNothingElseHappened();
    }

private:
    SolanaNode& node() { return m_kills.desk().solana(); }

    /// With their blockhash, so that no node is needed before they are signed; no two pay the same.
    Jobs postTransactions(bool broadcast)
    {
        const std::string blockhash = node().blockhash();
        return m_kills.postAll([&](const SigningDesk::Wallet& wallet) {
            const std::uint64_t paid = lamports + ++m_payments;
            if (broadcast) {
                ++m_sent;
                m_lamports += paid;
            }
            return SigningDesk::document(
                wallet, "solana.transaction",
                {{"transaction",
                  SigningDesk::solanaTransfer(wallet.address, solanaKillsRecipient, paid, blockhash)}},
                broadcast);
        });
    }

    std::ptrdiff_t executions(const std::string& jobId)
    {
        const auto executed = node().executed();
        return std::ranges::count(executed, m_kills.row(jobId).hash);
    }

    void confirmAll(const Jobs& jobs, const QStringList& options = {})
    {
        m_kills.verifyEnded(jobs, m_kills.approveAll(jobs, QStringList{u"--wait"_s} + options), "confirmed");
        for (const std::string& jobId : jobs) {
            QCOMPARE(executions(jobId), 1);
        }
    }

    KilledApprovals m_kills;
    std::uint64_t m_payments = 0;
    std::uint64_t m_lamports = 0;
    int m_sent = 0;
};

COUNTERSIGN_GUILESS_TEST(SolanaKillsTest)
#include "SolanaKills_test.moc"
