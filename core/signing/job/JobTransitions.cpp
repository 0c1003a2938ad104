#include "core/signing/job/JobTransitions.h"

#include <algorithm>

namespace countersign {

namespace {

const JobTransition& transitionOf(JobMove move)
{
    return *std::find_if(jobTransitions.begin(), jobTransitions.end(),
                         [&](const JobTransition& transition) { return transition.move == move; });
}

}  // namespace

JobStates statesBefore(JobMove move)
{
    return transitionOf(move).from;
}

std::optional<JobState> stateAfter(JobMove move)
{
    std::optional<JobState> only;
    for (const JobState state : allJobStates) {
        if (transitionOf(move).to.contains(state)) {
            if (only) {
                return std::nullopt;
            }
            only = state;
        }
    }
    return only;
}

JobState stateBackTo(JobMove move, JobState approvedFrom)
{
    return transitionOf(move).to.contains(approvedFrom) ? approvedFrom : JobState::Interrupted;
}

bool allows(JobState state, JobMove move)
{
    return statesBefore(move).contains(state);
}

bool mayBePrepared(JobState state)
{
    return allows(state, JobMove::ApproveAgain);
}

bool waitsForOperator(JobState state)
{
    return allows(state, JobMove::Approve);
}

bool needsAgain(JobState state)
{
    return allows(state, JobMove::ApproveAgain) && !allows(state, JobMove::Approve);
}

bool mayBeWithdrawn(const Job& job)
{
    return allows(job.state, JobMove::Withdraw) && !(job.state == JobState::Failed && !job.signature.empty());
}

}  // namespace countersign
