#include "core/signing/ceremony/JobCeremony.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/ceremony/JobCeremonyScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

/// What may happen while a room is opened and in it.
class JobCeremonyInRoomTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usesNoShareWithoutTheClaim()
    {
        JobCeremonyScene scene;
        scene.mine = failure(error(ErrorCode::Busy, "another desk"));
        RUN_CEREMONY(scene);
        QCOMPARE(scene.api.rooms.size(), std::size_t(1));
        QCOMPARE(scene.job().state, JobState::Pending);
        QVERIFY(scene.job().roomId.empty());
    }

    void aRevocationWhileTheRoomOpensEndsIt()
    {
        JobCeremonyScene scene;
        scene.api.whenAsked = [&] { scene.revoke(evmWalletId); };
        RUN_CEREMONY(scene);
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
        RUN_CEREMONY(anew);
        QCOMPARE((*anew.ended)->state, JobState::Pending);
        QVERIFY(anew.engine.ceremonies.empty());

        JobCeremonyScene late;
        late.api.whenAsked = [&] { late.profile.clock.set(late.job().expiresAt); };
        RUN_CEREMONY(late);
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

    void aRefusedRoom()
    {
        for (const auto& [code, state] : {std::pair{ErrorCode::Denied, JobState::Failed},
                                          std::pair{ErrorCode::InvalidInput, JobState::Failed},
                                          std::pair{ErrorCode::Network, JobState::Pending},
                                          std::pair{ErrorCode::Timeout, JobState::Pending},
                                          std::pair{ErrorCode::Busy, JobState::Pending}}) {
            JobCeremonyScene scene;
            scene.api.room = failure(error(code));
            RUN_CEREMONY(scene);
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
        RUN_CEREMONY(scene);
        // In the room nothing is tried again by itself.
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("engine"));
        QCOMPARE((*scene.ended)->roomId, std::string(ceremonyRoom));
    }

    void aForeignSignatureIsThrownAway()
    {
        JobCeremonyScene scene;
        scene.engine.sign = [](const CeremonyRequest& request) -> Result<Bytes> {
            return EvmKey().sign(request.input);
        };
        RUN_CEREMONY(scene);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QVERIFY((*scene.ended)->signature.empty() && (*scene.ended)->hash.empty());
        QVERIFY((*scene.ended)->error.find("thrown away") != std::string::npos);
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
        RUN_CEREMONY(scene);
        QVERIFY(!scene.ended->has_value());
        QVERIFY(scene.engine.ceremonies.empty());
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Blocked);
    }
};

COUNTERSIGN_GUILESS_TEST(JobCeremonyInRoomTest)
#include "JobCeremonyInRoom_test.moc"
