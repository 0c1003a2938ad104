#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ConsoleFixture.h"
#include "tests/ui/window/WindowText.h"
#include "ui/compose/ComposeDialog.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/SettingsPage.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/record/QuarantinePage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"

#include <QComboBox>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

/// What the pages do through the whole window, over a session and a real desk.
class MainWindowPagesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
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
            (void)waitUntil(opened, patienceMs);
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
        QTRY_VERIFY_WITH_TIMEOUT(console.window().page<SettingsPage>()->doubts()->isHidden(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(openSettings() == nullptr, patienceMs);
    }
};

COUNTERSIGN_GUI_TEST(MainWindowPagesTest)
#include "MainWindowPages_test.moc"
