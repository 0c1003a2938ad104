#include "services/relay/api/JobRequests.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>
#include <cctype>

using namespace countersign;
using namespace countersign::relay;

namespace {

const std::string jobRequestsJobId(64, 'a');

SecretBytes seedOf(std::uint8_t fill)
{
    return SecretBytes::copyOf(std::string(32, static_cast<char>(fill)));
}

std::string signedText(std::string_view type, std::string_view payload, std::uint8_t seed = 1)
{
    return signDsse(type, asBytes(payload), seedOf(seed)).value();
}

std::string quoted(const char* member, const std::string& value)
{
    return dumpJson({{member, value}});
}

Json eventPayload()
{
    return {{"jobId", jobRequestsJobId},
            {"desk", "desk-1"},
            {"state", "signed"},
            {"at", "2026-01-31T12:00:00.000Z"},
            {"final", false},
            {"result", {{"signature", "0x00"}, {"hash", nullptr}}}};
}

Result<RecordJobEvent> parseEvent(const Json& payload)
{
    return parseJobEvent(signedText(jobEventPayloadType, dumpJson(payload)), jobRequestsJobId);
}

}  // namespace

class JobRequestsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aJobIsNamedByItsPayload()
    {
        const std::string document = quoted("wallet", "w");
        const std::string body = signedText(jobPayloadType, document);
        const SubmitJob job = parseJobSubmission(body).value();
        QCOMPARE(job.jobId, toHex(sha256(asBytes(document))));
        QVERIFY(isJobId(job.jobId));
        QCOMPARE(job.envelope, body);
        QCOMPARE(job.envelopeDigest.size(), std::size_t(32));
        // Payloads are not looked into: the console judges them.
        QVERIFY(parseJobSubmission(signedText(jobPayloadType, "no JSON")).has_value());
    }

    void whiteSpaceMakesNoOtherEnvelopeButASignatureDoes()
    {
        const std::string body = signedText(jobPayloadType, "{}");
        const SubmitJob job = parseJobSubmission(body).value();
        Json loose = parseJson(body).value();
        loose["remark"] = "ignored";
        const SubmitJob same = parseJobSubmission(" " + loose.dump(2) + "\n").value();
        QCOMPARE(same.envelopeDigest, job.envelopeDigest);
        const SubmitJob other = parseJobSubmission(signedText(jobPayloadType, "{}", 2)).value();
        QCOMPARE(other.jobId, job.jobId);
        QVERIFY(other.envelopeDigest != job.envelopeDigest);
        Json renamed = parseJson(body).value();
        renamed["signatures"][0]["keyid"] = "";
        QVERIFY(parseJobSubmission(renamed.dump())->envelopeDigest != job.envelopeDigest);
    }

    void otherEnvelopesAreNoJobs()
    {
        QVERIFY(!parseJobSubmission(signedText(withdrawalPayloadType, "{}")).has_value());
        QVERIFY(!parseJobSubmission(signedText(jobEventPayloadType, "{}")).has_value());
        for (const char* body : {"", "{}", "[]", "null", "{\"payload\":\"\"}"}) {
            QVERIFY2(!parseJobSubmission(body).has_value(), body);
        }
        QVERIFY(!parseJobSubmission(std::string(dsseMaxBytes + 1, ' ')).has_value());
    }

    void withdrawalsNameTheirJob()
    {
        const auto parse = [](const std::string& payload) {
            return parseWithdrawal(signedText(withdrawalPayloadType, payload), jobRequestsJobId);
        };
        const std::string good = quoted("jobId", jobRequestsJobId);
        QCOMPARE(parse(good)->jobId, jobRequestsJobId);
        const Json more = {{"jobId", jobRequestsJobId}, {"more", 1}};
        for (const std::string& payload :
             {std::string("{}"), quoted("jobId", std::string(64, 'b')), dumpJson(more), "[" + good + "]",
              std::string("x"), good + std::string(2000, ' ')}) {
            QVERIFY2(!parse(payload).has_value(), payload.c_str());
        }
        QVERIFY(!parseWithdrawal(signedText(jobPayloadType, good), jobRequestsJobId).has_value());
    }

    void approvalsNameTheirJob()
    {
        const auto parse = [](const std::string& payload) {
            return parseApproval(signedText(approvalPayloadType, payload), jobRequestsJobId);
        };
        // What else is in it is the desks' to judge.
        const Json statement = {{"jobId", jobRequestsJobId}, {"decision", "approve"}, {"later", {1, 2}}};
        const std::string body = signedText(approvalPayloadType, dumpJson(statement));
        const AddApproval approval = parseApproval(body, jobRequestsJobId).value();
        QCOMPARE(approval.jobId, jobRequestsJobId);
        QCOMPARE(approval.envelope, body);
        QCOMPARE(approval.envelopeDigest.size(), std::size_t(32));
        const std::string good = quoted("jobId", jobRequestsJobId);
        QVERIFY(parse(good).has_value());
        for (const std::string& payload :
             {std::string(), std::string("{}"), quoted("jobId", std::string(64, 'b')), "[" + good + "]",
              R"({"jobId":7})" + std::string(), good + "x", R"({"jobId":null})" + std::string(),
              good.substr(0, good.size() - 1) + ",\"jobId\":\"" + jobRequestsJobId + "\"}",
              good.substr(0, good.size() - 1) + ",\"deep\":[[[[[]]]]]}"}) {
            QVERIFY2(!parse(payload).has_value(), payload.c_str());
        }
        for (const std::string_view type : {withdrawalPayloadType, jobPayloadType, freezePayloadType}) {
            QVERIFY(!parseApproval(signedText(type, good), jobRequestsJobId).has_value());
        }
        // 16 KiB, the envelope's base64 included.
        const auto padded = [&](std::size_t bytes) {
            const std::string whole = signedText(approvalPayloadType, good);
            return whole + std::string(bytes - whole.size(), ' ');
        };
        QVERIFY(parseApproval(padded(16UL * 1024), jobRequestsJobId).has_value());
        QVERIFY(!parseApproval(padded(16UL * 1024 + 1), jobRequestsJobId).has_value());
    }

    void statementsAreFreezes()
    {
        const std::string body = signedText(freezePayloadType, quoted("reason", "lost laptop"));
        QCOMPARE(parseStatement(body)->envelope, body);
        QVERIFY(parseStatement(body)->envelopeDigest !=
                parseStatement(signedText(freezePayloadType, "{}"))->envelopeDigest);
        for (const char* payload : {"", "[]", "null", "\"freeze\"", "{", "{\"a\":1,\"a\":2}"}) {
            QVERIFY2(!parseStatement(signedText(freezePayloadType, payload)).has_value(), payload);
        }
        QVERIFY(!parseStatement(signedText(approvalPayloadType, "{}")).has_value());
        QVERIFY(!parseStatement(body + std::string(16UL * 1024, ' ')).has_value());
    }

    void claimsAreStrict()
    {
        const std::string good = quoted("desk", "d");
        QCOMPARE(parseClaim(good, jobRequestsJobId)->desk, std::string("d"));
        QCOMPARE(parseClaim(good, jobRequestsJobId)->jobId, jobRequestsJobId);
        const std::string longest = quoted("desk", std::string(128, 'd'));
        QVERIFY(parseClaim(longest, jobRequestsJobId).has_value());
        const std::vector<std::string> refused{"",
                                               "{}",
                                               "[\"desk\"]",
                                               quoted("desk", ""),
                                               "{\"desk\":1}",
                                               "{\"desk\":null}",
                                               quoted("desk", "a b"),
                                               quoted("desk", "a\n"),
                                               quoted("desk", "\xc3\xa9"),
                                               "{\"desk\":\"a\",\"desk\":\"b\"}",
                                               "{\"desk\":\"a\",\"x\":1}",
                                               quoted("desk", std::string(129, 'd')),
                                               good + std::string(1024, ' ')};
        for (const std::string& body : refused) {
            QVERIFY2(!parseClaim(body, jobRequestsJobId).has_value(), body.c_str());
        }
    }

    void eventsAreReadWhole()
    {
        const RecordJobEvent event = parseEvent(eventPayload()).value();
        QCOMPARE(event.jobId, jobRequestsJobId);
        QCOMPARE(event.desk, std::string("desk-1"));
        QCOMPARE(event.state, std::string("signed"));
        QVERIFY(!event.isFinal);
        QCOMPARE(event.resultJson, quoted("signature", "0x00"));
        QVERIFY(event.key == ed25519::publicKey(seedOf(1)).value());
        Json last = eventPayload();
        last["final"] = true;
        last.erase("result");
        QVERIFY(parseEvent(last)->isFinal);
        QVERIFY(parseEvent(last)->resultJson.empty());
        for (const std::string_view state : jobStates) {
            last["state"] = state;
            QVERIFY(parseEvent(last).has_value());
        }
    }

    void eventsAreStrict_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* member, const QByteArray& value) {
            QTest::addRow("%s: %s", member, value.left(24).constData()) << QByteArray(member) << value;
        };
        row("jobId", "\"" + QByteArray(64, 'b') + "\"");
        row("jobId", "null");
        row("desk", "\"\"");
        row("desk", "7");
        row("state", "\"done\"");
        row("state", "\"Signed\"");
        row("state", "null");
        row("at", "\"yesterday\"");
        row("at", "1700000000");
        row("final", "\"true\"");
        row("final", "0");
        row("final", "null");
        row("result", "[]");
        row("result", "\"0x\"");
        row("result", "{\"more\":\"x\"}");
        row("result", "{\"hash\":7}");
        row("result", "{\"hash\":{\"a\":\"b\"}}");
        row("result", "{\"signature\":\"" + QByteArray(1025, 'x') + "\"}");
        row("result", "{\"error\":\"" + QByteArray(4097, 'x') + "\"}");
        row("extra", "1");
    }

    void eventsAreStrict()
    {
        QFETCH(const QByteArray, member);
        QFETCH(const QByteArray, value);
        Json payload = eventPayload();
        payload[member.toStdString()] = parseJson(value.toStdString()).value();
        const auto parsed = parseEvent(payload);
        QVERIFY(!parsed.has_value());
        QVERIFY(parsed.error().code == ErrorCode::InvalidInput);
        QVERIFY(!parsed.error().detail.isEmpty());
    }

    void everyMemberOfAnEventIsNeeded()
    {
        for (const char* member : {"jobId", "desk", "state", "at", "final"}) {
            Json payload = eventPayload();
            payload.erase(member);
            QVERIFY2(!parseEvent(payload).has_value(), member);
        }
    }

    void anEventVerifiesUnderItsOwnKey()
    {
        const std::string good = signedText(jobEventPayloadType, dumpJson(eventPayload()));
        const auto spoilt = [&good](auto spoil) {
            Json json = parseJson(good).value();
            spoil(json);
            return parseJobEvent(json.dump(), jobRequestsJobId);
        };
        const auto code = [](const Result<RecordJobEvent>& result) {
            return result ? std::optional<ErrorCode>() : result.error().code;
        };
        const std::string otherKey = toHex(ed25519::publicKey(seedOf(2)).value());
        QVERIFY(code(spoilt([&](Json& json) { json["signatures"][0]["keyid"] = otherKey; })) ==
                ErrorCode::BadSignature);
        QVERIFY(code(spoilt([](Json& json) { json["signatures"][0]["sig"] = toBase64(Bytes(64, 0)); })) ==
                ErrorCode::BadSignature);
        QVERIFY(code(spoilt([](Json& json) {
                    Json payload = eventPayload();
                    payload["state"] = "confirmed";
                    json["payload"] = toBase64(asBytes(dumpJson(payload)));
                })) == ErrorCode::BadSignature);
        QVERIFY(code(spoilt([](Json& json) { json["signatures"][0].erase("keyid"); })) ==
                ErrorCode::InvalidInput);
        QVERIFY(code(spoilt([](Json& json) {
                    std::string& key = json["signatures"][0]["keyid"].get_ref<std::string&>();
                    std::ranges::transform(key, key.begin(),
                                           [](char c) { return static_cast<char>(::toupper(c)); });
                })) == ErrorCode::InvalidInput);
        QVERIFY(code(spoilt([](Json& json) { json["signatures"].push_back(json["signatures"][0]); })) ==
                ErrorCode::InvalidInput);
        QVERIFY(code(parseJobEvent(good, std::string(64, 'b'))) == ErrorCode::InvalidInput);
        QVERIFY(code(parseJobEvent(signedText(jobPayloadType, dumpJson(eventPayload())), jobRequestsJobId)) ==
                ErrorCode::InvalidInput);
        QVERIFY(!code(parseJobEvent(good, jobRequestsJobId)).has_value());
    }

    void statusIsOneDocument()
    {
        JobStatus status{jobRequestsJobId, "pending", 0, {}, {}};
        const Json pending = {{"jobId", jobRequestsJobId}, {"state", "pending"}};
        QCOMPARE(jobStatusJson(status), dumpJson(pending));
        const std::string event = "\n" + signedText(jobEventPayloadType, "{}") + " ";
        status = {jobRequestsJobId, "signed", 7, quoted("hash", "0x1"), event};
        const Json json = parseJson(jobStatusJson(status)).value();
        QCOMPARE(json.at("state").get<std::string>(), std::string("signed"));
        QVERIFY(json.at("withdrawalRequested").get<bool>());
        QCOMPARE(json.at("withdrawalSeq").get<int>(), 7);
        QCOMPARE(json.at("result").at("hash").get<std::string>(), std::string("0x1"));
        QVERIFY(parseDsse(json.at("event").dump()).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(JobRequestsTest)
#include "JobRequests_test.moc"
