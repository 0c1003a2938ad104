#include "ui/session/worker/InspectionBench.h"

#include "core/audit/trust/TrustedSettings.h"
#include "core/inspection/WalletCheckStore.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/InspectionScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct BenchScene : AskingSession
{
    Ingestor ingestor{profile.vault, *profile.database, profile.clock};
    Status drained;
    InspectionBench bench{services(profile.vault, *profile.database, profile.clock), ingestor,
                          [this](Callback<void> done) { done(drained); }};
    std::vector<InspectionRun> runs;
    int answers = 0;

    BenchScene()
    {
        QObject::connect(&bench, &InspectionBench::changed,
                         [this](const InspectionRun& run) { runs.push_back(run); });
        QObject::connect(&bench, &InspectionBench::answered, [this] { ++answers; });
    }
    void waitForTheEnd()
    {
        QVERIFY(QTest::qWaitFor([&] { return !runs.empty() && !runs.back().isRunning; }, patienceMs));
    }
};

}  // namespace

class InspectionBenchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksAboutAllAndKeepsEachAnswer()
    {
        BenchScene scene;
        scene.bench.verify({});
        scene.waitForTheEnd();
        QVERIFY(scene.runs.front().isRunning);
        const InspectionRun& end = scene.runs.back();
        QVERIFY(end.kind == InspectionRun::Kind::Wallets && end.walletId.empty() && !end.problem);
        QCOMPARE(end.verdicts.at(WalletVerdict::NotFound), 2);
        QCOMPARE(end.progress.done, 2);
        QVERIFY(scene.answers >= 2);
        QVERIFY(WalletCheckStore(*scene.profile.database).find(evmWalletId)->has_value());
    }

    void oneRunAtATime()
    {
        BenchScene scene;
        scene.bench.verify(evmWalletId);
        scene.bench.verify(solanaWalletId);
        scene.bench.checkEnvironment();
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().walletId, std::string(evmWalletId));
        QVERIFY(scene.script.asked == std::vector<std::string>{"wallet evm-wallet"});
    }

    void tellsPausesAndEndsWhenItIsStopped()
    {
        BenchScene scene;
        scene.script.wallets[evmWalletId].always = failure(error(ErrorCode::Busy));
        scene.script.pause = 60s;
        scene.bench.verify(evmWalletId);
        QTRY_VERIFY_WITH_TIMEOUT(scene.runs.back().progress.paused == 60s, patienceMs);
        scene.bench.stop();
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().problem->code, ErrorCode::Cancelled);
        QVERIFY(scene.runs.back().progress.paused == 0s);
    }

    void comparesMessagesAndTellsWhatIsMissing()
    {
        BenchScene scene;
        QVERIFY(changeTrusted(*scene.profile.database, *scene.profile.vault, scene.profile.clock,
                              "setting.changed", "dynamic.webhook",
                              [&] {
                                  return TrustedSettings(*scene.profile.database, *scene.profile.vault)
                                      .set(settingKeys::dynamicWebhook,
                                           "6a1f0c52-6f0e-4b8e-9f0a-0d6a2f5f3a11");
                              })
                    .has_value());
        WebhookMessagePage page;
        page.messages.push_back({.messageId = "m1",
                                 .eventId = "e1",
                                 .eventName = "wallet.delegation.created",
                                 .status = {},
                                 .createdAt = 1,
                                 .sent = {}});
        scene.script.pages[""].always = page;
        scene.script.redeliveries.always = Status();
        scene.bench.reconcile({});
        scene.waitForTheEnd();
        QVERIFY(!scene.runs.back().problem && scene.runs.back().report);
        QCOMPARE(scene.runs.back().report->missing.size(), 1U);
        QCOMPARE(scene.runs.back().messages.missing, 1);

        scene.runs.clear();
        scene.bench.reconcile(
            {.since = 0, .redeliver = true, .wait = {}, .only = std::set<std::string>{"m1"}});
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().report->redelivered, 1);
        QCOMPARE(scene.runs.back().messages.total, 1);

        scene.runs.clear();
        scene.drained = failure(error(ErrorCode::Network));
        scene.bench.reconcile({});
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().problem->code, ErrorCode::Network);
        QVERIFY(!scene.runs.back().report);
    }

    void whatIsUnknownIsAProblem()
    {
        BenchScene scene;
        scene.bench.verify("nobody");
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().problem->code, ErrorCode::NotFound);
    }
};

COUNTERSIGN_GUILESS_TEST(InspectionBenchTest)
#include "InspectionBench_test.moc"
