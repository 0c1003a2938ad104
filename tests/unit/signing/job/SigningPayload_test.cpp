#include "core/signing/job/SigningPayload.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;

namespace {

Bytes bytesOf(const Keccak256Digest& digest)
{
    return {digest.begin(), digest.end()};
}

JobContent text(std::string_view value)
{
    return MessageContent{toBytes(asBytes(value)), true};
}

/// A whole request of the type; fees as the type has them.
JobContent transaction(int type, bool creation = false)
{
    Json json = {{"chainId", "11155111"}, {"type", static_cast<unsigned>(type)},
                 {"value", "1000"},       {"nonce", "7"},
                 {"gasLimit", "50000"},   {"data", "0x01"}};
    if (!creation) {
        json["to"] = "0x52908400098527886E0F7030069857D2E4169EE7";
    }
    if (type < 2) {
        json["gasPrice"] = "30";
    } else {
        json["maxFeePerGas"] = "20";
        json["maxPriorityFeePerGas"] = "10";
    }
    if (type == 4) {
        json["authorizationList"] = Json::array({{{"chainId", "11155111"},
                                                  {"address", "0x52908400098527886E0F7030069857D2E4169EE7"},
                                                  {"nonce", "1"},
                                                  {"yParity", "0"},
                                                  {"r", "1"},
                                                  {"s", "1"}}});
    }
    auto request = EvmTransactionRequest::fromJson(json);
    if (!request) {
        qFatal("no request: %s", qUtf8Printable(request.error().sentence));
    }
    return *request;
}

}  // namespace

class SigningPayloadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void personalMessage()
    {
        // Protocol reference §4.2, the check value of "hello".
        const auto plan = signingPayloadOf(JobKind::EvmMessage, text("hello"));
        QVERIFY(plan.has_value());
        QCOMPARE(toHex(plan->prepared),
                 std::string("19457468657265756d205369676e6564204d6573736167653a0a3568656c6c6f"));
        QCOMPARE(toHex(plan->digest),
                 std::string("50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750"));
        QCOMPARE(plan->message, "0x" + toHex(plan->prepared));
        QVERIFY(!plan->isFormatted);
        QCOMPARE(plan->input, plan->digest);
        QCOMPARE(plan->scheme, SigningScheme::Ecdsa);
        QCOMPARE(dumpJson(plan->context), std::string(R"({"evmMessage":"hello"})"));
        QVERIFY(!plan->chainId && !plan->nonce);
    }

    void ambiguousMessagesGoRaw()
    {
        // Text that begins with 0x is signed as the text it is, and Dynamic cannot read it as hex.
        const auto plan = signingPayloadOf(JobKind::EvmMessage, text("0x1234"));
        QCOMPARE(plan->digest, bytesOf(eip191Digest(asBytes("0x1234"))));
        QCOMPARE(dumpJson(plan->context), std::string(R"({"evmMessage":{"raw":"0x307831323334"}})"));
        const Bytes noText{0xff, 0xfe, 0x00};
        for (const bool isText : {true, false}) {
            const auto raw = signingPayloadOf(JobKind::EvmMessage, MessageContent{noText, isText});
            QCOMPARE(dumpJson(raw->context), std::string(R"({"evmMessage":{"raw":"0xfffe00"}})"));
            QCOMPARE(raw->digest, bytesOf(eip191Digest(noText)));
        }
        // The prefix counts bytes, not characters.
        const auto umlaut = signingPayloadOf(JobKind::EvmMessage, text("ä"));
        QVERIFY(asText(umlaut->prepared).ends_with("\n2\xc3\xa4"));
    }

    void longMessagesGoAsTheirDigest()
    {
        // 0x and two digits a byte in 16384 characters: 8191 bytes, of which 30 are the prefix.
        const auto longest = signingPayloadOf(JobKind::EvmMessage, text(std::string(8161, 'a')));
        QCOMPARE(longest->prepared.size(), std::size_t{8191});
        QVERIFY(!longest->isFormatted);
        QCOMPARE(longest->message.size(), std::size_t{16384});
        const auto longer = signingPayloadOf(JobKind::EvmMessage, text(std::string(8162, 'a')));
        QVERIFY(longer->isFormatted);
        QCOMPARE(longer->message, toHexPrefixed(longer->digest));
        QCOMPARE(longer->digest, bytesOf(keccak256(longer->prepared)));
    }

    void typedData()
    {
        const Json json = Json::parse(R"({"types":{"EIP712Domain":[],"A":[{"name":"x","type":"uint256"}]},
            "primaryType":"A","domain":{},"message":{"x":"1"}})");
        const auto hash = hashTypedData(json);
        QVERIFY(hash.has_value());
        const auto plan = signingPayloadOf(JobKind::EvmTypedData, TypedDataContent{json, *hash});
        QCOMPARE(plan->digest, bytesOf(hash->digest));
        QCOMPARE(plan->prepared, plan->digest);
        QCOMPARE(plan->message, toHexPrefixed(plan->digest));
        QVERIFY(plan->isFormatted);
        QCOMPARE(dumpJson(plan->context), R"({"evmTypedData":)" + dumpJson(json) + "}");
    }

    /// Dynamic reads the context with JavaScript, which rounds beyond 2^53.
    void largeIntegersGoAsText()
    {
        const Json json =
            *parseTypedDataJson(R"({"types":{"A":[{"name":"x","type":"uint256[]"}]},"primaryType":"A",
            "domain":{"chainId":1},"message":{"x":[9007199254740991,9007199254740993,18446744073709551616]}})");
        const auto plan =
            signingPayloadOf(JobKind::EvmTypedData, TypedDataContent{json, *hashTypedData(json)});
        const Json& told = plan->context.at("evmTypedData");
        QCOMPARE(dumpJson(told.at("message")),
                 std::string(R"({"x":[9007199254740991,"9007199254740993","18446744073709551616"]})"));
        QCOMPARE(dumpJson(told.at("domain")), std::string(R"({"chainId":1})"));
        QCOMPARE(hashTypedData(told)->digest, hashTypedData(json)->digest);
    }

    void transactions()
    {
        for (const int type : {0, 1, 2, 4}) {
            const JobContent content = transaction(type);
            const auto plan = signingPayloadOf(JobKind::EvmTransaction, content);
            QVERIFY(plan.has_value());
            const auto whole = *std::get<EvmTransactionRequest>(content).toTransaction();
            QCOMPARE(plan->prepared, serializeUnsigned(whole));
            QCOMPARE(plan->digest, bytesOf(signingHash(whole)));
            QCOMPARE(plan->message, toHexPrefixed(plan->prepared));
            QVERIFY(!plan->isFormatted);
            QCOMPARE(plan->chainId, std::optional<std::string>("11155111"));
            QCOMPARE(plan->nonce, std::optional<std::string>("7"));
            Json expected = {{"to", "0x52908400098527886E0F7030069857D2E4169EE7"},
                             {"chainId", 11155111U},
                             {"value", "0x3e8"},
                             {"data", "0x01"},
                             {"gas", "0xc350"},
                             {"nonce", 7U}};
            if (type < 2) {
                expected["gasPrice"] = "0x1e";
            } else {
                expected["maxFeePerGas"] = "0x14";
                expected["maxPriorityFeePerGas"] = "0xa";
            }
            // Authorisations have no place in it: a policy would judge half of the transaction.
            QCOMPARE(dumpJson(plan->context),
                     type == 4 ? "null" : R"({"evmTransaction":)" + dumpJson(expected) + "}");
        }
    }

    void aCreationHasNoContext()
    {
        const auto plan = signingPayloadOf(JobKind::EvmTransaction, transaction(2, true));
        QVERIFY(plan.has_value());
        QVERIFY(plan->context.is_null());
        QCOMPARE(plan->message, toHexPrefixed(plan->prepared));
    }

    void numbersBeyondJavaScriptHaveNoContext()
    {
        JobContent content = transaction(2);
        std::get<EvmTransactionRequest>(content).nonce = std::uint64_t{1} << 53U;
        QVERIFY(signingPayloadOf(JobKind::EvmTransaction, content)->context.is_null());
        std::get<EvmTransactionRequest>(content).nonce = (std::uint64_t{1} << 53U) - 1;
        QVERIFY(!signingPayloadOf(JobKind::EvmTransaction, content)->context.is_null());
        std::get<EvmTransactionRequest>(content).chainId = Uint256(1) << 64U;
        const auto plan = signingPayloadOf(JobKind::EvmTransaction, content);
        QVERIFY(plan->context.is_null());
        QCOMPARE(plan->chainId, std::optional<std::string>("18446744073709551616"));
    }

    void largeTransactionsGoAsTheirDigest()
    {
        JobContent content = transaction(2);
        std::get<EvmTransactionRequest>(content).data.assign(9000, 1);
        const auto plan = signingPayloadOf(JobKind::EvmTransaction, content);
        QVERIFY(plan->isFormatted);
        QCOMPARE(plan->message, toHexPrefixed(plan->digest));
    }

    void openOnesHaveNoPlan()
    {
        JobContent content = transaction(2);
        std::get<EvmTransactionRequest>(content).nonce.reset();
        const auto plan = signingPayloadOf(JobKind::EvmTransaction, content);
        QVERIFY(!plan.has_value());
        QCOMPARE(plan.error().code, ErrorCode::InvalidInput);
        QVERIFY(plan.error().sentence.contains(QStringLiteral("nonce")));
    }

    void solanaMessage()
    {
        const auto plan = signingPayloadOf(JobKind::SolanaMessage, text("deadbeef"));
        QCOMPARE(plan->scheme, SigningScheme::Ed25519);
        QCOMPARE(plan->input, toBytes(asBytes("deadbeef")));
        // Hex of the text, without 0x: neither taken for bytes nor for an empty message (§4.4).
        QCOMPARE(plan->message, std::string("6465616462656566"));
        QVERIFY(!plan->isFormatted);
        const auto digest = sha256(plan->input);
        QCOMPARE(plan->digest, Bytes(digest.begin(), digest.end()));
        QCOMPARE(dumpJson(plan->context), std::string(R"({"svmMessage":"deadbeef"})"));
        const auto bytes = signingPayloadOf(JobKind::SolanaMessage, MessageContent{{0xff, 0x01}, false});
        QCOMPARE(bytes->message, std::string("ff01"));
        QCOMPARE(dumpJson(bytes->context), std::string(R"({"svmMessage":"ff01"})"));
    }

    void solanaTransaction()
    {
        for (const SolanaMessage& message :
             {test::plainMessage(), test::lookupMessage(), test::v1Message()}) {
            const auto content = *solana::parseTransactionOrMessage(solana::serialize(message));
            const auto plan = signingPayloadOf(JobKind::SolanaTransaction, content);
            QCOMPARE(plan->input, content.messageBytes);
            QCOMPARE(plan->message, toHex(content.messageBytes));
            QCOMPARE(plan->prepared, content.serialize());
            QCOMPARE(plan->context.at("svmTransaction").at("serializedTransactions").at(0).get<std::string>(),
                     toBase64(content.serialize()));
        }
        SolanaMessage open = test::plainMessage();
        open.recentBlockhash.fill(0);
        QVERIFY(!signingPayloadOf(JobKind::SolanaTransaction,
                                  *solana::parseTransactionOrMessage(solana::serialize(open))));
    }

    void thePlanFollowsFromTheContentAlone()
    {
        for (const JobContent& content : {text("hello"), transaction(0), transaction(2), transaction(4)}) {
            const JobKind kind = std::holds_alternative<MessageContent>(content) ? JobKind::EvmMessage
                                                                                 : JobKind::EvmTransaction;
            const auto once = signingPayloadOf(kind, content);
            const auto again = signingPayloadOf(kind, content);
            QCOMPARE(once->digest, again->digest);
            QCOMPARE(once->input, again->input);
            QCOMPARE(once->prepared, again->prepared);
            QCOMPARE(once->message, again->message);
            QCOMPARE(dumpJson(once->context), dumpJson(again->context));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SigningPayloadTest)
#include "SigningPayload_test.moc"
