#pragma once

#include "core/signing/job/JobExplanation.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// A job with everything that is known of what it means, as JobExplainer made it: the review and
/// `jobs explain` show nothing else.
struct ExplainedJob
{
    Job job;
    Result<VerifiedJob> verified;        ///< errors of VerifiedJob::of
    Result<JobExplanation> explanation;  ///< its error, or that of explainJob
    std::vector<meaning::Finding>
        local{};  ///< what only this profile knows (design.md §10): outside the hash
};

/// The findings of the explanation and those of the profile together, the gravest first.
std::vector<meaning::Finding> findingsOf(const ExplainedJob& explained);

/// What a job means in short, for lists.
struct JobGist
{
    bool understood = false;
    std::string intent;                          ///< one sentence in English, only where it is understood
    std::optional<meaning::Severity> gravest{};  ///< of its findings; nothing where it was not explained

    bool operator==(const JobGist&) const = default;
};

}  // namespace countersign
