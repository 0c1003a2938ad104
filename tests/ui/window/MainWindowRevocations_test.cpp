#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RevocationFakes.h"
#include "tests/ui/ConsoleFixture.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/wallets/RevocationsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/revocation/RevokeDialog.h"
#include "ui/revocation/WaitingRevocations.h"
#include "ui/revocation/emergency/EmergencyDialog.h"
#include "ui/theme/Theme.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// The whole window over a profile whose Dynamic is a script; the script is the session's thread's.
struct RevokingWindow
{
    ProfileFixture profile{{.wallets = 12, .healthy = true, .passphrase = false}};
    ManualClock clock{fixtureNow};
    RevocationScript script;
    ProfileReader reader{profile.databaseFile()};
    WindowState state{profile.folder()};
    ProfileSession session{parts()};
    MainWindow window{session, reader, state};

    SessionParts parts()
    {
        SessionParts made = sessionParts(profile.folder(), clock);
        made.revocationServices = [this](std::shared_ptr<Vault> vault, Database& database, const Clock& now) {
            RevocationServices services;
            services.vault = std::move(vault);
            services.database = &database;
            services.clock = &now;
            services.api = [this]() -> Result<std::unique_ptr<RevocationApi>> {
                return std::make_unique<FakeRevocationApi>(script);
            };
            return services;
        };
        return made;
    }
    void open()
    {
        window.show();
        session.start();
        rest();
    }
    void rest()
    {
        if (!waitUntil(
                [this] { return session.state() == ProfileSession::State::Open && window.isSettled(); },
                patienceMs)) {
            qFatal("the window does not rest");
        }
    }
    /// What an operator does, from the question to the first answer.
    RevokeDialog* revoke(const WalletSelection& selection)
    {
        RevokeDialog* dialog = window.openRevoke(selection);
        ReauthenticationPanel* panel = dialog->form()->panel();
        bool isDone = waitUntil([&] { return dialog->phase() == RevokeDialog::Phase::Asking; }, patienceMs);
        dialog->form()->reasonField()->setText(QStringLiteral("lost laptop"));
        panel->confirmButton()->click();
        isDone = isDone && waitUntil([&] { return dialog->revokeButton()->isEnabled(); }, patienceMs);
        dialog->revokeButton()->click();
        isDone = isDone && waitUntil([&] { return dialog->progress()->revocation() != nullptr; }, patienceMs);
        if (!isDone) {
            qFatal("not begun");
        }
        return dialog;
    }
};

}  // namespace

/// Revoking through the whole window, from a selected wallet to the list of what was revoked.
class MainWindowRevocationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void selectedWalletsAreRevokedToTheEnd()
    {
        RevokingWindow scene;
        scene.open();
        auto* wallets = scene.window.page<WalletsPage>();
        scene.window.showPage(WalletsPage::pageName);
        wallets->table()->selectRow(0);
        QTest::keyClick(wallets->table(), Qt::Key_Down, Qt::ShiftModifier);
        const auto rows = wallets->selectedRows();
        QCOMPARE(rows.size(), std::size_t{2});
        RevokeDialog* dialog = scene.revoke(rows);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->progress()->revocation()->endedAt != 0, patienceMs);
        const QString id = dialog->progress()->revocationId();
        dialog->close();
        scene.window.showRevocation(id);
        auto* revocations = scene.window.page<RevocationsPage>();
        QTRY_COMPARE_WITH_TIMEOUT(revocations->model()->rowCount(), 1, patienceMs);
        QCOMPARE(scene.window.shownPage(), RevocationsPage::pageName);
        QTRY_VERIFY_WITH_TIMEOUT(revocations->progress()->revocation() != nullptr, patienceMs);
        const auto left = WalletCatalog(scene.profile.database()).ids({.status = WalletStatus::Active}, {});
        QCOMPARE(left->size(), std::size_t{10});
    }

    /// The window of the dialog is closed as soon as it has begun.
    void whatWaitsIsOnTheOverviewUntilItIsDone()
    {
        RevokingWindow scene;
        const auto rows = *WalletCatalog(scene.profile.database()).firstRows({}, {}, 1);
        scene.script.single[rows.front().walletId].push_back(
            revocationAnswer(RevocationOutcome::Pending, 503, QStringLiteral("out of order")));
        scene.open();
        scene.revoke(std::vector<std::int64_t>{rows.front().id})->close();
        auto* waiting = scene.window.page<OverviewPage>()->findChild<WaitingRevocations*>();
        scene.window.showPage(OverviewPage::pageName);
        QTRY_VERIFY_WITH_TIMEOUT(waiting->isVisible(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(waiting->retryButton()->isVisible(), patienceMs);
        waiting->retryButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!waiting->isVisible(), patienceMs);
    }

    void theEmergencyStopIsInTheFrame()
    {
        RevokingWindow scene;
        scene.window.show();
        QVERIFY(!scene.window.emergencyButton()->isEnabled());
        QVERIFY(scene.window.openEmergency() == nullptr);
        scene.open();
        QVERIFY(scene.window.emergencyButton()->isEnabled());
        scene.window.emergencyButton()->click();
        auto* dialog = scene.window.findChild<EmergencyDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QCOMPARE(scene.window.openEmergency(), dialog);  // one of them
        QVERIFY(!dialog->stopButton()->isEnabled());
    }
};

COUNTERSIGN_GUI_TEST(MainWindowRevocationsTest)
#include "MainWindowRevocations_test.moc"
