#include "core/signing/reporting/JobReports.h"

#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/store/JobLock.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Jobs of the relay, and the reports of one program.
struct JobReportsScene : SigningScene
{
    SigningServices fakes = parts();
    std::unique_ptr<JobReports> reports = std::make_unique<JobReports>(fakes, store, audit);

    Job rejected(const std::string& text)
    {
        const Job job = submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", text}}));
        return *store.move(job.jobId, std::array{JobState::Pending}, JobState::Rejected, {});
    }

    Status tell()
    {
        std::optional<Status> told;
        reports->tell([&](const Status& status) { told = status; });
        (void)waitUntil([&] { return told.has_value(); }, 30'000);
        return told.value_or(failure(ErrorCode::Timeout, {}));
    }

    /// Another start of the program over the same profile.
    void restart() { reports = std::make_unique<JobReports>(fakes, store, audit); }

    std::string stateTold(std::size_t at) const
    {
        const auto envelope = parseDsse(relay.posted.at(at).second);
        return parseJson(asText(envelope->payload))->at("state").get<std::string>();
    }
};

/// A relay that asks for a moment before it takes an event.
class BusyRelay final : public JobRelay
{
public:
    struct Held
    {
        EnvelopeSource envelope;
        Callback<void> answered;
    };
    explicit BusyRelay(std::optional<Held>& held) : m_held(held) {}

    Feed feed() const override { return {"u", "i"}; }
    PendingCallPtr claim(const std::string&, const std::string&, Callback<JobClaim>) override { return {}; }
    PendingCallPtr postEvent(const std::string&, EnvelopeSource envelope, Callback<void> answered) override
    {
        m_held = Held{std::move(envelope), std::move(answered)};
        return {};
    }
    PendingCallPtr postApproval(const std::string&, std::string, Callback<void>) override { return {}; }
    PendingCallPtr postStatement(std::string, Callback<void>) override { return {}; }

private:
    std::optional<Held>& m_held;
};

}  // namespace

class JobReportsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A late "approved" behind "signing" would free the job for another desk.
    void anOlderStateIsNotToldLate()
    {
        for (const bool byAnother : {false, true}) {
            JobReportsScene scene;
            std::optional<BusyRelay::Held> held;
            scene.fakes.relay = [&held]() -> Result<std::unique_ptr<JobRelay>> {
                return std::make_unique<BusyRelay>(held);
            };
            const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
            (void)*scene.store.move(job.jobId, std::array{JobState::Pending}, JobState::Approved, {});
            std::optional<Status> told;
            scene.reports->tell([&](const Status& status) { told = status; });
            QTRY_VERIFY_WITH_TIMEOUT(held, 30'000);
            QVERIFY(held->envelope().has_value());
            // The relay said 429; before the next try the job moves on, or another program takes it.
            std::unique_ptr<JobLock> lock;
            if (byAnother) {
                lock = JobLock::take(scene.profile.paths.root, job.jobId).value();
            } else {
                (void)*scene.store.move(job.jobId, std::array{JobState::Approved}, JobState::Signing, {});
            }
            const auto late = held->envelope();
            QCOMPARE(late.error().code, ErrorCode::Cancelled);
            held->answered(failure(late.error()));
            QTRY_VERIFY_WITH_TIMEOUT(told, 30'000);
            QVERIFY(told->has_value());
            QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
        }
    }

    /// What was not told is in the rows: it is told by whoever comes next, until the relay took it.
    void isToldAgainAfterARestart()
    {
        JobReportsScene scene;
        scene.rejected("one");
        scene.rejected("two");
        for (const ErrorCode code : {ErrorCode::Network, ErrorCode::Timeout}) {
            scene.relay.post.always = failure(error(code));
            QCOMPARE(scene.tell().error().code, code);
            QCOMPARE(scene.store.unreported()->size(), std::size_t{2});
            scene.restart();
        }
        // Where the relay is away for all, the others are not tried.
        QCOMPARE(scene.relay.posted.size(), std::size_t{2});
        scene.relay.post.always = Status();
        QVERIFY(scene.tell().has_value());
        QVERIFY(scene.store.unreported()->empty());
        QCOMPARE(scene.relay.posted.size(), std::size_t{4});
        QCOMPARE(scene.stateTold(3), std::string("rejected"));
        scene.restart();
        QVERIFY(scene.tell().has_value());
        QCOMPARE(scene.relay.posted.size(), std::size_t{4});
    }

    /// Ten commands at once tell of ten jobs, not of a hundred.
    void whatAnotherProgramWorksOnItTellsItself()
    {
        JobReportsScene scene;
        const Job its = scene.rejected("one");
        const Job free = scene.rejected("two");
        auto lock = JobLock::take(scene.profile.paths.root, its.jobId);
        QVERIFY(lock.has_value());
        QVERIFY(scene.tell().has_value());
        QCOMPARE(scene.relay.posted.size(), std::size_t{1});
        QCOMPARE(scene.relay.posted.front().first, free.jobId);
        QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
        // Whatever it leaves behind is told afterwards.
        lock = failure(ErrorCode::Cancelled, {});
        QVERIFY(scene.tell().has_value());
        QCOMPARE(scene.relay.posted.size(), std::size_t{2});
        QCOMPARE(scene.relay.posted.back().first, its.jobId);
    }

    void whatThisProgramWorksOnIsTold()
    {
        JobReportsScene scene;
        const Job job = scene.rejected("one");
        const auto lock = JobLock::take(scene.profile.paths.root, job.jobId);
        scene.reports->setWorkingOn([&](const std::string& jobId) { return jobId == job.jobId; });
        QVERIFY(scene.tell().has_value());
        QCOMPARE(scene.relay.posted.size(), std::size_t{1});
    }

    /// Telling the first took its time, and the second moved on meanwhile.
    void tellsHowAJobStandsNow()
    {
        JobReportsScene scene;
        scene.rejected("one");
        const Job second = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "two"}}));
        QVERIFY(scene.store.markUnreported(second.jobId).has_value());
        scene.relay.post.whenAsked = [&] {
            (void)scene.store.move(second.jobId, std::array{JobState::Pending}, JobState::Expired, {});
        };
        QVERIFY(scene.tell().has_value());
        QCOMPARE(scene.relay.posted.size(), std::size_t{2});
        QCOMPARE(scene.stateTold(1), std::string("expired"));
        QVERIFY(scene.store.unreported()->empty());
    }

    void anErrorThatQuotesSomebodyStaysShort()
    {
        JobReportsScene scene;
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "one"}}));
        const Error error{ErrorCode::Network, QString(20'000, QChar(0x20AC)), {}};
        QVERIFY(scene.store.noteError(job.jobId, error).has_value());
        QVERIFY(scene.store.markUnreported(job.jobId).has_value());
        QVERIFY(scene.tell().has_value());
        const Json payload = *parseJson(asText(parseDsse(scene.relay.posted.back().second)->payload));
        const auto told = payload.at("result").at("error").get<std::string>();
        QVERIFY(told.size() <= 4'096 && told.ends_with("\xe2\x80\xa6"));
    }
};

COUNTERSIGN_GUILESS_TEST(JobReportsTest)
#include "JobReports_test.moc"
