#include "core/signing/statement/StatementIntake.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/signing/approval/ApprovalRules.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"
#include "tests/unit/signing/statement/RejectionSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;
using namespace countersign::testing;

namespace {

struct IntakeScene : SigningScene
{
    StatementIntake statements{*profile.database, *profile.vault, profile.clock};
    Person ben{"Ben"};
    std::string jobId = message().jobId;

    std::string envelopeOf(const Person& who, ApprovalDecision decision) const
    {
        ApprovalStatement statement = saidBy(who, decision);
        statement.jobId = jobId;
        statement.reason = "as agreed";
        return signedBy(who, statement).envelope;
    }
    Judgement take(const std::string& body)
    {
        const auto parsed = parseApprovalStatement(asBytes(body));
        if (!parsed) {
            qFatal("no statement: %s", qUtf8Printable(parsed.error().detail));
        }
        const auto judged = audit.commit([&](AuditTransaction& record) -> Result<Judgement> {
            return statements.takeApproval(*parsed, {}, record);
        });
        if (!judged) {
            qFatal("not judged: %s", qUtf8Printable(judged.error().sentence + judged.error().detail));
        }
        return *judged;
    }
    Status approvable()
    {
        const SigningServices services = parts();
        return ApprovalRules(services, store).checkApprovable(*store.load(jobId), false);
    }
};

}  // namespace

class StatementIntakeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesARegisteredOperatorsWord()
    {
        IntakeScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        const Judgement judged = scene.take(scene.envelopeOf(scene.ben, ApprovalDecision::Approve));
        QCOMPARE(judged.verdict, Verdict::Applied);
        QVERIFY(!judged.isUnverified);
        QVERIFY(scene.recorded(scene.jobId).find("statement.received") != std::string::npos);
        QVERIFY(scene.approvable().has_value());
    }

    /// White space and unknown members make another body of the same statement: whoever saw one could fill
    /// the disk with them.
    void copiesInOtherWordsAreBounded()
    {
        IntakeScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        const std::string body = scene.envelopeOf(scene.ben, ApprovalDecision::Approve);
        QVERIFY(!scene.take(body).isUnverified);
        for (const std::string& copy : {body, body + "  ", " " + body}) {
            const Judgement judged = scene.take(copy);
            QCOMPARE(judged.verdict, Verdict::Duplicate);
            QVERIFY(judged.isUnverified);
        }
    }

    void aStrangersWaits()
    {
        IntakeScene scene;
        const Judgement judged = scene.take(scene.envelopeOf(scene.ben, ApprovalDecision::Reject));
        QCOMPARE(judged.verdict, Verdict::Quarantined);
        QVERIFY(judged.isUnverified);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Pending);
        QVERIFY(scene.approvable().has_value());
        // Registered later: it is not signed, though nobody has ended it yet. Read again it ends.
        registerOperator(scene.profile, scene.audit, scene.ben);
        QCOMPARE(scene.approvable().error().code, ErrorCode::Denied);
        (void)scene.take(scene.envelopeOf(scene.ben, ApprovalDecision::Reject));
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Rejected);
    }

    void aForgedOneComesToNothing()
    {
        IntakeScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        const Person eve("Eve");
        ApprovalStatement statement = saidBy(scene.ben, ApprovalDecision::Reject);
        statement.jobId = scene.jobId;
        statement.reason = "forged";
        const Json payload = *parseJson(asText(parseDsse(signedBy(scene.ben, statement).envelope)->payload));
        const auto forged = signDsse(approvalPayloadType, asBytes(dumpJson(payload)), eve.seed);
        const Judgement judged = scene.take(*forged);
        QCOMPARE(judged.verdict, Verdict::Quarantined);
        QVERIFY(judged.isUnverified);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Pending);
    }

    void anUnknownJobsWaits()
    {
        IntakeScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        scene.jobId = hashOf('c');
        QCOMPARE(scene.take(scene.envelopeOf(scene.ben, ApprovalDecision::Approve)).verdict,
                 Verdict::Quarantined);
    }
};

COUNTERSIGN_GUILESS_TEST(StatementIntakeTest)
#include "StatementIntake_test.moc"
