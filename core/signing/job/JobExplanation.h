#pragma once

#include "core/meaning/Knowledge.h"
#include "core/meaning/Meaning.h"
#include "core/signing/job/VerifiedJob.h"

#include <string>
#include <vector>

namespace countersign {

/// What a job means, and the hash by which two desks compare what they saw (design.md §10).
struct JobExplanation
{
    meaning::Explanation explanation;
    std::string hash;  ///< lowercase hex; empty as long as something is open: it is another one afterwards
    std::vector<std::string> open;  ///< members that the node will fill in; their effects are not in it yet
};

/// Explains the bytes that will be signed, with the values that were filled in. Pure: no network, no clock,
/// nothing of the profile but the job. While values are open (nonce, gas, blockhash) it explains the rest and
/// leaves out the fee. InvalidInput when what is to be signed cannot be hashed.
Result<JobExplanation> explainJob(const VerifiedJob& job, const meaning::Knowledge& knowledge);

}  // namespace countersign
