#include "ui/session/worker/InspectionRunner.h"

#include "core/audit/trust/TrustedSettings.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inspection/wallets/WalletCheckStore.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/InspectionScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct RunnerScene : AskingSession
{
    Ingestor ingestor{profile.vault, *profile.database, profile.clock};
    Status drained;
    InspectionRunner runner{services(profile.vault, *profile.database, profile.clock), ingestor,
                            [this](Callback<void> done) { done(drained); }};
    std::vector<InspectionRun> runs;
    int answers = 0;

    RunnerScene()
    {
        QObject::connect(&runner, &InspectionRunner::changed,
                         [this](const InspectionRun& run) { runs.push_back(run); });
        QObject::connect(&runner, &InspectionRunner::answered, [this] { ++answers; });
    }
    void waitForTheEnd()
    {
        QVERIFY(waitUntil([&] { return !runs.empty() && !runs.back().isRunning; }, patienceMs));
    }
};

}  // namespace

class InspectionRunnerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksAboutAllAndKeepsEachAnswer()
    {
        RunnerScene scene;
        scene.runner.verify({});
        scene.waitForTheEnd();
        QVERIFY(scene.runs.front().isRunning);
        const InspectionRun& end = scene.runs.back();
        QVERIFY(end.kind == InspectionRun::Kind::Wallets && end.walletId.empty() && !end.problem);
        QCOMPARE(end.verdicts.at(WalletVerdict::NotFound), 2);
        QCOMPARE(end.progress.done, 2);
        QVERIFY(scene.answers >= 2);
        QVERIFY(WalletCheckStore(*scene.profile.database).find(evmWalletId)->has_value());
    }

    void countsWhatDynamicDidNotShow()
    {
        RunnerScene scene;
        const auto wallet = WalletCatalog(*scene.profile.database).find(evmWalletId);
        QVERIFY(wallet.has_value());
        InspectedWallet shown;
        shown.wallet.walletId = evmWalletId;
        shown.wallet.accountAddress = wallet->address;
        shown.wallet.chainName = "EVM";
        scene.script.wallets[evmWalletId].always = shown;
        scene.runner.verify(evmWalletId);
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().verdicts.at(WalletVerdict::Ok), 1);
        QCOMPARE(scene.runs.back().inPart, 1);
    }

    void oneRunAtATime()
    {
        RunnerScene scene;
        scene.runner.verify(evmWalletId);
        scene.runner.verify(solanaWalletId);
        scene.runner.checkEnvironment();
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().walletId, std::string(evmWalletId));
        QVERIFY(std::ranges::none_of(scene.script.asked, [](const std::string& asked) {
            return asked == "wallet " + std::string(solanaWalletId) || asked == "settings" ||
                   asked == "webhooks";
        }));
        QCOMPARE(std::ranges::count(scene.script.asked, "wallet evm-wallet"), 1);
    }

    void tellsPausesAndEndsWhenItIsStopped()
    {
        RunnerScene scene;
        scene.script.wallets[evmWalletId].always = failure(error(ErrorCode::Busy));
        scene.script.pause = 60s;
        scene.runner.verify(evmWalletId);
        QTRY_VERIFY_WITH_TIMEOUT(scene.runs.back().progress.paused == 60s, patienceMs);
        scene.runner.stop();
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().problem->code, ErrorCode::Cancelled);
        QVERIFY(scene.runs.back().progress.paused == 0s);
    }

    void comparesMessagesAndTellsWhatIsMissing()
    {
        RunnerScene scene;
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
        scene.runner.reconcile({});
        scene.waitForTheEnd();
        QVERIFY(!scene.runs.back().problem && scene.runs.back().report);
        QCOMPARE(scene.runs.back().report->missing.size(), 1U);
        QCOMPARE(scene.runs.back().messages.missing, 1);

        scene.runs.clear();
        scene.runner.reconcile(
            {.since = 0, .redeliver = true, .wait = {}, .only = std::set<std::string>{"m1"}});
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().report->redelivered, 1);
        QCOMPARE(scene.runs.back().messages.total, 1);

        scene.runs.clear();
        scene.drained = failure(error(ErrorCode::Network));
        scene.runner.reconcile({});
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().problem->code, ErrorCode::Network);
        QVERIFY(!scene.runs.back().report);
    }

    void whatIsUnknownIsAProblem()
    {
        RunnerScene scene;
        scene.runner.verify("nobody");
        scene.waitForTheEnd();
        QCOMPARE(scene.runs.back().problem->code, ErrorCode::NotFound);
    }
};

COUNTERSIGN_GUILESS_TEST(InspectionRunnerTest)
#include "InspectionRunner_test.moc"
