#include "ui/text/JobText.h"

#include "tests/support/TestProgram.h"
#include "ui/models/query/JobQuery.h"
#include "ui/review/CeremonySteps.h"

#include <QTest>

using namespace countersign;

class JobTextTest : public QObject
{
    Q_OBJECT

private:
    static constexpr UnixMillis minute = 60'000;

    static Job withPayload(JobKind kind, const std::string& payload)
    {
        Job job;
        job.kind = kind;
        job.document = toBytes(asBytes(R"({"wallet":"w","kind":"x","payload":)" + payload + "}"));
        return job;
    }

    static QString summary(const std::string& payload)
    {
        return jobSummary(withPayload(JobKind::EvmTransaction, payload));
    }

private Q_SLOTS:
    void saysHowFarABroadcastIs()
    {
        using Commitment = SolanaStatus::Commitment;
        QCOMPARE(progressText({.wanted = 3}), QStringLiteral("in no block yet"));
        QCOMPARE(progressText({.confirmations = 2, .wanted = 3}), QStringLiteral("2 of 3 confirmations"));
        QCOMPARE(progressText({}), QStringLiteral("not executed yet"));
        QVERIFY(
            progressText({.commitment = Commitment::Processed}).contains(QStringLiteral("not confirmed")));
        QVERIFY(progressText({.commitment = Commitment::Confirmed}).contains(QStringLiteral("confirmed by")));
        QCOMPARE(progressText({.commitment = Commitment::Finalized}), QStringLiteral("finalised"));
        const BroadcastProgress two{.confirmations = 2, .wanted = 3};
        QCOMPARE(stateText(JobState::Broadcast, two).word, QStringLiteral("Sent, 2 of 3"));
        QVERIFY(stateText(JobState::Broadcast, two).meaning.contains(QStringLiteral("2 of 3 confirmations")));
        QCOMPARE(stateText(JobState::Broadcast, std::nullopt).word, QStringLiteral("Sent"));
        QCOMPARE(stateText(JobState::Confirmed, two).word, stateText(JobState::Confirmed).word);
        QCOMPARE(stateText(JobState::Confirmed, two).meaning, stateText(JobState::Confirmed).meaning);
    }

    void countsDown()
    {
        QCOMPARE(countdown(3 * 60 * minute + 12 * minute, 0).text, QStringLiteral("3 h 12 min"));
        QCOMPARE(countdown(60 * minute, 0).tone, Tone::Neutral);
        QCOMPARE(countdown(60 * minute - 1, 0).tone, Tone::Warning);
        QCOMPARE(countdown(10 * minute - 1, 0).tone, Tone::Bad);
        QCOMPARE(countdown(9 * minute + 5'000, 0).text, QStringLiteral("9:05 min"));
        QVERIFY(!countdown(1, 0).expired);
        QVERIFY(countdown(0, 0).expired);
    }

    void expiresByTheClockAlone()
    {
        Job job;
        job.expiresAt = 100;
        QCOMPARE(stateNow(job, 99), JobState::Pending);
        QCOMPARE(stateNow(job, 100), JobState::Expired);
        job.state = JobState::Signed;
        QCOMPARE(stateNow(job, 100), JobState::Signed);
    }

    void everyStateHasItsChip()
    {
        QStringList words;
        for (int i = 0; i <= int(JobState::Interrupted); ++i) {
            const StateText text = stateText(static_cast<JobState>(i));
            QVERIFY(!text.word.isEmpty() && !text.icon.isEmpty() && !text.meaning.isEmpty());
            QVERIFY(!words.contains(text.word));
            words << text.word;
        }
    }

    void summarisesOnlyWhatIsCertain()
    {
        const std::string to = R"("to":"0x00000000000000000000000000000000000000cc")";
        QCOMPARE(summary(R"({"transaction":{"chainId":"1",)" + to + R"(,"value":"500000000000000000"}})"),
                 QStringLiteral("Transfer of 0.5 · chain 1"));
        // Whatever carries data is never called a transfer, however small its value.
        QCOMPARE(summary(R"({"transaction":{"chainId":"1",)" + to + R"(,"value":"0","data":"0x00"}})"),
                 QStringLiteral("Call with data · chain 1"));
        QCOMPARE(summary(R"({"transaction":{"chainId":10,"data":"0x60"}})"),
                 QStringLiteral("Contract creation · chain 10"));
        QCOMPARE(summary(R"({"transaction":{"chainId":"1","type":4,)" + to + "}}"),
                 QStringLiteral("Transaction · chain 1"));
        QCOMPARE(summary(R"({"raw":"0x02"})"), QStringLiteral("Raw transaction"));
        QCOMPARE(summary("[]"), QStringLiteral("Transaction"));
        QCOMPARE(jobSummary(withPayload(JobKind::EvmTypedData,
                                        "{\"typedData\":{\"primaryType\":\"Per\xe2\x80\xaemit\"}}")),
                 QStringLiteral("Typed data · Per\\u{202E}mit"));
    }

    void saysWhatLeavesTheMachine()
    {
        QVERIFY(engineSentence(EngineKind::Sdk).contains(QStringLiteral("never leaves")));
        QVERIFY(engineSentence(EngineKind::Enclave).contains(QStringLiteral("leaves this machine")));
        QVERIFY(engineSentence(EngineKind::Enclave).contains(QStringLiteral("has not confirmed")));
    }

    void readsFilters()
    {
        const JobQuery query = JobQuery::parse(QStringLiteral("is:waiting chain:sol wallet:AB-1 payout 12"));
        QVERIFY(query.complaint.isEmpty());
        QVERIFY(query.filter.group == JobFilter::Group::Waiting);
        QCOMPARE(query.filter.chain, std::string("SVM"));
        QCOMPARE(query.filter.walletId, std::string("ab-1"));
        QCOMPARE(query.filter.text, std::string("payout 12"));
        QCOMPARE(JobQuery::parse(QStringLiteral("0x52cA 91b3 77aF 01")).filter.text,
                 std::string("0x52cA91b377aF01"));
        QCOMPARE(JobQuery::parse(QStringLiteral("state:interrupted")).filter.state,
                 std::optional(JobState::Interrupted));
        for (const char* wrong : {"is:open", "state:", "state:done", "wallet:"}) {
            QVERIFY2(!JobQuery::parse(QLatin1String(wrong)).complaint.isEmpty(), wrong);
        }
    }

    void stepsFollowTheCeremony()
    {
        using StepState = CeremonyStep::State;
        Job job;
        job.origin = JobOrigin::Relay;
        job.state = JobState::Signing;
        job.attempts = 1;
        job.broadcast = true;
        const auto states = [&](std::optional<CeremonyStage> stage) {
            QList<StepState> list;
            for (const CeremonyStep& step : ceremonySteps(job, stage)) {
                list << step.state;
            }
            return list;
        };
        const StepState d = StepState::Done;
        const StepState a = StepState::Active;
        const StepState o = StepState::Open;
        const StepState f = StepState::Failed;
        QCOMPARE(states({}), (QList<StepState>{d, d, a, o, o, o, o, o}));
        job.roomId = "room";
        QCOMPARE(states(CeremonyStage::Starting), (QList<StepState>{d, d, d, a, o, o, o, o}));
        QCOMPARE(states(CeremonyStage::Exchanged), (QList<StepState>{d, d, d, d, a, o, o, o}));
        job.state = JobState::Broadcast;
        QCOMPARE(states({}), (QList<StepState>{d, d, d, d, d, d, d, a}));
        job.state = JobState::Failed;
        QCOMPARE(states({}), (QList<StepState>{d, d, d, f, o, o, o, o}));
        job.state = JobState::Signed;
        job.broadcast = false;
        QCOMPARE(states({}), (QList<StepState>{d, d, d, d, d, d}));
    }
};

COUNTERSIGN_GUI_TEST(JobTextTest)
#include "JobText_test.moc"
