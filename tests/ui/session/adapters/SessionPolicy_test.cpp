#include "ui/session/adapters/SessionPolicy.h"

#include "core/policy/approvals/PolicyChangeStatement.h"
#include "core/policy/document/PolicyDocument.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/OperatorScene.h"

#include <QSignalSpy>

using namespace countersign;
using namespace countersign::testing;

namespace {

Bytes policyBytes(const std::string& name, const std::string& then)
{
    const std::string text =
        R"({"version":1,"name":")" + name + R"(","rules":[{"id":"all","when":{},"then":)" + then + "}]}";
    return toBytes(asBytes(text));
}

struct PolicyScene : OperatorScene
{
    Result<std::optional<PolicyInForce>> inForce()
    {
        return answerOf<std::optional<PolicyInForce>>(
            [this](QObject* context, auto done) { session->policy().inForce(context, std::move(done)); });
    }
    Status put(const Bytes& policy, const std::string& replaces, const Reauthentication::Grant& granted,
               const QStringList& statements = {})
    {
        return answerOf<void>([&](QObject* context, auto done) {
            session->policy().putInForce(context, policy, replaces, statements, granted, std::move(done));
        });
    }
    Status put(const Bytes& policy, const std::string& replaces = {})
    {
        return put(policy, replaces, *grant());
    }
    Result<PolicyTrial> trial(const Bytes& policy)
    {
        return answerOf<PolicyTrial>([&](QObject* context, auto done) {
            session->policy().tryHistory(context, policy, std::move(done));
        });
    }
};

}  // namespace

/// The policy over a session and its thread.
class SessionPolicyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPolicyIsPutInForceAndDecides()
    {
        PolicyScene scene;
        scene.makeOwn();
        const std::string job = scene.arrived();
        QVERIFY(!*scene.inForce());
        const auto before = scene.standing(job);
        QVERIFY2(before.has_value(),
                 before ? "" : qPrintable(before.error().sentence + before.error().detail));
        QVERIFY(!before->isByOperators());
        const QSignalSpy changes(&scene.session->approvals(), &ApprovalControl::changed);
        const Bytes two = policyBytes("two", R"({"approvals":2})");
        QVERIFY(scene.put(two).has_value());
        QVERIFY(!changes.isEmpty());
        const auto now = scene.inForce();
        QVERIFY((*now)->bytes == two);
        QCOMPARE((*now)->name, std::string("two"));
        QCOMPARE((*now)->sha256, parsePolicy(two)->sha256);
        QCOMPARE(scene.number("audit", "kind = 'policy.set'"), 1);
        const auto standing = scene.standing(job);
        QVERIFY(standing->isByOperators() && standing->needsOthers());
        QCOMPARE(standing->count.need, 2);
        QCOMPARE(standing->judged.decision.rule, std::optional<std::string>("all"));
    }

    void whatWasNotSeenIsNotReplaced()
    {
        PolicyScene scene;
        const Bytes one = policyBytes("one", R"({"approvals":1})");
        const Bytes two = policyBytes("two", R"({"approvals":2})");
        QVERIFY(scene.put(one).has_value());
        QCOMPARE(scene.put(two).error().code, ErrorCode::Busy);
        QVERIFY(scene.put(two, parsePolicy(one)->sha256).has_value());
        QCOMPARE((*scene.inForce())->name, std::string("two"));
    }

    void aChangeNeedsWhatThePolicyAsksFor()
    {
        PolicyScene scene;
        scene.makeOwn();
        scene.registerOperator(scene.bob);
        const auto strict = toBytes(
            asBytes(std::string(R"({"version":1,"name":"strict","rules":[],"changes":{"approvals":2}})")));
        const Bytes next = policyBytes("next", R"({"approvals":1})");
        QVERIFY(scene.put(strict).has_value());
        const std::string replaced = parsePolicy(strict)->sha256;
        QCOMPARE(scene.put(next, replaced).error().code, ErrorCode::Denied);
        const auto standingWith = [&](const QStringList& files) {
            return scene.answerOf<PolicyChangeStanding>([&](QObject* context, auto done) {
                scene.session->policy().changeStanding(context, next, files, std::move(done));
            });
        };
        QCOMPARE(standingWith({})->have, 1);
        QCOMPARE(standingWith({})->need, 2);
        // What this desk would give to another one.
        const QString own = scene.folder.filePath(QStringLiteral("own.json"));
        const Status written = scene.answerOf<void>([&](QObject* context, auto done) {
            scene.session->policy().endorse(context, next, replaced, own, *scene.grant(), std::move(done));
        });
        QVERIFY(written.has_value());
        QCOMPARE(standingWith({own})->have, 1);
        const auto bobs = signPolicyChange(
            {replaced, parsePolicy(next)->sha256, scene.bob.key, scene.clock.now()}, scene.bob.seed);
        QFile file(scene.folder.filePath(QStringLiteral("bob.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(bobs->envelope.json));
        file.close();
        QVERIFY(standingWith({file.fileName()})->isReached());
        QCOMPARE(standingWith({scene.folder.filePath(QStringLiteral("none.json"))}).error().code,
                 ErrorCode::NotFound);
        QVERIFY(scene.put(next, replaced, *scene.grant(), {file.fileName()}).has_value());
        QCOMPARE((*scene.inForce())->name, std::string("next"));
    }

    void refusedPoliciesChangeNothing()
    {
        PolicyScene scene;
        const Bytes wrong = policyBytes("wrong", R"({"approval":1})");
        const Status refused = scene.put(wrong);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("rules[0].then.approval")));
        const auto old = scene.grant();
        scene.clock.set(scene.clock.now() + Reauthentication::Grant::goodFor + 1);
        QCOMPARE(scene.put(policyBytes("late", R"({"approvals":1})"), {}, *old).error().code,
                 ErrorCode::Denied);
        QVERIFY(!*scene.inForce());
        QCOMPARE(scene.number("audit", "kind = 'policy.set'"), 0);
    }

    void aPolicyIsTriedOnWhatEnded()
    {
        PolicyScene scene;
        scene.jobs.add({.state = JobState::Signed});
        scene.jobs.add({.state = JobState::Rejected});
        scene.jobs.add({});  // waits: not of the past
        const auto blocked = scene.trial(policyBytes("no", R"({"block":"Not today."})"));
        QVERIFY2(blocked.has_value(), blocked ? "" : qPrintable(blocked.error().sentence));
        QCOMPARE(blocked->jobs, std::size_t{2});
        QCOMPARE(blocked->blocked, std::size_t{2});
        QCOMPARE(blocked->lines.size(), std::size_t{2});
        QCOMPARE(blocked->lines.front().rule, std::string("all"));
        QVERIFY(blocked->lines.front().would.contains(QStringLiteral("Not today.")));
        const auto second = scene.trial(policyBytes("two", R"({"approvals":2})"));
        QCOMPARE(second->secondApproval, std::size_t{2});
        const auto free = scene.trial(policyBytes("one", R"({"approvals":1})"));
        QVERIFY(free->lines.empty());
        QCOMPARE(scene.trial(policyBytes("x", R"({"x":1})")).error().code, ErrorCode::InvalidInput);
        // Nothing of it counts.
        QVERIFY(!*scene.inForce());
    }

    void whatWasChangedByOthersIsNoPolicy()
    {
        PolicyScene scene;
        QVERIFY(scene.put(policyBytes("one", R"({"approvals":1})")).has_value());
        scene.edit("DELETE FROM policy");
        QCOMPARE(scene.inForce().error().code, ErrorCode::BadSignature);
    }
};

COUNTERSIGN_GUI_TEST(SessionPolicyTest)
#include "SessionPolicy_test.moc"
