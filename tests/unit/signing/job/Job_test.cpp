#include "core/signing/job/Job.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <array>
#include <set>

using namespace countersign;

namespace {

constexpr std::array everyState = {JobState::Pending,   JobState::Approved,  JobState::Signing,
                                   JobState::Signed,    JobState::Broadcast, JobState::Confirmed,
                                   JobState::Rejected,  JobState::Expired,   JobState::Failed,
                                   JobState::Withdrawn, JobState::Blocked,   JobState::Interrupted};
constexpr std::array everyKind = {JobKind::EvmMessage, JobKind::EvmTypedData, JobKind::EvmTransaction,
                                  JobKind::SolanaMessage, JobKind::SolanaTransaction};

}  // namespace

class JobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesGoBothWays()
    {
        std::set<std::string_view> names;
        for (const JobState state : everyState) {
            QCOMPARE(jobStateFrom(toText(state)), std::optional(state));
            names.insert(toText(state));
        }
        QCOMPARE(names.size(), everyState.size());
        for (const JobKind kind : everyKind) {
            QCOMPARE(jobKindFrom(toText(kind)), std::optional(kind));
            names.insert(toText(kind));
        }
        QCOMPARE(names.size(), everyState.size() + everyKind.size());
        for (const JobOrigin origin : {JobOrigin::Console, JobOrigin::File, JobOrigin::Relay}) {
            QCOMPARE(jobOriginFrom(toText(origin)), std::optional(origin));
        }
    }

    void spellsAsTheContractDoes()
    {
        QCOMPARE(toText(JobKind::EvmTypedData), std::string_view("evm.typedData"));
        QCOMPARE(toText(JobKind::SolanaTransaction), std::string_view("solana.transaction"));
        QCOMPARE(toText(JobState::Interrupted), std::string_view("interrupted"));
        QVERIFY(!jobKindFrom("evm.typeddata"));
        QVERIFY(!jobKindFrom(""));
        QVERIFY(!jobStateFrom("Pending"));
        QVERIFY(!jobOriginFrom("console "));
    }

    void knowsChainsAndTransactions()
    {
        QVERIFY(isEvm(JobKind::EvmMessage) && isEvm(JobKind::EvmTypedData) && isEvm(JobKind::EvmTransaction));
        QVERIFY(!isEvm(JobKind::SolanaMessage) && !isEvm(JobKind::SolanaTransaction));
        QVERIFY(isTransaction(JobKind::EvmTransaction) && isTransaction(JobKind::SolanaTransaction));
        QVERIFY(!isTransaction(JobKind::EvmTypedData) && !isTransaction(JobKind::SolanaMessage));
    }

    void aSignedJobIsDoneUnlessItIsToBeSent()
    {
        QVERIFY(isDone(JobState::Signed, false));
        QVERIFY(isRunning(JobState::Signed, true));
        QVERIFY(!isDone(JobState::Interrupted, false) && !isRunning(JobState::Interrupted, true));
        QVERIFY(!isDone(JobState::Pending, true) && !isRunning(JobState::Pending, true));
        for (const JobState state : everyState) {
            QVERIFY(!(isDone(state, true) && isRunning(state, true)));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(JobTest)
#include "Job_test.moc"
