#include "core/policy/document/PolicyDocument.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"
#include "tests/unit/policy/document/PolicyDocumentCases.h"

#include <QTest>

#include <algorithm>

using namespace countersign;

class PolicyDocumentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheExampleOfTheDesign()
    {
        const auto policy = parsePolicy(asBytes(designExample()));
        QVERIFY2(policy.has_value(), policy ? "" : qPrintable(policy.error().sentence));
        QCOMPARE(policy->name, std::string("treasury"));
        QCOMPARE(policy->rules.size(), std::size_t(3));
        QCOMPARE(policy->approvalsExpire, std::optional<int>());
        QCOMPARE(std::get<PolicyBlock>(policy->rules[0].then).sentence,
                 std::string("No unlimited approvals."));
        const PolicyRule& payout = policy->rules[1];
        QCOMPARE(payout.when.recipients, std::vector<std::string>{"list:suppliers"});
        QCOMPARE(payout.when.amount->max, std::optional(Uint256(250'000'000)));
        QCOMPARE(payout.when.amount->min, std::optional<Uint256>());
        QCOMPARE(payout.when.perPeriod->hours, 24);
        const auto& rest = std::get<PolicyApprovals>(policy->rules[2].then);
        QCOMPARE(rest.count, 2);
        QVERIFY(rest.reauthenticate && rest.typedWord && rest.from.empty());
    }

    void hashesTheBytesAsTheyAre()
    {
        const auto policy = parsePolicy(asBytes(R"({"version":1,"name":"a","rules":[]})"));
        // printf '{"version":1,"name":"a","rules":[]}' | sha256sum
        QCOMPARE(policy->sha256,
                 std::string("495c3b7fb496212f9a298f3442afb228225e763e932965ceb13d2e57a05c4128"));
        const auto spaced = parsePolicy(asBytes(R"({"version":1, "name":"a","rules":[]})"));
        QVERIFY(spaced->sha256 != policy->sha256);
    }

    void writesEntriesInOneForm()
    {
        const auto policy = policyOf(ruleText("a",
                                              R"j({"contracts":["0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"],
                "functions":["transfer(address,uint256)","0xDEADBEEF"],
                "assets":["eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"]})j",
                                              oneApproval));
        QVERIFY2(policy.has_value(), policy ? "" : qPrintable(policy.error().sentence));
        const PolicyConditions& when = policy->rules[0].when;
        QCOMPARE(when.contracts, std::vector<std::string>{"0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"});
        QCOMPARE(when.functions, (std::vector<std::string>{"0xa9059cbb", "0xdeadbeef"}));
        QCOMPARE(when.assets,
                 std::vector<std::string>{"eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"});
    }

    void takesEveryConditionAndOutcome_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const PolicyCase& good : goodPolicies()) {
            QTest::newRow(good.name) << QByteArray::fromStdString(good.text);
        }
    }

    void takesEveryConditionAndOutcome()
    {
        QFETCH(const QByteArray, text);
        const auto policy = parsePolicy(asBytes(text.toStdString()));
        QVERIFY2(policy.has_value(), policy ? "" : qPrintable(policy.error().sentence));
    }

    void refusesAsAWholeAndNamesTheMember_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("path");
        for (const PolicyCase& bad : badPolicies()) {
            QTest::newRow(bad.name) << QByteArray::fromStdString(bad.text) << QString::fromUtf8(bad.path);
        }
    }

    void refusesAsAWholeAndNamesTheMember()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, path);
        const auto policy = parsePolicy(asBytes(text.toStdString()));
        QVERIFY(!policy);
        QCOMPARE(policy.error().code, ErrorCode::InvalidInput);
        QVERIFY2(policy.error().sentence.contains(QStringLiteral(": ") + path + QStringLiteral(": ")),
                 qPrintable(policy.error().sentence));
    }

    void refusesWhatIsNoJson()
    {
        for (const char* text :
             {"", "{", "[1,]", "\xff", R"({"version":1,"version":1,"name":"a","rules":[]})",
              R"({"version":1,"name":"a","rules":[]} )"
              "x"}) {
            const auto policy = parsePolicy(asBytes(std::string_view(text)));
            QVERIFY2(!policy, text);
            QCOMPARE(policy.error().code, ErrorCode::InvalidInput);
        }
    }

    void isBounded()
    {
        std::string rules;
        for (std::size_t i = 0; i < policyMaxRules; ++i) {
            rules += (i == 0 ? "" : ",") + ruleText("r" + std::to_string(i), "{}", oneApproval);
        }
        QVERIFY(policyOf(rules).has_value());
        QVERIFY(!policyOf(rules + "," + ruleText("more", "{}", oneApproval)));

        std::string names;
        for (std::size_t i = 0; i < policyMaxEntries; ++i) {
            names += (i == 0 ? "\"n" : ",\"n") + std::to_string(i) + "\"";
        }
        QVERIFY(policyOf(ruleText("a", R"({"submitters":[)" + names + "]}", oneApproval)).has_value());
        QVERIFY(!policyOf(ruleText("a", R"({"submitters":[)" + names + R"(,"x"]})", oneApproval)));

        QVERIFY(!policyOf(std::string(policyMaxBytes, ' ')));
        const std::string deep(200'000, '[');
        QVERIFY(!parsePolicy(asBytes(deep)));
    }

    void everyCutOfTheExampleIsRefused()
    {
        const std::string whole = designExample();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            QVERIFY(!parsePolicy(asBytes(std::string_view(whole).substr(0, length))));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyDocumentTest)
#include "PolicyDocument_test.moc"
