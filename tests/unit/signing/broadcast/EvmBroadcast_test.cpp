#include "core/base/encoding/Hex.h"
#include "core/signing/broadcast/JobBroadcast.h"
#include "core/signing/ceremony/SignatureCheck.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <algorithm>
#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// A transaction with nonce 7 that was signed and is to be sent.
struct EvmBroadcastScene : SigningScene
{
    SigningServices fakes = parts();
    std::string jobId;
    std::optional<Result<Job>> firstTry;
    std::optional<Result<Job>> ended;
    int tries = 0;
    int endings = 0;
    std::vector<std::uint64_t> depths;  ///< as they were told
    std::unique_ptr<JobBroadcast> broadcast;

    EvmBroadcastScene()
    {
        const Job job = submit(documentOf(evmWalletId, "evm.transaction",
                                          {{"transaction", wholeTransaction()}}, {{"broadcast", true}}));
        jobId = job.jobId;
        const auto read = *VerifiedJob::of(job);
        const auto plan = *read.payload();
        const auto checked =
            *checkSignature(plan, read.content(), read.addressBytes(), evmKey.sign(plan.digest));
        JobChange change;
        change.signature = checked.signature;
        change.signedTransaction = checked.signedTransaction;
        change.hash = checked.hash;
        (void)*store.move(jobId, std::array{JobState::Pending}, JobState::Signed, change);
    }

    void start(int confirmations = 3)
    {
        broadcast = JobBroadcast::make(job(), fakes, store, audit, confirmations);
        QObject::connect(broadcast.get(), &JobBroadcast::triedToSend, [this](const Result<Job>& result) {
            firstTry = result;
            ++tries;
        });
        QObject::connect(broadcast.get(), &JobBroadcast::progressed,
                         [this, confirmations](const BroadcastProgress& progress) {
                             QCOMPARE(progress.wanted, std::uint64_t(confirmations));
                             QVERIFY(!progress.commitment);
                             depths.push_back(progress.confirmations);
                         });
        QObject::connect(broadcast.get(), &JobBroadcast::ended, [this](const Result<Job>& result) {
            ended = result;
            ++endings;
        });
        broadcast->start();
    }

    Job job() { return *store.load(jobId); }

    std::optional<EvmReceipt> mined(std::uint64_t block, bool succeeded = true)
    {
        return EvmReceipt{job().hash, "0xblock", block, succeeded};
    }
};

#define TRY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

}  // namespace

class EvmBroadcastTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsAndFollows()
    {
        EvmBroadcastScene scene;
        scene.evm.send.always = scene.job().hash;
        scene.evm.receipt.next = {std::optional<EvmReceipt>()};
        scene.evm.receipt.always = scene.mined(100);
        scene.evm.head.next = {100, 101};
        scene.evm.head.always = 102;
        std::string recordedWhenSent;
        scene.evm.send.whenAsked = [&] { recordedWhenSent = scene.recorded(scene.jobId); };
        scene.start(3);
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Broadcast);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.evm.sent, std::vector<Bytes>{scene.job().signedTransaction});
        QCOMPARE(scene.nodesAsked, std::vector<std::string>{"11155111"});
        QVERIFY(recordedWhenSent.ends_with("job.sending"));
        QCOMPARE(scene.evm.head.asked, 3);
        QCOMPARE(scene.depths, (std::vector<std::uint64_t>{0, 1, 2, 3}));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending,signed,broadcast,confirmed"));
        QTest::qWait(10);
        QCOMPARE(scene.tries, 1);
        QCOMPARE(scene.endings, 1);
    }

    void aSingleConfirmationIsTheBlockItself()
    {
        EvmBroadcastScene scene;
        scene.evm.receipt.always = scene.mined(100);
        scene.evm.head.next = {99};  // a node behind the one that gave the receipt
        scene.evm.head.always = 100;
        scene.start(1);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.evm.head.asked, 2);
        QCOMPARE(scene.depths, (std::vector<std::uint64_t>{0, 1}));
    }

    /// Only the chain decides: the node may be the one that is wrong.
    void aRefusalFromTheBeginningLeavesItSigned()
    {
        EvmBroadcastScene scene;
        scene.evm.send.always = failure(error(ErrorCode::InvalidInput, "insufficient funds"));
        scene.evm.known.always = false;
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Signed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("insufficient funds"));
        QCOMPARE((*scene.firstTry)->state, JobState::Signed);
        QCOMPARE((*scene.firstTry)->errorDetail, std::string("insufficient funds"));
        QCOMPARE(scene.evm.sent.size(), std::size_t{1});
        // Sent once more, on request, it goes its way.
        scene.evm.send.always = std::string();
        scene.evm.receipt.always = scene.mined(90);
        scene.ended.reset();
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE((*scene.ended)->error, std::string());
        QCOMPARE(scene.evm.sent.front(), scene.evm.sent.back());
    }

    /// Another node has it: this one's word changes nothing.
    void aRefusalOfWhatIsOnItsWayIsAskedAgain()
    {
        EvmBroadcastScene scene;
        scene.evm.send.next = {std::string()};
        scene.evm.send.always = failure(error(ErrorCode::InvalidInput, "underpriced"));
        scene.evm.receipt.next = {std::optional<EvmReceipt>()};
        scene.evm.receipt.always = scene.mined(90);
        scene.evm.known.always = false;
        // Forgotten, sent again and refused; sent again once more it is known.
        scene.evm.known.next = {false, false, true};
        std::vector<std::string> errors;
        scene.start();
        connect(scene.broadcast.get(), &JobBroadcast::changed, this, [&](const Job& job) {
            errors.push_back(job.errorDetail);
            QCOMPARE(job.state, JobState::Broadcast);
        });
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QVERIFY(std::find(errors.begin(), errors.end(), "underpriced") != errors.end());
        QCOMPARE(scene.evm.sent.size(), std::size_t{3});
    }

    void aRefusedOneWhoseNonceIsGoneHasFailed()
    {
        EvmBroadcastScene scene;
        scene.evm.send.always = failure(error(ErrorCode::InvalidInput, "nonce too low"));
        scene.evm.known.always = false;
        scene.evm.latestCount.always = 8;
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("nonce 7"));
        QCOMPARE((*scene.firstTry)->state, JobState::Failed);
    }

    void aRefusedOneMayBeKnown()
    {
        EvmBroadcastScene scene;
        scene.evm.send.always = failure(error(ErrorCode::InvalidInput, "nonce too low"));
        scene.evm.receipt.always = scene.mined(90);
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
    }

    void aRefusalThatCannotBeLookedUpIsNotFinal()
    {
        EvmBroadcastScene scene;
        scene.evm.send.next = {failure(error(ErrorCode::InvalidInput, "nonce too low"))};
        scene.evm.known.next = {failure(error(ErrorCode::InvalidInput, "no such method"))};
        scene.evm.receipt.always = scene.mined(90);
        scene.start();
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Signed);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
    }

    void anotherHashIsNoAnswer()
    {
        EvmBroadcastScene scene;
        scene.evm.send.next = {std::string("0x1234")};
        scene.evm.receipt.always = scene.mined(90);
        scene.start();
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Signed);
        QCOMPARE((*scene.firstTry)->errorDetail, std::string("0x1234"));
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.evm.sent.size(), std::size_t{2});
    }

    void silenceIsNot()
    {
        EvmBroadcastScene scene;
        scene.evm.send.next = {failure(error(ErrorCode::Network, "down")),
                               failure(error(ErrorCode::Timeout, "down"))};
        scene.evm.receipt.next = {failure(error(ErrorCode::Network, "down again"))};
        scene.evm.receipt.always = scene.mined(100);
        scene.evm.head.next = {100};
        scene.evm.head.always = 200;
        std::vector<std::string> errors;
        std::vector<JobState> states;
        scene.start();
        connect(scene.broadcast.get(), &JobBroadcast::changed, this, [&](const Job& job) {
            errors.push_back(job.errorDetail);
            states.push_back(job.state);
        });
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Signed);
        QCOMPARE(scene.job().error, std::string("said the test"));
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE((*scene.ended)->error, std::string());
        // Noted once each time, and taken back as soon as the node answers.
        QCOMPARE(errors, (std::vector<std::string>{"down", "", "down again", ""}));
        QCOMPARE(states[1], JobState::Broadcast);
        QCOMPARE(scene.evm.sent.size(), std::size_t{3});
        QCOMPARE(scene.evm.sent.front(), scene.evm.sent.back());
        QCOMPARE(scene.number("SELECT count(*) FROM audit WHERE kind = 'job.sending'"), 1);
    }

    void aReorganisationTakesTheReceiptBack()
    {
        EvmBroadcastScene scene;
        scene.evm.receipt.next = {scene.mined(100), std::optional<EvmReceipt>()};
        scene.evm.receipt.always = scene.mined(101);
        scene.evm.head.next = {101};
        scene.evm.head.always = 103;
        scene.start(3);
        TRY(scene.ended);
        QCOMPARE(scene.depths, (std::vector<std::uint64_t>{2, 0, 3}));
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.profile.database->handle()
                     .execAndGet("SELECT note FROM job_step ORDER BY id DESC LIMIT 1")
                     .getString(),
                 std::string("block 101, 0xblock"));
        QCOMPARE(scene.evm.sent.size(), std::size_t{1});
    }

    void whatTheNodesForgotIsSentAgain()
    {
        EvmBroadcastScene scene;
        scene.evm.receipt.next = {std::optional<EvmReceipt>()};
        scene.evm.known.next = {false};
        scene.evm.receipt.always = scene.mined(98);
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.evm.sent.size(), std::size_t{2});
        QCOMPARE(scene.evm.sent.front(), scene.evm.sent.back());
    }

    void anotherTransactionTookTheNonce()
    {
        EvmBroadcastScene scene;
        scene.evm.known.always = false;
        scene.evm.latestCount.always = 8;
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("nonce 7"));
    }

    void itMayHaveBeenMinedBetweenTheQuestions()
    {
        EvmBroadcastScene scene;
        scene.evm.receipt.next = {std::optional<EvmReceipt>()};
        scene.evm.known.always = false;
        scene.evm.latestCount.always = 8;
        scene.evm.receipt.always = scene.mined(98);
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
    }

    void aRevertedOneFailsWhenItIsDeep()
    {
        EvmBroadcastScene scene;
        scene.evm.receipt.always = scene.mined(100, false);
        scene.evm.head.next = {100};
        scene.evm.head.always = 102;
        scene.start(3);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE(scene.evm.head.asked, 2);
        QVERIFY((*scene.ended)->error.find("reverted") != std::string::npos);
    }

    void afterACrashItOnlyLooks()
    {
        EvmBroadcastScene scene;
        (void)*scene.store.move(scene.jobId, std::array{JobState::Signed}, JobState::Broadcast, {});
        scene.evm.receipt.always = scene.mined(90);
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.firstTry)->state, JobState::Broadcast);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QVERIFY(scene.evm.sent.empty());
    }

    void withoutANodeItStaysSigned()
    {
        EvmBroadcastScene scene;
        scene.hasNode = false;
        scene.start();
        TRY(scene.ended);
        QCOMPARE(scene.ended->error().detail, QStringLiteral("no node"));
        QCOMPARE(scene.firstTry->error().detail, QStringLiteral("no node"));
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Signed);
    }

    void whatCannotBeRecordedIsNotSent()
    {
        EvmBroadcastScene scene;
        scene.profile.vault->lock();
        scene.start();
        TRY(scene.ended);
        QCOMPARE(scene.ended->error().code, ErrorCode::Locked);
        QVERIFY(scene.evm.sent.empty());
    }

    void aDroppedOneStops()
    {
        EvmBroadcastScene scene;
        scene.evm.send.isSilent = true;
        scene.start();
        QCOMPARE(scene.evm.send.held, 1);
        scene.broadcast.reset();
        QCOMPARE(scene.evm.send.held, 0);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Signed);
    }
};

COUNTERSIGN_GUILESS_TEST(EvmBroadcastTest)
#include "EvmBroadcast_test.moc"
