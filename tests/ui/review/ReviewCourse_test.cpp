#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ReviewScene.h"
#include "ui/review/ReviewDialog.h"
#include "ui/theme/Theme.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ReviewCourseTest : public QObject, private ReviewScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void rejectionsNeedAReason()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.dialog->rejectButton()->click();
        QVERIFY(desk.dialog->reasonField()->isVisible());
        QVERIFY(!desk.dialog->confirmRejectButton()->isEnabled());
        desk.dialog->reasonField()->setText(QStringLiteral("  "));
        QVERIFY(!desk.dialog->confirmRejectButton()->isEnabled());
        desk.dialog->reasonField()->setText(QStringLiteral("Unknown payee"));
        desk.dialog->confirmRejectButton()->click();
        QCOMPARE(desk.control.rejections, QStringList{QStringLiteral("Unknown payee")});
        Job rejected = desk.jobs.job(desk.jobId.toStdString());
        rejected.state = JobState::Rejected;
        desk.control.answer(rejected);
        QCOMPARE(desk.dialog->phase(), Phase::Ended);
        QVERIFY(!desk.dialog->approveButton()->isVisible());
    }

    /// The jobs page opens the review and asks for a rejection at once.
    void rejectionsMayBeAskedForBeforeTheJobWasRead()
    {
        Desk desk;
        desk.jobId = QString::fromStdString(desk.jobs.add({}));
        desk.dialog = std::make_unique<ReviewDialog>(desk.reader, desk.control, desk.clock, true);
        desk.dialog->review(desk.jobId);
        desk.dialog->show();
        desk.dialog->startRejecting();
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->reasonField()->isVisible(), patienceMs);
        QCOMPARE(desk.dialog->focusWidget(), desk.dialog->reasonField());
        // What is over offers nothing to reject.
        desk.jobs.setState(desk.jobId.toStdString(), JobState::Expired);
        ReviewDialog over(desk.reader, desk.control, desk.clock, true);
        over.review(desk.jobId);
        over.startRejecting();
        over.show();
        QTRY_COMPARE_WITH_TIMEOUT(over.phase(), Phase::Ended, patienceMs);
        QVERIFY(!over.reasonField()->isVisible());
    }

    void followsTheCeremony()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.dialog->approveButton()->click();
        desk.jobs.setState(desk.jobId.toStdString(), JobState::Signing);
        Q_EMIT desk.control.jobChanged(desk.jobId);
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->steps()->isVisible(), patienceMs);
        QVERIFY(desk.dialog->cancelButton()->isVisible());
        desk.dialog->cancelButton()->click();
        QCOMPARE(desk.control.cancelled, QStringList{desk.jobId});
        desk.profile.database().handle().exec("UPDATE job SET room_id = 'r', attempts = 1");
        Q_EMIT desk.control.jobChanged(desk.jobId);
        QTRY_VERIFY_WITH_TIMEOUT(desk.reader.isIdle(), patienceMs);
        desk.control.progress(desk.jobId, CeremonyStage::Exchanged);
        const auto active = [&] {
            for (const CeremonyStep& step : desk.dialog->steps()->steps()) {
                if (step.state == CeremonyStep::State::Active) {
                    return step.words;
                }
            }
            return QString();
        };
        QCOMPARE(active(), QStringLiteral("Signing"));
        desk.profile.database().handle().exec("UPDATE job SET state = 'signed', signature = zeroblob(65)");
        desk.control.answer(desk.jobs.job(desk.jobId.toStdString()));
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Ended, patienceMs);
        QVERIFY(!desk.dialog->cancelButton()->isVisible());
    }

    void countsConfirmations()
    {
        Desk desk;
        JobFixture::Shape sent = transfer();
        sent.state = JobState::Broadcast;
        sent.broadcast = true;
        desk.review(sent);
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Running, patienceMs);
        const auto last = [&] { return desk.dialog->steps()->steps().constLast(); };
        QCOMPARE(last().words, QStringLiteral("Confirmed"));
        desk.control.progress(desk.jobId, BroadcastProgress{.wanted = 3});
        QCOMPARE(last().words, QStringLiteral("in no block yet"));
        desk.control.progress(desk.jobId, BroadcastProgress{.confirmations = 2, .wanted = 3});
        QCOMPARE(last().words, QStringLiteral("2 of 3 confirmations"));
        QCOMPARE(last().state, CeremonyStep::State::Active);
        desk.control.progress(QStringLiteral("another"), BroadcastProgress{.confirmations = 1, .wanted = 3});
        QCOMPARE(last().words, QStringLiteral("2 of 3 confirmations"));
        desk.jobs.setState(desk.jobId.toStdString(), JobState::Confirmed);
        Q_EMIT desk.control.jobChanged(desk.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Ended, patienceMs);
        QCOMPARE(last().words, QStringLiteral("Confirmed"));
        QCOMPARE(last().state, CeremonyStep::State::Done);
    }

    /// Esc and the window's close button end the review, not the job, whatever was typed.
    void closingDecidesNothing()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.dialog->startRejecting();
        desk.dialog->reasonField()->setText(QStringLiteral("Unknown payee"));
        QTest::keyClick(desk.dialog->reasonField(), Qt::Key_Return);
        QVERIFY(desk.control.rejections.isEmpty());
        QTest::keyClick(desk.dialog->reasonField(), Qt::Key_Escape);
        QVERIFY(desk.dialog->isVisible());
        QVERIFY(!desk.dialog->reasonField()->isVisible());
        desk.dialog->startRejecting();
        QVERIFY(desk.dialog->close());
        QVERIFY(!desk.dialog->isVisible());
        QVERIFY(desk.control.rejections.isEmpty());
        desk.dialog->show();
        QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);  // closes what was opened
        QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
        QVERIFY(!desk.dialog->isVisible());
        desk.dialog->show();
        desk.dialog->closeButton()->click();
        QVERIFY(!desk.dialog->isVisible());
        QVERIFY(desk.control.rejections.isEmpty());
        QVERIFY(desk.control.approvals.empty());
    }

    void failuresOfferAnotherCeremony()
    {
        Desk desk;
        JobFixture::Shape failed;
        failed.state = JobState::Failed;
        failed.error = "Dynamic refused.";
        desk.review(failed);
        ready(desk);
        QVERIFY(desk.dialog->notice().startsWith(QStringLiteral("Dynamic refused.")));
        QCOMPARE(desk.dialog->approveButton()->text(), QStringLiteral("Open an&other ceremony"));
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals[0].again);
        desk.control.answer(failure(ErrorCode::Busy, QStringLiteral("Another desk holds it.")));
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->notice(), QStringLiteral("Another desk holds it."),
                                  patienceMs);
    }

    void interruptedJobsWarn()
    {
        Desk desk;
        JobFixture::Shape interrupted;
        interrupted.state = JobState::Interrupted;
        desk.review(interrupted);
        ready(desk);
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("second time")));
    }
};

COUNTERSIGN_GUI_TEST(ReviewCourseTest)
#include "ReviewCourse_test.moc"
