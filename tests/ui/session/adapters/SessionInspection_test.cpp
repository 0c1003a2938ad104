#include "core/inspection/environment/EnvironmentCheckStore.h"
#include "core/inspection/wallets/WalletCheckStore.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/InspectionScene.h"
#include "ui/session/ProfileSession.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct InspectingSession : AskingSession
{
    std::unique_ptr<ProfileSession> session;

    void start(SessionParts parts)
    {
        session = std::make_unique<ProfileSession>(std::move(parts));
        session->start();
        if (!waitUntil([&] { return session->state() == ProfileSession::State::Open; }, patienceMs)) {
            qFatal("not open");
        }
    }
    ~InspectingSession() { session.reset(); }

    InspectionControl& control() { return session->inspection(); }
    bool waitForTheEnd()
    {
        return waitUntil([&] { return control().run() && !control().run()->isRunning; }, patienceMs);
    }
};

}  // namespace

/// InspectionControl over a session.
class SessionInspectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyWalletIsAskedAboutAndViewsReadAgain()
    {
        InspectingSession scene;
        scene.start(scene.askingParts());
        QVERIFY(scene.control().mayBegin() && !scene.control().run());
        QSignalSpy changed(scene.session.get(), &ProfileSession::dataChanged);
        scene.control().verifyAll();
        QVERIFY(scene.control().isRunning() && !scene.control().mayBegin());
        scene.control().verifyAll();
        QVERIFY(scene.waitForTheEnd());
        QCOMPARE(scene.control().run()->verdicts.at(WalletVerdict::NotFound), 2);
        QVERIFY(changed.count() >= 1);
        QVERIFY(scene.control().mayBegin());
        QVERIFY(WalletCheckStore(*scene.profile.database).find(solanaWalletId)->has_value());
    }

    void oneWalletAloneAndTheEnvironment()
    {
        InspectingSession scene;
        scene.script.settings.always = Dated<DelegatedAccessSettings>{
            {.enabled = true, .promptUsersOnSignIn = {}, .requiresDelegation = {}}, 1};
        scene.start(scene.askingParts());
        scene.control().verifyWallet(QLatin1StringView(evmWalletId));
        QVERIFY(scene.waitForTheEnd());
        QCOMPARE(scene.control().run()->walletId, std::string(evmWalletId));
        QCOMPARE(scene.control().run()->progress.total, 1);
        scene.control().checkEnvironment();
        QVERIFY(scene.control().run()->kind == InspectionRun::Kind::Environment);
        QVERIFY(scene.waitForTheEnd());
        QVERIFY(EnvironmentCheckStore(*scene.profile.database).newest()->has_value());
    }

    void aRunIsCancelled()
    {
        InspectingSession scene;
        scene.script.wallets[evmWalletId].always = failure(error(ErrorCode::Busy));
        scene.script.pause = 60s;
        scene.start(scene.askingParts());
        scene.control().verifyAll();
        QTRY_VERIFY_WITH_TIMEOUT(scene.control().run()->progress.paused == 60s, patienceMs);
        scene.control().cancel();
        QVERIFY(scene.waitForTheEnd());
        QCOMPARE(scene.control().run()->problem->code, ErrorCode::Cancelled);
    }

    void withoutARelayNothingIsCompared()
    {
        InspectingSession scene;
        scene.start(scene.askingParts());
        scene.control().reconcile({});
        QVERIFY(scene.control().run()->kind == InspectionRun::Kind::Messages);
        QVERIFY(scene.waitForTheEnd());
        QCOMPARE(scene.control().run()->problem->code, ErrorCode::NotFound);
        QVERIFY(scene.script.asked.empty());
    }

    void whereNobodyCanBeAskedNothingIs()
    {
        InspectingSession scene;
        scene.start(scene.sessionParts());
        QVERIFY(!scene.control().isReady());
        scene.control().verifyAll();
        QVERIFY(!scene.control().run());
    }
};

COUNTERSIGN_GUILESS_TEST(SessionInspectionTest)
#include "SessionInspection_test.moc"
