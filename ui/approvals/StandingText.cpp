#include "ui/approvals/StandingText.h"

#include "ui/text/OperatorText.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct StandingTextText
{
    Q_DECLARE_TR_FUNCTIONS(StandingTextText)
};

StateText chip(const QString& word, const char* icon, Tone tone, const QString& meaning)
{
    return {word, QString(QLatin1String(icon)), tone, meaning, {}};
}

QString ruleText(const PolicyDecision& decision)
{
    return decision.rule ? StandingTextText::tr("Rule %1").arg(visibleText(*decision.rule))
                         : StandingTextText::tr("The built-in policy");
}

}  // namespace

StateText standingText(const JobStanding& standing)
{
    if (standing.isBlocked()) {
        return chip(StandingTextText::tr("Blocked"), "refused", Tone::Bad,
                    visibleText(*standing.judged.decision.block));
    }
    if (standing.count.isRejected) {
        return chip(StandingTextText::tr("Rejected"), "refused", Tone::Bad,
                    StandingTextText::tr("An operator rejected it; it is not signed any more."));
    }
    if (!standing.isByOperators()) {
        return chip(StandingTextText::tr("Waits for you"), "clock", Tone::Warning,
                    StandingTextText::tr("One approval is enough, and it can be given here."));
    }
    if (standing.ownWord() == ApprovalDecision::Approve) {
        return standing.count.isReached()
                   ? chip(StandingTextText::tr("Ready"), "check", Tone::Good,
                          StandingTextText::tr("All approvals are there."))
                   : chip(StandingTextText::tr("You approved"), "check", Tone::Info,
                          StandingTextText::tr("Your approval is there; others are missing."));
    }
    if (standing.count.isReached()) {
        return chip(StandingTextText::tr("Ready"), "check", Tone::Good,
                    StandingTextText::tr("All approvals are there."));
    }
    if (standing.waitsForOwn()) {
        return chip(StandingTextText::tr("Waits for you"), "clock", Tone::Warning,
                    StandingTextText::tr("Your approval would bring it forward."));
    }
    if (!standing.own) {
        return chip(StandingTextText::tr("No operator here"), "question", Tone::Warning,
                    StandingTextText::tr(
                        "The policy asks for approvals of operators, and this desk has none. Make one on "
                        "the page Operators."));
    }
    return standing.isOwnRequest
               ? chip(StandingTextText::tr("You asked for it"), "jobs", Tone::Neutral,
                      StandingTextText::tr("Nobody approves what they asked for, where others are asked."))
               : chip(StandingTextText::tr("Others are asked"), "clock", Tone::Neutral,
                      StandingTextText::tr("The policy asks others for this job."));
}

StateText standingText(const Result<JobStanding>& standing)
{
    return standing
               ? standingText(*standing)
               : chip(StandingTextText::tr("Cannot be told"), "error", Tone::Bad, standing.error().sentence);
}

QString mayApproveText(const JobStanding& standing)
{
    if (standing.isBlocked()) {
        return StandingTextText::tr("Nobody can approve what the policy forbids.");
    }
    if (standing.mayApprove.empty()) {
        return standing.count.isReached() || standing.count.need <= 1
                   ? QString()
                   : StandingTextText::tr("Nobody is left who may approve it: register more operators.");
    }
    return StandingTextText::tr("May approve: %1").arg(namesText(standing.mayApprove, 8));
}

QString tallyText(const WaitingTally& tally)
{
    if (tally.forSecond == 0) {
        return {};
    }
    return tally.forSecond == 1
               ? StandingTextText::tr("1 job waits for a second approval")
               : StandingTextText::tr("%1 jobs wait for a second approval").arg(tally.forSecond);
}

QString takenText(const StatementTaken& taken)
{
    const QString who = taken.name.empty() ? StandingTextText::tr("An operator who is not registered")
                                           : visibleText(taken.name);
    const QString said = StandingTextText::tr("%1: %2.").arg(who, decisionText(taken.decision).word);
    if (!taken.why) {
        return said + u' ' + StandingTextText::tr("It counts.");
    }
    const StateText doubt = doubtText(*taken.why);
    const QString sentence = said + u' ' + StandingTextText::tr("It does not count. %1").arg(doubt.meaning);
    return doubt.remedy.isEmpty() ? sentence : sentence + u' ' + doubt.remedy;
}

QString saidText(const StatementSaid& said)
{
    if (said.isPosted) {
        return StandingTextText::tr("Said. The other desks hear of it through the relay.");
    }
    return said.problem.isEmpty()
               ? StandingTextText::tr(
                     "Said. The job did not come through the relay, so no other desk hears of this "
                     "by itself: hand it over.")
               : StandingTextText::tr(
                     "Said, and kept at this desk; it did not reach the relay: %1 Try again, or hand "
                     "it over.")
                     .arg(said.problem);
}

QString decisionText(const PolicyDecision& decision)
{
    const QString rule = ruleText(decision);
    if (decision.block) {
        return StandingTextText::tr("%1 forbids this job: %2").arg(rule, visibleText(*decision.block));
    }
    QStringList wanted;
    wanted << (decision.approvals.count == 1
                   ? StandingTextText::tr("1 approval")
                   : StandingTextText::tr("%1 approvals").arg(decision.approvals.count));
    if (!decision.approvals.from.empty()) {
        wanted.last() += StandingTextText::tr(" from %1").arg(namesText(decision.approvals.from, 8));
    }
    if (decision.approvals.reauthenticate) {
        wanted << StandingTextText::tr("that you show once more who you are");
    }
    if (decision.approvals.typedWord) {
        wanted << StandingTextText::tr("a typed word");
    }
    const QString last = wanted.takeLast();
    return StandingTextText::tr("%1 asks for %2.")
        .arg(rule,
             wanted.isEmpty()
                 ? last
                 : StandingTextText::tr("%1 and %2").arg(wanted.join(StandingTextText::tr(", ")), last));
}

}  // namespace countersign
