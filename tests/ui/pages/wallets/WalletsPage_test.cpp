#include "ui/pages/wallets/WalletsPage.h"

#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/ui/FakeInspectionControl.h"
#include "ui/theme/Theme.h"

#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct WalletsScene
{
    ProfileFixture profile;
    ManualClock clock{fixtureNow};
    ProfileReader reader{profile.databaseFile()};
    WindowState state{profile.folder()};
    WalletsPage page{reader, clock, state};
    std::vector<WalletSelection> wanted;

    explicit WalletsScene(int wallets = 12, int deliveriesPerWallet = 1)
        : profile({.wallets = wallets, .deliveriesPerWallet = deliveriesPerWallet, .healthy = true})
    {
        QObject::connect(&page, &WalletsPage::revokeWanted, &page,
                         [this](const WalletSelection& selection) { wanted.push_back(selection); });
        page.resize(1000, 700);
        page.show();
        page.start();
        page.setRevokingAllowed(true);
        if (!waitUntil([&] { return page.isSettled() && page.detail()->row() != 0; }, patienceMs)) {
            qFatal("not settled");
        }
    }
};

}  // namespace

class WalletsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void severalSelectedOnesAreRevokedTogether()
    {
        WalletsScene scene;
        scene.page.table()->setFocus();
        scene.page.table()->selectRow(0);
        QTest::keyClick(scene.page.table(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(scene.page.table(), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(scene.page.selectedRows().size(), std::size_t{3});
        scene.page.revokeSelected();
        QCOMPARE(scene.wanted.size(), std::size_t{1});
        QCOMPARE(std::get<std::vector<std::int64_t>>(scene.wanted.front()), scene.page.selectedRows());
        // News must not take the selection away, nor move it.
        const auto before = scene.page.selectedRows();
        scene.profile.addWallets({.wallets = 1, .healthy = true});
        scene.page.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(scene.page.model()->rowCount(), 13, patienceMs);
        QCOMPARE(scene.page.selectedRows(), before);
    }

    void theShownWalletIsVerified()
    {
        WalletsScene scene;
        FakeInspectionControl control;
        WalletDetail* detail = scene.page.detail();
        detail->setInspection(control);
        detail->verifyButton()->click();
        QCOMPARE(control.asked.size(), 1);
        QVERIFY(!control.asked.front().isEmpty());
        InspectionRun run;
        run.walletId = control.asked.front().toStdString();
        control.show(run);
        QVERIFY(!detail->verifyButton()->isEnabled());
        QVERIFY(!detail->verifySentence().isEmpty());
        // That of another wallet is not told here.
        run.walletId = "another";
        control.show(run);
        QVERIFY(detail->verifySentence().isEmpty());
        control.show(std::nullopt);
        QVERIFY(detail->verifyButton()->isEnabled());
        control.setReady(false);
        QVERIFY(!detail->verifyButton()->isEnabled());
    }

    void itsPastIsDrawn()
    {
        WalletsScene scene;
        QVERIFY(!scene.page.detail()->lifeLine()->isHidden());
        QVERIFY(!scene.page.detail()->lifeLine()->accessibleName().isEmpty());
    }

    void theAddressCanBeReadByAnotherDevice()
    {
        WalletsScene scene;
        WalletDetail* detail = scene.page.detail();
        QVERIFY(detail->code()->isHidden());
        detail->codeButton()->click();
        QVERIFY(!detail->code()->isHidden());
        QCOMPARE(detail->code()->text(), scene.page.selectedAddress());
    }

    void theExplorerIsOfferedWhereItsSettingIsGood()
    {
        WalletsScene scene;
        WalletDetail* detail = scene.page.detail();
        detail->setExplorerTrusted(true);
        QVERIFY(detail->explorerButton()->isHidden());
        for (const auto key : {settingKeys::explorerEvm, settingKeys::explorerSolana}) {
            QVERIFY(Settings(scene.profile.database()).set(key, "https://x.example/{address}").has_value());
        }
        scene.page.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!detail->explorerButton()->isHidden(), patienceMs);
        QSignalSpy wanted(detail, &WalletDetail::explorerWanted);
        detail->explorerButton()->click();
        QCOMPARE(wanted.front().front().toUrl(),
                 QUrl(QStringLiteral("https://x.example/") + scene.page.selectedAddress()));
        detail->setExplorerTrusted(false);
        QVERIFY(detail->explorerButton()->isHidden());
    }

    void allThatTheFilterShowsIsNamedByTheFilter()
    {
        WalletsScene scene(40);
        scene.page.setFilterText(QStringLiteral("chain:sol"));
        QTRY_VERIFY_WITH_TIMEOUT(scene.page.model()->state() == PagedTableModel::State::Ready, patienceMs);
        auto* menu = scene.page.revokeButton()->menu();
        Q_EMIT menu->aboutToShow();
        QVERIFY(menu->actions().at(1)->text().contains(QString::number(scene.page.model()->rowCount())));
        menu->actions().at(1)->trigger();
        QCOMPARE(std::get<WalletFilter>(scene.wanted.at(0)).chain, std::string("SVM"));
        // Nothing that is shown, nothing to revoke.
        scene.page.setFilterText(QStringLiteral("status:nonsense"));
        scene.page.revokeShown();
        scene.page.revokeSelected();
        QCOMPARE(scene.wanted.size(), std::size_t{1});
    }

    void aLockedProfileRevokesNothing()
    {
        WalletsScene scene;
        scene.page.setRevokingAllowed(false);
        scene.page.revokeSelected();
        scene.page.revokeShown();
        QVERIFY(scene.wanted.empty());
        QVERIFY(!scene.page.detail()->revokeButton()->isEnabled());
    }

    void theDetailShowsAllLivesAndLeadsOn()
    {
        WalletsScene scene(3, 20);
        WalletDetail& detail = *scene.page.detail();
        QTRY_COMPARE_WITH_TIMEOUT(detail.timeline()->rowCount(), 20, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(detail.timeline()->rowAt(19) != nullptr, patienceMs);
        QCOMPARE(detail.timeline()->rowAt(19)->kind, WalletHappening::Kind::Delegation);
        QSignalSpy chosen(&detail, &WalletDetail::deliveryChosen);
        Q_EMIT detail.timelineTable()->opened(detail.timeline()->index(19, 0));
        QCOMPARE(chosen.count(), 1);
        QVERIFY(detail.revokeButton()->isVisible());
        detail.revokeButton()->click();
        QCOMPARE(std::get<std::vector<std::int64_t>>(scene.wanted.at(0)),
                 std::vector<std::int64_t>{detail.row()});
    }
};

COUNTERSIGN_GUI_TEST(WalletsPageTest)
#include "WalletsPage_test.moc"
