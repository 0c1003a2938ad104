#include "core/base/encoding/Json.h"
#include "core/policy/approvals/CountTerms.h"
#include "core/policy/store/PolicyStore.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

std::string demandingPolicy(const std::string& name, const std::string& changes)
{
    return R"({"version":1,"name":")" + name + R"(","rules":[],"changes":)" + changes + "}";
}

/// A desk with its own operator, Alice, and Bob's key in its register.
struct PolicyChangeScene
{
    TestProfile profile;
    AuditLog audit{*profile.database, *profile.vault, profile.clock};
    PolicyStore store{*profile.database, *profile.vault, audit, profile.clock};
    OperatorRegister people{*profile.database, *profile.vault, audit, profile.clock};
    OperatorIdentity identity{*profile.database, *profile.vault, audit, profile.clock};
    Person bob{"Bob"};
    std::string two = demandingPolicy("two", R"({"approvals":2})");
    std::string next = R"({"version":1,"name":"next","rules":[]})";

    PolicyChangeScene()
    {
        if (!identity.create("Alice") || !people.add("Bob", bob.key, {"treasury"})) {
            qFatal("no operators");
        }
    }
    static std::string hash(const std::string& text) { return parsePolicy(asBytes(text))->sha256; }
    PolicyChangeStatement bobs(const std::string& replaces, const std::string& policy) const
    {
        return {replaces, policy, bob.key, profile.clock.now()};
    }
    std::string inForce() { return (*store.inForce())->policy->name; }
};

}  // namespace

/// A policy that asks for approvals of its own change.
class PolicyChangeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void needsTheApprovalsThatItAsksFor()
    {
        PolicyChangeScene scene;
        // The built-in one asks for nothing.
        QVERIFY(scene.store.set(asBytes(scene.two)));
        const std::string two = PolicyChangeScene::hash(scene.two);
        const std::string next = PolicyChangeScene::hash(scene.next);
        const auto refused = scene.store.set(asBytes(scene.next));
        QCOMPARE(refused.error().code, ErrorCode::Denied);
        QCOMPARE(scene.store.clear().error().code, ErrorCode::Denied);
        QCOMPARE(scene.inForce(), std::string("two"));
        QCOMPARE(scene.store.changeTo(next, {})->have, 1);
        QCOMPARE(scene.store.changeTo(next, {})->need, 2);
        // Of another change.
        const auto other = scene.bobs(two, CountTerms::ofBuiltInPolicy().policy);
        QCOMPARE(scene.store.set(asBytes(scene.next), {&other, 1}).error().code, ErrorCode::Denied);
        const auto bobs = scene.bobs(two, next);
        QVERIFY(scene.store.set(asBytes(scene.next), {&bobs, 1}));
        QCOMPARE(scene.inForce(), std::string("next"));
        const auto entry = scene.audit.page(0, 1)->front();
        QCOMPARE(entry.kind, std::string("policy.set"));
        const Json detail = *parseJson(entry.detail);
        QCOMPARE(detail["approvals"].size(), std::size_t(2));
        QCOMPARE(detail["approvals"][0]["name"].get<std::string>(), std::string("Bob"));
        QCOMPARE(detail["approvals"][1]["name"].get<std::string>(), std::string("Alice"));
    }

    void clearingIsAChange()
    {
        PolicyChangeScene scene;
        QVERIFY(scene.store.set(asBytes(scene.two)));
        const auto bobs =
            scene.bobs(PolicyChangeScene::hash(scene.two), CountTerms::ofBuiltInPolicy().policy);
        QVERIFY(scene.store.clear({&bobs, 1}));
        QVERIFY(!*scene.store.inForce());
    }

    /// Once a change was made and taken back, what was said of it before is over.
    void isNotReplayed()
    {
        PolicyChangeScene scene;
        QVERIFY(scene.store.set(asBytes(scene.two)));
        const std::string two = PolicyChangeScene::hash(scene.two);
        const auto bobs = scene.bobs(two, PolicyChangeScene::hash(scene.next));
        QVERIFY(scene.store.set(asBytes(scene.next), {&bobs, 1}));
        scene.profile.clock.advance(std::chrono::milliseconds(1));
        QVERIFY(scene.store.set(asBytes(scene.two)));
        QCOMPARE(scene.store.set(asBytes(scene.next), {&bobs, 1}).error().code, ErrorCode::Denied);
        QCOMPARE(scene.inForce(), std::string("two"));
    }

    void aRemovedOperatorsStopsCounting()
    {
        PolicyChangeScene scene;
        QVERIFY(scene.store.set(asBytes(scene.two)));
        const auto bobs = scene.bobs(PolicyChangeScene::hash(scene.two), PolicyChangeScene::hash(scene.next));
        QVERIFY(scene.people.remove("Bob"));
        QCOMPARE(scene.store.set(asBytes(scene.next), {&bobs, 1}).error().code, ErrorCode::Denied);
    }

    void thisDesksOperatorCountsOnce()
    {
        PolicyChangeScene scene;
        QVERIFY(scene.store.set(asBytes(scene.two)));
        const auto own = scene.store.endorse(PolicyChangeScene::hash(scene.next));
        QVERIFY(own.has_value());
        QCOMPARE(scene.audit.page(0, 1)->front().kind, std::string("policy.endorsed"));
        QCOMPARE(readPolicyChange(own->envelope.json)->statement, own->statement);
        QCOMPARE(scene.store.set(asBytes(scene.next), {&own->statement, 1}).error().code, ErrorCode::Denied);
    }

    void nobodyIsLockedOut()
    {
        PolicyChangeScene scene;
        const std::size_t before = scene.audit.page(0, 100)->size();
        for (const char* changes : {R"({"approvals":3})", R"({"approvals":2,"from":["treasury"]})",
                                    R"({"approvals":1,"from":["x"]})"}) {
            QCOMPARE(scene.store.set(asBytes(demandingPolicy("never", changes))).error().code,
                     ErrorCode::Denied);
        }
        QCOMPARE(scene.audit.page(0, 100)->size(), before);
        QVERIFY(scene.store.set(asBytes(demandingPolicy("a", R"({"approvals":1,"from":["treasury"]})"))));
        // Alice is not asked.
        QCOMPARE(scene.store.set(asBytes(scene.next)).error().code, ErrorCode::Denied);
    }

    void nothingIsSignedThatNobodyAsksFor()
    {
        PolicyChangeScene scene;
        QCOMPARE(scene.store.endorse(hashOf('a')).error().code, ErrorCode::InvalidInput);
        QVERIFY(scene.store.set(asBytes(scene.next)));
        QCOMPARE(scene.store.endorse(hashOf('a')).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.store.changeTo(hashOf('a'), {})->need, 0);
    }

    /// What a program cannot read (any more) still asks.
    void isAskedOfWhatCannotBeRead()
    {
        const auto demand = policyChangeDemand(asBytes(std::string(
            R"({"version":2,"changes":{"approvals":2,"from":["a"]},"approvalsExpire":{"hours":3},"new":1})")));
        QCOMPARE(demand->terms->count, 2);
        QCOMPARE(demand->expiryHours, std::optional(3));
        QVERIFY(!policyChangeDemand(asBytes(std::string(R"({"version":2})")))->terms);
        QCOMPARE(policyChangeDemand(asBytes(std::string(R"({"changes":{"approvals":0}})"))).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(policyChangeDemand(asBytes(std::string("{"))).error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyChangeTest)
#include "PolicyChange_test.moc"
