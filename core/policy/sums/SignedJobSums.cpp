#include "core/policy/sums/SignedJobSums.h"

#include "core/policy/document/PolicyEntries.h"

namespace countersign {

std::optional<Uint256> leftOfAsset(const PolicyFacts& facts, std::string_view asset)
{
    if (!facts.isUnderstood) {
        return std::nullopt;
    }
    std::optional<Uint256> sum = 0;
    for (const PolicyAsset& leaving : facts.assets) {
        if (!leaving.leaves || (leaving.asset && comparableAsset(*leaving.asset) != asset)) {
            continue;
        }
        if (!leaving.asset || !leaving.amount) {
            return std::nullopt;
        }
        sum = addChecked(*sum, *leaving.amount);
        if (!sum) {
            return std::nullopt;
        }
    }
    return sum;
}

std::optional<Uint256> SignedJobSums::spent(const SpentQuery& query) const
{
    std::optional<Uint256> sum = 0;
    for (const SignedJobFacts& job : m_jobs) {
        const bool isInPeriod = job.signedAt >= query.from && job.signedAt <= query.until;
        if (!isInPeriod || !meetsBesidePeriod(query.rule, job.facts)) {
            continue;
        }
        const std::optional<Uint256> left = leftOfAsset(job.facts, query.asset);
        sum = left ? addChecked(*sum, *left) : std::nullopt;
        if (!sum) {
            return std::nullopt;
        }
    }
    return sum;
}

}  // namespace countersign
