#include "core/signing/broadcast/JobBroadcast.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

using Outcome = BroadcastOutcome;

/// What a chain says, in its order, and what was asked for it.
struct StrategyScript
{
    Status connected;
    std::deque<Outcome> sends;
    std::deque<Outcome> looks;
    std::vector<std::string> asked;
    std::vector<UnixMillis> since;
    std::function<void()> whenAsked;
    bool isAlive = false;
};

class ScriptedStrategy final : public BroadcastStrategy
{
public:
    explicit ScriptedStrategy(StrategyScript& script) : m_script(script) { m_script.isAlive = true; }
    ~ScriptedStrategy() override { m_script.isAlive = false; }

    Status connect() override { return m_script.connected; }
    void send(UnixMillis since, Answered answered) override
    {
        ask("send", since, m_script.sends, std::move(answered));
    }
    void look(UnixMillis since, Answered answered) override
    {
        ask("look", since, m_script.looks, std::move(answered));
    }

private:
    void ask(const char* what, UnixMillis since, std::deque<Outcome>& outcomes, Answered answered)
    {
        m_script.asked.emplace_back(what);
        m_script.since.push_back(since);
        if (m_script.whenAsked) {
            m_script.whenAsked();
        }
        if (outcomes.empty()) {
            return;  // silent
        }
        m_call = std::make_unique<LaterCall<Outcome>>(
            outcomes.front(),
            [answered = std::move(answered)](const Result<Outcome>& outcome) { answered(*outcome); });
        outcomes.pop_front();
    }

    StrategyScript& m_script;
    PendingCallPtr m_call;
};

/// A job that is signed and to be sent.
struct BroadcastScene : SigningScene
{
    StrategyScript chain;
    std::string jobId;
    std::vector<std::string> heard;  ///< signals in their order
    std::vector<BroadcastProgress> progress;
    std::optional<Result<Job>> firstTry;
    std::optional<Result<Job>> ended;
    std::unique_ptr<JobBroadcast> broadcast;

    explicit BroadcastScene(JobState state = JobState::Signed)
    {
        jobId = submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", wholeTransaction()}},
                                  {{"broadcast", true}}))
                    .jobId;
        JobChange change;
        change.signedTransaction = Bytes{1};
        change.hash = "0xhash";
        (void)*store.move(jobId, std::array{JobState::Pending}, JobState::Signed, change);
        if (state == JobState::Broadcast) {
            profile.clock.advance(std::chrono::seconds(1));
            (void)*store.move(jobId, std::array{JobState::Signed}, JobState::Broadcast, {});
        }
    }

    Job job() { return *store.load(jobId); }

    void start()
    {
        broadcast =
            std::make_unique<JobBroadcast>(job(), std::make_unique<ScriptedStrategy>(chain), store, audit);
        QObject::connect(broadcast.get(), &JobBroadcast::changed, [this](const Job& changed) {
            heard.push_back("changed " + std::string(toText(changed.state)));
        });
        QObject::connect(broadcast.get(), &JobBroadcast::progressed, [this](const BroadcastProgress& told) {
            heard.emplace_back("progressed");
            progress.push_back(told);
        });
        QObject::connect(broadcast.get(), &JobBroadcast::triedToSend, [this](const Result<Job>& result) {
            heard.emplace_back("tried");
            firstTry = result;
        });
        QObject::connect(broadcast.get(), &JobBroadcast::ended, [this](const Result<Job>& result) {
            heard.emplace_back(chain.isAlive ? "ended, asking" : "ended");
            ended = result;
        });
        broadcast->start();
    }
};

Outcome pendingAt(std::uint64_t confirmations)
{
    return {Outcome::StillPending{}, BroadcastProgress{.confirmations = confirmations, .wanted = 3}};
}

using Texts = std::vector<std::string>;

#define TRY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

}  // namespace

class JobBroadcastTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsAndFollowsToTheEnd()
    {
        BroadcastScene scene;
        scene.chain.sends = {{Outcome::Sent{}}};
        scene.chain.looks = {{Outcome::Confirmed{"block 1"}}};
        std::string recordedWhenAsked;
        scene.chain.whenAsked = [&] {
            if (recordedWhenAsked.empty()) {
                recordedWhenAsked = scene.recorded(scene.jobId);
            }
        };
        scene.start();
        TRY(scene.ended);
        QVERIFY(recordedWhenAsked.ends_with("job.sending"));
        QCOMPARE((*scene.firstTry)->state, JobState::Broadcast);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.heard, (Texts{"changed broadcast", "tried", "ended"}));
        QCOMPARE(scene.chain.asked, (Texts{"send", "look"}));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending,signed,broadcast,confirmed"));
    }

    /// The same strategy decides with the time since the job is where it is.
    void tellsSinceWhenTheJobIsWhereItIs()
    {
        BroadcastScene scene;
        const UnixMillis signedAt = scene.job().stateAt;
        scene.chain.sends = {{Outcome::Sent{}}};
        scene.chain.looks = {{Outcome::Confirmed{}}};
        scene.chain.whenAsked = [&] {
            if (scene.chain.asked.size() == 1) {
                scene.profile.clock.advance(std::chrono::seconds(7));
            }
        };
        scene.start();
        TRY(scene.ended);
        QCOMPARE(scene.chain.since, (std::vector<UnixMillis>{signedAt, signedAt + 7000}));
    }

    void withoutANodeNothingBegins()
    {
        BroadcastScene scene;
        scene.chain.connected = failure(error(ErrorCode::InvalidInput, "no node"));
        scene.start();
        TRY(scene.ended);
        QCOMPARE(scene.firstTry->error().detail, QStringLiteral("no node"));
        QCOMPARE(scene.ended->error().detail, QStringLiteral("no node"));
        QVERIFY(scene.chain.asked.empty());
        QVERIFY(!scene.recorded(scene.jobId).ends_with("job.sending"));
    }

    void whatWasSentBeforeIsOnlyLookedAt()
    {
        BroadcastScene scene(JobState::Broadcast);
        scene.chain.looks = {{Outcome::Failed{error(ErrorCode::InvalidInput, "reverted")}}};
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.firstTry)->state, JobState::Broadcast);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("reverted"));
        QCOMPARE(scene.chain.asked, Texts{"look"});
        QVERIFY(!scene.recorded(scene.jobId).ends_with("job.sending"));
    }

    void aRefusalAtTheFirstTryLeavesItSigned()
    {
        BroadcastScene scene;
        scene.chain.sends = {{Outcome::Refused{error(ErrorCode::InvalidInput, "insufficient funds")}}};
        scene.start();
        TRY(scene.ended);
        QTest::qWait(20);
        QCOMPARE((*scene.ended)->state, JobState::Signed);
        QCOMPARE((*scene.ended)->errorDetail, std::string("insufficient funds"));
        QCOMPARE((*scene.firstTry)->errorDetail, std::string("insufficient funds"));
        QCOMPARE(scene.chain.asked, Texts{"send"});
        QCOMPARE(scene.heard, (Texts{"tried", "ended"}));
    }

    /// Another node has taken it before.
    void aRefusalAfterThatIsNoEnd()
    {
        BroadcastScene scene(JobState::Broadcast);
        scene.chain.looks = {{Outcome::Forgotten{}}};
        scene.chain.sends = {{Outcome::Refused{error(ErrorCode::InvalidInput, "nonce too low")}},
                             {Outcome::Confirmed{}}};
        scene.start();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE(scene.chain.asked, (Texts{"look", "send", "send"}));
    }

    void whatWasNotTakenIsSentAgainAndSaid()
    {
        BroadcastScene scene;
        scene.chain.sends = {{Outcome::NotTaken{error(ErrorCode::Network, "down")}}, {Outcome::Sent{}}};
        scene.chain.looks = {{Outcome::Confirmed{}}};
        scene.start();
        TRY(scene.firstTry);
        QCOMPARE((*scene.firstTry)->state, JobState::Signed);
        QCOMPARE((*scene.firstTry)->errorDetail, std::string("down"));
        TRY(scene.ended);
        QCOMPARE(scene.chain.asked, (Texts{"send", "send", "look"}));
        QCOMPARE((*scene.ended)->state, JobState::Confirmed);
        QCOMPARE((*scene.ended)->error, std::string());
    }

    /// Whether it was taken is not known: whoever sent it asks for it again, with the same bytes.
    void whatIsUndecidedAfterSendingIsSentAgain()
    {
        BroadcastScene scene;
        scene.chain.sends = {{Outcome::StillPending{}},
                             {Outcome::Unreachable{error(ErrorCode::Timeout)}},
                             {Outcome::Failed{error(ErrorCode::InvalidInput, "nonce 7")}}};
        scene.start();
        TRY(scene.ended);
        QCOMPARE(scene.chain.asked, (Texts{"send", "send", "send"}));
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QCOMPARE((*scene.firstTry)->errorDetail, std::string("nonce 7"));
    }

    void whatWasForgottenIsSentAgainAndRecordedOnce()
    {
        BroadcastScene scene;
        scene.chain.sends = {{Outcome::Sent{}}, {Outcome::Sent{}}};
        scene.chain.looks = {{Outcome::Forgotten{}}, {Outcome::Confirmed{}}};
        scene.start();
        TRY(scene.ended);
        QCOMPARE(scene.chain.asked, (Texts{"send", "look", "send", "look"}));
        QCOMPARE(scene.number("SELECT count(*) FROM audit WHERE kind = 'job.sending'"), 1);
        QCOMPARE(scene.steps(scene.jobId), std::string("pending,signed,broadcast,confirmed"));
    }

    void silenceIsNotedOnceAndForgottenWhenItEnds()
    {
        BroadcastScene scene(JobState::Broadcast);
        scene.chain.looks = {{Outcome::Unreachable{error(ErrorCode::Network, "down")}},
                             {Outcome::Unreachable{error(ErrorCode::Network, "down")}},
                             {Outcome::StillPending{}}};
        scene.start();
        TRY(scene.heard.size() >= 2);
        QCOMPARE(scene.job().errorDetail, std::string("down"));
        TRY(scene.job().error.empty());
        QCOMPARE(scene.heard, (Texts{"tried", "changed broadcast", "changed broadcast"}));
    }

    void progressIsToldWhenItChanges()
    {
        BroadcastScene scene(JobState::Broadcast);
        scene.chain.looks = {pendingAt(1), pendingAt(1), pendingAt(0)};
        scene.start();
        TRY(scene.progress.size() == 2);
        QCOMPARE(scene.progress.front().confirmations, std::uint64_t{1});
        QCOMPARE(scene.progress.back().confirmations, std::uint64_t{0});
        QCOMPARE(scene.heard, (Texts{"tried", "progressed", "progressed"}));
    }

    void aRecordThatRefusesSendsNothing()
    {
        BroadcastScene scene;
        scene.profile.database->handle().exec(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END");
        scene.start();
        TRY(scene.ended);
        QVERIFY(!scene.ended->has_value() && !scene.firstTry->has_value());
        QVERIFY(scene.chain.asked.empty());
    }

    /// It was sent: the next run takes it up from its row.
    void aRowThatRefusesEndsTheRun()
    {
        BroadcastScene scene;
        scene.chain.sends = {{Outcome::Sent{}}};
        scene.profile.database->handle().exec(
            "CREATE TEMP TRIGGER full BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'full'); END");
        scene.start();
        TRY(scene.ended);
        QVERIFY(!scene.ended->has_value() && !scene.firstTry->has_value());
        QCOMPARE(scene.job().state, JobState::Signed);
        QCOMPARE(scene.heard, (Texts{"tried", "ended"}));
    }
};

COUNTERSIGN_GUILESS_TEST(JobBroadcastTest)
#include "JobBroadcast_test.moc"
