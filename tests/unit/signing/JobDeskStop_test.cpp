#include "core/signing/JobDesk.h"
#include "core/signing/JobLock.h"
#include "tests/unit/signing/DeskScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

using Scene = DeskScene;

/// Cancelling one job, and stopping the whole desk.
class JobDeskStopTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancels()
    {
        Scene scene;
        scene.engine.isSilent = true;
        const Job job = scene.message();
        scene.desk.cancel(job.jobId);
        scene.begin(job.jobId);
        QTRY_COMPARE(scene.engine.ceremonies.size(), std::size_t{1});
        scene.desk.cancel(job.jobId);
        QTRY_COMPARE(scene.answers.size(), std::size_t{1});
        QCOMPARE(scene.answers.front()->state, JobState::Failed);
        QVERIFY(!scene.desk.isBusy());
    }

    void stopsInEveryStep()
    {
        Scene node;  // while a node is asked
        node.evm.fees.isSilent = true;
        const Job filling = node.transaction();
        node.begin(filling.jobId);
        QTRY_COMPARE(node.evm.fees.asked, 1);
        node.desk.stop();
        QTRY_COMPARE(node.answers.size(), std::size_t{1});
        QCOMPARE(node.answers.front().error().code, ErrorCode::Cancelled);
        QCOMPARE(node.stateOf(filling.jobId), JobState::Pending);

        Scene prepared;  // the preparation's answer is on its way
        const Job ready = prepared.message();
        prepared.begin(ready.jobId);
        prepared.desk.stop();
        QTRY_COMPARE(prepared.answers.size(), std::size_t{1});
        QTest::qWait(20);
        QCOMPARE(prepared.answers.size(), std::size_t{1});
        QCOMPARE(prepared.stateOf(ready.jobId), JobState::Pending);
        QVERIFY(prepared.api.rooms.empty());

        Scene ceremony;
        ceremony.engine.isSilent = true;
        const Job running = ceremony.message();
        ceremony.begin(running.jobId);
        QTRY_COMPARE(ceremony.engine.ceremonies.size(), std::size_t{1});
        ceremony.desk.stop();
        QCOMPARE(ceremony.stateOf(running.jobId), JobState::Failed);
        QTRY_COMPARE(ceremony.answers.size(), std::size_t{1});
        QVERIFY(!ceremony.desk.isBusy());
        // Nothing is held any more.
        QVERIFY(JobLock::take(ceremony.profile.paths.root, running.jobId).has_value());
    }
};

QTEST_GUILESS_MAIN(JobDeskStopTest)
#include "JobDeskStop_test.moc"
