#include "core/signing/local/LocalJobRules.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

const std::string noJobRulesText;

std::vector<meaning::Finding> judgedByJobRules(const LocalFacts& facts)
{
    std::vector<meaning::Finding> findings;
    checkAgainstOtherJobs(facts, findings);
    return findings;
}

JobOutline payingAtNonce(std::uint64_t amount, std::uint64_t nonce, const std::string& to = shop)
{
    JobOutline outline = paying({payment(to, amount)});
    outline.nonce = nonce;
    return outline;
}

JobOutline withFee(const Uint256& fee)
{
    JobOutline outline = paying({payment(shop, 5)});
    outline.fee = fee;
    return outline;
}

}  // namespace

class LocalJobRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSamePaymentIsARepetition()
    {
        LocalFacts facts = factsOf(paying({payment(shop, 5)}));
        QVERIFY(judgedByJobRules(facts).empty());
        facts.signedJobs = {signedJob(paying({payment(shop, 5)}))};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("critical"));
        facts.signedJobs = {signedJob(paying({payment(shop, 6)}))};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("warning"));
        facts.signedJobs = {signedJob(paying({payment(shop, 5), payment(bank, 5)}))};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("warning"));
        facts.signedJobs = {signedJob(paying({payment(shop, 5, "eip155:1/slip44:60")}))};
        QVERIFY(judgedByJobRules(facts).empty());
        facts.signedJobs = {signedJob(paying({payment(bank, 5)}))};
        QVERIFY(judgedByJobRules(facts).empty());
    }

    void theGravestRepetitionIsTold()
    {
        LocalFacts facts = factsOf(paying({payment(shop, 5)}));
        facts.signedJobs = {signedJob(paying({payment(shop, 6)})), signedJob(paying({payment(shop, 5)}))};
        QCOMPARE(judgedByJobRules(facts).size(), 1U);
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("critical"));
    }

    void aFailedPaymentMayBeRepeated()
    {
        LocalFacts facts = factsOf(paying({payment(shop, 5)}));
        facts.signedJobs = {signedJob(paying({payment(shop, 5)}), JobState::Failed)};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("warning"));
    }

    void repetitionsAreForgottenAfterADay()
    {
        LocalFacts facts = factsOf(paying({payment(shop, 5)}));
        facts.signedJobs = {signedJob(paying({payment(shop, 5)}))};
        facts.signedJobs.front().signedAt = facts.now - duplicateWithin;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("critical"));
        --facts.signedJobs.front().signedAt;
        QVERIFY(judgedByJobRules(facts).empty());
    }

    void theSameBytesAreARepetition()
    {
        LocalFacts facts = factsOf(paying({}));
        facts.signedJobs = {signedJob(paying({}))};
        QVERIFY(judgedByJobRules(facts).empty());
        facts.signedJobs.front().digest = facts.digest;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("warning"));
        // What is not known is not the same.
        facts.digest.clear();
        facts.signedJobs.front().digest.clear();
        QVERIFY(judgedByJobRules(facts).empty());
    }

    void unknownAmountsAreNeverTheSame()
    {
        JobOutline open = paying({payment(shop, 5)});
        open.payments.front().amount.reset();
        LocalFacts facts = factsOf(open);
        facts.signedJobs = {signedJob(open)};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("warning"));
    }

    void unreadableJobsMayBeTheSame()
    {
        LocalFacts facts = factsOf(paying({payment(shop, 5)}));
        facts.unreadableJobs = 1;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.duplicate"), std::string("error"));
    }

    void aReplacementIsNoRepetition()
    {
        LocalFacts facts = factsOf(payingAtNonce(5, 7));
        facts.signedJobs = {signedJob(payingAtNonce(5, 7), JobState::Broadcast)};
        facts.sameNonce = facts.signedJobs;
        const auto findings = judgedByJobRules(facts);
        QCOMPARE(gravity(findings, "job.duplicate"), noJobRulesText);
        QCOMPARE(gravity(findings, "job.replacement"), std::string("critical"));
        QCOMPARE(gravity(findings, "job.replacementRaises"), noJobRulesText);
        QCOMPARE(gravity(findings, "job.noncePending"), noJobRulesText);
        facts.sameNonce.front().state = JobState::Confirmed;
        QVERIFY(detail(judgedByJobRules(facts), "job.replacement").find("never be executed") !=
                std::string::npos);
    }

    void anOpenJobWithTheNonce()
    {
        LocalFacts facts = factsOf(payingAtNonce(5, 7));
        facts.sameNonce = {openJob(payingAtNonce(9, 7, bank))};
        const auto findings = judgedByJobRules(facts);
        QCOMPARE(gravity(findings, "job.noncePending"), std::string("warning"));
        QCOMPARE(gravity(findings, "job.replacement"), noJobRulesText);
        QCOMPARE(gravity(findings, "job.replacementRaises"), noJobRulesText);
    }

    /// A submitter with enough waiting jobs cannot make "no other job has it" of "not all were looked at".
    void moreWaitingJobsThanAreCompared()
    {
        LocalFacts facts = factsOf(payingAtNonce(5, 7));
        QCOMPARE(gravity(judgedByJobRules(facts), "job.noncePending"), noJobRulesText);
        facts.sameNonceIsCut = true;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.noncePending"), std::string("error"));
        facts.sameNonce = {openJob(payingAtNonce(9, 7, bank))};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.noncePending"), std::string("warning"));
    }

    void replacementsThatRaise()
    {
        const auto raising = [](const JobOutline& now) {
            LocalFacts facts = factsOf(now);
            facts.sameNonce = {signedJob(payingAtNonce(5, 7))};
            return gravity(judgedByJobRules(facts), "job.replacementRaises");
        };
        QCOMPARE(raising(payingAtNonce(4, 7)), noJobRulesText);
        QCOMPARE(raising(payingAtNonce(6, 7)), std::string("critical"));
        QCOMPARE(raising(payingAtNonce(5, 7, bank)), std::string("critical"));
        // A cancellation sends nothing.
        JobOutline nothing = paying({});
        nothing.nonce = 7;
        QCOMPARE(raising(nothing), noJobRulesText);
        // Twice three is more than five.
        JobOutline split = paying({payment(shop, 3), payment(shop, 3)});
        QCOMPARE(raising(split), std::string("critical"));
        JobOutline power = payingAtNonce(5, 7);
        power.parties.push_back(payee(bank));
        power.parties.back().isPaid = false;
        power.parties.back().isEmpowered = true;
        QCOMPARE(raising(power), std::string("critical"));
        JobOutline dark = payingAtNonce(5, 7);
        dark.understood = false;
        QCOMPARE(raising(dark), std::string("error"));
    }

    void noncesFarAhead()
    {
        LocalFacts facts = factsOf(payingAtNonce(5, 100 + nonceFarAhead));
        QCOMPARE(gravity(judgedByJobRules(facts), "job.nonceFar"), noJobRulesText);
        facts.signedJobs = {signedJob(payingAtNonce(9, 3, bank)), signedJob(payingAtNonce(9, 100, bank))};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.nonceFar"), noJobRulesText);
        ++*facts.outline.nonce;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.nonceFar"), std::string("warning"));
        // A node knows better than this desk.
        facts.outline.isNonceFromNode = true;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.nonceFar"), noJobRulesText);
        facts.outline.isNonceFromNode = false;
        for (OtherJob& job : facts.signedJobs) {
            job.outline.chain = "eip155:10";
        }
        QCOMPARE(gravity(judgedByJobRules(facts), "job.nonceFar"), noJobRulesText);
    }

    void feesBesideEarlierOnes()
    {
        LocalFacts facts = factsOf(withFee(10'010));
        facts.outline.payments.clear();
        facts.signedJobs = {signedJob(withFee(1'000)), signedJob(withFee(10))};
        QCOMPARE(gravity(judgedByJobRules(facts), "job.feeHigh"), noJobRulesText);
        facts.signedJobs.push_back(signedJob(withFee(999)));
        QCOMPARE(gravity(judgedByJobRules(facts), "job.feeHigh"), std::string("warning"));
        facts.outline.fee = 10'000;
        QCOMPARE(gravity(judgedByJobRules(facts), "job.feeHigh"), noJobRulesText);
        facts.outline.fee.reset();
        QCOMPARE(gravity(judgedByJobRules(facts), "job.feeHigh"), noJobRulesText);
    }
};

COUNTERSIGN_APPLESS_TEST(LocalJobRulesTest)
#include "LocalJobRules_test.moc"
