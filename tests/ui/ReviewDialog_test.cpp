#include "ui/review/ReviewDialog.h"

#include "core/base/Hex.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/JobFixture.h"
#include "tests/ui/FakeJobControl.h"
#include "ui/theme/Theme.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using Phase = ReviewDialog::Phase;

namespace {

const std::vector<ResolvedField> transferFilled = {{"nonce", "7"},
                                                   {"gasLimit", "21000"},
                                                   {"maxFeePerGas", "2000000000"},
                                                   {"maxPriorityFeePerGas", "1000000000"}};

JobFixture::Shape transfer()
{
    return {.kind = "evm.transaction",
            .payload = R"({"transaction":{"chainId":"1","to":"0x00000000000000000000000000000000000000cc",)"
                       R"("value":"5"}})",
            .resolved = transferFilled};
}

}  // namespace

class ReviewDialogTest : public QObject
{
    Q_OBJECT

private:
    struct Desk
    {
        ProfileFixture profile{{.wallets = 6, .healthy = true}};
        JobFixture jobs{profile};
        ManualClock clock{fixtureNow};
        ProfileReader reader{profile.databaseFile()};
        FakeJobControl control;
        std::unique_ptr<ReviewDialog> dialog;
        QString jobId;

        void review(const JobFixture::Shape& shape, int friction = 0)
        {
            jobId = QString::fromStdString(jobs.add(shape));
            dialog = std::make_unique<ReviewDialog>(reader, control, clock, true);
            dialog->setFriction(friction, friction);
            dialog->review(jobId);
            dialog->show();
            QTRY_VERIFY_WITH_TIMEOUT(reader.isIdle(), patienceMs);
        }
        /// An engine's button, once it is known whether it can be chosen.
        QRadioButton* choice(EngineKind engine)
        {
            EngineChoice& engines = *dialog->engines();
            if (!engines.isOpen()) {
                engines.changeButton()->click();
            }
            QCoreApplication::processEvents();
            return engines.choice(engine);
        }
        /// The job as it is with other values from the node.
        Job refilled(const char* nonce)
        {
            JobFixture::Shape shape = transfer();
            shape.resolved[0].value = nonce;
            Job job = jobs.job(jobs.add(shape));
            const Job before = jobs.job(jobId.toStdString());
            job.jobId = before.jobId;
            job.resolvedAt = clock.now();
            return job;
        }
    };

    static void ready(Desk& desk)
    {
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        QCOMPARE(desk.dialog->phase(), Phase::Ready);
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void showsBeforeItAsks()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        QVERIFY(desk.control.prepares.isEmpty());  // nothing was open
        QCOMPARE(desk.dialog->content()->text(), QStringLiteral("hello"));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("never leaves")));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("simulated")));
        QVERIFY(!desk.dialog->approveButton()->isDefault());
        QVERIFY(!desk.dialog->approveButton()->autoDefault());
    }

    void approvesTheDigestThatWasShown()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.dialog->approveButton()->click();
        desk.dialog->approveButton()->click();  // a second click is nothing
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(desk.control.approvals[0].jobId, desk.jobId.toStdString());
        QCOMPARE(desk.control.approvals[0].digest, desk.jobs.job(desk.jobId.toStdString()).digest);
        QVERIFY(desk.control.approvals[0].engine == defaultEngine());
        QVERIFY(!desk.control.approvals[0].again);
        QCOMPARE(desk.dialog->phase(), Phase::Running);
    }

    void waitsUntilItWasLookedAt()
    {
        Desk desk;
        desk.review({}, 600'000);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    void preparesWhatIsOpen()
    {
        Desk desk;
        JobFixture::Shape open = transfer();
        open.prepared = false;
        desk.review(open);
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.prepares, QList<bool>{false}, patienceMs);
        QCOMPARE(desk.dialog->phase(), Phase::Preparing);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.control.prepared(desk.refilled("8"));
        ready(desk);
        desk.dialog->approveButton()->click();
        QVERIFY(!desk.control.approvals[0].digest.empty());
    }

    void saysWhyItCannotBePrepared()
    {
        Desk desk;
        JobFixture::Shape open = transfer();
        open.prepared = false;
        desk.review(open);
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.prepares.size(), 1, patienceMs);
        desk.control.prepared(failure(ErrorCode::NotFound, QStringLiteral("No node is set for chain 1.")));
        QCOMPARE(desk.dialog->phase(), Phase::Obstructed);
        QCOMPARE(desk.dialog->notice(), QStringLiteral("No node is set for chain 1."));
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.dialog->tick();
        QCOMPARE(desk.control.prepares.size(), 1);  // not again by itself
    }

    void oldValuesAreFetchedAnew()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        const Bytes before = desk.jobs.job(desk.jobId.toStdString()).digest;
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QCOMPARE(desk.control.prepares, QList<bool>{true});
        desk.control.prepared(desk.refilled("9"));
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("nonce 7 → 9")));
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("digest changed")));
        ready(desk);
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals[0].digest != before);
    }

    void expiresWhileItIsOpen()
    {
        Desk desk;
        JobFixture::Shape soon;
        soon.expiresIn = 30'000;
        desk.review(soon);
        ready(desk);
        desk.clock.advance(std::chrono::seconds(30));
        desk.dialog->tick();
        QCOMPARE(desk.dialog->phase(), Phase::Ended);
        QVERIFY(!desk.dialog->approveButton()->isVisible());
        QVERIFY(desk.control.approvals.empty());
    }

    void lockingForbids()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.control.setReady(false);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(!desk.dialog->rejectButton()->isEnabled());
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("locked")));
        QCOMPARE(desk.dialog->content()->text(), QStringLiteral("hello"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.reader.isIdle(), patienceMs);
        desk.control.setReady(true);
        ready(desk);
    }

    void anotherDigestForbids()
    {
        Desk desk;
        desk.jobId = QString::fromStdString(desk.jobs.add({}));
        desk.profile.database().handle().exec("UPDATE job SET digest = zeroblob(32)");
        desk.dialog = std::make_unique<ReviewDialog>(desk.reader, desk.control, desk.clock, false);
        desk.dialog->setFriction(0, 0);
        desk.dialog->review(desk.jobId);
        desk.dialog->show();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Obstructed, patienceMs);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("digest")));
    }

    void whatCannotBeReadSaysSo()
    {
        Desk desk;
        desk.review({.kind = "evm.typedData", .payload = std::string(R"({"typedData":)") + permitJson + "}"});
        QVERIFY(desk.dialog->banner().startsWith(QStringLiteral("Countersign cannot read this")));
        QVERIFY(desk.dialog->intent().isEmpty());
        QCOMPARE(desk.dialog->content()->tree()->topLevelItemCount(), 5);
    }

    void comparesHashes()
    {
        Desk desk;
        desk.review({});
        CompareField& compare = *desk.dialog->content()->compare();
        const Bytes digest = desk.jobs.job(desk.jobId.toStdString()).digest;
        QString hex = QString::fromLatin1(
            QByteArray(reinterpret_cast<const char*>(digest.data()), qsizetype(digest.size())).toHex());
        compare.field()->setText(hex.toUpper().insert(8, u' '));
        QVERIFY(compare.verdict().startsWith(QStringLiteral("Equal to: Digest")));
        hex[63] = hex[63] == u'0' ? u'1' : u'0';
        compare.field()->setText(QStringLiteral("0x") + hex);
        QVERIFY(compare.verdict().startsWith(QStringLiteral("Different")));
    }

    void showsOneHashAsACode()
    {
        Desk desk;
        desk.review({.kind = "evm.typedData", .payload = std::string(R"({"typedData":)") + permitJson + "}"});
        ContentView& content = *desk.dialog->content();
        content.setCurrentIndex(ContentView::Hashes);
        HashesView& hashes = *content.hashes();
        const Job job = desk.jobs.job(desk.jobId.toStdString());
        QVERIFY(hashes.code()->isVisible());
        QCOMPARE(hashes.codeName(), QStringLiteral("Digest (EIP-712)"));
        QCOMPARE(hashes.code()->text(), QString::fromStdString(toHexPrefixed(job.digest)));
        QCOMPARE(hashes.code()->accessibleName(), QStringLiteral("QR code: Digest (EIP-712)"));
        QVERIFY(hashes.codeButton(0)->isChecked());
        // The last one is the job's id; with the keyboard.
        hashes.codeButton(3)->setFocus();
        QTest::keyClick(hashes.codeButton(3), Qt::Key_Space);
        QCOMPARE(hashes.codeName(), QStringLiteral("Job id"));
        QCOMPARE(hashes.code()->text(), desk.jobId);
        QVERIFY(!hashes.codeButton(0)->isChecked());
        QVERIFY(hashes.codeButton(4) == nullptr);
        // A job that was read again shows the same one.
        Q_EMIT desk.control.jobChanged(desk.jobId);
        QTRY_VERIFY_WITH_TIMEOUT(desk.reader.isIdle(), patienceMs);
        QCOMPARE(hashes.codeName(), QStringLiteral("Job id"));
    }

    void anotherDigestIsAnotherCode()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        HashesView& hashes = *desk.dialog->content()->hashes();
        const QString before = hashes.code()->text();
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        const Job refilled = desk.refilled("9");
        desk.control.prepared(refilled);
        QCOMPARE(hashes.codeName(), QStringLiteral("Signing hash"));
        QCOMPARE(hashes.code()->text(), QString::fromStdString(toHexPrefixed(refilled.digest)));
        QVERIFY(hashes.code()->text() != before);
    }

    void anotherEngineIsForThisJobAlone()
    {
        Desk desk;
        QVERIFY(Settings(desk.profile.database()).set("engine", "enclave").has_value());
        desk.review({});
        ready(desk);
        EngineChoice& engines = *desk.dialog->engines();
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("leaves this machine")));
        QVERIFY(!engines.isOpen());
        QVERIFY(desk.choice(EngineKind::Enclave)->isChecked());
        QVERIFY(desk.choice(EngineKind::Sdk)->isEnabled());
        desk.choice(EngineKind::Sdk)->click();
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("never leaves")));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("for this job alone")));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("simulated")));
        // The more private one needs no second step.
        desk.dialog->approveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(*desk.control.approvals[0].engine, EngineKind::Sdk);
        QCOMPARE(Settings(desk.profile.database()).get("engine")->value(), std::string("enclave"));
        QVERIFY(!engines.changeButton()->isVisible());
        QVERIFY(!engines.isOpen());
    }

    void theLessPrivateEngineIsToldAgain()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.choice(EngineKind::Enclave)->click();
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("leaves this machine")));
        QVERIFY(desk.dialog->confirmation().isEmpty());
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
        QVERIFY(desk.dialog->confirmation().contains(QStringLiteral("leaves this machine")));
        QVERIFY(!desk.dialog->approveButton()->isVisible());
        QVERIFY(!desk.dialog->rejectButton()->isVisible());
        QVERIFY(!desk.dialog->confirmApproveButton()->hasFocus());
        QVERIFY(!desk.dialog->confirmApproveButton()->autoDefault());
        // Back to the profile's engine: nothing to confirm any more.
        desk.choice(EngineKind::Sdk)->click();
        QVERIFY(desk.dialog->confirmation().isEmpty());
        QVERIFY(desk.dialog->approveButton()->isVisible());
        desk.choice(EngineKind::Enclave)->click();
        desk.dialog->approveButton()->click();
        desk.dialog->confirmApproveButton()->click();
        desk.dialog->confirmApproveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(*desk.control.approvals[0].engine, EngineKind::Enclave);
        QCOMPARE(desk.control.approvals[0].digest, desk.jobs.job(desk.jobId.toStdString()).digest);
    }

    void theProfilesEngineNeedsNoSecondStep()
    {
        Desk desk;
        QVERIFY(Settings(desk.profile.database()).set("engine", "enclave").has_value());
        desk.review({});
        ready(desk);
        desk.dialog->approveButton()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(*desk.control.approvals[0].engine, EngineKind::Enclave);
    }

    void newValuesTakeAConfirmationBack()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        desk.choice(EngineKind::Enclave)->click();
        desk.dialog->approveButton()->click();
        QVERIFY(!desk.dialog->confirmation().isEmpty());
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        QVERIFY(!desk.dialog->confirmApproveButton()->isEnabled());
        desk.control.prepared(desk.refilled("9"));
        QVERIFY(desk.dialog->confirmation().isEmpty());
        desk.dialog->confirmApproveButton()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    void enginesThatCannotBeUsedSayWhy()
    {
        Desk desk;
        desk.control.enclaveObstacle = QStringLiteral("The enclave's root certificate is not that of AWS.");
        desk.control.sdkObstacle = QStringLiteral("The library is not installed.");
        desk.review({});
        ready(desk);
        // Of the profile's engine it is said before anything is approved.
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->engines()->warning(), desk.control.sdkObstacle, patienceMs);
        desk.control.sdkObstacle.clear();
        QVERIFY(!desk.choice(EngineKind::Enclave)->isEnabled());
        QVERIFY(desk.choice(EngineKind::Sdk)->isEnabled());
        QCOMPARE(desk.dialog->engines()->obstacle(EngineKind::Enclave), desk.control.enclaveObstacle);
        QCOMPARE(desk.choice(EngineKind::Enclave)->accessibleDescription(), desk.control.enclaveObstacle);
        desk.choice(EngineKind::Enclave)->click();
        QCOMPARE(desk.dialog->engines()->engine(), EngineKind::Sdk);
        // A locked profile chooses nothing.
        desk.control.setReady(false);
        QVERIFY(!desk.dialog->engines()->isOpen());
        QVERIFY(!desk.dialog->engines()->changeButton()->isVisible());
    }

    void aJobThatRunsShowsTheEngineThatItWasApprovedWith()
    {
        Desk desk;
        desk.jobId = QString::fromStdString(desk.jobs.add({.state = JobState::Signing}));
        desk.profile.database().handle().exec("UPDATE job SET engine = 'enclave'");
        desk.dialog = std::make_unique<ReviewDialog>(desk.reader, desk.control, desk.clock, false);
        desk.dialog->review(desk.jobId);
        desk.dialog->show();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Running, patienceMs);
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("leaves this machine")));
        QVERIFY(!desk.dialog->engines()->changeButton()->isVisible());
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

COUNTERSIGN_GUI_TEST(ReviewDialogTest)
#include "ReviewDialog_test.moc"
