#include "core/signing/statement/RejectedJobs.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/statement/RejectionSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

struct RejectionScene
{
    TestProfile profile;
    AuditLog audit{*profile.database, *profile.vault, profile.clock};
    SigningServices parts{.vault = profile.vault,
                          .database = profile.database.get(),
                          .clock = &profile.clock,
                          .dynamicApi = {},
                          .engine = {},
                          .evmRpc = {},
                          .solanaRpc = {},
                          .relay = {}};
    Person ben{"Ben"};

    /// What stands in the way of signing this job.
    std::optional<Error> objection(char job = 'a')
    {
        const Status free = refuseIfRejected(parts, hashOf(job), ErrorCode::Busy);
        return free ? std::nullopt : std::optional(free.error());
    }
    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
};

}  // namespace

class RejectedJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRegisteredOperatorsNoStandsInTheWay()
    {
        RejectionScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        QVERIFY(!scene.objection());
        storeStatement(scene.profile, scene.ben, hashOf('a'), ApprovalDecision::Approve);
        QVERIFY(!scene.objection());
        storeStatement(scene.profile, scene.ben, hashOf('a'), ApprovalDecision::Reject);
        QVERIFY(scene.objection().has_value());
        QCOMPARE(scene.objection()->code, ErrorCode::Busy);
        QVERIFY(scene.objection()->sentence.contains(QStringLiteral("Ben")));
        QVERIFY(!scene.objection('c'));
    }

    /// Anybody may post one; it counts from the moment its operator is registered, until they are removed.
    void aStrangersNoDoesNot()
    {
        RejectionScene scene;
        storeStatement(scene.profile, scene.ben, hashOf('a'), ApprovalDecision::Reject);
        QVERIFY(!scene.objection());
        registerOperator(scene.profile, scene.audit, scene.ben);
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
        registerOperator(scene.profile, scene.audit, scene.ben);
        storeStatement(scene.profile, scene.ben, hashOf('a'), ApprovalDecision::Reject);
        scene.edit("DELETE FROM operator");
        QCOMPARE(scene.objection()->code, ErrorCode::BadSignature);
        QVERIFY(!scene.objection('c'));
    }

    /// Nor by hiding it behind rows of their own.
    void moreRowsThanAreStoredStandInTheWay()
    {
        RejectionScene scene;
        for (int i = 0; i < 65; ++i) {
            scene.edit(
                "INSERT INTO approval_statement (job_id, digest, operator, envelope, received_at, source) "
                "VALUES ('" +
                hashOf('a') + "', randomblob(32), randomblob(32), x'00', 1, 'relay')");
        }
        QCOMPARE(scene.objection()->code, ErrorCode::BadSignature);
        QVERIFY(!scene.objection('c'));
    }
};

COUNTERSIGN_GUILESS_TEST(RejectedJobsTest)
#include "RejectedJobs_test.moc"
