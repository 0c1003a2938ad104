#include "core/signing/job/JobExplanation.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/FakeApprovalControl.h"
#include "tests/ui/FakeRevocationControl.h"
#include "tests/ui/ReviewScene.h"
#include "ui/approvals/HandOverDialog.h"
#include "ui/review/ReviewDialog.h"
#include "ui/theme/Theme.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// A review at a desk that asks what the policy and the other operators say.
struct ApprovalsDesk : ReviewScene::Desk
{
    FakeApprovalControl approvals;
    FakeReauthentication again;
    samples::Person alice{"alice"};
    samples::Person bob{"bob"};

    /// standing: its digest and explanation become the job's.
    void open(Result<JobStanding> standing)
    {
        jobId = QString::fromStdString(jobs.add({}));
        answer(std::move(standing));
        dialog = std::make_unique<ReviewDialog>(reader, control, clock, false);
        dialog->setFriction(0, 0);
        dialog->setApprovals(approvals, again);
        dialog->review(jobId);
        dialog->show();
        settle();
    }
    void answer(Result<JobStanding> standing)
    {
        if (standing) {
            standing->own = OwnOperator{"alice", alice.key};
            const auto verified = VerifiedJob::of(jobs.job(jobId.toStdString()));
            std::ranges::copy(verified->job().digest, standing->digest.begin());
            standing->explanation = explainJob(*verified, {})->hash;
        }
        approvals.usual = std::move(standing);
    }
    void change(Result<JobStanding> standing)
    {
        answer(std::move(standing));
        approvals.change();
        settle();
    }
    void settle()
    {
        const bool done = QTest::qWaitFor(
            [this] { return reader.isIdle() && dialog->phase() != ReviewPhase::Loading; }, patienceMs);
        if (!done) {
            qFatal("not settled");
        }
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }
    QPushButton* approve() { return dialog->approveButton(); }
};

SignedApproval saidOf(const samples::Person& who, const StatementWish& wish)
{
    ApprovalStatement statement = samples::saidBy(who, wish.decision);
    statement.reason = wish.reason;
    return samples::signedBy(who, statement);
}

}  // namespace

class ReviewApprovalsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void nothingIsApprovedBeforeThePolicyIsKnown()
    {
        ApprovalsDesk desk;
        JobStanding standing = standingOf(1);
        desk.open(standing);
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        QCOMPARE(desk.approve()->text(), QStringLiteral("&Approve"));
        // About other bytes than those that are shown.
        JobStanding other = *desk.approvals.usual;
        other.digest[0] ^= 1;
        desk.approvals.usual = other;
        desk.approvals.change();
        desk.settle();
        QVERIFY(!desk.approve()->isEnabled());
        QVERIFY(desk.dialog->approvals()->sentence().contains(QStringLiteral("found out")));
        desk.change(failure(ErrorCode::BadSignature, QStringLiteral("The register was changed.")));
        QVERIFY(!desk.approve()->isEnabled());
        QVERIFY(desk.dialog->approvals()->sentence().contains(QStringLiteral("The register was changed.")));
        QVERIFY(desk.control.approvals.empty());
    }

    /// Approving says it to the other desks, too.
    void whatDidNotReachTheOthersIsTold()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(1));
        Q_EMIT desk.control.statementNotPosted(QStringLiteral("another"), QStringLiteral("No relay."));
        QVERIFY(desk.dialog->approvals()->outcome().isEmpty());
        Q_EMIT desk.control.statementNotPosted(desk.jobId, QStringLiteral("No relay."));
        QVERIFY(desk.dialog->approvals()->outcome().contains(QStringLiteral("No relay.")));
    }

    /// The desk may have other descriptors by now than this window: nobody says what they were not shown.
    void nothingIsSaidOfAnotherExplanation()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2));
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        JobStanding other = *desk.approvals.usual;
        other.explanation = samples::hashOf('e');
        desk.approvals.usual = other;
        desk.approvals.change();
        desk.settle();
        QVERIFY(!desk.approve()->isEnabled());
        desk.approve()->click();
        QVERIFY(desk.approvals.wishes.empty());
    }

    /// A statement that arrives makes another button of the one under the pointer.
    void anotherActTakesAnotherLook()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2));
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        QCOMPARE(desk.approve()->text(), QStringLiteral("&Endorse"));
        desk.dialog->setFriction(100'000, 100'000);
        desk.change(standingOf(2, {counted(desk.bob)}));
        QTRY_COMPARE_WITH_TIMEOUT(desk.approve()->text(), QStringLiteral("&Approve"), patienceMs);
        QVERIFY(!desk.approve()->isEnabled());
        desk.approve()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    void aBlockedJobHasASentenceInPlaceOfTheButton()
    {
        ApprovalsDesk desk;
        JobStanding standing = standingOf(1);
        standing.judged.decision.block = "No unlimited approvals.";
        standing.judged.decision.rule = "no-unlimited";
        desk.open(standing);
        QVERIFY(!desk.approve()->isVisible());
        QVERIFY(desk.dialog->approvals()->sentence().contains(QStringLiteral("No unlimited approvals.")));
        QVERIFY(desk.dialog->approvals()->sentence().contains(QStringLiteral("no-unlimited")));
        QVERIFY(desk.dialog->rejectButton()->isEnabled());
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty() && desk.approvals.wishes.empty());
    }

    void theTraceStandsInTheReview()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2, {counted(desk.bob)}));
        QVERIFY(
            desk.dialog->policy()->decision().contains(QStringLiteral("Rule payout asks for 2 approvals")));
        const QStringList trace = desk.dialog->policy()->trace();
        QCOMPARE(trace.size(), qsizetype{2});
        QVERIFY(trace[0].contains(QStringLiteral("no-unlimited")));
        QVERIFY(trace[0].contains(QStringLiteral("no finding evm.approval.unlimited")));
        QVERIFY(trace[1].startsWith(QStringLiteral("Holds")));
        QVERIFY(desk.dialog->policy()->statements()->text().contains(QStringLiteral("1 of 2: bob")));
    }

    void whereOthersAreMissingItIsEndorsed()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2));
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        QCOMPARE(desk.approve()->text(), QStringLiteral("&Endorse"));
        QVERIFY(!desk.dialog->engines()->isVisible());
        desk.dialog->approvals()->commentField()->setText(QStringLiteral(" as agreed "));
        desk.approve()->click();
        desk.approve()->click();  // a second click is nothing
        QVERIFY(desk.control.approvals.empty());
        QCOMPARE(desk.approvals.wishes.size(), std::size_t{1});
        const StatementWish& wish = desk.approvals.wishes.front();
        QCOMPARE(wish.decision, ApprovalDecision::Approve);
        QCOMPARE(wish.reason, std::string("as agreed"));
        QVERIFY(std::ranges::equal(wish.digest, desk.jobs.job(wish.jobId).digest));
        QCOMPARE(wish.explanation, desk.approvals.usual->explanation);
        // It is there, and others are missing.
        desk.answer(standingOf(2, {counted(desk.alice)}));
        desk.approvals.answer(StatementSaid{saidOf(desk.alice, wish), true, {}});
        desk.settle();
        QTRY_VERIFY_WITH_TIMEOUT(!desk.approve()->isVisible(), patienceMs);
        QVERIFY(desk.dialog->approvals()->outcome().contains(QStringLiteral("through the relay")));
        QVERIFY(!desk.dialog->approvals()->handOverButton()->isVisible());
        QVERIFY(desk.dialog->approvals()->sentence().contains(QStringLiteral("1 of 2: alice")));
        QCOMPARE(desk.dialog->approvals()->state(), QStringLiteral("You approved"));
        // And is taken back.
        desk.dialog->approvals()->takeBackButton()->click();
        QCOMPARE(desk.approvals.wishes.size(), std::size_t{2});
        QCOMPARE(desk.approvals.wishes.back().decision, ApprovalDecision::Withdraw);
        QVERIFY(!desk.dialog->approvals()->takeBackButton()->isEnabled());
    }

    void theLastOneApproves()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2, {counted(desk.bob)}));
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        QCOMPARE(desk.approve()->text(), QStringLiteral("&Approve"));
        desk.approve()->click();
        QCOMPARE(desk.control.approvals.size(), std::size_t{1});
        QVERIFY(!desk.control.approvals.front().reauthenticated);
        QVERIFY(desk.approvals.wishes.empty());
    }

    void aTypedWordAndWhoSitsHereAreAskedFor()
    {
        ApprovalsDesk desk;
        JobStanding standing = standingOf(1);
        standing.judged.decision.approvals.typedWord = true;
        standing.judged.decision.approvals.reauthenticate = true;
        desk.open(standing);
        ApprovalPanel* panel = desk.dialog->approvals();
        QVERIFY(panel->wordField()->isVisible());
        QVERIFY(!desk.approve()->isEnabled());
        panel->wordField()->setText(panel->word().left(7));
        QTest::keyClicks(panel->reauthentication()->field(), QStringLiteral("open sesame"));
        QVERIFY(!desk.approve()->isEnabled());
        QCOMPARE(panel->word().size(), qsizetype{8});
        panel->wordField()->setText(panel->word().toUpper());
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        desk.approve()->click();
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.approvals.size(), std::size_t{1}, patienceMs);
        // The desk asks for both once more.
        QVERIFY(desk.control.approvals.front().reauthenticated);
        QCOMPARE(QString::fromStdString(desk.control.approvals.front().typedWord), panel->word());
    }

    /// Where no policy was set, approving here is all there is.
    void theBuiltInPolicyAsksForNobodyElse()
    {
        ApprovalsDesk desk;
        JobStanding standing = standingOf(1);
        standing.judged.terms = CountTerms::ofBuiltInPolicy();
        standing.isOwnAsked = false;
        desk.open(standing);
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        QCOMPARE(desk.approve()->text(), QStringLiteral("&Approve"));
        // With a policy somebody else has to.
        standing = standingOf(1);
        standing.isOwnAsked = false;
        desk.change(standing);
        QVERIFY(!desk.approve()->isVisible());
    }

    void anotherDecisionIsLookedAtAgain()
    {
        ApprovalsDesk desk;
        JobStanding standing = standingOf(1);
        standing.judged.decision.approvals.typedWord = true;
        desk.open(standing);
        desk.dialog->approvals()->wordField()->setText(desk.dialog->approvals()->word());
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        desk.change(standing);
        QVERIFY(desk.approve()->isEnabled());
        standing.judged.decision.rule = "rest";
        desk.change(standing);
        QVERIFY(!desk.approve()->isEnabled());
        QVERIFY(desk.dialog->approvals()->wordField()->text().isEmpty());
    }

    void aRejectionIsSaidToEverybody()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2));
        desk.dialog->startRejecting();
        desk.dialog->reasonField()->setText(QStringLiteral("wrong supplier"));
        desk.dialog->confirmRejectButton()->click();
        QVERIFY(desk.control.rejections.isEmpty());
        QCOMPARE(desk.approvals.wishes.back().decision, ApprovalDecision::Reject);
        QCOMPARE(desk.approvals.wishes.back().reason, std::string("wrong supplier"));
        desk.approvals.answer(failure(ErrorCode::Denied, QStringLiteral("Too late.")));
        desk.settle();
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("Too late.")));
    }

    void whoHasNoOperatorRejectsAsBefore()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(1));
        desk.approvals.usual->own.reset();
        desk.approvals.change();
        desk.settle();
        desk.dialog->startRejecting();
        desk.dialog->reasonField()->setText(QStringLiteral("no"));
        desk.dialog->confirmRejectButton()->click();
        QCOMPARE(desk.control.rejections, QStringList{QStringLiteral("no")});
        QVERIFY(desk.approvals.wishes.empty());
    }

    void whatDidNotReachTheRelayIsHandedOver()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2));
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        desk.approve()->click();
        const SignedApproval said = saidOf(desk.alice, desk.approvals.wishes.front());
        desk.approvals.answer(StatementSaid{said, false, QStringLiteral("No answer.")});
        desk.settle();
        QVERIFY(desk.dialog->approvals()->outcome().contains(QStringLiteral("No answer.")));
        desk.dialog->approvals()->handOverButton()->click();
        auto* dialog = desk.dialog->findChild<HandOverDialog*>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->code()->text(), QString::fromStdString(said.envelope.json));
        const QTemporaryDir folder;
        const QString name = folder.filePath(QStringLiteral("statement.json"));
        dialog->saveTo(name);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->outcome().contains(name), patienceMs);
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(readApproval(file.readAll().toStdString()).has_value());
    }

    void lockingTakesTheAnswerAlong()
    {
        ApprovalsDesk desk;
        desk.open(standingOf(2));
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
        desk.approve()->click();
        desk.approvals.setReady(false);
        desk.control.setReady(false);
        QVERIFY(!desk.approve()->isEnabled());
        desk.approvals.setReady(true);
        desk.control.setReady(true);
        desk.settle();
        QTRY_VERIFY_WITH_TIMEOUT(desk.approve()->isEnabled(), patienceMs);
    }
};

COUNTERSIGN_GUI_TEST(ReviewApprovalsTest)
#include "ReviewApprovals_test.moc"
