#include "core/policy/approvals/ApprovalStatement.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

Json payloadOf(const SignedApproval& approval)
{
    return *parseJson(asText(parseDsse(approval.envelope.json)->payload));
}

/// Signed by who, whatever it says.
std::string enveloped(const Person& who, const std::string& payload,
                      std::string_view type = approvalPayloadType)
{
    return *signDsse(type, asBytes(payload), who.seed);
}

ErrorCode refusal(const std::string& envelope)
{
    const auto read = readApproval(envelope);
    return read ? ErrorCode::Internal : read.error().code;
}

}  // namespace

class ApprovalStatementTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadAsItWasSigned()
    {
        const Person anna("Anna");
        for (const auto decision :
             {ApprovalDecision::Approve, ApprovalDecision::Reject, ApprovalDecision::Withdraw}) {
            ApprovalStatement statement = saidBy(anna, decision);
            statement.reason = decision == ApprovalDecision::Reject ? "Wrong\nrecipient – ask Ben" : "";
            const auto made = signApproval(statement, anna.seed);
            const auto read = readApproval(made->envelope.json);
            QVERIFY(read.has_value());
            QCOMPARE(*read, *made);
            QCOMPARE(read->statement, statement);
            QCOMPARE(read->envelope.digest, sha256(asBytes(made->envelope.json)));
        }
    }

    void hasTheMembersOfTheContract()
    {
        const Person anna("Anna");
        ApprovalStatement statement = saidBy(anna);
        Json json = payloadOf(signedBy(anna, statement));
        QCOMPARE(dumpJson(json), "{\"jobId\":\"" + hashOf('a') + "\",\"digest\":\"0x" +
                                     toHex(sampleDigest()) + "\",\"explanation\":\"" + hashOf('e') +
                                     "\",\"policy\":\"" + hashOf('b') +
                                     "\",\"decision\":\"approve\",\"operator\":\"" + toHex(anna.key) +
                                     "\",\"at\":\"2025-06-15T15:06:40.000Z\"}");
        statement.reason = "fine";
        QCOMPARE(payloadOf(signedBy(anna, statement))["reason"], Json("fine"));
    }

    void digestMayLackItsPrefix()
    {
        const Person anna("Anna");
        Json json = payloadOf(signedBy(anna, saidBy(anna)));
        json["digest"] = toHex(sampleDigest());
        QCOMPARE(readApproval(enveloped(anna, dumpJson(json)))->statement, saidBy(anna));
    }

    /// A relay must not be able to make many of one.
    void hasOneForm()
    {
        const Person anna("Anna");
        const SignedApproval made = signedBy(anna, saidBy(anna));
        Json json = *parseJson(made.envelope.json);
        json["comment"] = "x";
        json["signatures"][0]["keyid"] = "somebody";
        QCOMPARE(*readApproval(json.dump(4)), made);
        json["signatures"][0].erase("keyid");
        QCOMPARE(*readApproval(dumpJson(json)), made);
    }

    void payloadIsReadStrictly_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("value");  // JSON; empty: the member is missing
        const auto row = [](const char* name, const char* member, const QString& value) {
            QTest::newRow(name) << QString::fromLatin1(member) << value;
        };
        const QString sixtyFour = QString(64, u'a');
        for (const char* member :
             {"jobId", "digest", "explanation", "policy", "decision", "operator", "at"}) {
            const QByteArray name(member);
            row((name + " missing").constData(), member, {});
            row((name + " null").constData(), member, QStringLiteral("null"));
            row((name + " number").constData(), member, QStringLiteral("1"));
            row((name + " empty").constData(), member, QStringLiteral("\"\""));
            row((name + " list").constData(), member, QStringLiteral("[]"));
        }
        for (const char* member : {"jobId", "explanation", "policy", "operator"}) {
            const QByteArray name(member);
            row((name + " short").constData(), member, u'"' + QString(63, u'a') + u'"');
            row((name + " long").constData(), member, u'"' + QString(66, u'a') + u'"');
            row((name + " upper").constData(), member, u'"' + QString(64, u'A') + u'"');
            row((name + " prefix").constData(), member, QStringLiteral("\"0x") + sixtyFour + u'"');
            row((name + " blank").constData(), member, u'"' + QString(63, u'a') + QStringLiteral(" \""));
        }
        row("digest prefix twice", "digest", QStringLiteral("\"0x0x") + QString(62, u'a') + u'"');
        row("digest upper prefix", "digest", QStringLiteral("\"0X") + sixtyFour + u'"');
        row("operator of low order", "operator", u'"' + QString(64, u'0') + u'"');
        row("operator no point", "operator", u'"' + QString(64, u'f') + u'"');
        row("decision other", "decision", QStringLiteral("\"Approve\""));
        row("decision padded", "decision", QStringLiteral("\"approve \""));
        row("time no zone", "at", QStringLiteral("\"2025-06-15T15:06:40\""));
        row("time words", "at", QStringLiteral("\"yesterday\""));
        row("reason empty", "reason", QStringLiteral("\"\""));
        row("reason null", "reason", QStringLiteral("null"));
        row("reason long", "reason", u'"' + QString(2001, u'r') + u'"');
        row("reason deep", "reason", QStringLiteral("[[[[[]]]]]"));
        row("unknown", "amount", QStringLiteral("\"1\""));
        row("misspelt", "Reason", QStringLiteral("\"x\""));
    }

    /// What two desks could read differently is read by none, although its operator signed it.
    void payloadIsReadStrictly()
    {
        QFETCH(const QString, member);
        QFETCH(const QString, value);
        const Person anna("Anna");
        Json json = payloadOf(signedBy(anna, saidBy(anna)));
        if (value.isEmpty()) {
            json.erase(member.toStdString());
        } else {
            json[member.toStdString()] = Json::parse(value.toStdString());
        }
        QCOMPARE(refusal(enveloped(anna, dumpJson(json))), ErrorCode::InvalidInput);
    }

    void payloadIsOneObject()
    {
        const Person anna("Anna");
        const std::string genuine = dumpJson(payloadOf(signedBy(anna, saidBy(anna))));
        QVERIFY(readApproval(enveloped(anna, genuine)));
        const std::string twice = genuine.substr(0, genuine.size() - 1) + ",\"decision\":\"reject\"}";
        for (const std::string& payload :
             {std::string(), std::string("[]"), std::string("null"), twice, genuine + " {}",
              genuine + std::string(1, '\0'), '[' + genuine + ']'}) {
            QCOMPARE(refusal(enveloped(anna, payload)), ErrorCode::InvalidInput);
        }
    }

    void envelopeIsReadStrictly()
    {
        const Person anna("Anna");
        const Person eve("Eve");
        const SignedApproval made = signedBy(anna, saidBy(anna));
        const std::string payload = dumpJson(payloadOf(made));
        // Signed, as something else.
        for (const std::string_view type : {jobPayloadType, jobEventPayloadType, withdrawalPayloadType,
                                            std::string_view("application/vnd.countersign.approval+JSON")}) {
            QCOMPARE(refusal(enveloped(anna, payload, type)), ErrorCode::InvalidInput);
        }
        Json json = *parseJson(made.envelope.json);
        json["payloadType"] = jobPayloadType;
        QCOMPARE(refusal(dumpJson(json)), ErrorCode::InvalidInput);
        // Two signatures, though one is right.
        json = *parseJson(made.envelope.json);
        json["signatures"].push_back((*parseJson(enveloped(eve, payload)))["signatures"][0]);
        QCOMPARE(refusal(dumpJson(json)), ErrorCode::InvalidInput);
        json["signatures"][1] = json["signatures"][0];
        QCOMPARE(refusal(dumpJson(json)), ErrorCode::InvalidInput);
        json["signatures"] = Json::array();
        QCOMPARE(refusal(dumpJson(json)), ErrorCode::InvalidInput);
        for (const std::string& text : {std::string(), std::string("{}"), made.envelope.json + "x",
                                        made.envelope.json.substr(1), std::string(20'000, ' ') + made.envelope.json}) {
            QCOMPARE(refusal(text), ErrorCode::InvalidInput);
        }
    }

    void onlyItsOperatorCanSayIt()
    {
        const Person anna("Anna");
        const Person eve("Eve");
        const SignedApproval made = signedBy(anna, saidBy(anna));
        // Eve signs under Anna's key; and with Anna's as the hint.
        Json forged = *parseJson(enveloped(eve, dumpJson(payloadOf(made))));
        QCOMPARE(refusal(dumpJson(forged)), ErrorCode::BadSignature);
        forged["signatures"][0]["keyid"] = toHex(anna.key);
        QCOMPARE(refusal(dumpJson(forged)), ErrorCode::BadSignature);
        // Another payload under Anna's signature.
        for (const char* member : {"jobId", "explanation", "policy"}) {
            Json payload = payloadOf(made);
            payload[member] = hashOf('0');
            Json tampered = *parseJson(made.envelope.json);
            tampered["payload"] = toBase64(asBytes(dumpJson(payload)));
            QCOMPARE(refusal(dumpJson(tampered)), ErrorCode::BadSignature);
        }
        // Each bit of the signature.
        const Bytes signature = parseDsse(made.envelope.json)->signatures.front().signature;
        for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
            Bytes other = signature;
            other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
            Json tampered = *parseJson(made.envelope.json);
            tampered["signatures"][0]["sig"] = toBase64(other);
            QCOMPARE(refusal(dumpJson(tampered)), ErrorCode::BadSignature);
        }
    }

    void signsNothingThatNobodyWouldRead()
    {
        const Person anna("Anna");
        const Person eve("Eve");
        const auto refused = [&](const ApprovalStatement& statement) {
            return signApproval(statement, anna.seed).error().code == ErrorCode::InvalidInput;
        };
        ApprovalStatement statement = saidBy(anna);
        statement.jobId = "abc";
        QVERIFY(refused(statement));
        statement = saidBy(anna);
        statement.explanation.clear();
        QVERIFY(refused(statement));
        statement = saidBy(anna);
        statement.reason = std::string(2001, 'r');
        QVERIFY(refused(statement));
        statement.reason = std::string(2000, '\x01');  // six bytes each in JSON
        QVERIFY(refused(statement));
        statement.reason = std::string(2000, 'r');
        QVERIFY(!refused(statement));
        statement.reason = "\xff";
        QVERIFY(refused(statement));
        QVERIFY(refused(saidBy(eve)));
        QVERIFY(!signApproval(saidBy(anna), SecretBytes::random(31)));
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalStatementTest)
#include "ApprovalStatement_test.moc"
