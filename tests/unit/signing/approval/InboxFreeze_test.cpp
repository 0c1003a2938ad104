#include "core/signing/approval/InboxFreeze.h"

#include "core/signing/statement/StatementIntake.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"
#include "tests/unit/signing/statement/RejectionSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;
using namespace countersign::testing;

namespace {

struct InboxScene : ApprovalScene
{
    InboxFreeze inbox{*profile.database, *profile.vault, audit, profile.clock};
    StatementIntake intake{*profile.database, *profile.vault, profile.clock};
    Person ben{"Ben"};

    InboxScene() { setSetting(profile, settingKeys::relayInbox, "ops"); }

    std::string wordOf(const Person& who, std::string name = "ops", UnixMillis later = 0) const
    {
        return signFreeze({std::move(name), "a laptop was lost", who.key, profile.clock.now() + later},
                          who.seed)
            ->envelope.json;
    }
    Judgement take(const std::string& body)
    {
        const auto parsed = parseFreezeStatement(asBytes(body));
        const auto judged = audit.commit([&](AuditTransaction& record) -> Result<Judgement> {
            return intake.takeFreeze(*parsed, {}, record);
        });
        if (!judged) {
            qFatal("not judged: %s", qUtf8Printable(judged.error().sentence + judged.error().detail));
        }
        return *judged;
    }
    std::optional<SigningFreeze> state() { return *signingFreeze(*profile.database, *profile.vault); }
    Status unfreeze() { return unfreezeSigning(*profile.database, *profile.vault, audit, "found again"); }
};

}  // namespace

/// An operator's freeze of every desk, at the desk that says it and at those that hear it.
class InboxFreezeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freezesThisDeskFirst()
    {
        InboxScene scene;
        QCOMPARE(scene.inbox.say("lost").error().code, ErrorCode::NotFound);  // no operator yet
        QVERIFY(!scene.state());
        OperatorIdentity identity(*scene.profile.database, *scene.profile.vault, scene.audit,
                                  scene.profile.clock);
        QVERIFY(identity.create("Anna").has_value());
        QCOMPARE(scene.inbox.say("").error().code, ErrorCode::InvalidInput);
        const auto said = scene.inbox.say("lost");
        QVERIFY(said.has_value());
        QCOMPARE(scene.state()->reason, std::string("lost"));
        const auto word = readFreeze(said->word.envelope.json);
        QCOMPARE(word->statement.inbox, std::string("ops"));
        QCOMPARE(word->statement.operatorKey, identity.read()->publicKey);
        QCOMPARE(scene.audit.page(0, 1)->front().kind, std::string("signing.frozen"));
        // It comes back through the relay, also after it was lifted here.
        QVERIFY(scene.unfreeze().has_value());
        QCOMPARE(scene.take(said->word.envelope.json).verdict, Verdict::Duplicate);
        QVERIFY(!scene.state());
    }

    void followsARegisteredOperator()
    {
        InboxScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        const Judgement judged = scene.take(scene.wordOf(scene.ben));
        QCOMPARE(judged.verdict, Verdict::Applied);
        QVERIFY(!judged.isUnverified);
        QCOMPARE(scene.state()->by, std::string("the operator Ben"));
        QCOMPARE(scene.state()->reason, std::string("a laptop was lost"));
        const Job job = scene.transaction(wholeTransaction());
        QCOMPARE(scene.approval.checkApprovable(job, {.jobId = job.jobId}).error().code, ErrorCode::Denied);
    }

    /// Whoever runs the relay may show it for ever.
    void aLiftedFreezeStaysLifted()
    {
        InboxScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        const std::string word = scene.wordOf(scene.ben);
        QCOMPARE(scene.take(word).verdict, Verdict::Applied);
        QVERIFY(scene.unfreeze().has_value());
        for (const std::string& copy : {word, " " + word}) {
            const Judgement judged = scene.take(copy);
            QCOMPARE(judged.verdict, Verdict::Duplicate);
            QVERIFY(judged.isUnverified);
            QVERIFY(!scene.state());
        }
        // Said anew it counts, also by a clock that is behind.
        QCOMPARE(scene.take(scene.wordOf(scene.ben, "ops", -60'000)).verdict, Verdict::Applied);
        QVERIFY(scene.state().has_value());
    }

    void followsNobodyElse()
    {
        InboxScene scene;
        const Judgement strangers = scene.take(scene.wordOf(scene.ben));
        QCOMPARE(strangers.verdict, Verdict::Quarantined);
        QVERIFY(strangers.isUnverified);
        registerOperator(scene.profile, scene.audit, scene.ben);
        const Judgement others = scene.take(scene.wordOf(scene.ben, "other desks"));
        QCOMPARE(others.verdict, Verdict::Quarantined);
        QCOMPARE(others.quarantine->code, std::string("inbox"));
        const Person eve("Eve");
        const auto payload = parseDsse(scene.wordOf(scene.ben))->payload;
        QCOMPARE(scene.take(*signDsse(freezePayloadType, payload, eve.seed)).verdict, Verdict::Quarantined);
        QCOMPARE(scene.take(scene.wordOf(scene.ben, "ops", -86'400'000)).verdict, Verdict::Stale);
        QVERIFY(!scene.state());
        // What waited is followed once its operator is known.
        QCOMPARE(scene.take(scene.wordOf(scene.ben)).verdict, Verdict::Applied);
        QVERIFY(scene.state().has_value());
    }

    void theFirstFreezeStays()
    {
        InboxScene scene;
        registerOperator(scene.profile, scene.audit, scene.ben);
        QVERIFY(freezeSigning(*scene.profile.database, *scene.profile.vault, scene.audit, scene.profile.clock,
                              "here first")
                    .has_value());
        QCOMPARE(scene.take(scene.wordOf(scene.ben)).verdict, Verdict::Applied);
        QCOMPARE(scene.state()->reason, std::string("here first"));
        QCOMPARE(scene.audit.page(0, 1)->front().kind, std::string("freeze.received"));
    }
};

COUNTERSIGN_GUILESS_TEST(InboxFreezeTest)
#include "InboxFreeze_test.moc"
