#include "ui/window/MainWindow.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/ConsoleFixture.h"
#include "tests/ui/window/WindowText.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/SettingsPage.h"
#include "ui/pages/frame/PageTable.h"
#include "ui/pages/record/AuditPage.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/record/QuarantinePage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/signing/OperatorsPage.h"
#include "ui/pages/signing/PolicyPage.h"
#include "ui/pages/signing/WaitingPage.h"
#include "ui/pages/wallets/AddressesPage.h"
#include "ui/pages/wallets/HealthPage.h"
#include "ui/pages/wallets/RevocationsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/theme/Theme.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QMenuBar>
#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

class MainWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void paintsBeforeItAsksAnything()
    {
        ProfileFixture profile({.wallets = 20, .passphrase = false});
        ConsoleFixture console(profile.folder());
        QSignalSpy painted(&console.window(), &MainWindow::firstPainted);
        QTRY_COMPARE_WITH_TIMEOUT(painted.count(), 1, patienceMs);
        QCOMPARE(console.session().state(), State::Opening);
        rest(console);
        QCOMPARE(console.window().page<WalletsPage>()->model()->rowCount(), 20);  // readable without any key
    }

    void unlocksWithTheKeychainAndFollows()
    {
        ProfileFixture profile({.wallets = 12, .passphrase = false});
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        QCOMPARE(console.window().environmentBanner()->kind(), EnvironmentBanner::Kind::Demonstration);
        QVERIFY(console.window().environmentBanner()->text().contains(QStringLiteral("DEMONSTRATION")));
        QVERIFY(!console.session().canLock());
    }

    void realProfilesLookDifferent()
    {
        ProfileFixture profile({.wallets = 1, .demonstration = false, .passphrase = false});
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.window().environmentBanner()->kind(), EnvironmentBanner::Kind::Real,
                                  patienceMs);
        QVERIFY(!console.window().environmentBanner()->text().contains(QStringLiteral("SANDBOX")));
    }

    void saysWhatTheKeychainRefuses()
    {
        ProfileFixture profile({.wallets = 3, .passphrase = false});
        for (const KeychainState state : {KeychainState::Locked, KeychainState::Absent, KeychainState::Denied,
                                          KeychainState::TimedOut, KeychainState::NoBus}) {
            ConsoleFixture console(profile.folder(), state);
            console.session().start();
            QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::NotUnlocked, patienceMs);
            QVERIFY(console.window().notice()->isVisible());
            QCOMPARE(console.window().notice()->sentence(), keychainSentence(state));
        }
    }

    void asksForThePassphrase()
    {
        ProfileFixture profile({.wallets = 3});
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_VERIFY_WITH_TIMEOUT(console.window().isUnlockShown(), patienceMs);
        UnlockPane& pane = *console.window().unlockPane();
        QVERIFY(!pane.unlockButton()->isEnabled());
        QTest::keyClicks(pane.field(), QStringLiteral("wrong"));
        QTest::keyClick(pane.field(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!pane.message().isEmpty(), patienceMs);
        QVERIFY(console.window().isUnlockShown());
        QTest::keyClicks(pane.field(),
                         QString::fromUtf8(fixturePassphrase.data(), qsizetype(fixturePassphrase.size())));
        QTest::mouseClick(pane.unlockButton(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        QVERIFY(!console.window().isUnlockShown());
        QVERIFY(console.session().canLock());
        console.session().lock();
        QVERIFY(console.window().isUnlockShown());
        console.window().browseLocked();
        QVERIFY(!console.window().isUnlockShown());
        QVERIFY(console.window().notice()->isVisible());
        QVERIFY(!console.window().page<QuarantinePage>()->retryAllButton()->isEnabled());
    }

    void noProfileSaysHowToMakeOne()
    {
        const QTemporaryDir folder;
        ConsoleFixture console(std::filesystem::path(folder.path().toStdString()));
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::NoProfile, patienceMs);
        QVERIFY(allText(console.window()).contains(QStringLiteral("countersign-cli")));
        console.window().close();
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void livenessTurnsRed()
    {
        ProfileFixture profile({.wallets = 1});
        ConsoleFixture console(profile.folder());
        console.session().liveness().setFollowing(true);
        console.session().liveness().noteContact(fixtureNow);
        console.window().tick();
        QCOMPARE(console.window().statusLine()->tone(), Tone::Good);
        console.clock().advance(std::chrono::minutes(2));
        console.window().tick();
        QCOMPARE(console.window().statusLine()->tone(), Tone::Warning);
        console.clock().advance(std::chrono::minutes(2));
        console.window().tick();
        QCOMPARE(console.window().statusLine()->tone(), Tone::Bad);
        QVERIFY(!console.window().statusLine()->sentence().isEmpty());
    }

    void keysReachEveryPage()
    {
        ProfileFixture profile({.wallets = 40, .passphrase = false});
        ConsoleFixture console(profile.folder());
        MainWindow& window = console.window();
        console.session().start();
        QVERIFY(QTest::qWaitForWindowActive(&window, patienceMs));
        rest(console);
        const QList<QLatin1StringView> pages = {
            OverviewPage::pageName, JobsPage::pageName,       WaitingPage::pageName,
            WalletsPage::pageName,  AddressesPage::pageName,  EventsPage::pageName,
            HealthPage::pageName,   QuarantinePage::pageName, RevocationsPage::pageName,
            AuditPage::pageName,    OperatorsPage::pageName,  PolicyPage::pageName,
            SettingsPage::pageName};
        for (const int page : {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 3}) {
            QTest::keyClick(&window, PageTable::keyOf(page), Qt::ControlModifier);
            QCOMPARE(window.shownPage(), pages.at(page));
        }
        WalletsPage& wallets = *window.page<WalletsPage>();
        wallets.table()->setFocus();
        const QString first = wallets.selectedAddress();
        QVERIFY(!first.isEmpty());
        QTest::keyClick(wallets.table(), Qt::Key_Down);
        QVERIFY(wallets.selectedAddress() != first);
        QTest::keyClick(wallets.table(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), wallets.selectedAddress());
        QTest::keyClick(&window, Qt::Key_Escape);
        QVERIFY(!wallets.isDetailShown());
        QTest::keyClick(wallets.table(), Qt::Key_Return);
        QVERIFY(wallets.isDetailShown());
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        QVERIFY(wallets.filterField()->hasFocus());
        QTest::keyClicks(wallets.filterField(), QStringLiteral("is:problem"));
        QTRY_VERIFY_WITH_TIMEOUT(wallets.isSettled() && wallets.model()->rowCount() == 8, patienceMs);
        wallets.setFilterText(QStringLiteral("zzz"));
        QTRY_COMPARE_WITH_TIMEOUT(wallets.model()->rowCount(), 0, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(allText(wallets).contains(QStringLiteral("No wallet matches")), patienceMs);
    }

    void hostileBodiesStayText()
    {
        ProfileFixture profile({.wallets = 0});
        const std::string body = "{\"a\":\"<img src='file:///etc/passwd'>\",\"b\":\"\xe2\x80\xaegpj.exe\"}";
        profile.addDelivery("<h1>x</h1>", "unknown", body + std::string(100'000, ' '));
        ConsoleFixture console(profile.folder());
        rest(console);
        const QString text = allText(*console.window().page<EventsPage>());
        QVERIFY(text.contains(QStringLiteral("<img src=")));
        QVERIFY(text.contains(QStringLiteral("\\u{202E}gpj.exe")));
        QVERIFY(text.contains(QStringLiteral("first 64 KiB")));
        for (const QLabel* label : console.window().findChildren<QLabel*>()) {
            QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
        }
    }

    void showsNoSecret()
    {
        ProfileFixture profile({.wallets = 3});
        const char* planted = "PLANTED-SECRET-4711";
        profile.database().handle().exec(std::string("UPDATE delegation SET sealed_share = x'") +
                                         QByteArray(planted).toHex().toStdString() + "'");
        ConsoleFixture console(profile.folder());
        rest(console);
        // Rows are fetched when they are looked at.
        QTRY_VERIFY_WITH_TIMEOUT(allText(console.window()).contains(QStringLiteral("material sealed here")),
                                 patienceMs);
        const QString text = allText(console.window());
        QVERIFY(!text.contains(QLatin1String(planted)));
        QVERIFY(!text.contains(QString::fromLatin1(QByteArray(planted).toHex())));
        QVERIFY(!text.contains(QString::fromLatin1(QByteArray(planted).toBase64())));
    }

    void remembersTheView()
    {
        ProfileFixture profile({.wallets = 30});
        ConsoleFixture console(profile.folder());
        rest(console);
        console.window().page<WalletsPage>()->setFilterText(QStringLiteral("chain:sol"));
        console.window().page<EventsPage>()->setDetailShown(false);
        console.window().showPage(EventsPage::pageName);
        console.reopen();
        QCOMPARE(console.window().shownPage(), EventsPage::pageName);
        QCOMPARE(console.window().page<WalletsPage>()->filterField()->text(), QStringLiteral("chain:sol"));
        QVERIFY(!console.window().page<EventsPage>()->isDetailShown());
    }

    void everyControlHasAName()
    {
        ProfileFixture profile({.wallets = 5});
        ConsoleFixture console(profile.folder());
        rest(console);
        for (const QWidget* widget : console.window().findChildren<QWidget*>()) {
            const bool control = qobject_cast<const QAbstractButton*>(widget) != nullptr ||
                                 qobject_cast<const QComboBox*>(widget) != nullptr ||
                                 qobject_cast<const DataTable*>(widget) != nullptr ||
                                 qobject_cast<const PassphraseEdit*>(widget) != nullptr;
            if (!control || widget->objectName().startsWith(QLatin1String("qt_")) ||
                qobject_cast<const QTabBar*>(widget->parentWidget()) != nullptr ||
                qobject_cast<const QLineEdit*>(widget->parentWidget()) != nullptr) {
                continue;
            }
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const bool named =
                !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
            const bool corner = qobject_cast<const QTableView*>(widget->parentWidget()) != nullptr;
            const bool menuExtension = qobject_cast<const QMenuBar*>(widget->parentWidget()) != nullptr;
            const bool hiddenAction = button != nullptr && !button->isVisibleTo(button->window());
            QVERIFY2(named || corner || menuExtension || hiddenAction, widget->metaObject()->className());
        }
    }

    void darkAndLightDiffer()
    {
        ProfileFixture profile({.wallets = 5});
        ConsoleFixture console(profile.folder());
        rest(console);
        Theme::instance().apply(Theme::Mode::Dark);
        const QImage dark = console.window().grab().toImage();
        Theme::instance().apply(Theme::Mode::Light);
        const QImage light = console.window().grab().toImage();
        QVERIFY(dark.pixelColor(600, 100).lightness() < 60);
        QVERIFY(light.pixelColor(600, 100).lightness() > 200);
    }
};

COUNTERSIGN_GUI_TEST(MainWindowTest)
#include "MainWindow_test.moc"
