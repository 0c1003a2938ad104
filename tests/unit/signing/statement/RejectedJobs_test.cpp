#include "core/signing/statement/RejectedJobs.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/statement/StatementScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct RejectionScene : StatementScene
{
    SigningServices services = parts();
    Job job = imported("one");
    Job other = imported("another");

    /// What stands in the way of signing this job.
    std::optional<Error> objection(const Job& to)
    {
        const Status free = refuseIfRejected(services, to.jobId, ErrorCode::Busy);
        return free ? std::nullopt : std::optional(free.error());
    }
    std::optional<Error> objection() { return objection(job); }
    void reject()
    {
        ApprovalStatement no = about(job, ben, ApprovalDecision::Reject);
        no.reason = "wrong supplier";
        take(ben, no);
    }
};

}  // namespace

class RejectedJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRegisteredOperatorsNoStandsInTheWay()
    {
        RejectionScene scene;
        scene.registerPerson(scene.ben);
        QVERIFY(!scene.objection());
        scene.approveAs(scene.ben, scene.job);
        QVERIFY(!scene.objection());
        scene.reject();
        QVERIFY(scene.objection().has_value());
        QCOMPARE(scene.objection()->code, ErrorCode::Busy);
        QVERIFY(scene.objection()->sentence.contains(QStringLiteral("Ben")));
        QVERIFY(!scene.objection(scene.other));
    }

    /// Anybody may post one; it counts from the moment its operator is registered, until they are removed.
    void aStrangersNoDoesNot()
    {
        RejectionScene scene;
        scene.reject();
        QVERIFY(!scene.objection());
        scene.registerPerson(scene.ben);
        QVERIFY(scene.objection().has_value());
        OperatorRegister book(*scene.profile.database, *scene.profile.vault, scene.audit,
                              scene.profile.clock);
        QVERIFY(book.remove("Ben").has_value());
        QVERIFY(!scene.objection());
    }

    /// Whoever writes the locked file cannot make a no of nobody by changing who is registered.
    void aDoubtedRegisterStandsInTheWayToo()
    {
        RejectionScene scene;
        scene.registerPerson(scene.ben);
        scene.reject();
        scene.edit("DELETE FROM operator");
        QCOMPARE(scene.objection()->code, ErrorCode::BadSignature);
    }

    /// Nor by hiding it behind rows of their own.
    void moreRowsThanAreStoredStandInTheWay()
    {
        RejectionScene scene;
        scene.registerPerson(scene.ben);
        for (int i = 0; i < 65; ++i) {
            scene.edit(
                "INSERT INTO approval_statement (job_id, digest, operator, envelope, received_at, source) "
                "VALUES ('" +
                scene.job.jobId + "', randomblob(32), randomblob(32), x'00', 1, 'relay')");
        }
        QCOMPARE(scene.objection()->code, ErrorCode::BadSignature);
        QVERIFY(!scene.objection(scene.other));
    }
};

COUNTERSIGN_GUILESS_TEST(RejectedJobsTest)
#include "RejectedJobs_test.moc"
