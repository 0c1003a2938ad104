#include "core/inspection/wallets/VerifySchedule.h"

#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/inspection/InspectionScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct ScheduleScene : InspectionScene
{
    VerifySchedule schedule{services()};

    ScheduleScene()
    {
        profile.clock.set(1'760'000'000'000);
        delegate("w1");
    }
    void setHours(const char* hours)
    {
        QVERIFY(changeTrusted(*profile.database, *profile.vault, profile.clock, "setting.changed",
                              "verify.schedule",
                              [&] {
                                  return TrustedSettings(*profile.database, *profile.vault)
                                      .set(settingKeys::verifySchedule, hours);
                              })
                    .has_value());
    }
    /// Looks, and waits until what began has ended.
    void look()
    {
        schedule.look();
        QVERIFY(waitUntil([&] { return !schedule.verifier().isRunning(); }, patienceMs));
    }
};

}  // namespace

class VerifyScheduleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isOffUntilItIsSet()
    {
        ScheduleScene scene;
        scene.look();
        QVERIFY(scene.script.asked.empty());
    }

    void asksAgainWhenAnAnswerIsOld()
    {
        ScheduleScene scene;
        scene.setHours("24");
        scene.look();
        QCOMPARE(scene.asked("wallet "), 1);
        scene.look();
        QCOMPARE(scene.asked("wallet "), 1);
        scene.profile.clock.advance(24h);
        scene.look();
        QCOMPARE(scene.asked("wallet "), 2);
    }

    /// For a run that somebody asked for, however long that takes; and it goes on as soon as that is over.
    void doesNothingWhileItIsSuspended()
    {
        ScheduleScene scene;
        scene.setHours("1");
        scene.schedule.setSuspended(true);
        scene.look();
        QVERIFY(scene.script.asked.empty());
        scene.schedule.setSuspended(false);
        scene.schedule.look();
        QVERIFY(scene.schedule.verifier().isRunning());
        scene.schedule.setSuspended(true);
        QVERIFY(waitUntil([&] { return !scene.schedule.verifier().isRunning(); }, patienceMs));
        QVERIFY(!scene.checks.find("w1")->has_value());
        scene.look();
        QVERIFY(!scene.checks.find("w1")->has_value());
        scene.schedule.setSuspended(false);
        scene.look();
        QVERIFY(scene.checks.find("w1")->has_value());
    }

    void pausesAfterAFailure()
    {
        ScheduleScene scene;
        scene.setHours("1");
        scene.script.hasToken = false;
        scene.look();
        scene.script.hasToken = true;
        scene.look();
        QVERIFY(scene.script.asked.empty());
        scene.profile.clock.advance(16min);
        scene.look();
        QCOMPARE(scene.asked("wallet "), 1);
    }

    void pausesAfterARefusedToken()
    {
        ScheduleScene scene;
        scene.setHours("1");
        scene.script.wallets["w1"].always = failure(InspectionScene::said(ErrorCode::Denied));
        scene.script.token.always = failure(InspectionScene::said(ErrorCode::Denied));
        scene.look();
        scene.look();
        QCOMPARE(scene.asked("wallet "), 1);
        scene.profile.clock.advance(16min);
        scene.look();
        QCOMPARE(scene.asked("wallet "), 2);
    }

    void oneDamagedWalletKeepsNoneFromBeingAskedAbout()
    {
        ScheduleScene scene;
        scene.delegate("w2");
        scene.setHours("1");
        scene.damage("w1");
        scene.look();
        QCOMPARE(scene.asked("wallet w2"), 1);
        QVERIFY(scene.checks.find("w2")->has_value());
    }

    void theOldestComeFirst()
    {
        ScheduleScene scene;
        scene.delegate("w2");
        scene.delegate("w3");
        scene.delegate("w4");
        const UnixMillis now = scene.profile.clock.now();
        QVERIFY(transact(*scene.profile.database, [&]() -> Status {
                    RETURN_IF_ERROR(scene.checks.put({"w1", WalletVerdict::Ok, {}, {}, now - 5000}));
                    RETURN_IF_ERROR(scene.checks.put({"w2", WalletVerdict::Ok, {}, {}, now - 9000}));
                    return scene.checks.put({"w3", WalletVerdict::Ok, {}, {}, now - 10});
                }).has_value());
        QVERIFY(*VerifySchedule::due(*scene.profile.database, now, 1s) ==
                (std::vector<std::string>{"w4", "w2", "w1"}));
        scene.take({WebhookFactory::revoked("w4", 1'755'000'000'000)});
        QVERIFY(*VerifySchedule::due(*scene.profile.database, now, 1s) ==
                (std::vector<std::string>{"w2", "w1"}));
        // Set back by a day: nothing of the future counts.
        QCOMPARE(VerifySchedule::due(*scene.profile.database, now - 86'400'000, 1s)->size(), std::size_t{3});
    }
};

COUNTERSIGN_GUILESS_TEST(VerifyScheduleTest)
#include "VerifySchedule_test.moc"
