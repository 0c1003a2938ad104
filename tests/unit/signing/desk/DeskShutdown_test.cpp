#include "core/signing/desk/DeskShutdown.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Jobs at several points of their way when the desk ends.
struct ShutdownScene : ApprovalScene
{
    JobReports reports{services, store, audit};
    RunningJobs running;
    DeskShutdown shutdown{running, store};
    std::vector<std::string> heard;  ///< answers and the end, in their order
    std::vector<Result<Job>> answers;

    JobExecution& add(const Job& job)
    {
        auto pending = std::make_shared<PendingApproval>();
        pending->request.jobId = job.jobId;
        pending->done = [this](const Result<Job>& answer) {
            heard.push_back("answer");
            answers.push_back(answer);
        };
        JobExecution& steps =
            running.add(std::make_unique<JobExecution>(*JobLock::take(profile.paths.root, job.jobId),
                                                       services, store, audit, reports),
                        pending);
        // As whoever runs it does.
        QObject::connect(&steps, &JobExecution::ended, [this, pending](const Result<Job>& ended) {
            running.drop(pending->request.jobId);
            pending->answer(ended);
        });
        return steps;
    }

    /// A ceremony whose engine is silent in its room.
    Job addInItsRoom()
    {
        engine.isSilent = true;
        const std::size_t before = engine.ceremonies.size();
        const Job job = approved(message("in the room"));
        add(job).sign(*approval.orderFor(job), 1);
        if (!waitUntil([&] { return engine.ceremonies.size() > before; }, patienceMs)) {
            qFatal("the ceremony did not begin");
        }
        return job;
    }

    void begin(std::chrono::milliseconds patience = std::chrono::seconds(30))
    {
        shutdown.begin([this] { heard.push_back("stopped"); }, patience);
    }
    bool isStopped() const { return !heard.empty() && heard.back() == "stopped"; }
};

}  // namespace

class DeskShutdownTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutWorkItEndsAtOnce()
    {
        ShutdownScene scene;
        scene.begin();
        QVERIFY(scene.running.isClosed());
        QVERIFY(scene.heard.empty());  // through the event loop
        QTRY_COMPARE_WITH_TIMEOUT(scene.heard, std::vector<std::string>{"stopped"}, patienceMs);
    }

    /// Whoever waits is answered before it is over.
    void whatHasNotBegunIsLeft()
    {
        ShutdownScene scene;
        const Job job = scene.message();
        (void)scene.add(job);
        scene.begin();
        QVERIFY(scene.running.isEmpty() && scene.heard.empty());
        QTRY_VERIFY_WITH_TIMEOUT(scene.isStopped(), patienceMs);
        QCOMPARE(scene.heard, (std::vector<std::string>{"answer", "stopped"}));
        QCOMPARE(scene.answers.front().error().code, ErrorCode::Cancelled);
        QVERIFY(JobLock::take(scene.profile.paths.root, job.jobId).has_value());
    }

    /// Nothing was begun that could give a signature: it waits again, without asking for patience.
    void whatWaitsForItsRoomIsCancelled()
    {
        ShutdownScene scene;
        scene.api.roomIsSilent = true;
        const Job job = scene.approved(scene.message());
        scene.add(job).sign(*scene.approval.orderFor(job), 1);
        QTRY_COMPARE_WITH_TIMEOUT(scene.api.held, 1, patienceMs);
        scene.begin();
        QTRY_VERIFY_WITH_TIMEOUT(scene.isStopped(), patienceMs);
        QCOMPARE(scene.answers.size(), std::size_t{1});
        QCOMPARE(scene.answers.front()->state, JobState::Pending);
        QVERIFY(scene.engine.ceremonies.empty());
    }

    void whatIsInItsRoomIsWaitedFor()
    {
        ShutdownScene scene;
        const Job inRoom = scene.addInItsRoom();
        const Job idle = scene.message("idle");
        (void)scene.add(idle);
        scene.begin();
        QVERIFY(scene.running.contains(inRoom.jobId) && !scene.running.contains(idle.jobId));
        QTest::qWait(20);
        QVERIFY(!scene.isStopped());
        QCOMPARE(scene.engine.cancelled, 0);
        scene.engine.answer(scene.evmKey.sign(inRoom.digest));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isStopped(), patienceMs);
        QCOMPARE(scene.answers.back()->state, JobState::Signed);
        QCOMPARE(scene.heard.size(), std::size_t{3});
    }

    /// The row stays as a crash would leave it: nobody can say that nothing was signed.
    void patienceIsBounded()
    {
        ShutdownScene scene;
        const Job job = scene.addInItsRoom();
        scene.begin(std::chrono::milliseconds(20));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isStopped(), patienceMs);
        QCOMPARE(scene.heard, (std::vector<std::string>{"answer", "stopped"}));
        QCOMPARE(scene.answers.front().error().code, ErrorCode::Cancelled);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Signing);
        QVERIFY(JobLock::take(scene.profile.paths.root, job.jobId).has_value());
    }

    /// What was signed before is the answer, although nobody sends it any more.
    void aSignedJobIsAnAnswer()
    {
        ShutdownScene scene;
        const Job job = scene.message();
        JobChange change;
        change.signature = Bytes(65, 1);
        (void)scene.put(job.jobId, JobState::Signed, change);
        (void)scene.add(job);
        scene.begin();
        QTRY_VERIFY_WITH_TIMEOUT(scene.isStopped(), patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Signed);
    }

    /// It is over once, however many jobs end afterwards.
    void isOverOnce()
    {
        ShutdownScene scene;
        scene.begin();
        QTRY_VERIFY_WITH_TIMEOUT(scene.isStopped(), patienceMs);
        const Job job = scene.message();
        (void)scene.add(job);
        scene.running.drop(job.jobId);
        QTest::qWait(20);
        QCOMPARE(scene.heard, std::vector<std::string>{"stopped"});
    }
};

COUNTERSIGN_GUILESS_TEST(DeskShutdownTest)
#include "DeskShutdown_test.moc"
