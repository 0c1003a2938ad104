#include "ui/pages/signing/JobsPage.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/FakeJobControl.h"
#include "ui/theme/Theme.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace countersign;
using namespace countersign::testing;

class JobsPageTest : public QObject
{
    Q_OBJECT

private:
    struct Desk
    {
        ProfileFixture profile{{.wallets = 9, .healthy = true}};
        JobFixture jobs{profile};
        ManualClock clock{fixtureNow};
        ProfileReader reader{profile.databaseFile()};
        WindowState state{profile.folder()};
        FakeJobControl control;
        JobsPage page{reader, control, clock, state};

        Desk()
        {
            jobs.addVariety();
            page.resize(1200, 700);
            page.show();
            page.start();
        }
        QModelIndex cell(int row, int column) { return page.model()->index(row, column); }
    };

    static void rest(Desk& desk)
    {
        QTRY_VERIFY_WITH_TIMEOUT(desk.page.isSettled() && desk.reader.isIdle(), patienceMs);
    }

    static void filter(Desk& desk, const char* text, int rows)
    {
        desk.page.setFilterText(QLatin1String(text));
        QTRY_COMPARE_WITH_TIMEOUT(desk.page.model()->rowCount(), rows, patienceMs);
        rest(desk);
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void listsEveryJob()
    {
        Desk desk;
        const QAbstractItemModelTester tester(desk.page.model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_COMPARE_WITH_TIMEOUT(desk.page.model()->rowCount(), 13, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.cell(0, JobModel::What).data(LoadingRole).toBool(), patienceMs);
        rest(desk);
        QCOMPARE(desk.cell(0, JobModel::What).data().toString(),
                 QStringLiteral("Send 0.25 ETH to 0x0000…00cc"));
        QCOMPARE(desk.cell(0, JobModel::Submitter).data().toString(), QStringLiteral("payout-service"));
        QVERIFY(desk.cell(0, JobModel::Wallet).data(AddressBytesRole).toByteArray().size() == 20);
        QVERIFY(desk.cell(0, JobModel::What)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("Payout 4711")));
        QCOMPARE(desk.cell(0, JobModel::State).data(StateRole).value<StateText>().word,
                 QStringLiteral("Waiting"));
        QVERIFY(desk.page.detail()->reviewButton()->isVisible());
    }

    void countsDownWithTheClock()
    {
        Desk desk;
        filter(desk, "state:pending", 5);
        desk.page.model()->sort(JobModel::Expires, Qt::AscendingOrder);
        rest(desk);
        QTRY_COMPARE_WITH_TIMEOUT(desk.cell(0, JobModel::Expires).data().toString(),
                                  QStringLiteral("7:00 min"), patienceMs);
        QCOMPARE(desk.cell(0, JobModel::Expires).data(StateRole).value<StateText>().tone, Tone::Bad);
        QCOMPARE(desk.cell(1, JobModel::Expires).data(StateRole).value<StateText>().tone, Tone::Warning);
        QVERIFY(!desk.cell(2, JobModel::Expires).data(StateRole).isValid());
        desk.clock.advance(std::chrono::seconds(1));
        desk.page.tick();
        QCOMPARE(desk.cell(0, JobModel::Expires).data().toString(), QStringLiteral("6:59 min"));
        desk.clock.advance(std::chrono::minutes(7));
        QCOMPARE(desk.cell(0, JobModel::State).data().toString(), QStringLiteral("Expired"));
    }

    void tellsHowFarABroadcastIs()
    {
        Desk desk;
        filter(desk, "state:broadcast", 1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.page.detail()->job().has_value(), patienceMs);
        const QString jobId = QString::fromStdString(desk.page.detail()->job()->jobId);
        const auto state = [&] { return desk.cell(0, JobModel::State).data().toString(); };
        const auto steps = [&] {
            return desk.page.detail()->findChild<CeremonySteps*>()->steps().constLast().words;
        };
        QCOMPARE(state(), QStringLiteral("Sent"));
        QSignalSpy repainted(desk.page.model(), &QAbstractItemModel::dataChanged);
        desk.control.progress(jobId, BroadcastProgress{.confirmations = 2, .wanted = 3});
        QVERIFY(repainted.count() > 0);
        QCOMPARE(state(), QStringLiteral("Sent, 2 of 3"));
        QCOMPARE(steps(), QStringLiteral("2 of 3 confirmations"));
        QVERIFY(desk.cell(0, JobModel::State)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("2 of 3 confirmations")));
        desk.control.progress(jobId, BroadcastProgress{.commitment = SolanaStatus::Commitment::Processed});
        QCOMPARE(state(), QStringLiteral("Sent, executed"));
        QVERIFY(steps().contains(QStringLiteral("not confirmed yet")));
        // What is confirmed counts no more.
        desk.jobs.setState(jobId.toStdString(), JobState::Confirmed);
        desk.page.setFilterText(QStringLiteral("state:confirmed"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.page.model()->rowCount(), 2, patienceMs);
        rest(desk);
        for (int row = 0; row < 2; ++row) {
            QCOMPARE(desk.cell(row, JobModel::State).data().toString(), QStringLiteral("Confirmed"));
        }
    }

    void filtersByGroupAndWords()
    {
        Desk desk;
        filter(desk, "is:waiting", 6);  // an interrupted one waits for a person, too
        filter(desk, "is:running", 2);
        filter(desk, "chain:sol", 1);
        filter(desk, "state:rejected", 1);
        QVERIFY(!desk.page.detail()->reviewButton()->isVisible());
        filter(desk, "treasury", 1);
        desk.page.setFilterText(QStringLiteral("state:nonsense"));
        QVERIFY(!desk.page.table()->isVisible());
    }

    void asksForReviews()
    {
        Desk desk;
        filter(desk, "is:waiting", 6);  // an interrupted one waits for a person, too
        QSignalSpy review(&desk.page, &JobsPage::reviewWanted);
        QSignalSpy reject(&desk.page, &JobsPage::rejectWanted);
        desk.page.table()->setFocus();
        QTest::keyClick(desk.page.table(), Qt::Key_Return);
        QCOMPARE(review.count(), 1);
        QCOMPARE(review.at(0).at(0).toString(), desk.page.selectedJob());
        desk.page.detail()->rejectButton()->click();
        QCOMPARE(reject.count(), 1);
        desk.control.setReady(false);
        QVERIFY(!desk.page.detail()->rejectButton()->isEnabled());
        QVERIFY(desk.page.detail()->reviewButton()->isEnabled());  // reading is allowed
        QVERIFY(!desk.page.composeButton()->isEnabled());
    }

    void offersAnotherCeremonyAfterAFailure()
    {
        Desk desk;
        filter(desk, "state:failed", 1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.page.detail()->againButton()->isVisible(), patienceMs);
        filter(desk, "state:confirmed", 1);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.page.detail()->againButton()->isVisible(), patienceMs);
    }

    /// What a node refused stays signed: only the operator sends it once more.
    void sendsAgainWhatANodeRefused()
    {
        Desk desk;
        filter(desk, "state:signed", 1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.page.detail()->job().has_value(), patienceMs);
        QVERIFY(!desk.page.detail()->sendAgainButton()->isVisible());
        SQLite::Database(desk.profile.databaseFile().string(), SQLite::OPEN_READWRITE)
            .exec("UPDATE job SET broadcast = 1, error = 'insufficient funds' WHERE state = 'signed'");
        desk.page.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(desk.page.detail()->sendAgainButton()->isVisible(), patienceMs);
        desk.page.detail()->sendAgainButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(desk.control.approvals.front().jobId, desk.page.detail()->job()->jobId);
        QVERIFY(!desk.control.approvals.front().again);
    }

    void emptyIsAState()
    {
        ProfileFixture profile({.wallets = 2});
        ManualClock clock(fixtureNow);
        ProfileReader reader(profile.databaseFile());
        WindowState state(profile.folder());
        FakeJobControl control;
        JobsPage page(reader, control, clock, state);
        page.show();
        page.start();
        QTRY_VERIFY_WITH_TIMEOUT(!page.table()->isVisible(), patienceMs);
        QSignalSpy compose(&page, &JobsPage::composeWanted);
        for (QPushButton* button : page.findChildren<QPushButton*>()) {
            if (button->isVisible() && button != page.composeButton() &&
                button->text() == page.composeButton()->text()) {
                button->click();
            }
        }
        QCOMPARE(compose.count(), 1);
    }
};

COUNTERSIGN_GUI_TEST(JobsPageTest)
#include "JobsPage_test.moc"
