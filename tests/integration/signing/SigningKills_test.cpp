#include "tests/integration/signing/KilledApprovals.h"
#include "tests/support/TestProgram.h"

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* signingKillsOneEther = "1000000000000000000";
constexpr const char* signingKillsRecipient = "0x000000000000000000000000000000000000dEaD";

}  // namespace

/// On EVM chains, "jobs approve" is killed (SIGKILL) in every state that a job passes, ten times in each and
/// at random moments. Afterwards the job is what its state promises, can be brought to its end, and was
/// signed once unless an operator asked for another ceremony; the chain has one transaction of it.
class SigningKillsTest : public QObject
{
    Q_OBJECT

    using Jobs = KilledApprovals::Jobs;

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = ChainNode::missing(); !missing.isEmpty()) {
            QSKIP(qPrintable(missing));
        }
        QVERIFY2(m_kills.start("EVM"), qPrintable(m_kills.desk().why()));
        for (const auto& wallet : m_kills.wallets()) {
            QVERIFY(m_kills.desk().evm().fund(wallet.address, signingKillsOneEther));
        }
    }

    void init() { m_kills.takeFreshToken(); }

    void whilePending()
    {
        const auto jobs = postMessages();
        m_kills.killWhilePending(jobs);
        m_kills.verifyStates(jobs, "pending");
        m_kills.verifyCompleted(jobs, "signed");
    }

    void whileApproved()
    {
        const auto jobs = postMessages();
        m_kills.killWhileApproved(jobs);
        m_kills.verifyStates(jobs, "approved");
        m_kills.verifyCompleted(jobs, "signed");
    }

    void whileSigningBeforeARoom()
    {
        const auto jobs = postMessages();
        m_kills.killWhileSigningBeforeARoom(jobs);
        // Nothing can have been signed: no --again is needed.
        m_kills.verifyStates(jobs, "pending");
        m_kills.verifyCompleted(jobs, "signed");
    }

    void whileInTheRoom()
    {
        const auto jobs = postMessages();
        m_kills.killInTheRoom(jobs);
        m_kills.verifyInterrupted(jobs);
    }

    void whileSigned()
    {
        const auto jobs = postTransactions();
        m_kills.killWhileSigned(jobs, m_kills.desk().evm());
        m_kills.verifyStates(jobs, "signed");
        m_kills.verifyBroadcastAsStored(jobs, [this](const Jobs& stored) { confirmAll(stored); });
    }

    void whileBroadcast()
    {
        const auto jobs = postTransactions();
        // It is in a block at once; what it waits for are the blocks above.
        QVERIFY(m_kills.desk().set(u"rpc.confirmations"_s, u"1000"_s));
        m_kills.killWhileBroadcast(jobs);
        QVERIFY(m_kills.desk().set(u"rpc.confirmations"_s, u"3"_s));
        m_kills.verifyStates(jobs, "broadcast");
        m_kills.verifyBroadcastAsStored(jobs, [this](const Jobs& stored) { confirmAll(stored); });
    }

    void whileReporting()
    {
        const auto jobs = postMessages();
        m_kills.killWhileReporting(jobs);
        m_kills.verifyStates(jobs, "signed");
        m_kills.verifyReported(jobs);
    }

    void atRandomMomentsInTheRoom()
    {
        const auto jobs = postMessages();
        const auto processes = m_kills.killSoonAfterTheRoom(jobs);
        m_kills.verifyAfterRandomKills(
            jobs, processes, "signed", [this](const Jobs& left, const QStringList& options) {
                m_kills.verifyEnded(left, m_kills.approveAll(left, options), "signed");
            });
    }

    void atRandomMoments_data()
    {
        QTest::addColumn<int>("round");
        for (int round = 0; round < 3; ++round) {
            QTest::addRow("round %d", round) << round;
        }
    }

    void atRandomMoments()
    {
        const auto jobs = postTransactions();
        const auto processes = m_kills.killAtRandomMoments(jobs, {u"--wait"_s});
        m_kills.verifyAfterRandomKills(
            jobs, processes, "confirmed",
            [this](const Jobs& left, const QStringList& options) { confirmAll(left, options); });
    }

    void nothingElseHappened()
    {
        for (const auto& wallet : m_kills.wallets()) {
            QCOMPARE(m_kills.desk().evm().transactionCount(wallet.address),
                     static_cast<std::uint64_t>(m_nonce));
        }
        m_kills.verifyNothingElseHappened();
    }

private:
    Jobs postMessages()
    {
        // Each with a text of its own: the sandbox's ledger knows digests, not jobs.
        return m_kills.postAll([this](const SigningDesk::Wallet& wallet) {
            return SigningDesk::document(wallet, "evm.message",
                                         {{"text", "kill " + std::to_string(++m_texts)}});
        });
    }

    /// Complete ones, so that no node is needed before they are signed.
    Jobs postTransactions()
    {
        const int nonce = m_nonce++;
        return m_kills.postAll([this, nonce](const SigningDesk::Wallet& wallet) {
            return SigningDesk::document(wallet, "evm.transaction",
                                         {{"transaction",
                                           {{"chainId", SigningDesk::chainId},
                                            {"to", signingKillsRecipient},
                                            {"value", std::to_string(++m_texts)},
                                            {"nonce", nonce},
                                            {"gasLimit", 21'000},
                                            {"maxFeePerGas", "5000000000"},
                                            {"maxPriorityFeePerGas", "1000000000"}}}},
                                         true);
        });
    }

    void confirmAll(const Jobs& jobs, const QStringList& options = {})
    {
        EvmNode& node = m_kills.desk().evm();
        QVERIFY(node.mineEvery(300));
        m_kills.verifyEnded(jobs, m_kills.approveAll(jobs, QStringList{u"--wait"_s} + options), "confirmed");
        QVERIFY(node.mineEvery(0));
        for (const std::string& jobId : jobs) {
            QVERIFY(node.transaction(m_kills.row(jobId).hash).is_object());
        }
    }

    KilledApprovals m_kills;
    int m_texts = 0;
    int m_nonce = 0;
};

COUNTERSIGN_GUILESS_TEST(SigningKillsTest)
#include "SigningKills_test.moc"
