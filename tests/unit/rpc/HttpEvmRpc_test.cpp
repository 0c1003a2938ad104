#include "core/rpc/HttpEvmRpc.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/rpc/RpcScene.h"

using namespace countersign;
using test::answerOf;
using test::errorAnswer;
using test::resultAnswer;

namespace {

const std::string httpEvmRpcHash = "0x" + std::string(64, 'a');
const QByteArray hashJson = "\"0x" + QByteArray(64, 'a') + '"';
constexpr const char* address = "0x52908400098527886E0F7030069857D2E4169EE7";

/// A node that answers in order, and what it was asked.
struct HttpEvmRpcNode
{
    ScriptedHttpServer server;
    std::unique_ptr<HttpEvmRpc> rpc = *HttpEvmRpc::make(server.url());

    Json asked(qsizetype i) const
    {
        const Json body = i < server.requests.size() ? test::bodyOf(server.requests.at(i)) : Json();
        return body.is_object() ? Json::array({body["method"], body["params"]}) : Json();
    }
};

QByteArray text(const Json& json)
{
    return QByteArray::fromStdString(dumpJson(json));
}

Result<EvmFees> feesOf(HttpEvmRpcNode& node)
{
    return answerOf<EvmFees>([&](auto answered) { return node.rpc->fees(std::move(answered)); })
        .value_or(failure(ErrorCode::Internal, {}));
}

}  // namespace

class HttpEvmRpcTest : public QObject
{
    Q_OBJECT

    static Result<std::string> send(HttpEvmRpcNode& node)
    {
        return answerOf<std::string>([&](auto answered) {
                   return node.rpc->sendRawTransaction(Bytes{2, 0xff}, std::move(answered));
               })
            .value_or(failure(ErrorCode::Internal, {}));
    }

private Q_SLOTS:
    void refusesOtherAddresses()
    {
        QVERIFY(!HttpEvmRpc::make(QStringLiteral("http://node.example")));
        QVERIFY(HttpEvmRpc::make(QStringLiteral("https://node.example/key?x=y")).has_value());
    }

    void asksSingleQuestions()
    {
        HttpEvmRpcNode node;
        node.server.answers = {resultAnswer(1, R"("0x7a69")"), resultAnswer(2, R"("0x5")"),
                               resultAnswer(3, R"("0x4")"), resultAnswer(4, R"("0x1234")")};
        const auto chain = answerOf<Uint256>([&](auto a) { return node.rpc->chainId(std::move(a)); });
        QVERIFY(chain && **chain == 31337);
        const auto pending = answerOf<std::uint64_t>([&](auto a) {
            return node.rpc->transactionCount(address, EvmRpc::CountAt::Pending, std::move(a));
        });
        QVERIFY(pending && **pending == 5);
        const auto latest = answerOf<std::uint64_t>([&](auto a) {
            return node.rpc->transactionCount(address, EvmRpc::CountAt::Latest, std::move(a));
        });
        QVERIFY(latest && **latest == 4);
        const auto number =
            answerOf<std::uint64_t>([&](auto a) { return node.rpc->blockNumber(std::move(a)); });
        QVERIFY(number && **number == 0x1234);
        QCOMPARE(text(node.asked(0)), QByteArray(R"(["eth_chainId",[]])"));
        QCOMPARE(text(node.asked(1)),
                 QByteArray(R"(["eth_getTransactionCount",["A","pending"]])").replace("A", address));
        QCOMPARE(text(node.asked(2)),
                 QByteArray(R"(["eth_getTransactionCount",["A","latest"]])").replace("A", address));
        QCOMPARE(text(node.asked(3)), QByteArray(R"(["eth_blockNumber",[]])"));
    }

    void refusesResultsOfOtherTypes()
    {
        for (const char* result : {"5", "null", R"("5")", R"("0x10000000000000000")", "{}"}) {
            HttpEvmRpcNode node;
            node.server.answers = {resultAnswer(1, result)};
            const auto number =
                answerOf<std::uint64_t>([&](auto a) { return node.rpc->blockNumber(std::move(a)); });
            QVERIFY2(number && !*number, result);
            QCOMPARE(number->error().code, ErrorCode::Network);
        }
    }

    void estimates()
    {
        HttpEvmRpcNode node;
        node.server.answers = {resultAnswer(1, R"("0x5208")"), resultAnswer(2, R"("0xfde8")"),
                               errorAnswer(3, 3, "execution reverted: not the owner")};
        const auto estimate = [&](const EvmCall& call) {
            return *answerOf<std::uint64_t>(
                [&](auto a) { return node.rpc->estimateGas(call, std::move(a)); });
        };
        QCOMPARE(*estimate({.from = address, .to = address, .value = 17}), std::uint64_t{21000});
        EvmCall creation{.from = address, .data = {0x60, 0x80}};
        creation.accessList = Json::array({Json{{"address", address}, {"storageKeys", Json::array()}}});
        QCOMPARE(*estimate(creation), std::uint64_t{65000});
        QCOMPARE(text(node.asked(0)),
                 QByteArray(R"(["eth_estimateGas",[{"from":"A","to":"A","value":"0x11"}]])")
                     .replace("A", address));
        QCOMPARE(text(node.asked(1)),
                 QByteArray(R"(["eth_estimateGas",[{"from":"A","value":"0x0","data":"0x6080",)"
                            R"("accessList":[{"address":"A","storageKeys":[]}]}]])")
                     .replace("A", address));
        const auto reverted = estimate({.from = address, .to = address});
        QCOMPARE(reverted.error().code, ErrorCode::InvalidInput);
        QVERIFY(reverted.error().sentence.contains(QStringLiteral("execution reverted: not the owner")));
    }

    void sends()
    {
        HttpEvmRpcNode node;
        node.server.answers = {resultAnswer(1, hashJson), errorAnswer(2, -32000, "already known"),
                               errorAnswer(3, -32000, "nonce too low: next nonce 6, tx nonce 5"),
                               resultAnswer(4, R"("0x12")"), resultAnswer(5, "null")};
        QCOMPARE(*send(node), httpEvmRpcHash);
        QCOMPARE(text(node.asked(0)), QByteArray(R"(["eth_sendRawTransaction",["0x02ff"]])"));
        QCOMPARE(*send(node), std::string());
        const auto refused = send(node);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("nonce too low")));
        QCOMPARE(refused.error().detail, QStringLiteral("JSON-RPC error -32000"));
        QCOMPARE(send(node).error().code, ErrorCode::Network);
        QCOMPARE(send(node).error().code, ErrorCode::Network);
    }

    void followsTransactions()
    {
        HttpEvmRpcNode node;
        node.server.answers = {resultAnswer(1, "null"),
                               resultAnswer(2, R"({"transactionHash":)" + hashJson + R"(,"blockHash":)" +
                                                   hashJson + R"(,"blockNumber":"0x2","status":"0x0"})"),
                               resultAnswer(3, "null"), resultAnswer(4, R"({"hash":)" + hashJson + "}")};
        const auto receipt = [&] {
            return **answerOf<std::optional<EvmReceipt>>(
                [&](auto a) { return node.rpc->receipt(httpEvmRpcHash, std::move(a)); });
        };
        QVERIFY(!receipt());
        const auto mined = receipt();
        QVERIFY(mined && !mined->succeeded && mined->blockNumber == 2);
        const auto isKnown = [&] {
            return **answerOf<bool>([&](auto a) { return node.rpc->isKnown(httpEvmRpcHash, std::move(a)); });
        };
        QVERIFY(!isKnown());
        QVERIFY(isKnown());
        QCOMPARE(text(node.asked(1)), R"(["eth_getTransactionReceipt",[)" + hashJson + "]]");
        QCOMPARE(text(node.asked(3)), R"(["eth_getTransactionByHash",[)" + hashJson + "]]");
    }

    void collectsFees()
    {
        HttpEvmRpcNode node;
        node.server.answers = {
            resultAnswer(1, R"("0x64")"), resultAnswer(2, R"({"number":"0x9","baseFeePerGas":"0x50"})"),
            resultAnswer(3, R"({"oldestBlock":"0x5","baseFeePerGas":["0x50","0x5a"],"reward":[["0x3"]]})"),
            resultAnswer(4, R"("0x7")")};
        const auto fees = feesOf(node);
        QVERIFY(fees.has_value());
        QVERIFY(fees->gasPrice == 100 && fees->baseFee == Uint256(90) && fees->priorityFee == 7);
        QCOMPARE(text(node.asked(0)), QByteArray(R"(["eth_gasPrice",[]])"));
        QCOMPARE(text(node.asked(1)), QByteArray(R"(["eth_getBlockByNumber",["latest",false]])"));
        QCOMPARE(text(node.asked(2)), QByteArray(R"(["eth_feeHistory",["0x5","latest",[50]]])"));
        QCOMPARE(text(node.asked(3)), QByteArray(R"(["eth_maxPriorityFeePerGas",[]])"));
    }

    void makesDoWithFewerAnswers()
    {
        const auto gasPrice = resultAnswer(1, R"("0x64")");
        const auto block = resultAnswer(2, R"({"baseFeePerGas":"0x50"})");
        {
            HttpEvmRpcNode node;  // no tip: the history's
            node.server.answers = {gasPrice, block,
                                   resultAnswer(3, R"({"baseFeePerGas":["0x50"],"reward":[["0x3"]]})"),
                                   errorAnswer(4, -32601, "method not found")};
            QVERIFY(feesOf(node)->priorityFee == 3);
        }
        {
            HttpEvmRpcNode node;  // no history either: an upper bound, and 1 gwei
            node.server.answers = {gasPrice, block, errorAnswer(3, -32601, "method not found"),
                                   errorAnswer(4, -32601, "method not found")};
            const auto fees = feesOf(node);
            QVERIFY(fees->baseFee == Uint256(90) && fees->priorityFee == 1'000'000'000);
        }
        {
            HttpEvmRpcNode node;  // before EIP-1559
            node.server.answers = {gasPrice, resultAnswer(2, R"({"number":"0x9"})")};
            const auto fees = feesOf(node);
            QVERIFY(!fees->baseFee && fees->gasPrice == 100);
            QCOMPARE(node.server.requests.size(), qsizetype{2});
        }
    }

    void givesNoFeesForBrokenAnswers()
    {
        const auto gasPrice = resultAnswer(1, R"("0x64")");
        const auto block = resultAnswer(2, R"({"baseFeePerGas":"0x50"})");
        const auto history = resultAnswer(3, R"({"baseFeePerGas":["0x50"]})");
        const ScriptedHttpServer::Answer broken{ScriptedHttpServer::http(200, "<html>")};
        const std::vector<std::deque<ScriptedHttpServer::Answer>> scripts = {
            {broken}, {gasPrice, broken}, {gasPrice, block, broken}, {gasPrice, block, history, broken}};
        for (const auto& script : scripts) {
            HttpEvmRpcNode node;
            node.server.answers = script;
            QCOMPARE(feesOf(node).error().code, ErrorCode::Network);
        }
        HttpEvmRpcNode node;
        node.server.answers = {errorAnswer(1, -32601, "method not found")};
        QCOMPARE(feesOf(node).error().code, ErrorCode::InvalidInput);
    }

    void feesCanBeDroppedInTheMiddle()
    {
        HttpEvmRpcNode node;
        node.server.answers = {resultAnswer(1, R"("0x64")")};
        bool answered = false;
        PendingCallPtr call = node.rpc->fees([&](const Result<EvmFees>&) { answered = true; });
        QTRY_COMPARE_WITH_TIMEOUT(node.server.requests.size(), qsizetype{2}, patienceMs);
        call.reset();
        QTRY_COMPARE_WITH_TIMEOUT(node.server.closed, 2, patienceMs);
        QVERIFY(!answered);

        // Destroyed by its own answer, after the object that it came from.
        node.server.answers = {resultAnswer(3, R"("0x64")"), resultAnswer(4, "{}")};
        call = node.rpc->fees([&](const Result<EvmFees>& fees) {
            answered = fees.has_value();
            call.reset();
        });
        node.rpc.reset();
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpEvmRpcTest)
#include "HttpEvmRpc_test.moc"
