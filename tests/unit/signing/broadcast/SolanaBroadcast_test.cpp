#include "core/signing/broadcast/JobBroadcast.h"
#include "core/signing/ceremony/SignatureCheck.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QElapsedTimer>
#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

using Commitment = SolanaStatus::Commitment;

std::optional<SolanaStatus> status(Commitment commitment, std::optional<std::string> error = {})
{
    return SolanaStatus{77, commitment, std::move(error)};
}

/// A transaction that was signed and is to be sent.
struct SolanaBroadcastScene : SigningScene
{
    SigningServices fakes = parts();
    std::string jobId;
    std::optional<Result<Job>> firstTry;
    std::optional<Result<Job>> ended;
    std::vector<std::optional<Commitment>> commitments;  ///< as they were told
    std::unique_ptr<JobBroadcast> broadcast;

    explicit SolanaBroadcastScene(bool durable = false)
    {
        const Job job = durable ? durableJob() : solanaJob();
        jobId = job.jobId;
        const auto read = *VerifiedJob::of(job);
        const auto plan = *read.payload();
        const auto checked =
            *checkSignature(plan, read.content(), read.addressBytes(), solanaKey.sign(plan.input));
        JobChange change;
        change.signature = checked.signature;
        change.signedTransaction = checked.signedTransaction;
        change.hash = checked.hash;
        (void)*store.move(jobId, std::array{JobState::Pending}, JobState::Signed, change);
    }

    /// Its first instruction is AdvanceNonceAccount (System program, 4): nonce account, sysvar, authority.
    Job durableJob()
    {
        SolanaMessage message;
        message.requiredSignatures = 1;
        message.readonlyUnsigned = 2;
        SolanaAddress recentBlockhashes = *parseSolanaAddress("SysvarRecentB1ockHashes11111111111111111111");
        message.accountKeys = {solanaKey.address, test::addressNumber(3), recentBlockhashes, SolanaAddress{}};
        message.recentBlockhash.fill(9);
        message.instructions = {{3, {1, 2, 0}, {4, 0, 0, 0}}};
        const auto transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
        if (!transaction.usesDurableNonce()) {
            qFatal("no durable nonce");
        }
        return submit(documentOf(solanaWalletId, "solana.transaction",
                                 {{"transaction", toBase64(transaction.serialize())}},
                                 {{"broadcast", true}}));
    }

    void start()
    {
        broadcast = JobBroadcast::make(job(), fakes, store, audit, 3);
        QObject::connect(broadcast.get(), &JobBroadcast::triedToSend,
                         [this](const Result<Job>& result) { firstTry = result; });
        QObject::connect(broadcast.get(), &JobBroadcast::ended,
                         [this](const Result<Job>& result) { ended = result; });
        QObject::connect(broadcast.get(), &JobBroadcast::progressed,
                         [this](const BroadcastProgress& progress) {
                             QCOMPARE(progress.wanted, std::uint64_t{0});
                             commitments.push_back(progress.commitment);
                         });
        broadcast->start();
    }

    Job job() { return *store.load(jobId); }

    /// So long after the last change of its state that no clock of a node can be behind by as much.
    void passLifetime() { profile.clock.advance(std::chrono::milliseconds(90'001)); }
};

#define TRY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

}  // namespace

class SolanaBroadcastTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsUntilItIsConfirmed()
    {
        SolanaBroadcastScene scene;
        scene.solana.send.always = scene.job().hash;
        scene.solana.status.next = {std::optional<SolanaStatus>(), status(Commitment::Processed)};
        scene.solana.status.always = status(Commitment::Confirmed);
        scene.start();
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Broadcast);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.commitments,
                 (std::vector<std::optional<Commitment>>{{}, Commitment::Processed, Commitment::Confirmed}));
        // Unknown and its blockhash still good: the same bytes once more.
        QCOMPARE(scene.solana.sent.size(), std::size_t{2});
        QCOMPARE(scene.solana.sent.front(), scene.job().signedTransaction);
        QCOMPARE(scene.solana.sent.back(), scene.job().signedTransaction);
        QCOMPARE(scene.number("SELECT count(*) FROM audit WHERE kind = 'job.sending'"), 1);
    }

    void anOldBlockhashEndsIt()
    {
        SolanaBroadcastScene scene;
        scene.solana.blockhashValid.always = false;
        scene.solana.blockhashValid.whenAsked = [&] { scene.passLifetime(); };
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, toBase58(Bytes(32, 9)));
        QCOMPARE(scene.solana.status.asked, 2);  // once more after the blockhash was found too old
        QCOMPARE(scene.solana.sent.size(), std::size_t{1});
    }

    /// A node that lags behind calls a new blockhash invalid as well.
    void aNewBlockhashThatTheNodeDoesNotKnowEndsNothing()
    {
        SolanaBroadcastScene scene;
        scene.solana.blockhashValid.always = false;
        scene.solana.status.next = {std::optional<SolanaStatus>()};
        scene.solana.status.always = status(Commitment::Confirmed);
        scene.solana.blockhashValid.whenAsked = [&] {
            scene.profile.clock.advance(std::chrono::milliseconds(90'000));
        };
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.solana.blockhashValid.asked, 1);
        QCOMPARE(scene.solana.sent.size(), std::size_t{2});
    }

    void itMayHaveBeenExecutedBetweenTheQuestions()
    {
        SolanaBroadcastScene scene;
        scene.solana.blockhashValid.always = false;
        scene.solana.blockhashValid.whenAsked = [&] { scene.passLifetime(); };
        scene.solana.status.next = {std::optional<SolanaStatus>()};
        scene.solana.status.always = status(Commitment::Finalized);
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.solana.sent.size(), std::size_t{1});
    }

    void aFailedExecutionCountsWhenItIsConfirmed()
    {
        SolanaBroadcastScene scene;
        // A fork that is given up takes its failure along.
        scene.solana.status.next = {status(Commitment::Processed, R"({"InstructionError":[0,1]})")};
        scene.solana.status.always = status(Commitment::Confirmed, R"({"InstructionError":[0,2]})");
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, std::string(R"({"InstructionError":[0,2]})"));
        QCOMPARE(scene.solana.status.asked, 2);
    }

    void aRefusalLeavesItSignedUnlessTheNetworkKnowsIt()
    {
        // Also of a node that does not know the blockhash yet, and of a transaction that has no such end.
        for (const bool durable : {false, true}) {
            SolanaBroadcastScene refused(durable);
            refused.solana.send.always = failure(error(ErrorCode::InvalidInput, "preflight"));
            refused.solana.blockhashValid.always = false;
            if (durable) {
                refused.passLifetime();
            }
            refused.start();
            TRY(refused.ended);
            QCOMPARE((*refused.ended)->state, JobState::Signed);
            QCOMPARE((*refused.ended)->errorDetail, std::string("preflight"));
            QCOMPARE((*refused.firstTry)->errorDetail, std::string("preflight"));
            QCOMPARE(refused.solana.blockhashValid.asked, 0);
        }

        SolanaBroadcastScene old;
        old.solana.send.always = failure(error(ErrorCode::InvalidInput, "preflight"));
        old.solana.blockhashValid.always = false;
        old.passLifetime();
        old.start();
        TRY(old.ended);
        QCOMPARE((*old.ended)->state, JobState::Failed);
        QCOMPARE((*old.ended)->errorDetail, toBase58(Bytes(32, 9)));
        QCOMPARE(old.solana.status.asked, 2);

        SolanaBroadcastScene known;
        known.solana.send.always = failure(error(ErrorCode::InvalidInput, "preflight"));
        known.solana.status.always = status(Commitment::Finalized);
        known.start();
        TRY(known.ended);
        QCOMPARE((*known.ended)->state, JobState::Confirmed);
    }

    void silenceIsNot()
    {
        SolanaBroadcastScene scene;
        scene.solana.send.next = {failure(error(ErrorCode::Network, "down"))};
        scene.solana.status.always = status(Commitment::Confirmed);
        scene.start();
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Signed);
        QCOMPARE((*scene.firstTry)->errorDetail, std::string("down"));
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE((*scene.ended)->error, std::string());
    }

    void aDurableNonceDoesNotExpire()
    {
        SolanaBroadcastScene scene(true);
        scene.solana.blockhashValid.always = false;
        scene.solana.status.next = {std::optional<SolanaStatus>()};
        scene.solana.status.always = status(Commitment::Confirmed);
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.solana.blockhashValid.asked, 0);
        QCOMPARE(scene.solana.sent.size(), std::size_t{2});
    }

    /// A timer may be late, but never early by more than a twentieth: on any machine a pause has its length.
    void sendingAgainKeepsThePausesGrowing()
    {
        SolanaBroadcastScene scene;
        QElapsedTimer timer;
        timer.start();
        std::vector<qint64> sentAt;
        scene.solana.send.whenAsked = [&] { sentAt.push_back(timer.elapsed()); };
        scene.start();
        TRY(sentAt.size() >= 3);
        // 0.5 s, then 1 s: sending again does not begin anew with the short pause.
        QVERIFY(sentAt[1] - sentAt[0] >= 450);
        QVERIFY(sentAt[2] - sentAt[1] >= 900);
    }
};

COUNTERSIGN_GUILESS_TEST(SolanaBroadcastTest)
#include "SolanaBroadcast_test.moc"
