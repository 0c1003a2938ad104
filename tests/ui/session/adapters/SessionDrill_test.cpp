#include "ui/session/adapters/SessionDrill.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/SilentSession.h"
#include "ui/session/ProfileSession.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct DrillingSession : SilentSession
{
    std::unique_ptr<ProfileSession> session = std::make_unique<ProfileSession>(sessionParts());
    std::optional<Result<DrillReport>> report;
    std::vector<DrillStage> stages;

    DrillingSession()
    {
        QObject::connect(&session->drill(), &DrillControl::reached, session.get(),
                         [this](DrillStage stage) { stages.push_back(stage); });
        session->start();
        if (!waitUntil([&] { return session->drill().isReady(); }, patienceMs)) {
            qFatal("not open");
        }
    }
    void begin(EmergencyRequest::Scope scope, const WalletSelection& selection = {})
    {
        report.reset();
        session->drill().run(session.get(), {.scope = scope, .selection = selection, .reason = "a drill"},
                             [this](Result<DrillReport> answer) { report = std::move(answer); });
    }
    bool end()
    {
        return waitUntil([&] { return report.has_value(); }, patienceMs);
    }
};

}  // namespace

/// A drill as the window asks for it, beside a session that goes on.
class SessionDrillTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void triesEverything()
    {
        DrillingSession scene;
        scene.begin(EmergencyRequest::Scope::Everything);
        QVERIFY(scene.end());
        QVERIFY2(scene.report->has_value(), *scene.report ? "" : qPrintable(scene.report->error().sentence));
        const DrillReport& drill = **scene.report;
        QVERIFY(!drill.stop.problem && !drill.left);
        QCOMPARE(drill.stop.items.size(), std::size_t(2));
        QCOMPARE(scene.stages.front(), DrillStage::Copying);
        QCOMPARE(scene.session->state(), ProfileSession::State::Open);
    }

    void triesWhatIsSelected()
    {
        DrillingSession scene;
        scene.begin(EmergencyRequest::Scope::Chosen, std::vector<std::string>{evmWalletId});
        QVERIFY(scene.end());
        QVERIFY(scene.report->has_value() && !(*scene.report)->stop.problem);
        QCOMPARE((*scene.report)->stop.items.size(), std::size_t(1));
    }

    void isCancelled()
    {
        DrillingSession scene;
        scene.begin(EmergencyRequest::Scope::Everything);
        scene.session->drill().cancel();
        QVERIFY(scene.end());
        QCOMPARE(scene.report->error().code, ErrorCode::Cancelled);
        // And again.
        scene.begin(EmergencyRequest::Scope::FreezeOnly);
        QVERIFY(scene.end());
        QVERIFY(scene.report->has_value());
    }

    /// The window goes while it runs: nobody is answered, and nothing of the copy stays.
    void theSessionEndsMeanwhile()
    {
        DrillingSession scene;
        scene.begin(EmergencyRequest::Scope::Everything);
        scene.session.reset();
        const QDir folder(QString::fromStdString(scene.profile.paths.root.string()));
        QVERIFY(waitUntil(
            [&] { return folder.entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty(); },
            patienceMs));
        QVERIFY(!scene.report);
    }
};

COUNTERSIGN_GUILESS_TEST(SessionDrillTest)
#include "SessionDrill_test.moc"
