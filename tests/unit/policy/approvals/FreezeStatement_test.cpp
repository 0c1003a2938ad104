#include "core/policy/approvals/FreezeStatement.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

FreezeStatement freezeBy(const Person& who, std::string reason = "a laptop was lost")
{
    return {.inbox = "ops", .reason = std::move(reason), .operatorKey = who.key, .at = noon};
}

/// Signed by who, whatever it says.
std::string freezeEnvelope(const Person& who, const std::string& payload,
                           std::string_view type = freezePayloadType)
{
    return *signDsse(type, asBytes(payload), who.seed);
}

ErrorCode freezeRefusal(const std::string& envelope)
{
    const auto read = readFreeze(envelope);
    return read ? ErrorCode::Internal : read.error().code;
}

}  // namespace

class FreezeStatementTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadAsItWasSigned()
    {
        const Person anna("Anna");
        const auto made = signFreeze(freezeBy(anna), anna.seed);
        const auto read = readFreeze(made->envelope.json);
        QVERIFY(read.has_value());
        QCOMPARE(read->statement, made->statement);
        QCOMPARE(read->envelope.json, made->envelope.json);
        QCOMPARE(read->envelope.digest, sha256(asBytes(made->envelope.json)));
    }

    void hasOneForm()
    {
        const Person anna("Anna");
        const auto made = signFreeze(freezeBy(anna), anna.seed);
        Json json = *parseJson(made->envelope.json);
        json["more"] = "members";
        QCOMPARE(readFreeze("  " + dumpJson(json))->envelope.json, made->envelope.json);
    }

    void saysWhatCannotBeSigned()
    {
        const Person anna("Anna");
        const Person ben("Ben");
        QVERIFY(!signFreeze(freezeBy(anna), ben.seed).has_value());
        QVERIFY(!signFreeze(freezeBy(anna, ""), anna.seed).has_value());
        QVERIFY(signFreeze(freezeBy(anna, std::string(freezeMaxReasonBytes, 'r')), anna.seed).has_value());
        QVERIFY(
            !signFreeze(freezeBy(anna, std::string(freezeMaxReasonBytes + 1, 'r')), anna.seed).has_value());
        FreezeStatement nowhere = freezeBy(anna);
        nowhere.inbox = std::string(freezeMaxInboxBytes + 1, 'i');
        QVERIFY(!signFreeze(nowhere, anna.seed).has_value());
    }

    void refusesOtherForms_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("value");
        QTest::newRow("no inbox") << "inbox"
                                  << "null";
        QTest::newRow("empty inbox") << "inbox"
                                     << "\"\"";
        QTest::newRow("number as a reason") << "reason"
                                            << "7";
        QTest::newRow("short key") << "operator"
                                   << "\"ab\"";
        QTest::newRow("a key of low order")
            << "operator"
            << "\"0000000000000000000000000000000000000000000000000000000000000000\"";
        QTest::newRow("no time") << "at"
                                 << "\"noon\"";
        QTest::newRow("unknown member") << "until"
                                        << "\"tomorrow\"";
        QTest::newRow("nested") << "reason"
                                << "{\"a\":1}";
    }

    void refusesOtherForms()
    {
        QFETCH(const QString, member);
        QFETCH(const QString, value);
        const Person anna("Anna");
        Json json = {
            {"inbox", "ops"}, {"reason", "lost"}, {"operator", toHex(anna.key)}, {"at", toIso8601(noon)}};
        QVERIFY(readFreeze(freezeEnvelope(anna, dumpJson(json))).has_value());
        json[member.toStdString()] = *parseJson(value.toStdString());
        QCOMPARE(freezeRefusal(freezeEnvelope(anna, dumpJson(json))), ErrorCode::InvalidInput);
    }

    void believesNobodyElsesSignature()
    {
        const Person anna("Anna");
        const Person eve("Eve");
        const auto made = parseDsse(signFreeze(freezeBy(anna), anna.seed)->envelope.json);
        const std::string payload(asText(made->payload));
        QCOMPARE(freezeRefusal(freezeEnvelope(eve, payload)), ErrorCode::BadSignature);
        // An approval's envelope is no freeze's, although the same operator signed it.
        QCOMPARE(freezeRefusal(freezeEnvelope(anna, payload, approvalPayloadType)), ErrorCode::InvalidInput);
        QCOMPARE(freezeRefusal({}), ErrorCode::InvalidInput);
        QCOMPARE(freezeRefusal(std::string(approvalMaxBytes + 1, ' ')), ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(FreezeStatementTest)
#include "FreezeStatement_test.moc"
