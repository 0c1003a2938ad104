#include "core/signing/approval/ApprovalBasis.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

ApprovalBasis sampleBasis()
{
    ApprovalBasis basis;
    basis.policy = std::string(64, 'b');
    basis.rule = "payout";
    basis.have = 2;
    basis.need = 2;
    basis.typedWord = true;
    for (const std::uint8_t byte : {std::uint8_t{1}, std::uint8_t{2}}) {
        ApprovalBasis::Counted& counted = basis.statements.emplace_back();
        counted.digest.fill(byte);
        counted.operatorKey.fill(byte);
        counted.name = "Ben";
    }
    return basis;
}

}  // namespace

class ApprovalBasisTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrote()
    {
        const ApprovalBasis basis = sampleBasis();
        const auto read = ApprovalBasis::parse(basis.toText());
        QVERIFY(read.has_value());
        QVERIFY(*read == basis);
        ApprovalBasis plain;
        plain.policy = "p";
        QVERIFY(*ApprovalBasis::parse(plain.toText()) == plain);
    }

    void keepsTheEndOfALongTrace()
    {
        ApprovalBasis basis = sampleBasis();
        for (int i = 0; i < 2'000; ++i) {
            basis.trace.push_back({"rule " + std::to_string(i), false, std::string(1'000, 'x')});
        }
        basis.trace.push_back({"payout", true, "all conditions hold"});
        const std::string text = basis.toText();
        QVERIFY(text.size() < basisMaxBytes);
        const Json trace = parseJson(text)->at("trace");
        QCOMPARE(trace.back().at("rule"), Json("payout"));
        QVERIFY(trace.size() > 10 && trace.size() < 2'000);
        QVERIFY(ApprovalBasis::parse(text).has_value());
    }

    void refusesAnythingElse()
    {
        const std::string good = sampleBasis().toText();
        for (const char* member : {"policy", "have", "need", "statements"}) {
            Json json = *parseJson(good);
            json.erase(member);
            QCOMPARE(ApprovalBasis::parse(dumpJson(json)).error().code, ErrorCode::Corrupt);
            json[member] = -1;
            QCOMPARE(ApprovalBasis::parse(dumpJson(json)).error().code, ErrorCode::Corrupt);
        }
        for (const char* text : {"", "[]", "{}", "null", R"({"policy":1})"}) {
            QCOMPARE(ApprovalBasis::parse(text).error().code, ErrorCode::Corrupt);
        }
        Json json = *parseJson(good);
        json["statements"][0]["statement"] = "00";
        QCOMPARE(ApprovalBasis::parse(dumpJson(json)).error().code, ErrorCode::Corrupt);
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalBasisTest)
#include "ApprovalBasis_test.moc"
