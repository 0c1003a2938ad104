#include "core/signing/job/JobContent.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SigningFakes.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;
using testing::SolanaKey;

namespace {

const Bytes evmAddress(20, 1);

Result<JobContent> read(JobKind kind, const Json& payload, const Bytes& address = evmAddress)
{
    return readJobContent(kind, payload, address);
}

Json base64Of(const SolanaTransaction& transaction)
{
    return {{"transaction", toBase64(transaction.serialize())}};
}

/// plainMessage with two signers whose keys are known; the wallet is the second.
struct JobContentScene
{
    SolanaKey sponsor;
    SolanaKey wallet;
    SolanaTransaction transaction;
    Bytes address = toBytes(wallet.address);

    explicit JobContentScene(std::uint8_t blockhashByte = 9, SolanaMessage message = test::plainMessage())
    {
        message.accountKeys[0] = sponsor.address;
        message.accountKeys[1] = wallet.address;
        message.recentBlockhash.fill(blockhashByte);
        transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
    }
};

Json typedData()
{
    return Json::parse(R"({"types":{"EIP712Domain":[{"name":"name","type":"string"}],
        "Mail":[{"name":"to","type":"address"},{"name":"contents","type":"string"}]},"primaryType":"Mail",
        "domain":{"name":"Test"},"message":{"to":"0x52908400098527886E0F7030069857D2E4169EE7","contents":"hi"}})");
}

Json openContent()
{
    return {{"transaction", {{"chainId", "1"}, {"to", "0x52908400098527886E0F7030069857D2E4169EE7"}}}};
}

}  // namespace

class JobContentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsMessages()
    {
        const auto text = read(JobKind::EvmMessage, {{"text", "0xäb"}});
        QVERIFY(std::get<MessageContent>(*text).isText);
        QCOMPARE(std::get<MessageContent>(*text).bytes, toBytes(asBytes("0xäb")));
        const auto hex = read(JobKind::EvmMessage, {{"hex", "0xABff"}});
        QVERIFY(!std::get<MessageContent>(*hex).isText);
        QCOMPARE(std::get<MessageContent>(*hex).bytes, (Bytes{0xab, 0xff}));
        QVERIFY(read(JobKind::EvmMessage, {{"text", ""}}).has_value());
        QVERIFY(read(JobKind::SolanaMessage, {{"text", "hello there, sign in please"}}).has_value());
    }

    void refusesOtherMessages_data()
    {
        QTest::addColumn<QString>("payload");
        QTest::newRow("empty") << "{}";
        QTest::newRow("both") << R"({"text":"a","hex":"0x61"})";
        QTest::newRow("unknown") << R"({"message":"a"})";
        QTest::newRow("extra") << R"({"text":"a","encoding":"utf8"})";
        QTest::newRow("text a number") << R"({"text":1})";
        QTest::newRow("text null") << R"({"text":null})";
        QTest::newRow("odd hex") << R"({"hex":"0x123"})";
        QTest::newRow("no hex") << R"({"hex":"hello"})";
        QTest::newRow("hex null") << R"({"hex":null})";
    }
    void refusesOtherMessages()
    {
        QFETCH(QString, payload);
        for (const JobKind kind : {JobKind::EvmMessage, JobKind::SolanaMessage}) {
            const auto content = read(kind, Json::parse(payload.toStdString()));
            QVERIFY(!content.has_value());
            QCOMPARE(content.error().code, ErrorCode::InvalidInput);
        }
    }

    void boundsSolanaMessages()
    {
        QVERIFY(!read(JobKind::SolanaMessage, {{"text", ""}}));
        QVERIFY(!read(JobKind::SolanaMessage, {{"hex", ""}}));
        QVERIFY(read(JobKind::SolanaMessage, {{"text", std::string(8192, 'a')}}).has_value());
        QVERIFY(!read(JobKind::SolanaMessage, {{"text", std::string(8193, 'a')}}));
    }

    void aSolanaMessageIsNoTransaction()
    {
        const JobContentScene scene;
        for (const Bytes& bytes : {scene.transaction.messageBytes, scene.transaction.serialize()}) {
            const auto content = read(JobKind::SolanaMessage, {{"hex", toHex(bytes)}});
            QVERIFY(!content.has_value());
            QCOMPARE(content.error().code, ErrorCode::InvalidInput);
        }
    }

    void readsTypedData()
    {
        const auto content = read(JobKind::EvmTypedData, {{"typedData", typedData()}});
        QVERIFY(content.has_value());
        QCOMPARE(std::get<TypedDataContent>(*content).hash.digest, hashTypedData(typedData())->digest);
        QVERIFY(!read(JobKind::EvmTypedData, typedData()));
        QVERIFY(!read(JobKind::EvmTypedData, {{"typedData", "{}"}}));
        // Nobody is to approve by what is not signed.
        for (const char* part : {"message", "domain"}) {
            Json more = typedData();
            more[part]["note"] = "free of charge";
            QVERIFY(hashTypedData(more).has_value());
            const auto refused = read(JobKind::EvmTypedData, {{"typedData", more}});
            QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        }
        Json broken = typedData();
        broken["message"].erase("to");
        QCOMPARE(read(JobKind::EvmTypedData, {{"typedData", broken}}).error().code, ErrorCode::InvalidInput);
    }

    void readsEvmTransactions()
    {
        const auto open = read(JobKind::EvmTransaction, openContent());
        QVERIFY(open.has_value());
        QCOMPARE(openFieldsOf(*open),
                 (std::vector<std::string>{"nonce", "gasLimit", "maxFeePerGas", "maxPriorityFeePerGas"}));
        const auto resolved = withResolved(
            *open,
            {{"nonce", "5"}, {"gasLimit", "21000"}, {"maxFeePerGas", "200"}, {"maxPriorityFeePerGas", "10"}});
        QVERIFY(resolved.has_value());
        const auto transaction = std::get<EvmTransactionRequest>(*resolved).toTransaction();
        QVERIFY(transaction.has_value());
        const auto raw =
            read(JobKind::EvmTransaction, {{"raw", toHexPrefixed(serializeUnsigned(*transaction))}});
        QVERIFY(raw.has_value());
        QVERIFY(openFieldsOf(*raw).empty());
        QVERIFY(std::get<EvmTransactionRequest>(*raw) == std::get<EvmTransactionRequest>(*resolved));

        Json both = openContent();
        both["raw"] = "0x";
        QVERIFY(!read(JobKind::EvmTransaction, both));
        QVERIFY(!read(JobKind::EvmTransaction, {{"raw", "0x02c0"}}));
        QVERIFY(!read(JobKind::EvmTransaction, {{"raw", nullptr}}));
        QVERIFY(!read(JobKind::EvmTransaction, {{"transaction", "0x00"}}));
        // A whole one that contradicts itself: the tip above the cap.
        Json whole = openContent();
        whole["transaction"].update(Json{
            {"nonce", "1"}, {"gasLimit", "21000"}, {"maxFeePerGas", "1"}, {"maxPriorityFeePerGas", "2"}});
        QVERIFY(!read(JobKind::EvmTransaction, whole));
    }

    void refusesValuesThatWereNotAskedFor()
    {
        const auto open = *read(JobKind::EvmTransaction, openContent());
        const auto good = std::vector<ResolvedField>{
            {"nonce", "5"}, {"gasLimit", "21000"}, {"maxFeePerGas", "200"}, {"maxPriorityFeePerGas", "10"}};
        const auto refused = [&](const std::vector<ResolvedField>& resolved) {
            const auto content = withResolved(open, resolved);
            return !content && content.error().code == ErrorCode::InvalidInput;
        };
        QVERIFY(withResolved(open, good).has_value());
        QVERIFY(refused({}));
        QVERIFY(refused({good[0], good[1], good[2]}));
        const auto changed = [&](std::size_t index, const ResolvedField& field) {
            auto resolved = good;
            resolved[index] = field;
            return resolved;
        };
        QVERIFY(refused(changed(0, {"value", "5"})));
        QVERIFY(refused(changed(0, {"gasPrice", "5"})));
        QVERIFY(refused(changed(0, {"recentBlockhash", "5"})));
        QVERIFY(refused(changed(0, {"nonce", "-1"})));
        QVERIFY(refused(changed(0, {"nonce", ""})));
        QVERIFY(refused(changed(1, {"gasLimit", "18446744073709551616"})));
        auto twice = good;
        twice.push_back({"nonce", "6"});
        QVERIFY(refused(twice));

        const JobContent message = MessageContent{{1}, false};
        QVERIFY(withResolved(message, {}).has_value());
        QVERIFY(!withResolved(message, {{"nonce", "1"}}));
        QVERIFY(!withResolved(*read(JobKind::EvmTypedData, {{"typedData", typedData()}}), {{"nonce", "1"}}));
    }

    void readsSolanaTransactions()
    {
        JobContentScene scene;
        QVERIFY(scene.transaction
                    .placeSignature(scene.sponsor.address, scene.sponsor.sign(scene.transaction.messageBytes))
                    .has_value());
        const auto content = read(JobKind::SolanaTransaction, base64Of(scene.transaction), scene.address);
        QVERIFY(content.has_value());
        QVERIFY(std::get<SolanaTransaction>(*content) == scene.transaction);
        QVERIFY(openFieldsOf(*content).empty());
    }

    void refusesOtherSolanaTransactions()
    {
        JobContentScene scene;
        const auto refused = [&](const Json& payload, const Bytes& address, ErrorCode code) {
            const auto content = read(JobKind::SolanaTransaction, payload, address);
            return !content && content.error().code == code;
        };
        const Bytes stranger = toBytes(SolanaKey().address);
        QVERIFY(refused(base64Of(scene.transaction), stranger, ErrorCode::InvalidInput));
        QVERIFY(refused(base64Of(scene.transaction), evmAddress, ErrorCode::InvalidInput));
        QVERIFY(refused(base64Of(scene.transaction), {}, ErrorCode::InvalidInput));
        // An account of the transaction that need not sign.
        QVERIFY(
            refused(base64Of(scene.transaction), toBytes(test::addressNumber(3)), ErrorCode::InvalidInput));
        QVERIFY(refused({{"transaction", "no base64!"}}, scene.address, ErrorCode::InvalidInput));
        QVERIFY(refused({{"transaction", nullptr}}, scene.address, ErrorCode::InvalidInput));
        QVERIFY(refused({{"transaction", toBase64(scene.transaction.serialize())}, {"raw", ""}},
                        scene.address, ErrorCode::InvalidInput));
        SolanaTransaction broken = scene.transaction;
        broken.signatures[0].fill(1);
        QVERIFY(refused(base64Of(broken), scene.address, ErrorCode::BadSignature));
    }

    void takesAMessageWithoutSignatures()
    {
        const JobContentScene scene;
        const auto content = read(JobKind::SolanaTransaction,
                                  {{"transaction", toBase64(scene.transaction.messageBytes)}}, scene.address);
        QVERIFY(content.has_value());
        QVERIFY(std::get<SolanaTransaction>(*content) == scene.transaction);
    }

    /// Longer than any transaction before it, its signatures at the end.
    void carriesVersion1()
    {
        SolanaMessage message = test::v1Message();
        message.instructions.front().data.resize(3'700, 0xff);
        const JobContentScene scene(9, message);
        for (const Bytes& bytes : {scene.transaction.serialize(), scene.transaction.messageBytes}) {
            const auto content =
                read(JobKind::SolanaTransaction, {{"transaction", toBase64(bytes)}}, scene.address);
            QVERIFY(content.has_value());
            QVERIFY(std::get<SolanaTransaction>(*content) == scene.transaction);
            QVERIFY(!read(JobKind::SolanaMessage, {{"hex", toHex(bytes)}}));
            for (const std::string& other : {toHex(bytes), toBase58(bytes)}) {
                const auto refused =
                    read(JobKind::SolanaTransaction, {{"transaction", other}}, scene.address);
                QVERIFY(refused.error().sentence.contains(u"it has to be base64"));
            }
        }
        const JobContentScene open(0, message);
        const auto content = read(JobKind::SolanaTransaction, base64Of(open.transaction), open.address);
        QCOMPARE(openFieldsOf(*content), std::vector<std::string>{"recentBlockhash"});
        const auto resolved = withResolved(*content, {{"recentBlockhash", toBase58(Bytes(32, 5))}});
        QVERIFY(resolved &&
                std::get<SolanaTransaction>(*resolved).message.recentBlockhash == test::addressNumber(5));
        QVERIFY(std::get<SolanaTransaction>(*resolved).message.config == message.config);
    }

    void namesWhatIsNoTransactionInBase64()
    {
        const JobContentScene scene;
        const auto sentence = [&](const std::string& text) {
            const auto content = read(JobKind::SolanaTransaction, {{"transaction", text}}, scene.address);
            return content ? QString() : content.error().sentence;
        };
        const Bytes bytes = scene.transaction.serialize();
        QVERIFY(sentence(toHex(bytes)).contains(u"is hex"));
        QVERIFY(sentence(toHexPrefixed(bytes)).contains(u"is hex"));
        QVERIFY(sentence(toBase58(bytes)).contains(u"is Base58"));
        QVERIFY(sentence(toBase64(asBytes("please sign in here"))).contains(u"solana.message"));
        QVERIFY(sentence("no base64!").contains(u"not base64"));
    }

    void typedDataKeepsLongIntegers()
    {
        const auto hashOf = [](const std::string& value) {
            const auto document = parseJsonKeepingIntegers(
                R"({"typedData":{"types":{"M":[{"name":"a","type":"uint256"}]},"primaryType":"M","domain":{},
                    "message":{"a":)" +
                value + "}}}");
            const auto content = read(JobKind::EvmTypedData, *document);
            return content ? toHex(std::get<TypedDataContent>(*content).hash.digest) : std::string("refused");
        };
        const std::string most = toDecimal(~Uint256(0));
        for (const std::string& digits :
             {std::string("18446744073709551616"), std::string("100000000000000000001"), most}) {
            QVERIFY(hashOf(digits) != "refused");
            QCOMPARE(hashOf(digits), hashOf('"' + digits + '"'));
        }
        QCOMPARE(hashOf("-0"), hashOf("0"));
        for (const std::string& other :
             {most + "0", std::string("1e18"), std::string("1.0"), std::string("-18446744073709551616")}) {
            QCOMPARE(hashOf(other), std::string("refused"));
        }
    }

    void aWalletSignsOnlyOnce()
    {
        // Signatures of a ceremony are randomised: a second one could not take the first one's place.
        JobContentScene scene;
        QVERIFY(scene.transaction
                    .placeSignature(scene.wallet.address, scene.wallet.sign(scene.transaction.messageBytes))
                    .has_value());
        const auto content = read(JobKind::SolanaTransaction, base64Of(scene.transaction), scene.address);
        QVERIFY(!content.has_value());
        QCOMPARE(content.error().code, ErrorCode::InvalidInput);
    }

    void fillsTheBlockhash()
    {
        const JobContentScene scene(0);
        const auto open = read(JobKind::SolanaTransaction, base64Of(scene.transaction), scene.address);
        QCOMPARE(openFieldsOf(*open), std::vector<std::string>{"recentBlockhash"});
        const auto resolved = withResolved(*open, {{"recentBlockhash", toBase58(Bytes(32, 5))}});
        QVERIFY(resolved.has_value());
        QVERIFY(openFieldsOf(*resolved).empty());
        QCOMPARE(std::get<SolanaTransaction>(*resolved).message.recentBlockhash[31], 5);
        QVERIFY(!withResolved(*open, {}));
        QVERIFY(!withResolved(*open, {{"recentBlockhash", toBase58(Bytes(31, 5))}}));
        QVERIFY(!withResolved(*open, {{"recentBlockhash", "0OIl"}}));
        QVERIFY(!withResolved(*open, {{"recentBlockhash", toBase58(Bytes(32, 0))}}));
        QVERIFY(!withResolved(*open, {{"nonce", "1"}}));
        QVERIFY(!withResolved(*resolved, {{"recentBlockhash", toBase58(Bytes(32, 6))}}));
    }
};

COUNTERSIGN_GUILESS_TEST(JobContentTest)
#include "JobContent_test.moc"
