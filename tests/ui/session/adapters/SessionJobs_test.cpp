#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SigningFakes.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ConsoleFixture.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

namespace {

/// The example of EIP-155, signed; its chain is 1 and its nonce 9.
const char* const signedTransaction =
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939"
    "bc"
    "2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1"
    "96"
    "6a3b6d83";

/// A profile's session without a window. The scripts are the session's thread's while it runs.
struct SessionJobsDesk
{
    ProfileFixture profile{{.wallets = 6, .healthy = true}};
    JobFixture jobs{profile};
    ManualClock clock{fixtureNow};
    EvmScript evm;
    EngineScript engine;
    ProfileSession session{
        sessionParts(profile.folder(), clock, KeychainState::Available, [this](SigningServices& parts) {
            parts.evmRpc = [this](const std::string&) -> Result<std::unique_ptr<EvmRpc>> {
                return std::make_unique<FakeEvmRpc>(evm);
            };
            parts.engine = [this](EngineKind kind) -> Result<std::unique_ptr<SigningEngine>> {
                if (kind == EngineKind::Sdk) {
                    return failure(ErrorCode::Unsupported, QStringLiteral("The library is not installed."));
                }
                return std::make_unique<FakeEngine>(kind, engine);
            };
        })};
    JobControl& control = session.jobs();
    std::optional<Result<Job>> answer;

    Callback<Job> done()
    {
        answer.reset();
        return [this](const Result<Job>& job) {
            if (QThread::currentThread() != session.thread()) {
                qFatal("answered on another thread");
            }
            answer = job;
        };
    }
    /// A transaction that was sent.
    QString sentJob()
    {
        const std::string jobId = jobs.add(
            {.kind = "evm.transaction",
             .payload =
                 R"({"transaction":{"chainId":"1","to":"0x00000000000000000000000000000000000000cc"}})",
             .state = JobState::Broadcast,
             .origin = JobOrigin::Console,
             .broadcast = true,
             .resolved = {{"nonce", "9"},
                          {"gasLimit", "21000"},
                          {"maxFeePerGas", "2"},
                          {"maxPriorityFeePerGas", "1"}}});
        profile.database().handle().exec(std::string("UPDATE job SET signed_transaction = x'") +
                                         signedTransaction + "'");
        evm.receipt.always = std::optional(EvmReceipt{"0x", "0xblock", 100, true});
        return QString::fromStdString(jobId);
    }
};

}  // namespace

class SessionJobsTest : public QObject
{
    Q_OBJECT

private:
    static void unlock(SessionJobsDesk& desk)
    {
        if (desk.session.state() != State::Locked) {
            desk.session.start();
            QTRY_COMPARE_WITH_TIMEOUT(desk.session.state(), State::Locked, patienceMs);
        }
        desk.session.unlock(SecretBytes::copyOf(fixturePassphrase));
        QTRY_COMPARE_WITH_TIMEOUT(desk.session.state(), State::Open, patienceMs);
    }
    static void wait(SessionJobsDesk& desk) { QTRY_VERIFY_WITH_TIMEOUT(desk.answer.has_value(), patienceMs); }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void lockedProfilesRefuse()
    {
        SessionJobsDesk desk;
        const QString jobId = QString::fromStdString(desk.jobs.add({}));
        QVERIFY(!desk.control.isReady());
        desk.control.reject(this, jobId, QStringLiteral("no"), desk.done());
        QVERIFY(!desk.answer);  // never before the call has returned
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::Locked);
        QCOMPARE(desk.jobs.job(jobId.toStdString()).state, JobState::Pending);
    }

    void asksTheDeskAndBringsItsAnswerBack()
    {
        SessionJobsDesk desk;
        const QString jobId = QString::fromStdString(desk.jobs.add({.origin = JobOrigin::Console}));
        unlock(desk);
        QVERIFY(desk.control.isReady());
        QSignalSpy changed(&desk.control, &JobControl::jobChanged);
        desk.control.prepare(this, jobId, false, desk.done());
        wait(desk);
        QCOMPARE((*desk.answer)->digest, desk.jobs.job(jobId.toStdString()).digest);
        desk.control.submit(this, toBytes(asBytes(std::string_view("no document"))), JobOrigin::File,
                            desk.done());
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::InvalidInput);
        desk.control.reject(this, jobId, QStringLiteral("Unknown payee"), desk.done());
        wait(desk);
        QCOMPARE((*desk.answer)->state, JobState::Rejected);
        QCOMPARE(desk.jobs.job(jobId.toStdString()).operatorReason, std::string("Unknown payee"));
        desk.control.approve(this, {.jobId = jobId.toStdString()}, desk.done());
        wait(desk);
        QCOMPARE(desk.answer->error().code, ErrorCode::Denied);
        QVERIFY(changed.count() >= 2);
        QCOMPARE(changed.last().at(0).toString(), jobId);
    }

    void whoeverAskedMayBeGone()
    {
        SessionJobsDesk desk;
        const QString jobId = QString::fromStdString(desk.jobs.add({.origin = JobOrigin::Console}));
        unlock(desk);
        QSignalSpy changed(&desk.control, &JobControl::jobChanged);
        auto asker = std::make_unique<QObject>();
        desk.control.reject(asker.get(), jobId, QStringLiteral("no"), desk.done());
        asker.reset();
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, patienceMs);
        QCOMPARE(desk.jobs.job(jobId.toStdString()).state, JobState::Rejected);
        // One more answer has come after the one that nobody wanted.
        std::optional<Status> later;
        desk.control.checkEngine(this, EngineKind::Enclave, [&](const Status& status) { later = status; });
        QTRY_VERIFY_WITH_TIMEOUT(later.has_value(), patienceMs);
        QVERIFY(!desk.answer);
    }

    void saysWhichEnginesThereAre()
    {
        SessionJobsDesk desk;
        unlock(desk);
        std::optional<Status> sdk;
        std::optional<Status> enclave;
        desk.control.checkEngine(this, EngineKind::Sdk, [&](const Status& status) { sdk = status; });
        desk.control.checkEngine(this, EngineKind::Enclave, [&](const Status& status) { enclave = status; });
        QTRY_VERIFY_WITH_TIMEOUT(sdk && enclave, patienceMs);
        QCOMPARE(sdk->error().sentence, QStringLiteral("The library is not installed."));
        QVERIFY(enclave->has_value());
    }

    void tellsHowDeepABroadcastIs()
    {
        SessionJobsDesk desk;
        const QString jobId = desk.sentJob();
        desk.evm.head.next = {100};
        desk.evm.head.always = 101;
        QSignalSpy progressed(&desk.control, &JobControl::broadcastProgressed);
        unlock(desk);
        QTRY_COMPARE_WITH_TIMEOUT(progressed.count(), 2, patienceMs);
        QCOMPARE(progressed.at(0).at(0).toString(), jobId);
        const auto progress = desk.control.progressOf(jobId);
        QVERIFY(progress.has_value());
        QCOMPARE(progress->confirmations, std::uint64_t{2});
        QCOMPARE(progress->wanted, std::uint64_t{3});
        QVERIFY(!desk.control.progressOf(QStringLiteral("another")));
        // Nobody follows it any more: what was told may be wrong by now.
        desk.session.lock();
        QVERIFY(!desk.control.progressOf(jobId));
    }

    void forgetsHowDeepWhatIsConfirmedIs()
    {
        SessionJobsDesk desk;
        const QString jobId = desk.sentJob();
        desk.evm.head.next = {101};
        desk.evm.head.always = 102;
        QSignalSpy progressed(&desk.control, &JobControl::broadcastProgressed);
        unlock(desk);
        QTRY_COMPARE_WITH_TIMEOUT(desk.jobs.job(jobId.toStdString()).state, JobState::Confirmed, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.control.progressOf(jobId), patienceMs);
        QCOMPARE(progressed.count(), 2);
    }
};

COUNTERSIGN_GUI_TEST(SessionJobsTest)
#include "SessionJobs_test.moc"
