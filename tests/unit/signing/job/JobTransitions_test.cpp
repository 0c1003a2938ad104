#include "core/signing/job/JobTransitions.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace countersign;

namespace {

constexpr std::array namedJobMoves = {
    std::pair{JobMove::Approve, "approve"},
    std::pair{JobMove::ApproveAgain, "approve again"},
    std::pair{JobMove::Disapprove, "disapprove"},
    std::pair{JobMove::BeginSigning, "begin signing"},
    std::pair{JobMove::RecordSignature, "record signature"},
    std::pair{JobMove::LeaveCeremony, "leave ceremony"},
    std::pair{JobMove::AbandonCeremony, "abandon ceremony"},
    std::pair{JobMove::FailApproved, "fail approved"},
    std::pair{JobMove::FailCeremony, "fail ceremony"},
    std::pair{JobMove::Interrupt, "interrupt"},
    std::pair{JobMove::MarkBroadcast, "mark broadcast"},
    std::pair{JobMove::Confirm, "confirm"},
    std::pair{JobMove::FailBroadcast, "fail broadcast"},
    std::pair{JobMove::Reject, "reject"},
    std::pair{JobMove::Expire, "expire"},
    std::pair{JobMove::Withdraw, "withdraw"},
};

std::string namedStates(JobStates states)
{
    std::string names;
    for (const JobState state : allJobStates) {
        if (states.contains(state)) {
            names += std::string(names.empty() ? "" : " ") + std::string(toText(state));
        }
    }
    return names;
}

}  // namespace

class JobTransitionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStateHasItsPlace()
    {
        std::map<std::string_view, int> seen;
        for (const JobState state : allJobStates) {
            QVERIFY(!toText(state).empty());
            ++seen[toText(state)];
        }
        QCOMPARE(seen.size(), allJobStates.size());
        QVERIFY(JobStates({}).contains(JobState::Pending) == false);
    }

    void everyMoveHasItsRow()
    {
        QCOMPARE(jobTransitions.size(), namedJobMoves.size());
        for (const auto& [move, name] : namedJobMoves) {
            int count = 0;
            for (const JobTransition& row : jobTransitions) {
                count += row.move == move ? 1 : 0;
            }
            QVERIFY2(count == 1, name);
        }
    }

    /// design.md §5, written down a second time.
    void movesAreThoseOfTheDesign_data()
    {
        QTest::addColumn<JobMove>("move");
        QTest::addColumn<std::string>("from");
        QTest::addColumn<std::string>("to");
        const std::map<JobMove, std::pair<std::string, std::string>> design = {
            {JobMove::Approve, {"pending", "approved"}},
            {JobMove::ApproveAgain, {"pending failed interrupted", "approved"}},
            {JobMove::Disapprove, {"approved", "pending failed interrupted"}},
            {JobMove::BeginSigning, {"approved", "signing"}},
            {JobMove::RecordSignature, {"signing", "signed"}},
            {JobMove::LeaveCeremony, {"approved signing", "pending failed interrupted"}},
            {JobMove::AbandonCeremony, {"signing", "pending failed interrupted"}},
            {JobMove::FailApproved, {"approved", "failed"}},
            {JobMove::FailCeremony, {"approved signing", "failed"}},
            {JobMove::Interrupt, {"signing", "interrupted"}},
            {JobMove::MarkBroadcast, {"signed", "broadcast"}},
            {JobMove::Confirm, {"signed broadcast", "confirmed"}},
            {JobMove::FailBroadcast, {"signed broadcast", "failed"}},
            {JobMove::Reject, {"pending failed interrupted", "rejected"}},
            {JobMove::Expire, {"pending approved", "expired"}},
            {JobMove::Withdraw, {"pending approved failed interrupted", "withdrawn"}},
        };
        for (const auto& [move, name] : namedJobMoves) {
            QTest::newRow(name) << move << design.at(move).first << design.at(move).second;
        }
    }

    void movesAreThoseOfTheDesign()
    {
        QFETCH(const JobMove, move);
        QFETCH(const std::string, from);
        QFETCH(const std::string, to);
        QCOMPARE(namedStates(statesBefore(move)), from);
        for (const JobState state : allJobStates) {
            QCOMPARE(allows(state, move), statesBefore(move).contains(state));
        }
        if (const auto after = stateAfter(move)) {
            QCOMPARE(std::string(toText(*after)), to);
        } else {
            QVERIFY(to.find(' ') != std::string::npos);
        }
        for (const JobState state : allJobStates) {
            const bool isOne =
                (' ' + to + ' ').find(' ' + std::string(toText(state)) + ' ') != std::string::npos;
            QCOMPARE(stateBackTo(move, state), isOne ? state : JobState::Interrupted);
        }
    }

    /// Every pair of states: by which moves one follows the other, and that what ended stays as it is.
    void everyPairIsDecided()
    {
        const JobStates ended = {JobState::Confirmed, JobState::Rejected, JobState::Expired,
                                 JobState::Withdrawn, JobState::Blocked};
        int ways = 0;
        for (const JobState from : allJobStates) {
            for (const JobState to : allJobStates) {
                const auto leads = [&](const JobTransition& row) {
                    return row.from.contains(from) && row.to.contains(to);
                };
                const auto count = std::count_if(jobTransitions.begin(), jobTransitions.end(), leads);
                ways += count > 0 ? 1 : 0;
                QVERIFY(count == 0 || !ended.contains(from));
                // Nobody is approved, signed or sent but by the one step before it.
                if (to == JobState::Signed) {
                    QCOMPARE(count > 0, from == JobState::Signing);
                }
                if (to == JobState::Signing) {
                    QCOMPARE(count > 0, from == JobState::Approved);
                }
                if (to == JobState::Broadcast) {
                    QCOMPARE(count > 0, from == JobState::Signed);
                }
                if (from == to) {
                    QCOMPARE(count, 0);
                }
            }
        }
        QCOMPARE(ways, 25);
    }

    void questionsAskTheTable()
    {
        for (const JobState state : allJobStates) {
            QCOMPARE(waitsForOperator(state), state == JobState::Pending);
            QCOMPARE(needsAgain(state), state == JobState::Failed || state == JobState::Interrupted);
            QCOMPARE(mayBePrepared(state), waitsForOperator(state) || needsAgain(state));
        }
    }

    void aSignatureIsNotWithdrawn()
    {
        Job job;
        for (const JobState state : allJobStates) {
            job.state = state;
            job.signature.clear();
            QCOMPARE(mayBeWithdrawn(job), allows(state, JobMove::Withdraw));
            job.signature = Bytes(65, 1);
            QCOMPARE(mayBeWithdrawn(job), allows(state, JobMove::Withdraw) && state != JobState::Failed);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(JobTransitionsTest)
#include "JobTransitions_test.moc"
