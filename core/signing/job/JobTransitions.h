#pragma once

#include "core/signing/job/Job.h"

#include <array>
#include <cstdint>
#include <initializer_list>

// The states of a job and the ways between them (design.md §5), in one table: who moves a job asks for a move
// by its name, and who wants to know whether something may be done asks the table.

namespace countersign {

inline constexpr std::array allJobStates = {JobState::Pending,   JobState::Approved,  JobState::Signing,
                                            JobState::Signed,    JobState::Broadcast, JobState::Confirmed,
                                            JobState::Rejected,  JobState::Expired,   JobState::Failed,
                                            JobState::Withdrawn, JobState::Blocked,   JobState::Interrupted};

/// Some of the states.
class JobStates
{
public:
    constexpr JobStates(std::initializer_list<JobState> states)
    {
        for (const JobState state : states) {
            m_bits |= bitOf(state);
        }
    }
    template <std::size_t count>
    constexpr JobStates(const std::array<JobState, count>& states)
    {
        for (const JobState state : states) {
            m_bits |= bitOf(state);
        }
    }
    constexpr bool contains(JobState state) const { return (m_bits & bitOf(state)) != 0; }

private:
    static constexpr std::uint32_t bitOf(JobState state)
    {
        return std::uint32_t{1} << static_cast<unsigned>(state);
    }

    std::uint32_t m_bits = 0;
};

enum class JobMove {
    Approve,
    ApproveAgain,  ///< with an explicit "again": another ceremony, whatever became of the last one
    Disapprove,    ///< the approval is too old to go on from
    BeginSigning,
    RecordSignature,
    LeaveCeremony,    ///< nothing can have been signed, and another try may do better
    AbandonCeremony,  ///< the same, found out after a crash
    FailApproved,     ///< what was approved is not what is stored: no ceremony begins
    FailCeremony,
    Interrupt,  ///< a crash left the outcome unknown
    MarkBroadcast,
    Confirm,
    FailBroadcast,  ///< the chain refused
    Reject,
    Expire,
    Withdraw,
};

struct JobTransition
{
    JobMove move = JobMove::Approve;
    JobStates from = {};
    JobStates to = {};
};

/// Where a job goes back to when a ceremony comes to nothing is where its approval found it
/// (Job::approvedFrom); all other moves have one state to go to.
inline constexpr std::array jobTransitions = {
    JobTransition{JobMove::Approve, {JobState::Pending}, {JobState::Approved}},
    JobTransition{JobMove::ApproveAgain,
                  {JobState::Pending, JobState::Failed, JobState::Interrupted},
                  {JobState::Approved}},
    JobTransition{JobMove::Disapprove,
                  {JobState::Approved},
                  {JobState::Pending, JobState::Failed, JobState::Interrupted}},
    JobTransition{JobMove::BeginSigning, {JobState::Approved}, {JobState::Signing}},
    JobTransition{JobMove::RecordSignature, {JobState::Signing}, {JobState::Signed}},
    JobTransition{JobMove::LeaveCeremony,
                  {JobState::Approved, JobState::Signing},
                  {JobState::Pending, JobState::Failed, JobState::Interrupted}},
    JobTransition{JobMove::AbandonCeremony,
                  {JobState::Signing},
                  {JobState::Pending, JobState::Failed, JobState::Interrupted}},
    JobTransition{JobMove::FailApproved, {JobState::Approved}, {JobState::Failed}},
    JobTransition{JobMove::FailCeremony, {JobState::Approved, JobState::Signing}, {JobState::Failed}},
    JobTransition{JobMove::Interrupt, {JobState::Signing}, {JobState::Interrupted}},
    JobTransition{JobMove::MarkBroadcast, {JobState::Signed}, {JobState::Broadcast}},
    JobTransition{JobMove::Confirm, {JobState::Signed, JobState::Broadcast}, {JobState::Confirmed}},
    JobTransition{JobMove::FailBroadcast, {JobState::Signed, JobState::Broadcast}, {JobState::Failed}},
    JobTransition{
        JobMove::Reject, {JobState::Pending, JobState::Failed, JobState::Interrupted}, {JobState::Rejected}},
    JobTransition{JobMove::Expire, {JobState::Pending, JobState::Approved}, {JobState::Expired}},
    JobTransition{JobMove::Withdraw,
                  {JobState::Pending, JobState::Approved, JobState::Failed, JobState::Interrupted},
                  {JobState::Withdrawn}},
};

JobStates statesBefore(JobMove move);
/// The one state that the move ends in; nothing where the job says which.
std::optional<JobState> stateAfter(JobMove move);
/// Where a job really goes back to: a column of the profile's file may hold anything, and what is no state to
/// go back to counts as an unknown outcome.
JobState stateBackTo(JobMove move, JobState approvedFrom);

bool allows(JobState state, JobMove move);
/// Whether what it would sign may still be filled in.
bool mayBePrepared(JobState state);
/// Nobody has decided yet.
bool waitsForOperator(JobState state);
/// Only an explicit "again" opens another ceremony.
bool needsAgain(JobState state);
/// Its submitter may have it back: a signature that exists cannot be withdrawn.
bool mayBeWithdrawn(const Job& job);

}  // namespace countersign
