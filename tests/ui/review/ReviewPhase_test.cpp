#include "ui/review/ReviewPhase.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

using Word = ReviewControls::ApproveWord;
using Notice = ReviewControls::Notice;

constexpr std::array everyState = {JobState::Pending,   JobState::Approved,  JobState::Signing,
                                   JobState::Signed,    JobState::Broadcast, JobState::Confirmed,
                                   JobState::Rejected,  JobState::Expired,   JobState::Failed,
                                   JobState::Withdrawn, JobState::Blocked,   JobState::Interrupted};

/// Prepared, fresh, looked at for long enough, by nobody else's hand.
ReviewInputs readyJob()
{
    ReviewInputs inputs;
    inputs.state = JobState::Pending;
    inputs.hasDigest = true;
    inputs.isExplained = true;
    inputs.isLookedAt = true;
    return inputs;
}

ReviewInputs inState(JobState state, bool broadcast = false)
{
    ReviewInputs inputs = readyJob();
    inputs.state = state;
    inputs.isBroadcast = broadcast;
    return inputs;
}

constexpr std::array everySwitch = {
    &ReviewInputs::isBroadcast,     &ReviewInputs::hasDigest,     &ReviewInputs::isStale,
    &ReviewInputs::hasJobError,     &ReviewInputs::isProfileOpen, &ReviewInputs::isUnsignable,
    &ReviewInputs::hasFailed,       &ReviewInputs::hasChanged,    &ReviewInputs::isLookedAt,
    &ReviewInputs::isPreparing,     &ReviewInputs::isApproving,   &ReviewInputs::isRejecting,
    &ReviewInputs::isEngineLowered, &ReviewInputs::isConfirming,  &ReviewInputs::isAskedReason,
    &ReviewInputs::isReasonTyped,   &ReviewInputs::isExplained,   &ReviewInputs::areAmountsHidden};

/// Every state with every combination of everything else: some 3,400,000 reviews.
template <typename Judge>
qsizetype violations(Judge isRight)
{
    qsizetype wrong = 0;
    std::vector<std::optional<JobState>> states(everyState.begin(), everyState.end());
    states.emplace_back();
    ReviewInputs inputs;
    for (const auto& state : states) {
        inputs.state = state;
        for (std::uint32_t bits = 0; bits < 1U << everySwitch.size(); ++bits) {
            for (std::size_t i = 0; i < everySwitch.size(); ++i) {
                inputs.*everySwitch[i] = (bits >> i & 1U) != 0;
            }
            wrong += isRight(inputs, reviewControls(inputs)) ? 0 : 1;
        }
    }
    return wrong;
}

}  // namespace

/// What the review may show and allow, without a window.
class ReviewPhaseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStateHasItsPhase_data()
    {
        QTest::addColumn<JobState>("state");
        QTest::addColumn<bool>("broadcast");
        QTest::addColumn<ReviewPhase>("phase");
        QTest::addColumn<Word>("word");
        QTest::newRow("pending") << JobState::Pending << false << ReviewPhase::Ready << Word::Approve;
        QTest::newRow("pending, sent then")
            << JobState::Pending << true << ReviewPhase::Ready << Word::ApproveAndSend;
        QTest::newRow("approved") << JobState::Approved << false << ReviewPhase::Running << Word::Approve;
        QTest::newRow("signing") << JobState::Signing << false << ReviewPhase::Running << Word::Approve;
        QTest::newRow("signed") << JobState::Signed << false << ReviewPhase::Ended << Word::Approve;
        QTest::newRow("signed, to be sent")
            << JobState::Signed << true << ReviewPhase::Running << Word::ApproveAndSend;
        QTest::newRow("broadcast") << JobState::Broadcast << true << ReviewPhase::Running
                                   << Word::ApproveAndSend;
        QTest::newRow("confirmed") << JobState::Confirmed << true << ReviewPhase::Ended
                                   << Word::ApproveAndSend;
        QTest::newRow("rejected") << JobState::Rejected << false << ReviewPhase::Ended << Word::Approve;
        QTest::newRow("expired") << JobState::Expired << false << ReviewPhase::Ended << Word::Approve;
        QTest::newRow("withdrawn") << JobState::Withdrawn << false << ReviewPhase::Ended << Word::Approve;
        QTest::newRow("blocked") << JobState::Blocked << false << ReviewPhase::Ended << Word::Approve;
        QTest::newRow("failed") << JobState::Failed << false << ReviewPhase::Ready << Word::Again;
        QTest::newRow("interrupted") << JobState::Interrupted << true << ReviewPhase::Ready << Word::Again;
    }

    void everyStateHasItsPhase()
    {
        QFETCH(JobState, state);
        QFETCH(bool, broadcast);
        QFETCH(ReviewPhase, phase);
        QFETCH(Word, word);
        const ReviewControls controls = reviewControls(inState(state, broadcast));
        QCOMPARE(controls.phase, phase);
        QCOMPARE(controls.phase, reviewPhase(inState(state, broadcast)));
        QCOMPARE(controls.approveWord, word);
        QCOMPARE(controls.isApproveShown, phase == ReviewPhase::Ready);
        QCOMPARE(controls.isApproveEnabled, phase == ReviewPhase::Ready);
        QCOMPARE(controls.isRejectShown, phase == ReviewPhase::Ready);
        QCOMPARE(controls.isEngineFixed, phase != ReviewPhase::Ready);
        QCOMPARE(controls.isCancelShown, state == JobState::Approved || state == JobState::Signing);
        QCOMPARE(controls.notice, isAgain(state) ? Notice::Again : Notice::None);
    }

    void nothingIsDecidedBeforeItWasRead()
    {
        const ReviewControls controls = reviewControls({});
        QCOMPARE(controls.phase, ReviewPhase::Loading);
        QVERIFY(controls.isApproveShown);
        QVERIFY(!controls.isApproveEnabled);
        QVERIFY(!controls.isRejectShown);
        QVERIFY(!controls.isEngineFixed);
        QVERIFY(!controls.isPreparingDue);
        ReviewInputs gone;
        gone.hasFailed = true;
        QCOMPARE(reviewControls(gone).phase, ReviewPhase::Obstructed);
        QVERIFY(reviewControls(gone).isRetryOffered);
    }

    void openValuesAreAskedFor()
    {
        ReviewInputs inputs = readyJob();
        QVERIFY(!reviewControls(inputs).isPreparingDue);
        inputs.hasDigest = false;
        QCOMPARE(reviewControls(inputs).phase, ReviewPhase::Loading);
        QVERIFY(reviewControls(inputs).isPreparingDue);
        inputs.isPreparing = true;
        QCOMPARE(reviewControls(inputs).phase, ReviewPhase::Preparing);
        QCOMPARE(reviewControls(inputs).approveWord, Word::Preparing);
        QVERIFY(!reviewControls(inputs).isPreparingDue);
        inputs.isPreparing = false;
        inputs.hasFailed = true;
        QVERIFY(!reviewControls(inputs).isPreparingDue);  // not again by itself
        inputs.hasFailed = false;
        inputs.isProfileOpen = false;
        QVERIFY(!reviewControls(inputs).isPreparingDue);
        inputs = inState(JobState::Signed);
        inputs.isStale = true;
        QVERIFY(!reviewControls(inputs).isPreparingDue);
    }

    void whatIsNotExplainedIsLoading()
    {
        ReviewInputs inputs = readyJob();
        inputs.isExplained = false;
        const ReviewControls controls = reviewControls(inputs);
        QCOMPARE(controls.phase, ReviewPhase::Loading);
        QVERIFY(controls.isApproveShown && !controls.isApproveEnabled);
        QVERIFY(controls.isRejectShown && controls.isRejectEnabled);  // saying no needs no explanation
        QVERIFY(!controls.isPreparingDue);
    }

    void hiddenAmountsAreNotApproved()
    {
        ReviewInputs inputs = readyJob();
        inputs.areAmountsHidden = true;
        inputs.hasChanged = true;
        const ReviewControls controls = reviewControls(inputs);
        QCOMPARE(controls.phase, ReviewPhase::Ready);
        QVERIFY(!controls.isApproveEnabled && !controls.isConfirmEnabled);
        QVERIFY(controls.isRejectEnabled);
        QCOMPARE(controls.notice, Notice::Amounts);
        QVERIFY(!controls.isRetryOffered);
    }

    void staleValuesAreNotApproved()
    {
        ReviewInputs inputs = readyJob();
        inputs.isStale = true;
        const ReviewControls controls = reviewControls(inputs);
        QVERIFY(!controls.isApproveEnabled);
        QVERIFY(!controls.isConfirmEnabled);
        QVERIFY(controls.isPreparingDue);
    }

    void noticeSaysTheWorst_data()
    {
        QTest::addColumn<bool>("locked");
        QTest::addColumn<bool>("failed");
        QTest::addColumn<bool>("unsignable");
        QTest::addColumn<bool>("jobError");
        QTest::addColumn<bool>("changed");
        QTest::addColumn<JobState>("state");
        QTest::addColumn<Notice>("notice");
        QTest::addColumn<bool>("retry");
        QTest::newRow("nothing") << false << false << false << false << false << JobState::Pending
                                 << Notice::None << false;
        QTest::newRow("changed") << false << false << false << false << true << JobState::Pending
                                 << Notice::Changed << false;
        QTest::newRow("locked") << true << false << false << true << true << JobState::Pending
                                << Notice::Obstacle << false;
        QTest::newRow("failed here") << false << true << false << true << true << JobState::Failed
                                     << Notice::Obstacle << true;
        QTest::newRow("failed and locked")
            << true << true << false << false << false << JobState::Pending << Notice::Obstacle << false;
        QTest::newRow("unsignable") << false << false << true << false << false << JobState::Pending
                                    << Notice::Obstacle << false;
        QTest::newRow("the last attempt")
            << false << false << false << true << true << JobState::Failed << Notice::JobError << false;
        QTest::newRow("interrupted") << false << false << false << false << true << JobState::Interrupted
                                     << Notice::Again << false;
        QTest::newRow("ended, locked")
            << true << false << false << false << false << JobState::Confirmed << Notice::None << false;
        QTest::newRow("ended with an error")
            << true << true << true << true << true << JobState::Blocked << Notice::JobError << false;
        QTest::newRow("running, locked")
            << true << false << false << false << false << JobState::Signing << Notice::Obstacle << false;
    }

    void noticeSaysTheWorst()
    {
        QFETCH(JobState, state);
        ReviewInputs inputs = inState(state);
        QFETCH(bool, locked);
        inputs.isProfileOpen = !locked;
        QFETCH(bool, failed);
        QFETCH(bool, unsignable);
        QFETCH(bool, jobError);
        QFETCH(bool, changed);
        QFETCH(Notice, notice);
        QFETCH(bool, retry);
        inputs.hasFailed = failed;
        inputs.isUnsignable = unsignable;
        inputs.hasJobError = jobError;
        inputs.hasChanged = changed;
        QCOMPARE(reviewControls(inputs).notice, notice);
        QCOMPARE(reviewControls(inputs).isRetryOffered, retry);
        inputs.isApproving = true;
        QVERIFY(reviewControls(inputs).notice != Notice::JobError);
    }

    void rejectingNeedsAReason()
    {
        ReviewInputs inputs = readyJob();
        inputs.isAskedReason = true;
        QVERIFY(reviewControls(inputs).isReasonShown);
        QVERIFY(!reviewControls(inputs).isRejectShown);
        QVERIFY(!reviewControls(inputs).isReasonEnough);
        inputs.isReasonTyped = true;
        QVERIFY(reviewControls(inputs).isReasonEnough);
        QVERIFY(reviewControls(inputs).isApproveEnabled);
        inputs.isRejecting = true;
        QVERIFY(!reviewControls(inputs).isReasonEnough);
        QVERIFY(!reviewControls(inputs).isApproveEnabled);
        QVERIFY(!reviewControls(inputs).isEngineChoosable);
        inputs.isRejecting = false;
        inputs.state = JobState::Signing;
        QVERIFY(!reviewControls(inputs).isReasonShown);
    }

    void loweredEngineIsConfirmedInItsOwnStep()
    {
        ReviewInputs inputs = readyJob();
        inputs.isEngineLowered = true;
        QVERIFY(reviewControls(inputs).isApproveShown);
        QVERIFY(!reviewControls(inputs).isConfirmationShown);
        inputs.isConfirming = true;
        QVERIFY(!reviewControls(inputs).isApproveShown);
        QVERIFY(!reviewControls(inputs).isRejectShown);
        QVERIFY(reviewControls(inputs).isConfirmationShown);
        QVERIFY(reviewControls(inputs).isConfirmEnabled);
        inputs.isEngineLowered = false;  // another was chosen meanwhile
        QVERIFY(!reviewControls(inputs).isConfirmationShown);
        QVERIFY(reviewControls(inputs).isApproveShown);
    }

    void approvingNeedsEverything()
    {
        QCOMPARE(violations([](const ReviewInputs& in, const ReviewControls& out) {
                     const bool decidable = in.state == JobState::Pending || isAgain(in.state);
                     const bool clean = in.hasDigest && in.isExplained && !in.areAmountsHidden &&
                                        !in.isStale && in.isProfileOpen && !in.isUnsignable &&
                                        !in.hasFailed && !in.isPreparing && !in.isApproving &&
                                        !in.isRejecting;
                     return out.isApproveEnabled == (decidable && clean && in.isLookedAt) &&
                            out.isConfirmEnabled == (decidable && clean);
                 }),
                 0);
    }

    void whatIsEnabledIsNeverContradicted()
    {
        QCOMPARE(violations([](const ReviewInputs& in, const ReviewControls& out) {
                     const bool once = !(out.isApproveShown && out.isConfirmationShown);
                     const bool rejectOnce = !(out.isRejectShown && out.isReasonShown);
                     const bool decided = !in.state || !(out.isCancelShown && out.isApproveShown);
                     const bool locked = in.isProfileOpen ||
                                         !(out.isApproveEnabled || out.isConfirmEnabled ||
                                           out.isReasonEnough || out.isPreparingDue || out.isRetryOffered ||
                                           out.isEngineChoosable || out.isRejectEnabled);
                     const bool engine = !(out.isEngineFixed && out.isEngineChoosable);
                     const bool ended = out.phase != ReviewPhase::Ended ||
                                        !(out.isApproveShown || out.isRejectShown || out.isReasonShown ||
                                          out.isCancelShown || out.isPreparingDue);
                     const bool told = out.phase != ReviewPhase::Obstructed || out.notice == Notice::Obstacle;
                     return once && rejectOnce && decided && locked && engine && ended && told;
                 }),
                 0);
    }

    void onlyOnePreparationRuns()
    {
        QCOMPARE(violations([](const ReviewInputs& in, const ReviewControls& out) {
                     return !out.isPreparingDue || (!in.isPreparing && !in.isApproving && !in.hasFailed &&
                                                    (!in.hasDigest || in.isStale));
                 }),
                 0);
    }
};

COUNTERSIGN_APPLESS_TEST(ReviewPhaseTest)
#include "ReviewPhase_test.moc"
