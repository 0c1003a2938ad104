#include "ui/review/approval/ReviewStanding.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

using Sentence = StandingControls::Sentence;

/// A review in which everything but the policy allows approving.
ReviewControls openReview()
{
    ReviewInputs inputs;
    inputs.state = JobState::Pending;
    inputs.hasDigest = true;
    inputs.isExplained = true;
    inputs.isLookedAt = true;
    return reviewControls(inputs);
}

StandingInputs knownStanding()
{
    StandingInputs inputs;
    inputs.isAsked = true;
    inputs.isKnown = true;
    inputs.canSay = true;
    return inputs;
}

constexpr std::array standingSwitches = {&StandingInputs::isAsked,
                                         &StandingInputs::isKnown,
                                         &StandingInputs::hasFailed,
                                         &StandingInputs::isBlocked,
                                         &StandingInputs::isRejected,
                                         &StandingInputs::needsOthers,
                                         &StandingInputs::canSay,
                                         &StandingInputs::hasSaid,
                                         &StandingInputs::isSaying,
                                         &StandingInputs::isWordMissing,
                                         &StandingInputs::isReauthenticationMissing};

constexpr std::array reviewSwitches = {&ReviewControls::isApproveShown, &ReviewControls::isApproveEnabled,
                                       &ReviewControls::isConfirmationShown,
                                       &ReviewControls::isConfirmEnabled, &ReviewControls::isRejectEnabled};

/// Every review with every combination of what the policy and others say.
template <typename Judge>
int violationsOf(Judge isRight)
{
    int wrong = 0;
    for (std::uint32_t bits = 0; bits < 1U << (standingSwitches.size() + reviewSwitches.size()); ++bits) {
        StandingInputs inputs;
        ReviewControls review;
        std::size_t at = 0;
        for (const auto member : standingSwitches) {
            inputs.*member = (bits >> at++ & 1U) != 0;
        }
        for (const auto member : reviewSwitches) {
            review.*member = (bits >> at++ & 1U) != 0;
        }
        wrong += isRight(review, inputs, standingControls(review, inputs)) ? 0 : 1;
    }
    return wrong;
}

}  // namespace

/// What a review may allow where policy and operators have a word, without a window.
class ReviewStandingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAPolicyNothingChanges()
    {
        const StandingControls controls = standingControls(openReview(), StandingInputs());
        QVERIFY(controls.isApproveShown && controls.isApproveEnabled && controls.isRejectEnabled);
        QCOMPARE(controls.sentence, Sentence::None);
    }

    void nothingIsEverAllowedThatTheReviewDoesNotAllow()
    {
        QCOMPARE(violationsOf([](const auto& review, const auto&, const auto& now) {
                     return (!now.isApproveEnabled || review.isApproveEnabled) &&
                            (!now.isConfirmEnabled || review.isConfirmEnabled) &&
                            (!now.isApproveShown || review.isApproveShown) &&
                            (!now.isRejectEnabled || review.isRejectEnabled);
                 }),
                 0);
    }

    void nobodyApprovesAgainstThePolicy()
    {
        QCOMPARE(violationsOf([](const ReviewControls& review, const StandingInputs& inputs,
                                 const StandingControls& now) {
                     const bool isOpen = review.isApproveShown || review.isConfirmationShown;
                     const bool isDoubtful = inputs.hasFailed || !inputs.isKnown || inputs.isBlocked ||
                                             inputs.isRejected || inputs.isWordMissing ||
                                             inputs.isReauthenticationMissing || inputs.isSaying;
                     return !inputs.isAsked || !isOpen || !isDoubtful ||
                            (!now.isApproveEnabled && !now.isConfirmEnabled);
                 }),
                 0);
    }

    void aCeremonyIsNeverOpenedWhereOthersAreMissing()
    {
        QCOMPARE(violationsOf([](const ReviewControls& review, const StandingInputs& inputs,
                                 const StandingControls& now) {
                     const bool isOpen = review.isApproveShown || review.isConfirmationShown;
                     return !inputs.isAsked || !isOpen || !inputs.needsOthers || !now.isApproveEnabled ||
                            (now.isEndorsing && inputs.canSay && !inputs.hasSaid);
                 }),
                 0);
    }

    void eachObstacleHasItsSentence()
    {
        const ReviewControls review = openReview();
        StandingInputs inputs = knownStanding();
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::None);
        inputs.isKnown = false;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::Reading);
        QVERIFY(standingControls(review, inputs).isApproveShown);
        inputs.hasFailed = true;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::Failed);
        inputs = knownStanding();
        inputs.isBlocked = true;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::Blocked);
        QVERIFY(!standingControls(review, inputs).isApproveShown);
        inputs = knownStanding();
        inputs.isRejected = true;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::Rejected);
        inputs = knownStanding();
        inputs.needsOthers = true;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::None);
        QVERIFY(standingControls(review, inputs).isEndorsing);
        QVERIFY(standingControls(review, inputs).isCommentShown);
        inputs.hasSaid = true;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::Others);
        QVERIFY(!standingControls(review, inputs).isApproveShown);
        QVERIFY(standingControls(review, inputs).isTakeBackEnabled);
        inputs.hasSaid = false;
        inputs.canSay = false;
        QCOMPARE(standingControls(review, inputs).sentence, Sentence::Others);
        QVERIFY(!standingControls(review, inputs).isTakeBackShown);
    }

    void whatIsOverIsNotTouched()
    {
        StandingInputs inputs = knownStanding();
        inputs.hasSaid = true;
        const StandingControls controls = standingControls(ReviewControls(), inputs);
        QCOMPARE(controls, StandingControls());
    }
};

COUNTERSIGN_APPLESS_TEST(ReviewStandingTest)
#include "ReviewStanding_test.moc"
