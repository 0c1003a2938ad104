#include "core/signing/policy/JobPolicy.h"

#include "core/signing/job/JobExplanation.h"
#include "core/signing/policy/JobFacts.h"

namespace countersign {

Result<JudgedJob> JobPolicy::judge(const VerifiedJob& job) const
{
    ASSIGN_OR_RETURN(const JobExplanation explained, explainJob(job, {}));
    const auto unlabelled = [](std::string_view, std::string_view) -> std::optional<AddressLabels> {
        return std::nullopt;
    };
    const PolicyFacts facts =
        policyFactsOf(job, explained.explanation.meaning, unlabelled, m_parts.clock->now());
    JudgedJob judged;
    judged.decision = evaluatePolicy(nullptr, facts, NoSpentSums());
    judged.terms = CountTerms::ofBuiltInPolicy();
    judged.terms.need = judged.decision.approvals.count;
    judged.terms.from = judged.decision.approvals.from;
    return judged;
}

}  // namespace countersign
