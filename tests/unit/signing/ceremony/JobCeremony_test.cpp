#include "core/signing/ceremony/JobCeremony.h"

#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/SigningScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr const char* room = "0123456789abcdef0123456789abcdef";

/// A ceremony for a job that was approved.
struct JobCeremonyScene : SigningScene
{
    SigningServices fakes = parts();
    WalletPathStore paths{*profile.database, profile.clock};
    std::optional<Result<Job>> ended;
    int endings = 0;
    std::unique_ptr<JobCeremony> ceremony;

    explicit JobCeremonyScene(bool onSolana = false)
    {
        if (onSolana) {
            api.wallet.always =
                WaasWallet{solanaWalletId, toText(solanaKey.address), "SVM", {}, "TWO_OF_TWO"};
        }
        const Job job = onSolana ? solanaJob() : message();
        plan = *VerifiedJob::of(job)->payload();
        JobChange change;
        change.approvedDigest = plan.digest;
        const Job approved =
            *store.move(job.jobId, std::array{JobState::Pending}, JobState::Approved, change);
        JobCeremony::Order order{*VerifiedJob::of(approved), "set-1", "relay.test"};
        jobId = job.jobId;
        ceremony = std::make_unique<JobCeremony>(std::move(order), hooks(), fakes, store, audit);
        QObject::connect(ceremony.get(), &JobCeremony::finished, [this](const Result<Job>& result) {
            ended = result;
            ++endings;
        });
    }

    JobCeremony::Hooks hooks()
    {
        return {[this](const Job& announced, Callback<void> done) {
                    announcedState = announced.state;
                    announcement = announcements.answer(std::move(done));
                },
                [this] { return mine; }};
    }

    bool isOver() const { return ended.has_value(); }
    Job job() { return *store.load(jobId); }

    std::string jobId;
    SigningPayload plan;
    Script<void> announcements{.always = {}};
    PendingCallPtr announcement;
    std::optional<JobState> announcedState;
    Status mine;
};

#define RUN(scene)              \
    (scene).ceremony->start();  \
    QVERIFY(!(scene).isOver()); \
    QTRY_VERIFY_WITH_TIMEOUT((scene).isOver(), patienceMs)

}  // namespace

class JobCeremonyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Before others know, a crash would let another desk sign too.
    void opensNoRoomBeforeOthersKnow()
    {
        JobCeremonyScene scene;
        scene.announcements.always = failure(error(ErrorCode::Network, "no relay"));
        RUN(scene);
        QCOMPARE(scene.announcedState, std::optional(JobState::Signing));
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
    }

    void usesNoShareWithoutTheClaim()
    {
        JobCeremonyScene scene;
        scene.mine = failure(error(ErrorCode::Busy, "another desk"));
        RUN(scene);
        QCOMPARE(scene.api.rooms.size(), std::size_t(1));
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY(scene.job().roomId.empty());
    }

    void aFreezeStopsItBeforeItsRoom_data()
    {
        QTest::addColumn<int>("rooms");
        QTest::newRow("before the room") << 0;
        QTest::newRow("while the room is opened") << 1;
    }

    void aFreezeStopsItBeforeItsRoom()
    {
        QFETCH(const int, rooms);
        JobCeremonyScene scene;
        const auto freeze = [&scene] {
            QVERIFY(freezeSigning(*scene.profile.database, *scene.profile.vault, scene.audit,
                                  scene.profile.clock, "a test")
                        .has_value());
        };
        if (rooms == 0) {
            connect(scene.ceremony.get(), &JobCeremony::progressed, this, freeze, Qt::SingleShotConnection);
        } else {
            scene.api.whenAsked = freeze;
        }
        RUN(scene);
        QCOMPARE(static_cast<int>(scene.api.rooms.size()), rooms);
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY(scene.job().roomId.empty());
        QVERIFY2((**scene.ended).error.find("a test") != std::string::npos, "who and why");
    }

    void signsOnEvm()
    {
        JobCeremonyScene scene;
        QList<CeremonyStage> stages;
        connect(scene.ceremony.get(), &JobCeremony::progressed, this,
                [&](CeremonyStage stage) { stages << stage; });
        std::string stateAtRoom;
        std::string recordedAtRoom;
        scene.api.whenAsked = [&] {
            stateAtRoom = toText(scene.job().state);
            recordedAtRoom = scene.recorded(evmWalletId);
        };
        std::string roomAtSign;
        scene.engine.whenAsked = [&] { roomAtSign = scene.job().roomId; };
        RUN(scene);
        QVERIFY(scene.ended->has_value());
        const Job job = **scene.ended;
        QCOMPARE(job.state, JobState::Signed);
        QCOMPARE(job.signature, scene.evmKey.sign(scene.plan.digest));
        QCOMPARE(job.attempts, 1);
        QCOMPARE(job.roomId, std::string(room));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending,approved,signing,signed"));

        // Recorded before it was done: the ceremony before the room, the material before it left the vault,
        // the room before the console's part in it.
        QCOMPARE(stateAtRoom, std::string("signing"));
        QCOMPARE(recordedAtRoom, std::string("material.opened"));
        QCOMPARE(roomAtSign, std::string(room));

        const auto& asked = scene.api.rooms.front();
        QCOMPARE(asked.walletId, std::string(evmWalletId));
        QCOMPARE(asked.walletApiKey, std::string("key of evm-event"));
        QCOMPARE(asked.message, scene.plan.message);
        QVERIFY(asked.context == scene.plan.context);
        QCOMPARE(asked.shareSetId, std::optional<std::string>("set-1"));
        const auto& taken = scene.engine.ceremonies.front();
        QCOMPARE(taken.roomId, std::string(room));
        QCOMPARE(taken.relayDomain, std::string("relay.test"));
        QCOMPARE(taken.share, std::string(R"({"secretShare":"of evm-event"})"));
        QCOMPARE(taken.addressBytes, toBytes(scene.evmKey.address));
        QCOMPARE(taken.input, scene.plan.digest);
        QCOMPARE(taken.path, (std::vector<std::uint32_t>{44, 60, 0, 0, 0}));
        QCOMPARE(stages.front(), CeremonyStage::Starting);
        QCOMPARE(WalletCatalog(*scene.profile.database).find(evmWalletId)->health, WalletHealth::Ok);
        QTest::qWait(10);
        QCOMPARE(scene.endings, 1);
    }

    void signsOnSolana()
    {
        JobCeremonyScene scene(true);
        RUN(scene);
        const Job job = **scene.ended;
        QCOMPARE(job.state, JobState::Signed);
        QCOMPARE(job.signature, scene.solanaKey.sign(scene.plan.input));
        QCOMPARE(job.hash, toBase58(job.signature));
        QVERIFY(solana::parseTransaction(job.signedTransaction)->missingSigners().empty());
        QCOMPARE(scene.engine.ceremonies.front().scheme, SigningScheme::Ed25519);
        QVERIFY(scene.engine.ceremonies.front().path.empty());
    }

    void asksForThePathOnce()
    {
        JobCeremonyScene scene;
        QVERIFY(scene.paths.keep(evmWalletId, "evm-event", {1, 2}).has_value());
        RUN(scene);
        QCOMPARE(scene.api.wallet.asked, 0);
        QCOMPARE(scene.engine.ceremonies.front().path, (std::vector<std::uint32_t>{1, 2}));
        JobCeremonyScene other;
        QVERIFY(other.paths.keep(evmWalletId, "an older event", {1, 2}).has_value());
        RUN(other);
        QCOMPARE(other.api.wallet.asked, 1);
        QVERIFY(other.paths.find(evmWalletId, "evm-event")->has_value());
    }

    void withoutATokenItWaitsAgain()
    {
        JobCeremonyScene scene;
        scene.hasToken = false;
        RUN(scene);
        QCOMPARE((*scene.ended)->state, JobState::Pending);
        QCOMPARE((*scene.ended)->error, std::string("said the test"));
        QCOMPARE((*scene.ended)->attempts, 0);
        QVERIFY(scene.api.rooms.empty());
    }

    void anotherAddressAtDynamicFails()
    {
        for (const bool otherChain : {false, true}) {
            JobCeremonyScene scene;
            if (otherChain) {
                scene.api.wallet.always->chainName = "SVM";
            } else {
                scene.api.wallet.always->accountAddress = toText(EvmKey().address);
            }
            RUN(scene);
            QCOMPARE((*scene.ended)->state, JobState::Failed);
            QCOMPARE((*scene.ended)->errorDetail, std::string("address-mismatch"));
            QVERIFY(scene.api.rooms.empty());
            QVERIFY(!scene.paths.find(evmWalletId, "evm-event")->has_value());
        }
    }

    void theLookUpCanFail()
    {
        for (const auto& [code, state] :
             {std::pair{ErrorCode::Network, JobState::Pending}, std::pair{ErrorCode::Busy, JobState::Pending},
              std::pair{ErrorCode::Denied, JobState::Failed},
              std::pair{ErrorCode::NotFound, JobState::Failed}}) {
            JobCeremonyScene scene;
            scene.api.wallet.always = failure(error(code));
            RUN(scene);
            QCOMPARE((*scene.ended)->state, state);
            QVERIFY(scene.api.rooms.empty());
        }
    }

    void aRevocationAfterTheApprovalEndsIt()
    {
        JobCeremonyScene early;
        early.revoke(evmWalletId);
        RUN(early);
        QCOMPARE((*early.ended)->state, JobState::Failed);
        QVERIFY(early.api.rooms.empty());
        // Between the look-up and the material.
        JobCeremonyScene late;
        late.api.wallet.whenAsked = [&] { late.revoke(evmWalletId); };
        RUN(late);
        QCOMPARE((*late.ended)->state, JobState::Failed);
        QVERIFY(late.api.rooms.empty());
        QCOMPARE(late.steps(late.jobId), std::string("pending,approved,signing,failed"));
    }

    void aRevocationWhileTheRoomOpensEndsIt()
    {
        JobCeremonyScene scene;
        scene.api.whenAsked = [&] { scene.revoke(evmWalletId); };
        RUN(scene);
        QCOMPARE(scene.api.rooms.size(), std::size_t{1});
        QVERIFY(scene.engine.ceremonies.empty());
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->roomId, std::string());
    }

    void whatChangesWhileTheRoomOpensWaits()
    {
        JobCeremonyScene anew;
        anew.api.whenAsked = [&] {
            anew.delegate(evmWalletId, "EVM", toText(anew.evmKey.address), "newer-event", 20);
        };
        RUN(anew);
        QCOMPARE((*anew.ended)->state, JobState::Pending);
        QVERIFY(anew.engine.ceremonies.empty());

        JobCeremonyScene late;
        late.api.whenAsked = [&] { late.profile.clock.set(late.job().expiresAt); };
        RUN(late);
        QCOMPARE((*late.ended)->state, JobState::Pending);
        QVERIFY((*late.ended)->error.find("expired") != std::string::npos);
        QVERIFY(late.engine.ceremonies.empty());
    }

    /// A signature in hand is written until it is written, and nothing that comes meanwhile loses it.
    void aSignatureWaitsForItsPlace()
    {
        for (const bool isBusy : {true, false}) {
            JobCeremonyScene scene;
            const auto other = scene.profile.openDatabase();
            scene.profile.database->handle().setBusyTimeout(1);
            scene.engine.whenAsked = [&] {
                if (isBusy) {
                    other->handle().exec("BEGIN IMMEDIATE");
                    return;
                }
                // A trigger of the connection: those of the file are off.
                scene.profile.database->handle().exec(
                    "CREATE TEMP TRIGGER full BEFORE UPDATE ON job "
                    "WHEN NEW.state = 'signed' BEGIN SELECT RAISE(ABORT, 'x'); END");
            };
            scene.ceremony->start();
            QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
            QTest::qWait(100);
            QVERIFY(!scene.isOver());
            scene.api.events.failed(error(ErrorCode::Network, "stream"));
            scene.ceremony->cancel({ErrorCode::Cancelled, QStringLiteral("enough"), {}});
            QTest::qWait(100);
            QVERIFY(!scene.isOver());
            QCOMPARE(scene.stateOf(scene.jobId), JobState::Signing);
            (isBusy ? *other : *scene.profile.database)
                .handle()
                .exec(isBusy ? "ROLLBACK" : "DROP TRIGGER full");
            QTRY_VERIFY_WITH_TIMEOUT(scene.isOver(), patienceMs);
            QCOMPARE((*scene.ended)->state, JobState::Signed);
            QCOMPARE((*scene.ended)->signature, scene.evmKey.sign(scene.plan.digest));
            QCOMPARE(scene.endings, 1);
        }
    }

    void aNewDelegationAtThisMomentWaits()
    {
        JobCeremonyScene scene;
        scene.api.wallet.whenAsked = [&] {
            scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "newer-event", 20);
        };
        RUN(scene);
        QCOMPARE((*scene.ended)->state, JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
    }

    void aLockedVaultOpensNothing()
    {
        JobCeremonyScene scene;
        scene.profile.vault->lock();
        RUN(scene);
        // Not even the move can be recorded; resume() finds it as it was.
        QCOMPARE(scene.ended->error().code, ErrorCode::Locked);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Approved);
        QVERIFY(scene.api.rooms.empty());
    }

    void aRefusedRoom()
    {
        for (const auto& [code, state] : {std::pair{ErrorCode::Denied, JobState::Failed},
                                          std::pair{ErrorCode::InvalidInput, JobState::Failed},
                                          std::pair{ErrorCode::Network, JobState::Pending},
                                          std::pair{ErrorCode::Timeout, JobState::Pending},
                                          std::pair{ErrorCode::Busy, JobState::Pending}}) {
            JobCeremonyScene scene;
            scene.api.room = failure(error(code));
            RUN(scene);
            QCOMPARE((*scene.ended)->state, state);
            QCOMPARE((*scene.ended)->roomId, std::string());
            QCOMPARE((*scene.ended)->attempts, 1);
            QVERIFY(scene.engine.ceremonies.empty());
        }
    }

    void anErrorOfTheStreamDoesNotLoseASignature()
    {
        JobCeremonyScene scene;
        scene.engine.isSilent = true;
        scene.ceremony->start();
        QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        scene.api.events.failed(error(ErrorCode::Network, "stream"));
        QVERIFY(!scene.isOver());
        scene.engine.answer(scene.evmKey.sign(scene.plan.digest));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isOver(), patienceMs);
        QCOMPARE((*scene.ended)->state, JobState::Signed);
        QTest::qWait(5500);  // the grace is over, and changes nothing
        QCOMPARE(scene.endings, 1);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Signed);
    }

    void anErrorOfTheStreamEndsIt()
    {
        JobCeremonyScene engineToo;
        engineToo.engine.isSilent = true;
        engineToo.ceremony->start();
        QTRY_COMPARE_WITH_TIMEOUT(engineToo.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        engineToo.api.events.failed(error(ErrorCode::Denied, "stream"));
        engineToo.engine.answer(failure(error(ErrorCode::Timeout, "engine")));
        QTRY_VERIFY_WITH_TIMEOUT(engineToo.isOver(), patienceMs);
        QCOMPARE((*engineToo.ended)->state, JobState::Failed);
        QCOMPARE((*engineToo.ended)->errorDetail, std::string("stream"));

        JobCeremonyScene silent;
        silent.engine.isSilent = true;
        silent.ceremony->start();
        QTRY_COMPARE_WITH_TIMEOUT(silent.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        silent.api.events.failed(error(ErrorCode::Network, "stream"));
        QTRY_VERIFY_WITH_TIMEOUT(silent.isOver(), patienceMs);
        QCOMPARE((*silent.ended)->state, JobState::Failed);
        QCOMPARE((*silent.ended)->errorDetail, std::string("stream"));
        QCOMPARE(silent.engine.cancelled, 1);
    }

    void theEngineFails()
    {
        JobCeremonyScene scene;
        scene.engine.sign = [](const CeremonyRequest&) -> Result<Bytes> {
            return failure(error(ErrorCode::Network, "engine"));
        };
        RUN(scene);
        // In the room nothing is tried again by itself.
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("engine"));
        QCOMPARE((*scene.ended)->roomId, std::string(room));
    }

    void aForeignSignatureIsThrownAway()
    {
        JobCeremonyScene scene;
        scene.engine.sign = [](const CeremonyRequest& request) -> Result<Bytes> {
            return EvmKey().sign(request.input);
        };
        RUN(scene);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QVERIFY((*scene.ended)->signature.empty() && (*scene.ended)->hash.empty());
        QVERIFY((*scene.ended)->error.find("thrown away") != std::string::npos);
    }

    void cancelledBeforeTheRoom()
    {
        JobCeremonyScene lookUp;
        lookUp.api.wallet.isSilent = true;
        lookUp.ceremony->start();
        lookUp.ceremony->cancel({ErrorCode::Cancelled, QStringLiteral("enough"), {}});
        QTRY_VERIFY_WITH_TIMEOUT(lookUp.isOver(), patienceMs);
        QCOMPARE((*lookUp.ended)->state, JobState::Pending);

        JobCeremonyScene opening;
        opening.api.roomIsSilent = true;
        opening.ceremony->start();
        QTRY_COMPARE_WITH_TIMEOUT(opening.api.rooms.size(), std::size_t{1}, patienceMs);
        QCOMPARE(opening.api.held, 1);
        opening.ceremony->cancel({ErrorCode::Cancelled, QStringLiteral("enough"), {}});
        // The room opens all the same, too late.
        opening.api.events.opened(room);
        QTRY_VERIFY_WITH_TIMEOUT(opening.isOver(), patienceMs);
        QCOMPARE((*opening.ended)->state, JobState::Pending);
        QCOMPARE(opening.job().roomId, std::string());
        QCOMPARE(opening.api.held, 0);
        QVERIFY(opening.engine.ceremonies.empty());
        opening.ceremony->cancel({ErrorCode::Cancelled, QStringLiteral("enough"), {}});
        QTest::qWait(10);
        QCOMPARE(opening.endings, 1);
    }

    void cancelledInTheRoom()
    {
        JobCeremonyScene scene;
        scene.engine.isSilent = true;
        scene.ceremony->start();
        QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        scene.ceremony->cancel({ErrorCode::Cancelled, QStringLiteral("enough"), {}});
        QTRY_VERIFY_WITH_TIMEOUT(scene.isOver(), patienceMs);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE(scene.engine.cancelled, 1);
        QTest::qWait(10);
        QCOMPARE(scene.endings, 1);
    }

    void aRoomThatCannotBeWrittenDownIsNotEntered()
    {
        JobCeremonyScene scene;
        scene.api.whenAsked = [&] {
            (void)*scene.store.move(scene.jobId, std::array{JobState::Signing}, JobState::Blocked, {});
        };
        RUN(scene);
        QVERIFY(!scene.ended->has_value());
        QVERIFY(scene.engine.ceremonies.empty());
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Blocked);
    }

    void onlyWhatIsApprovedBegins()
    {
        JobCeremonyScene scene;
        (void)*scene.store.move(scene.jobId, std::array{JobState::Approved}, JobState::Expired, {});
        RUN(scene);
        QCOMPARE(scene.ended->error().code, ErrorCode::Denied);
        QVERIFY(scene.api.rooms.empty());
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Expired);
    }
};

COUNTERSIGN_GUILESS_TEST(JobCeremonyTest)
#include "JobCeremony_test.moc"
