#include "core/policy/approvals/PolicyChangeStatement.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

PolicyChangeStatement changeBy(const Person& who, UnixMillis at = noon)
{
    return {.replaces = hashOf('b'), .policy = hashOf('c'), .operatorKey = who.key, .at = at};
}

/// Signed by who, whatever it says.
ErrorCode changeRefusal(const Person& who, const std::string& payload,
                        std::string_view type = policyChangePayloadType)
{
    const auto read = readPolicyChange(*signDsse(type, asBytes(payload), who.seed));
    return read ? ErrorCode::Internal : read.error().code;
}

PolicyChangeQuestion changeAskedOf(std::vector<Operator> operators)
{
    return {.replaces = hashOf('b'),
            .policy = hashOf('c'),
            .inForceSince = noon - hour,
            .now = noon,
            .expiryHours = 24,
            .need = 2,
            .from = {},
            .operators = std::move(operators)};
}

std::string whyNot(const PolicyChangeQuestion& question, const PolicyChangeStatement& statement)
{
    const auto why = countPolicyChange(question, {&statement, 1}).statements.front().why;
    return why ? std::string(policyChangeDoubt(*why)) : "counts";
}

}  // namespace

class PolicyChangeStatementTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadAsItWasSigned()
    {
        const Person anna("Anna");
        const auto made = signPolicyChange(changeBy(anna), anna.seed);
        const auto read = readPolicyChange("  " + made->envelope.json);
        QVERIFY(read.has_value());
        QCOMPARE(read->statement, changeBy(anna));
        QCOMPARE(read->envelope.json, made->envelope.json);
        QCOMPARE(signPolicyChange(changeBy(anna), Person("Bob").seed).error().code, ErrorCode::InvalidInput);
        auto wrong = changeBy(anna);
        wrong.policy = "built-in";
        QCOMPARE(signPolicyChange(wrong, anna.seed).error().code, ErrorCode::InvalidInput);
    }

    void refusesOtherForms()
    {
        const Person anna("Anna");
        const std::string good =
            *parseDsse(signPolicyChange(changeBy(anna), anna.seed)->envelope.json, 16'384)
                 .map([](const auto& dsse) { return std::string(asText(dsse.payload)); });
        QCOMPARE(changeRefusal(anna, good), ErrorCode::Internal);
        QCOMPARE(changeRefusal(anna, good, approvalPayloadType), ErrorCode::InvalidInput);
        QCOMPARE(changeRefusal(Person("Bob"), good), ErrorCode::BadSignature);
        for (const char* member : {"replaces", "policy", "operator", "at"}) {
            Json json = *parseJson(good);
            json.erase(member);
            QCOMPARE(changeRefusal(anna, dumpJson(json)), ErrorCode::InvalidInput);
            json[member] = 5;
            QCOMPARE(changeRefusal(anna, dumpJson(json)), ErrorCode::InvalidInput);
            json[member] = std::string(64, 'G');
            QCOMPARE(changeRefusal(anna, dumpJson(json)), ErrorCode::InvalidInput);
        }
        Json more = *parseJson(good);
        more["more"] = "members";
        QCOMPARE(changeRefusal(anna, dumpJson(more)), ErrorCode::InvalidInput);
        QCOMPARE(changeRefusal(anna, "[]"), ErrorCode::InvalidInput);
    }

    void countsTheSamePeopleOnce()
    {
        const Person anna("Anna");
        const Person bob("Bob");
        const auto question = changeAskedOf({anna.registered(), bob.registered()});
        const std::vector<PolicyChangeStatement> twice = {changeBy(anna, noon - 2), changeBy(anna)};
        QCOMPARE(countPolicyChange(question, twice).have, 1);
        QVERIFY(!countPolicyChange(question, twice).isReached());
        const std::vector<PolicyChangeStatement> both = {changeBy(anna), changeBy(bob)};
        QVERIFY(countPolicyChange(question, both).isReached());
        // What somebody says of another change later does not take this one back.
        auto other = changeBy(anna);
        other.policy = hashOf('d');
        const std::vector<PolicyChangeStatement> three = {changeBy(anna, noon - 2), other, changeBy(bob)};
        QVERIFY(countPolicyChange(question, three).isReached());
    }

    void saysWhyOneDoesNotCount()
    {
        const Person anna("Anna");
        auto question = changeAskedOf({anna.registered({"treasury"})});
        QCOMPARE(whyNot(question, changeBy(anna)), std::string("counts"));
        QCOMPARE(whyNot(question, changeBy(Person("Bob"))), std::string("unknown operator"));
        QCOMPARE(whyNot(question, changeBy(anna, noon - hour - 1)),
                 std::string("older than the policy in force"));
        QCOMPARE(whyNot(question, changeBy(anna, noon - hour)), std::string("counts"));
        QCOMPARE(whyNot(question, changeBy(anna, noon + 1)), std::string("from the future"));
        const auto ahead = changeBy(anna, noon + 1);
        QCOMPARE(countPolicyChange(question, {&ahead, 1}).have, 0);
        auto other = changeBy(anna);
        other.policy = hashOf('d');
        QCOMPARE(whyNot(question, other), std::string("another policy"));
        other.replaces = hashOf('d');
        QCOMPARE(whyNot(question, other), std::string("in place of another policy than the one in force"));
        question.inForceSince = 0;
        QCOMPARE(whyNot(question, changeBy(anna, noon - 24 * hour - 1)), std::string("too old"));
        question.from = {"treasury"};
        QCOMPARE(whyNot(question, changeBy(anna)), std::string("counts"));
        question.from = {"board"};
        QCOMPARE(whyNot(question, changeBy(anna)), std::string("not among those whom the policy asks"));
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyChangeStatementTest)
#include "PolicyChangeStatement_test.moc"
