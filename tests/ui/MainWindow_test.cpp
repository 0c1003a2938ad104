#include "ui/window/MainWindow.h"

#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/JobFixture.h"
#include "tests/ui/ConsoleFixture.h"
#include "ui/compose/ComposeDialog.h"
#include "ui/pages/AuditPage.h"
#include "ui/pages/EventsPage.h"
#include "ui/pages/HealthPage.h"
#include "ui/pages/JobsPage.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/QuarantinePage.h"
#include "ui/pages/RevocationsPage.h"
#include "ui/pages/SettingsPage.h"
#include "ui/pages/WalletsPage.h"
#include "ui/theme/Theme.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

class MainWindowTest : public QObject
{
    Q_OBJECT

private:
    static void rest(ConsoleFixture& console)
    {
        QTRY_VERIFY_WITH_TIMEOUT(console.window().isSettled(), patienceMs);
    }

    static QString cellText(const QAbstractItemModel& model)
    {
        QString text;
        for (int cell = 0; cell < model.rowCount() * model.columnCount(); ++cell) {
            const QModelIndex index = model.index(cell / model.columnCount(), cell % model.columnCount());
            text += index.data().toString() + u'\n' + index.data(Qt::ToolTipRole).toString() + u'\n';
        }
        return text;
    }

    /// Everything that can be read in the window.
    static QString allText(const QWidget& window)
    {
        QString text;
        for (const QWidget* widget : window.findChildren<QWidget*>()) {
            text += widget->accessibleName() + u'\n' + widget->toolTip() + u'\n';
            if (const auto* label = qobject_cast<const QLabel*>(widget)) {
                text += label->text() + u'\n';
            } else if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget)) {
                text += edit->toPlainText() + u'\n';
            } else if (const auto* field = qobject_cast<const QLineEdit*>(widget)) {
                text += field->text() + u'\n';
            } else if (const auto* table = qobject_cast<const QTableView*>(widget)) {
                text += cellText(*table->model());
            }
        }
        return text;
    }

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
            OverviewPage::pageName,    JobsPage::pageName,   WalletsPage::pageName,
            EventsPage::pageName,      HealthPage::pageName, QuarantinePage::pageName,
            RevocationsPage::pageName, AuditPage::pageName,  SettingsPage::pageName};
        for (const int page : {0, 1, 3, 4, 5, 6, 7, 8, 2}) {
            QTest::keyClick(&window, static_cast<Qt::Key>(Qt::Key_1 + page), Qt::ControlModifier);
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

    void filterControlsAndFieldAgree()
    {
        ProfileFixture profile({.wallets = 40});
        ConsoleFixture console(profile.folder());
        WalletsPage& wallets = *console.window().page<WalletsPage>();
        rest(console);
        wallets.setFilterText(QStringLiteral("status:revoked chain:svm"));
        QStringList shown;
        for (const QComboBox* box : wallets.findChildren<QComboBox*>()) {
            shown << box->currentText();
        }
        QVERIFY(shown.contains(QStringLiteral("Status: Revoked")));
        QVERIFY(shown.contains(QStringLiteral("Chain: Solana")));
        QVERIFY(shown.contains(QStringLiteral("Health: all")));
    }

    void newWalletsKeepTheSelection()
    {
        ProfileFixture profile({.wallets = 100});
        ConsoleFixture console(profile.folder());
        WalletsPage& wallets = *console.window().page<WalletsPage>();
        rest(console);
        const std::int64_t id = wallets.model()->idAt(30);
        wallets.select(id);
        profile.database().handle().exec(
            "UPDATE wallet SET received_at = received_at + 1000000000 WHERE id > 90");
        profile.addWallets({.wallets = 10});
        wallets.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(wallets.model()->rowCount(), 110, patienceMs);
        QCOMPARE(wallets.model()->idAt(wallets.table()->currentIndex().row()), id);
    }

    void retryRunsAndReports()
    {
        ProfileFixture profile({.wallets = 20, .passphrase = false});
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        rest(console);
        QuarantinePage& page = *console.window().page<QuarantinePage>();
        console.window().showPage(QuarantinePage::pageName);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 1, patienceMs);
        QVERIFY(page.retryAllButton()->isEnabled());
        QSignalSpy finished(&console.session(), &ProfileSession::retryFinished);
        QTest::mouseClick(page.retryAllButton(), Qt::LeftButton);
        QVERIFY(console.session().isRetrying());
        QVERIFY(!page.retryAllButton()->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QVERIFY2(page.outcome().contains(QStringLiteral("1 still waiting")), qPrintable(page.outcome()));
        rest(console);
        QTest::mouseClick(page.detail()->retryButton(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, patienceMs);
    }

    /// One genuine delivery among many forgeries is found, and what is dropped is asked about.
    void quarantineFiltersAndDrops()
    {
        ProfileFixture profile({.wallets = 20, .passphrase = false});
        for (int i = 0; i < 150; ++i) {
            profile.addQuarantined("signature", "The signature does not match.");
        }
        profile.database().handle().exec("UPDATE not_kept SET deliveries = 1234");
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        rest(console);
        QuarantinePage& page = *console.window().page<QuarantinePage>();
        console.window().showPage(QuarantinePage::pageName);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 151, patienceMs);
        rest(console);
        QVERIFY2(allText(page).contains(QStringLiteral("1,234 forged deliveries were not kept")),
                 qPrintable(allText(page)));
        page.setFilterText(QStringLiteral("reason:undecryptable"));
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 1, patienceMs);
        rest(console);
        QTRY_VERIFY_WITH_TIMEOUT(page.detail()->item() && page.detail()->item()->isGenuine, patienceMs);
        page.setFilterText(QStringLiteral("reason:weather"));
        QVERIFY(!page.dropButton()->isVisible());
        page.setFilterText({});
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 151, patienceMs);
        rest(console);

        // Everything that is listed: what is genuine only if it is asked for.
        const auto ask = [&](QPushButton* button) {
            button->click();
            DropConfirmation* question = nullptr;
            const auto opened = [&] {
                for (auto* candidate : page.findChildren<DropConfirmation*>()) {
                    question = candidate->isVisible() ? candidate : question;
                }
                return question != nullptr;
            };
            (void)QTest::qWaitFor(opened, patienceMs);
            return question;
        };
        DropConfirmation* question = ask(page.dropButton());
        QVERIFY(question != nullptr);
        QVERIFY2(question->text().contains(QStringLiteral("151")), qPrintable(question->text()));
        QVERIFY(question->informativeText().contains(QStringLiteral("wallet.delegation.created")));
        QVERIFY2(question->dropButton()->text().contains(QStringLiteral("150")),
                 qPrintable(question->dropButton()->text()));
        QVERIFY(question->defaultButton() != question->dropButton());
        QSignalSpy dropped(&console.session(), &ProfileSession::dropFinished);
        question->dropButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(dropped.count(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 1, patienceMs);
        QVERIFY2(page.outcome().contains(QStringLiteral("150 dropped")), qPrintable(page.outcome()));
        rest(console);

        QTRY_VERIFY_WITH_TIMEOUT(page.detail()->item().has_value(), patienceMs);
        question = ask(page.detail()->dropButton());
        QVERIFY(question != nullptr);
        QVERIFY(!question->dropButton()->isEnabled());
        question->genuineBox()->setChecked(true);
        QVERIFY(question->dropButton()->isEnabled());
        question->dropButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(dropped.count(), 2, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 0, patienceMs);
        QVERIFY2(page.outcome().contains(QStringLiteral("genuine")), qPrintable(page.outcome()));
        const auto count = [&](const char* sql) {
            return profile.database().handle().execAndGet(sql).getInt();
        };
        QTRY_COMPARE_WITH_TIMEOUT(count("SELECT count(*) FROM quarantine WHERE reason_code <> 'dropped'"), 0,
                                  patienceMs);
        QCOMPARE(count("SELECT count(*) FROM audit WHERE kind = 'quarantine.dropped'"), 2);
    }

    /// Entries of jobs are named as what they are, everywhere, and open the job.
    void jobEntriesAreNamedAndOpenTheJob()
    {
        ProfileFixture profile({.wallets = 3, .healthy = true});
        JobFixture jobs(profile);
        const std::string jobId = jobs.add({});
        const SecretBytes seed = SecretBytes::random(32);
        const std::int64_t entry =
            profile.addEntry("job", "applied", *signDsse(jobPayloadType, jobs.job(jobId).document, seed));
        profile.addEntry("withdrawal", "unknown",
                         *signDsse(withdrawalPayloadType, asBytes(dumpJson(Json{{"jobId", jobId}})), seed));
        profile.addEntry("approval", "unknown", "{}");
        profile.addEntry("gossip", "unknown", "{}");
        ConsoleFixture console(profile.folder());
        MainWindow& window = console.window();
        rest(console);
        const auto titles = [](DeliveryModel& model) {
            QStringList names;
            for (int row = 0; row < 4; ++row) {
                names.prepend(model.index(row, DeliveryModel::Name).data().toString());
            }
            return names;
        };
        const QStringList expected = {
            QStringLiteral("Signing job"), QStringLiteral("Withdrawal of a signing job"),
            QStringLiteral("Approval of a signing job"), QStringLiteral("Entry of kind “gossip”")};
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window.page<OverviewPage>()->recent()), expected, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window.page<EventsPage>()->model()), expected, patienceMs);
        // From the overview.
        Q_EMIT window.page<OverviewPage>()->deliveryChosen(entry);
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<ReviewDialog*>().size(), 1, patienceMs);
        QCOMPARE(window.findChild<ReviewDialog*>()->jobId().toStdString(), jobId);
        window.findChild<ReviewDialog*>()->close();
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<ReviewDialog*>().size(), 0, patienceMs);
        // From the events: by the detail's button, and by opening the row.
        window.showPage(EventsPage::pageName);
        window.page<EventsPage>()->select(entry);
        QTRY_VERIFY_WITH_TIMEOUT(window.page<EventsPage>()->detail()->jobButton()->isVisible(), patienceMs);
        window.page<EventsPage>()->detail()->jobButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<ReviewDialog*>().size(), 1, patienceMs);
        window.findChild<ReviewDialog*>()->close();
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<ReviewDialog*>().size(), 0, patienceMs);
        window.page<EventsPage>()->table()->setFocus();
        QTest::keyClick(window.page<EventsPage>()->table(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<ReviewDialog*>().size(), 1, patienceMs);
        // What is about no job opens no review.
        const std::int64_t other = profile.addEntry("gossip", "unknown", "{}");
        Q_EMIT window.page<OverviewPage>()->deliveryChosen(other);
        QTRY_COMPARE_WITH_TIMEOUT(window.shownPage(), EventsPage::pageName, patienceMs);
        QCOMPARE(window.findChildren<ReviewDialog*>().size(), 1);
    }

    void jobsAreDecidedOverTheRealDesk()
    {
        ProfileFixture profile({.wallets = 6, .healthy = true, .passphrase = false});
        JobFixture jobs(profile);
        const QString jobId = QString::fromStdString(jobs.add({.origin = JobOrigin::Console}));
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        rest(console);
        JobsPage& page = *console.window().page<JobsPage>();
        console.window().showPage(JobsPage::pageName);
        QTRY_COMPARE_WITH_TIMEOUT(page.selectedJob(), jobId, patienceMs);
        ReviewDialog* review = console.window().openReview(jobId);
        QCOMPARE(console.window().openReview(jobId), review);
        review->setFriction(0, 0);
        QTRY_COMPARE_WITH_TIMEOUT(review->phase(), ReviewDialog::Phase::Ready, patienceMs);
        review->startRejecting();
        review->reasonField()->setText(QStringLiteral("Not today"));
        review->confirmRejectButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(review->phase(), ReviewDialog::Phase::Ended, patienceMs);
        QCOMPARE(jobs.job(jobId.toStdString()).state, JobState::Rejected);
        QCOMPARE(jobs.job(jobId.toStdString()).operatorReason, std::string("Not today"));
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->index(0, JobModel::State).data().toString(),
                                  QStringLiteral("Rejected"), patienceMs);
    }

    void composesAndOpensFiles()
    {
        ProfileFixture profile({.wallets = 6, .healthy = true, .passphrase = false});
        ConsoleFixture console(profile.folder());
        MainWindow& window = console.window();
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        rest(console);
        ComposeDialog* composer = window.openComposer();
        QTRY_VERIFY_WITH_TIMEOUT(composer->submitButton()->isEnabled(), patienceMs);
        composer->form()->area(DraftField::Message)->setPlainText(QStringLiteral("hello"));
        composer->submitButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<ReviewDialog*>().size(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(window.page<JobsPage>()->model()->rowCount(), 1, patienceMs);

        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("job.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"wallet\":\"nobody\",\"kind\":\"evm.message\",\"payload\":{\"text\":\"x\"}}");
        file.close();
        window.openJobFile(file.fileName());
        QTRY_COMPARE_WITH_TIMEOUT(window.findChildren<QMessageBox*>().size(), 1, patienceMs);
        QVERIFY(window.findChild<QMessageBox*>()->text().contains(QStringLiteral("job.json")));
    }

    void tokensAreLookedUpOnTheSessionsThread()
    {
        ProfileFixture profile({.wallets = 1, .passphrase = false});
        ConsoleFixture console(profile.folder());
        JobControl& jobs = console.session().jobs();
        std::vector<Error> errors;
        const auto done = [&](const Result<SplFacts>& facts) {
            QCOMPARE(QThread::currentThread(), thread());
            errors.push_back(facts.error());
        };
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        jobs.lookUpToken(this, SplQuestion{}, done);
        QVERIFY(errors.empty());
        QTRY_COMPARE_WITH_TIMEOUT(errors.size(), std::size_t{1}, patienceMs);
        QCOMPARE(errors[0].sentence, QStringLiteral("Not in this test."));  // the fixture has no node
        {
            QObject gone;
            jobs.lookUpToken(&gone, SplQuestion{}, done);
        }
        jobs.lookUpToken(this, SplQuestion{}, done);
        QTRY_COMPARE_WITH_TIMEOUT(errors.size(), std::size_t{2}, patienceMs);
    }

    void settingsAreWrittenWithARecord()
    {
        ProfileFixture profile({.wallets = 1, .passphrase = false});
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        rest(console);
        Status answer = failure(ErrorCode::Internal, {});
        bool answered = false;
        const auto done = [&](const Status& status) {
            answer = status;
            answered = true;
        };
        SettingsControl& settings = console.session().settings();
        settings.set(this, QStringLiteral("engine"), QStringLiteral("enclave"), done);
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
        QVERIFY(answer.has_value());
        QCOMPARE(Settings(profile.database()).get("engine")->value(), std::string("enclave"));
        QCOMPARE(profile.database()
                     .handle()
                     .execAndGet("SELECT count(*) FROM audit WHERE kind = 'setting.changed'")
                     .getInt(),
                 1);
        answered = false;
        settings.set(this, QStringLiteral("engine"), QStringLiteral("none"), done);
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
        QVERIFY(!answer.has_value());
        QVERIFY(!answer.error().sentence.isEmpty());
    }

    /// Named on the overview and in the settings as soon as the profile is unlocked, and mended there.
    void settingsThatWereChangedElsewhereAreNamed()
    {
        ProfileFixture profile({.wallets = 1, .passphrase = false});
        ConsoleFixture console(profile.folder());
        console.session().start();
        QTRY_COMPARE_WITH_TIMEOUT(console.session().state(), State::Open, patienceMs);
        rest(console);
        QVERIFY(console.session().settings().trust().isGood());
        console.reopen();
        profile.database().handle().exec("INSERT INTO setting VALUES ('api.base', 'https://evil.example')");
        const auto openSettings = [&]() -> QPushButton* {
            for (auto* button : console.window().findChildren<QPushButton*>()) {
                if (button->text() == QStringLiteral("Open Settings")) {
                    return button;
                }
            }
            return nullptr;
        };
        QVERIFY(openSettings() == nullptr);  // locked: nothing is known, nothing is said
        console.session().start();
        SettingsControl& settings = console.session().settings();
        QTRY_COMPARE_WITH_TIMEOUT(settings.trust().findings.size(), std::size_t(1), patienceMs);
        QCOMPARE(settings.trust().findings.front().key, std::string("api.base"));
        rest(console);
        QTRY_VERIFY_WITH_TIMEOUT(openSettings() != nullptr, patienceMs);
        openSettings()->click();
        QVERIFY(!console.window().page<SettingsPage>()->doubts()->isHidden());
        settings.set(this, QStringLiteral("api.base"), {}, [](const Status&) {});
        QTRY_VERIFY_WITH_TIMEOUT(settings.trust().isGood(), patienceMs);
        QVERIFY(console.window().page<SettingsPage>()->doubts()->isHidden());
        QVERIFY(openSettings() == nullptr);
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
