#include "core/signing/approval/ApprovalGate.h"

#include "core/base/encoding/Hex.h"
#include "core/signing/explanation/JobExplainer.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct ApprovalGateText
{
    Q_DECLARE_TR_FUNCTIONS(ApprovalGateText)
};

constexpr std::size_t typedWordDigits = 8;

QString ruleName(const PolicyDecision& decision)
{
    return decision.rule ? QString::fromStdString(*decision.rule)
                         : ApprovalGateText::tr("none of its rules; the built-in policy");
}

tl::unexpected<Error> refused(const QString& sentence, const PolicyDecision& decision)
{
    return failure(ErrorCode::Denied, sentence, QString::fromStdString(decision.rule.value_or("built-in")));
}

/// Only a policy that was set asks for it: the built-in one is applied by the window's review, and a command
/// line without a policy goes on as it was (docs/security.md).
ApprovalDemands demandsOf(const PolicyDecision& decision, const VerifiedJob& job)
{
    ApprovalDemands demands{.reauthentication = decision.approvals.reauthenticate, .typedWord = {}};
    if (decision.approvals.typedWord && job.payload()) {
        demands.typedWord = toHex(job.payload()->digest).substr(0, typedWordDigits);
    }
    return demands;
}

ApprovalGate::Judge byPolicyInForce(const SigningServices& parts)
{
    return
        [policy = std::make_shared<JobPolicy>(parts)](const VerifiedJob& job) { return policy->judge(job); };
}

std::string asTyped(const std::string& word)
{
    return QString::fromStdString(word).trimmed().toLower().toStdString();
}

/// Why this desk's operator's own approval is none of those that are missing.
QString whyNotOwn(const ApprovalVerdict& verdict)
{
    const auto standing =
        verdict.own ? standingApproval(verdict.counted.count, verdict.own->publicKey) : std::nullopt;
    if (!standing || verdict.counted.count.statements[*standing].counts()) {
        return {};
    }
    const std::string_view why = toText(*verdict.counted.count.statements[*standing].why);
    return QLatin1Char(' ') + ApprovalGateText::tr("That of %1 at this desk does not count: %2.")
                                  .arg(QString::fromStdString(verdict.own->name),
                                       QString::fromUtf8(why.data(), static_cast<qsizetype>(why.size())));
}

bool isStill(const ApprovalVerdict& verdict, const ApprovalBasis::Counted& counted)
{
    const auto& digests = verdict.counted.digests;
    const auto found = std::ranges::find(digests, counted.digest);
    if (found == digests.end()) {
        return false;
    }
    const auto at = static_cast<std::size_t>(found - digests.begin());
    return verdict.counted.count.statements[at].counts() ||
           standingApproval(verdict.counted.count, counted.operatorKey) == at;
}

}  // namespace

ApprovalGate::ApprovalGate(const SigningServices& parts, JobStore& store, Judge judge)
    : m_parts(parts),
      m_audit(*parts.database, *parts.vault, *parts.clock),
      m_statements(*parts.database, *parts.vault, m_audit, store, *parts.clock),
      m_judge(judge ? std::move(judge) : byPolicyInForce(parts))
{}

/// With the profile's descriptors: what operators are told depends on them.
Status ApprovalGate::describe()
{
    if (const auto explainer = m_parts.explainer ? m_parts.explainer() : nullptr) {
        ASSIGN_OR_RETURN(m_descriptors, explainer->descriptors());
    }
    m_statements.describeWith(m_descriptors.get());
    return {};
}

Result<ApprovalVerdict> ApprovalGate::judge(const VerifiedJob& job)
{
    const OperatorRegister operators(*m_parts.database, *m_parts.vault, m_audit, *m_parts.clock);
    const OperatorIdentity identity(*m_parts.database, *m_parts.vault, m_audit, *m_parts.clock);
    ApprovalVerdict verdict;
    ASSIGN_OR_RETURN(verdict.judged, m_judge(job));
    ASSIGN_OR_RETURN(verdict.own, identity.find());
    ASSIGN_OR_RETURN(const auto registered, operators.everybody());
    const CountTerms& terms = verdict.judged.terms;
    verdict.isByOperators = terms.policy != CountTerms::ofBuiltInPolicy().policy;
    if (verdict.isByOperators || !registered.empty()) {
        RETURN_IF_ERROR(describe());
        ASSIGN_OR_RETURN(verdict.counted, m_statements.count(job.job(), terms));
    }
    if (verdict.isByOperators) {
        verdict.demands = demandsOf(verdict.judged.decision, job);
        verdict.need = terms.need;
        verdict.have = verdict.counted.count.have;
    } else {
        verdict.have = verdict.need;
    }
    return verdict;
}

Status ApprovalGate::checkDemands(const ApprovalVerdict& verdict, const ApprovalRequest& request)
{
    const PolicyDecision& decision = verdict.judged.decision;
    if (decision.block) {
        return refused(ApprovalGateText::tr("The policy forbids this job (rule “%1”): %2")
                           .arg(ruleName(decision), QString::fromStdString(*decision.block)),
                       decision);
    }
    if (verdict.isByOperators && !verdict.counted.isVouchedFor) {
        return refused(ApprovalGateText::tr(
                           "This job came in with an earlier version, which did not record who asked for it "
                           "and when, so the policy's approvals cannot be counted. Ask for a new one."),
                       decision);
    }
    if (verdict.demands.reauthentication && !request.reauthenticated) {
        return refused(ApprovalGateText::tr(
                           "The policy (rule “%1”) asks whoever approves this to show once more that they "
                           "may: --reauthenticate, with --passphrase-file where the profile has one.")
                           .arg(ruleName(decision)),
                       decision);
    }
    if (!verdict.demands.typedWord.empty() && asTyped(request.typedWord) != verdict.demands.typedWord) {
        return refused(ApprovalGateText::tr(
                           "The policy (rule “%1”) asks whoever approves this for a word: --confirm with the "
                           "first eight digits of what is signed, the digest of \"jobs show\" without 0x.")
                           .arg(ruleName(decision)),
                       decision);
    }
    return {};
}

Status ApprovalGate::checkCount(const ApprovalVerdict& verdict)
{
    const PolicyDecision& decision = verdict.judged.decision;
    if (verdict.isReached()) {
        return {};
    }
    const QString counted =
        ApprovalGateText::tr("The policy (rule “%1”) asks for %2 approvals of operators, and %3 count.")
            .arg(ruleName(decision))
            .arg(verdict.need)
            .arg(verdict.have);
    if (!verdict.own) {
        return refused(
            counted + QLatin1Char(' ') +
                ApprovalGateText::tr("Nobody is an operator at this desk: \"countersign-cli operators new "
                                     "NAME\" makes one, and the other desks register the key."),
            decision);
    }
    return refused(counted + whyNotOwn(verdict) + QLatin1Char(' ') +
                       ApprovalGateText::tr("\"jobs approvals\" lists them; approve again once there are "
                                            "enough."),
                   decision);
}

ApprovalBasis ApprovalGate::basisOf(const ApprovalVerdict& verdict)
{
    ApprovalBasis basis{.policy = verdict.judged.terms.policy,
                        .rule = verdict.judged.decision.rule,
                        .have = verdict.have,
                        .need = verdict.need,
                        .reauthenticated = verdict.demands.reauthentication,
                        .typedWord = !verdict.demands.typedWord.empty(),
                        .statements = {},
                        .trace = verdict.judged.decision.trace};
    const auto& statements = verdict.counted.count.statements;
    const auto own =
        verdict.own ? standingApproval(verdict.counted.count, verdict.own->publicKey) : std::nullopt;
    for (std::size_t at = 0; at < statements.size(); ++at) {
        const CountedApproval& one = statements[at];
        // Also that of who approves, which may not count as an operator's: it can be taken back.
        if ((one.counts() && one.statement.decision == ApprovalDecision::Approve) || own == at) {
            basis.statements.push_back({verdict.counted.digests[at], one.statement.operatorKey, one.name});
        }
    }
    return basis;
}

Status ApprovalGate::recheck(const VerifiedJob& job, const ApprovalBasis& basis)
{
    ASSIGN_OR_RETURN(const auto verdict, judge(job));
    const PolicyDecision& decision = verdict.judged.decision;
    if (verdict.judged.terms.policy != basis.policy || decision.block || decision.rule != basis.rule) {
        return failure(ErrorCode::Busy,
                       ApprovalGateText::tr("The policy decides otherwise about this job than when it was "
                                            "approved (now by %1). Look at it again.")
                           .arg(ruleName(decision)));
    }
    // The built-in policy has no rule's id, and asks by what is found of the job then.
    const bool asksMore = (verdict.demands.reauthentication && !basis.reauthenticated) ||
                          (!verdict.demands.typedWord.empty() && !basis.typedWord);
    if (asksMore) {
        return failure(
            ErrorCode::Busy,
            ApprovalGateText::tr("More is asked of whoever approves this job than when it was "
                                 "approved, because more is found about it now. Look at it again."));
    }
    const bool isStanding = std::ranges::all_of(
        basis.statements, [&](const ApprovalBasis::Counted& one) { return isStill(verdict, one); });
    if (!isStanding || !verdict.isReached()) {
        return failure(ErrorCode::Busy,
                       ApprovalGateText::tr("An approval that this job rested on was taken back, or does not "
                                            "count any more. \"jobs approvals\" says which."));
    }
    return {};
}

Result<SignedApproval> ApprovalGate::approveOnce(const std::string& jobId, const CountTerms& terms,
                                                 BytesView digest)
{
    RETURN_IF_ERROR(describe());
    return m_statements.approveOnce(jobId, terms, digest);
}

}  // namespace countersign
