#include "core/signing/ceremony/JobCeremony.h"

#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/ceremony/JobCeremonyScene.h"
#include "tests/unit/signing/statement/RejectionSamples.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

/// The ceremony's way, and what keeps it from a room.
class JobCeremonyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Before others know, a crash would let another desk sign too.
    void opensNoRoomBeforeOthersKnow()
    {
        JobCeremonyScene scene;
        scene.announcements.always = failure(error(ErrorCode::Network, "no relay"));
        RUN_CEREMONY(scene);
        QCOMPARE(scene.announcedState, std::optional(JobState::Signing));
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
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
        RUN_CEREMONY(scene);
        QCOMPARE(static_cast<int>(scene.api.rooms.size()), rooms);
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY(scene.job().roomId.empty());
        QVERIFY2((**scene.ended).error.find("a test") != std::string::npos, "who and why");
    }

    void aRejectionStopsItBeforeItsRoom_data() { aFreezeStopsItBeforeItsRoom_data(); }

    /// It came while the job could not be ended; the desk that was about to sign must not.
    void aRejectionStopsItBeforeItsRoom()
    {
        QFETCH(const int, rooms);
        JobCeremonyScene scene;
        const samples::Person ben("Ben");
        samples::registerOperator(scene.profile, scene.audit, ben);
        const auto reject = [&] {
            samples::storeStatement(scene.profile, ben, scene.jobId, ApprovalDecision::Reject);
        };
        if (rooms == 0) {
            connect(scene.ceremony.get(), &JobCeremony::progressed, this, reject, Qt::SingleShotConnection);
        } else {
            scene.api.whenAsked = reject;
        }
        RUN_CEREMONY(scene);
        QCOMPARE(static_cast<int>(scene.api.rooms.size()), rooms);
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY((**scene.ended).error.find("Ben") != std::string::npos);
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
        RUN_CEREMONY(scene);
        QVERIFY(scene.ended->has_value());
        const Job job = **scene.ended;
        QCOMPARE(job.state, JobState::Signed);
        QCOMPARE(job.signature, scene.evmKey.sign(scene.plan.digest));
        QCOMPARE(job.attempts, 1);
        QCOMPARE(job.roomId, std::string(ceremonyRoom));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending,approved,signing,signed"));

        // Recorded before it was done: the ceremony before the room, the material before it left the vault,
        // the room before the console's part in it.
        QCOMPARE(stateAtRoom, std::string("signing"));
        QCOMPARE(recordedAtRoom, std::string("material.opened"));
        QCOMPARE(roomAtSign, std::string(ceremonyRoom));

        const auto& asked = scene.api.rooms.front();
        QCOMPARE(asked.walletId, std::string(evmWalletId));
        QCOMPARE(asked.walletApiKey, std::string("key of evm-event"));
        QCOMPARE(asked.message, scene.plan.message);
        QVERIFY(asked.context == scene.plan.context);
        QCOMPARE(asked.shareSetId, std::optional<std::string>("set-1"));
        const auto& taken = scene.engine.ceremonies.front();
        QCOMPARE(taken.roomId, std::string(ceremonyRoom));
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
        RUN_CEREMONY(scene);
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
        RUN_CEREMONY(scene);
        QCOMPARE(scene.api.wallet.asked, 0);
        QCOMPARE(scene.engine.ceremonies.front().path, (std::vector<std::uint32_t>{1, 2}));
        JobCeremonyScene other;
        QVERIFY(other.paths.keep(evmWalletId, "an older event", {1, 2}).has_value());
        RUN_CEREMONY(other);
        QCOMPARE(other.api.wallet.asked, 1);
        QVERIFY(other.paths.find(evmWalletId, "evm-event")->has_value());
    }

    void withoutATokenItWaitsAgain()
    {
        JobCeremonyScene scene;
        scene.hasToken = false;
        RUN_CEREMONY(scene);
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
            RUN_CEREMONY(scene);
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
            RUN_CEREMONY(scene);
            QCOMPARE((*scene.ended)->state, state);
            QVERIFY(scene.api.rooms.empty());
        }
    }

    void aRevocationAfterTheApprovalEndsIt()
    {
        JobCeremonyScene early;
        early.revoke(evmWalletId);
        RUN_CEREMONY(early);
        QCOMPARE((*early.ended)->state, JobState::Failed);
        QVERIFY(early.api.rooms.empty());
        // Between the look-up and the material.
        JobCeremonyScene late;
        late.api.wallet.whenAsked = [&] { late.revoke(evmWalletId); };
        RUN_CEREMONY(late);
        QCOMPARE((*late.ended)->state, JobState::Failed);
        QVERIFY(late.api.rooms.empty());
        QCOMPARE(late.steps(late.jobId), std::string("pending,approved,signing,failed"));
    }

    void aNewDelegationAtThisMomentWaits()
    {
        JobCeremonyScene scene;
        scene.api.wallet.whenAsked = [&] {
            scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "newer-event", 20);
        };
        RUN_CEREMONY(scene);
        QCOMPARE((*scene.ended)->state, JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
    }

    void aLockedVaultOpensNothing()
    {
        JobCeremonyScene scene;
        scene.profile.vault->lock();
        RUN_CEREMONY(scene);
        // Not even the move can be recorded; resume() finds it as it was.
        QCOMPARE(scene.ended->error().code, ErrorCode::Locked);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Approved);
        QVERIFY(scene.api.rooms.empty());
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
        opening.api.events.opened(ceremonyRoom);
        QTRY_VERIFY_WITH_TIMEOUT(opening.isOver(), patienceMs);
        QCOMPARE((*opening.ended)->state, JobState::Pending);
        QCOMPARE(opening.job().roomId, std::string());
        QCOMPARE(opening.api.held, 0);
        QVERIFY(opening.engine.ceremonies.empty());
        opening.ceremony->cancel({ErrorCode::Cancelled, QStringLiteral("enough"), {}});
        QTest::qWait(10);
        QCOMPARE(opening.endings, 1);
    }

    void onlyWhatIsApprovedBegins()
    {
        JobCeremonyScene scene;
        (void)*scene.store.move(scene.jobId, std::array{JobState::Approved}, JobState::Expired, {});
        RUN_CEREMONY(scene);
        QCOMPARE(scene.ended->error().code, ErrorCode::Denied);
        QVERIFY(scene.api.rooms.empty());
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Expired);
    }
};

COUNTERSIGN_GUILESS_TEST(JobCeremonyTest)
#include "JobCeremony_test.moc"
