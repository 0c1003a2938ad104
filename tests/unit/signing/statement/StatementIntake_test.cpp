#include "core/signing/statement/StatementIntake.h"

#include "core/crypto/envelopes/Dsse.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/signing/approval/ApprovalRules.h"
#include "core/signing/intake/DeskEntries.h"
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
        return signedBy(who, statement).envelope.json;
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

/// Entries of a relay's feed, one by one.
class Feeder
{
public:
    explicit Feeder(IntakeScene& scene)
        : m_entries(*scene.profile.database, *scene.profile.vault, scene.profile.clock),
          m_ingestor(scene.profile.vault, *scene.profile.database, scene.profile.clock)
    {
        m_ingestor.setEntryHandler(&m_entries);
    }

    Result<IngestReport> ingest(std::vector<FeedEntry> entries)
    {
        const auto after = m_ingestor.cursor("relay", "desk");
        FeedPage page;
        page.cursor = *after + static_cast<std::int64_t>(entries.size());
        page.entries = std::move(entries);
        return m_ingestor.ingest("relay", "desk", *after, page);
    }
    void take(const std::string& kind, const std::string& body)
    {
        FeedEntry entry;
        entry.seq = ++m_seq;
        entry.kind = kind;
        entry.receivedAt = noon;
        entry.body = toBytes(asBytes(body));
        const auto report = ingest({entry});
        QVERIFY2(report.has_value(), qPrintable(report ? QString() : report.error().sentence));
    }

private:
    DeskEntries m_entries;
    Ingestor m_ingestor;
    std::int64_t m_seq = 0;
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
        const Json payload = *parseJson(asText(parseDsse(signedBy(scene.ben, statement).envelope.json)->payload));
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

    /// The relay may bring a statement before its job, and a file may bring the job.
    void aWaitingOneIsTakenWhenItsJobComes()
    {
        for (const bool throughTheRelay : {true, false}) {
            IntakeScene scene;
            registerOperator(scene.profile, scene.audit, scene.ben);
            const Person submitter("shop");
            scene.registerSubmitter("shop", submitter.key);
            const std::string document = documentOf(evmWalletId, "evm.message", {{"text", "late"}});
            scene.jobId = jobIdOf(asBytes(document));
            Feeder feeder(scene);
            feeder.take("approval", scene.envelopeOf(scene.ben, ApprovalDecision::Reject));
            QCOMPARE(scene.number("SELECT count(*) FROM quarantine"), 1);
            if (throughTheRelay) {
                feeder.take("job", *signDsse(jobPayloadType, asBytes(document), submitter.seed));
            } else {
                QVERIFY(scene.intake().import(asBytes(document)).has_value());
                QVERIFY(feeder.ingest({}).has_value());
            }
            QCOMPARE(scene.number("SELECT count(*) FROM quarantine"), 0);
            QCOMPARE(scene.stateOf(scene.jobId), JobState::Rejected);
        }
    }

    /// Of strangers, and of those whose job never comes, the rest waits on.
    void thoseOfOtherJobsWaitOn()
    {
        IntakeScene scene;
        Feeder feeder(scene);
        const std::string known = scene.jobId;
        scene.jobId = hashOf('c');
        feeder.take("approval", scene.envelopeOf(scene.ben, ApprovalDecision::Approve));
        scene.jobId = known;
        feeder.take("approval", scene.envelopeOf(scene.ben, ApprovalDecision::Approve));
        QVERIFY(feeder.ingest({}).has_value());
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine WHERE reason_code = 'job'"), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine WHERE reason_code = 'operator'"), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM audit WHERE kind = 'quarantine.retry'"), 0);
    }
};

COUNTERSIGN_GUILESS_TEST(StatementIntakeTest)
#include "StatementIntake_test.moc"
