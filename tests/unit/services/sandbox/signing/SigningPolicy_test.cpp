#include "services/sandbox/signing/SigningPolicy.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

namespace {

constexpr const char* target = "0x52908400098527886E0F7030069857D2E4169EE7";

Json transaction(const Json& value, const Json& to = Json("0x52908400098527886e0f7030069857d2e4169ee7"))
{
    return Json{{"evmTransaction", {{"to", to}, {"chainId", 11'155'111U}, {"value", value}}}};
}

}  // namespace

class SigningPolicyTest : public QObject
{
    Q_OBJECT

private:
    static std::string reason(const SigningPolicy& policy, const Json& context,
                              const std::string& message = "0x00", Chain chain = Chain::Evm)
    {
        const auto judged = policy.judge(chain, context, message);
        return !judged ? "invalid" : judged->has_value() ? (*judged)->reasonCode : "allowed";
    }

private Q_SLOTS:
    void deniesAddressesInAnyCase()
    {
        const Json body{{"deny", Json::array({Json{{"address", target}, {"label", "Mallory"}}})}};
        const auto policy = SigningPolicy::parse(dumpJson(body));
        QVERIFY(policy.has_value());
        const auto judged = policy->judge(Chain::Evm, transaction("0x1"), "0x00");
        QCOMPARE((*judged)->reasonCode, std::string("address_denied"));
        QCOMPARE((*judged)->details["operationType"].get<std::string>(), std::string("evmTransaction"));
        QCOMPARE((*judged)->details["chainId"].get<std::string>(), std::string("11155111"));
        QCOMPARE((*judged)->details["deniedAddresses"].size(), std::size_t(1));
        QCOMPARE((*judged)->details["counterparties"][0]["label"].get<std::string>(), std::string("Mallory"));
        QCOMPARE(reason(*policy, transaction("0x1", "0x0000000000000000000000000000000000000001")),
                 std::string("allowed"));
    }

    void limitsValues()
    {
        const auto policy = SigningPolicy::parse(R"({"maxValueWei":"1000"})");
        QCOMPARE(reason(*policy, transaction("0x3e8")), std::string("allowed"));
        QCOMPARE(reason(*policy, transaction("0x3e9")), std::string("value_limit_exceeded"));
        const auto judged = policy->judge(Chain::Evm, transaction("0xffffffffffffffffffff"), "0x00");
        QCOMPARE((*judged)->details["totalOutgoingValue"].get<std::string>(),
                 std::string("1208925819614629174706175"));
        QCOMPARE((*judged)->details["maxPerCallLimit"].get<std::string>(), std::string("1000"));
    }

    void deniesTexts()
    {
        const auto policy = SigningPolicy::parse(R"({"denyMessagesContaining":["drain"]})");
        QCOMPARE(reason(*policy, Json{{"evmMessage", "please drain me"}}),
                 std::string("security_risk_malicious"));
        QCOMPARE(reason(*policy, Json{{"svmMessage", "drain"}}, "x", Chain::Svm),
                 std::string("security_risk_malicious"));
        QCOMPARE(reason(*policy, Json(), "drain"), std::string("security_risk_malicious"));
        QCOMPARE(reason(*policy, Json{{"evmMessage", "hello"}}), std::string("allowed"));
    }

    void judgesNothingThatIsMalformed()
    {
        const SigningPolicy policy;
        for (const Json& context :
             {transaction("5x"), transaction(5), transaction("0x1", Json(nullptr)), transaction("-1"),
              Json{{"evmTransaction", "x"}}, Json{{"evmTransaction", {{"to", "x"}, {"chainId", "1"}}}}}) {
            QCOMPARE(reason(policy, context), std::string("invalid"));
        }
        QCOMPARE(reason(policy, Json{{"evmTransaction", {{"to", "x"}}}}), std::string("allowed"));
    }

    void comesBackAsItWasWritten()
    {
        const std::string text =
            R"({"deny":[{"address":"a","label":"b"},{"address":"c"}],"maxValueWei":"7","denyMessagesContaining":["x"]})";
        QCOMPARE(dumpJson(SigningPolicy::parse(text)->toJson()), text);
        QCOMPARE(dumpJson(SigningPolicy::parse("null")->toJson()), dumpJson(SigningPolicy().toJson()));
        for (const char* bad :
             {"", "[]", "5", R"({"deny":{}})", R"({"deny":[{}]})", R"({"deny":[{"address":5}]})",
              R"({"deny":[{"address":"a","x":1}]})", R"({"maxValueWei":7})", R"({"maxValueWei":"-7"})",
              R"({"denyMessagesContaining":[""]})", R"({"denyMessagesContaining":"x"})", R"({"other":1})"}) {
            QVERIFY2(!SigningPolicy::parse(bad).has_value(), bad);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SigningPolicyTest)
#include "SigningPolicy_test.moc"
