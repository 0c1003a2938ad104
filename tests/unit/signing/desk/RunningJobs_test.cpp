#include "core/signing/desk/RunningJobs.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct RunningScene : ApprovalScene
{
    JobReports reports{services, store, audit};
    RunningJobs running;
    int emptied = 0;

    RunningScene()
    {
        QObject::connect(&running, &RunningJobs::emptied, [this] { ++emptied; });
    }

    JobExecution& add(const Job& job)
    {
        auto pending = std::make_shared<PendingApproval>();
        pending->request.jobId = job.jobId;
        return running.add(std::make_unique<JobExecution>(*JobLock::take(profile.paths.root, job.jobId),
                                                          services, store, audit, reports),
                           std::move(pending));
    }
    bool isLocked(const Job& job) { return !JobLock::take(profile.paths.root, job.jobId).has_value(); }
};

}  // namespace

class RunningJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatIsWorkedOn()
    {
        RunningScene scene;
        QVERIFY(scene.running.isEmpty());
        const Job one = scene.message("one");
        const Job two = scene.message("two");
        JobExecution& steps = scene.add(one);
        (void)scene.add(two);
        QCOMPARE(scene.running.find(one.jobId), &steps);
        QCOMPARE(scene.running.approvalOf(two.jobId)->request.jobId, two.jobId);
        QCOMPARE(scene.running.jobIds().size(), std::size_t{2});
        QVERIFY(scene.running.contains(one.jobId) && !scene.running.contains("another"));
        QVERIFY(scene.running.find("another") == nullptr && scene.running.approvalOf("another") == nullptr);
    }

    /// One of its own callbacks may be what drops it.
    void whatIsDroppedLivesUntilItsCallsHaveReturned()
    {
        RunningScene scene;
        const Job one = scene.message("one");
        const Job two = scene.message("two");
        const QPointer<JobExecution> steps = &scene.add(one);
        (void)scene.add(two);
        scene.running.drop(one.jobId);
        QVERIFY(!scene.running.contains(one.jobId));
        QVERIFY(steps);
        QVERIFY(!scene.isLocked(one) && scene.isLocked(two));
        QCoreApplication::sendPostedEvents(steps, QEvent::DeferredDelete);
        QVERIFY(!steps);
        QCOMPARE(scene.emptied, 0);
        scene.running.drop(two.jobId);
        QCOMPARE(scene.emptied, 1);
        scene.running.drop(two.jobId);
        QCOMPARE(scene.emptied, 1);
    }

    void whatIsAbandonedIsGoneAtOnce()
    {
        RunningScene scene;
        const Job job = scene.message();
        const QPointer<JobExecution> steps = &scene.add(job);
        scene.running.abandon(job.jobId);
        QVERIFY(!steps && scene.running.isEmpty() && !scene.isLocked(job));
        QCOMPARE(scene.emptied, 1);
        scene.running.abandon(job.jobId);
        QCOMPARE(scene.emptied, 1);
    }

    void staysClosed()
    {
        RunningScene scene;
        QVERIFY(!scene.running.isClosed());
        scene.running.close();
        QVERIFY(scene.running.isClosed());
        QCOMPARE(RunningJobs::closedError().code, ErrorCode::Cancelled);
    }

    /// A callback is called once, whoever answers first.
    void anApprovalIsAnsweredOnce()
    {
        int answers = 0;
        PendingApproval pending;
        pending.done = [&](const Result<Job>&) { ++answers; };
        pending.answer(Job());
        pending.answer(failure(RunningJobs::closedError()));
        QCOMPARE(answers, 1);
    }
};

COUNTERSIGN_GUILESS_TEST(RunningJobsTest)
#include "RunningJobs_test.moc"
