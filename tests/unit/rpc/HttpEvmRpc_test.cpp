#include "core/rpc/HttpEvmRpc.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RudeServer.h"
#include "tests/unit/rpc/RpcScene.h"

#include <QRandomGenerator>

#include <map>

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

Result<EvmFees> feesOf(HttpEvmRpc& rpc, EvmFeeKind kind)
{
    return answerOf<EvmFees>([&](auto answered) { return rpc.fees(kind, std::move(answered)); })
        .value_or(failure(ErrorCode::Internal, {}));
}

/// A node that answers each method in its own way: a result as JSON, or a whole HTTP answer.
struct FeeNode
{
    FeeNode()
    {
        server.answerTo = [this](const QByteArray& request) -> ScriptedHttpServer::Answer {
            const Json body = test::bodyOf(request);
            const std::string method = body["method"].get<std::string>();
            asked.push_back(method);
            const QByteArray& answer = answers[method];
            return answer.startsWith("HTTP/") ? ScriptedHttpServer::Answer{answer}
                                              : resultAnswer(body["id"].get<int>(), answer);
        };
    }

    Result<EvmFees> fees(EvmFeeKind kind)
    {
        asked.clear();
        return feesOf(*rpc, kind);
    }

    ScriptedHttpServer server;
    std::unique_ptr<HttpEvmRpc> rpc = *HttpEvmRpc::make(server.url());
    std::map<std::string, QByteArray> answers = {
        {"eth_gasPrice", R"("0x64")"},
        {"eth_getBlockByNumber", R"({"number":"0x9","baseFeePerGas":"0x50"})"},
        {"eth_feeHistory", R"({"oldestBlock":"0x5","baseFeePerGas":["0x50","0x5a"],"reward":[["0x3"]]})"},
        {"eth_maxPriorityFeePerGas", R"("0x7")"}};
    std::vector<std::string> asked;
};

/// What nodes, and those in front of them, say of methods that they have not, or in their own way.
QByteArrayList oddAnswers()
{
    QByteArrayList odd = {"null",
                          "{}",
                          "[]",
                          "5",
                          "true",
                          R"("")",
                          R"("0x")",
                          R"("12")",
                          R"({"error":"x"})",
                          "\"0x" + QByteArray(65, 'f') + '"',
                          "[null]",
                          "not JSON"};
    for (const int status : {400, 403, 404, 405, 429, 500, 501, 503}) {
        odd += ScriptedHttpServer::http(status, "no");
    }
    odd += ScriptedHttpServer::http(200, "<html>", "Content-Type: text/html\r\n");
    odd += QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{");
    return odd;
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

    /// Whatever the connection does, the bytes reach the node at most once a call.
    void sendsAtMostOnce()
    {
        for (const QByteArray& answer : {QByteArray(), QByteArray("HTTP/1.1 200 OK\r\nContent-Le")}) {
            for (const bool reset : {false, true}) {
                RudeServer server;
                server.isRude = true;
                server.cut = {.requestBytes = {}, .answer = answer, .reset = reset};
                const auto rpc = *HttpEvmRpc::make(server.url());
                const auto sent = answerOf<std::string>([&](auto answered) {
                    return rpc->sendRawTransaction(Bytes{2, 0xff}, std::move(answered));
                });
                QVERIFY(sent && !*sent);
                QCOMPARE(sent->error().code, ErrorCode::Network);
                QCOMPARE(server.arrivals, 1);
            }
        }
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
        FeeNode node;
        const auto fees = node.fees(EvmFeeKind::BaseFee);
        QVERIFY(fees.has_value());
        QVERIFY(fees->baseFee == Uint256(90) && fees->priorityFee == 7);
        QCOMPARE(node.asked, (std::vector<std::string>{"eth_getBlockByNumber", "eth_feeHistory",
                                                       "eth_maxPriorityFeePerGas"}));
        const auto params = [&](qsizetype i) {
            return text(test::bodyOf(node.server.requests.at(i))["params"]);
        };
        QCOMPARE(params(0), QByteArray(R"(["latest",false])"));
        QCOMPARE(params(1), QByteArray(R"(["0x5","latest",[50]])"));
        QCOMPARE(params(2), QByteArray("[]"));
        const auto price = node.fees(EvmFeeKind::GasPrice);
        QVERIFY(price && price->gasPrice == 100);
        QCOMPARE(node.asked, std::vector<std::string>{"eth_gasPrice"});
    }

    void makesDoWithFewerAnswers()
    {
        const QByteArray none = ScriptedHttpServer::http(405, "no");
        FeeNode node;
        node.answers["eth_maxPriorityFeePerGas"] = none;  // the history's
        QVERIFY(node.fees(EvmFeeKind::BaseFee)->priorityFee == 3);
        node.answers["eth_feeHistory"] = none;  // an upper bound, and what the price is above the base fee
        auto fees = node.fees(EvmFeeKind::BaseFee);
        QVERIFY(fees->baseFee == Uint256(90) && fees->priorityFee == 100 - 80);
        node.answers["eth_gasPrice"] = R"("0x50")";  // not above it
        QVERIFY(node.fees(EvmFeeKind::BaseFee)->priorityFee == 1'000'000'000);
        node.answers["eth_gasPrice"] = none;
        fees = node.fees(EvmFeeKind::BaseFee);
        QVERIFY(fees->baseFee == Uint256(90) && fees->priorityFee == 1'000'000'000);
        // A price of its own parts.
        QVERIFY(node.fees(EvmFeeKind::GasPrice)->gasPrice == 1'000'000'090);
        node.answers["eth_maxPriorityFeePerGas"] = R"("0x7")";
        QVERIFY(node.fees(EvmFeeKind::GasPrice)->gasPrice == 97);
        // Of the block nothing, but of the history everything.
        FeeNode blind;
        blind.answers["eth_getBlockByNumber"] = none;
        fees = blind.fees(EvmFeeKind::BaseFee);
        QVERIFY(fees->baseFee == Uint256(90) && fees->priorityFee == 7);
        // Parts of a history.
        blind.answers["eth_maxPriorityFeePerGas"] = none;
        blind.answers["eth_feeHistory"] =
            R"({"baseFeePerGas":["0x5a"],"reward":[[null],["0x9"],[],null,["0x1","0x2"]]})";
        QVERIFY(blind.fees(EvmFeeKind::BaseFee)->priorityFee == 9);
    }

    void chainsBeforeEip1559()
    {
        FeeNode node;
        node.answers["eth_getBlockByNumber"] = R"({"number":"0x9"})";
        const auto fees = node.fees(EvmFeeKind::BaseFee);
        QVERIFY(fees && !fees->baseFee);
        QCOMPARE(node.asked.size(), std::size_t{1});
        QVERIFY(node.fees(EvmFeeKind::GasPrice)->gasPrice == 100);
    }

    /// The one that is needed, and no other, is named.
    void namesWhatIsMissing()
    {
        for (const QByteArray& odd : oddAnswers()) {
            FeeNode node;
            node.answers["eth_getBlockByNumber"] = odd;
            node.answers["eth_feeHistory"] = odd;
            const auto fees = node.fees(EvmFeeKind::BaseFee);
            if (odd == "{}" || odd == R"({"error":"x"})") {  // a block without a base fee
                QVERIFY(fees && !fees->baseFee);
            } else {
                QVERIFY2(!fees, odd.constData());
                const bool isSaid =
                    fees.error().sentence.contains(QStringLiteral("eth_getBlockByNumber")) ||
                    fees.error().detail.contains(QStringLiteral("eth_getBlockByNumber")) ||
                    fees.error().sentence.contains(QStringLiteral("before its answer was complete"));
                QVERIFY2(isSaid, qPrintable(fees.error().sentence + fees.error().detail));
            }
            node.answers["eth_getBlockByNumber"] = R"({"number":"0x9"})";
            node.answers["eth_gasPrice"] = odd;
            const auto price = node.fees(EvmFeeKind::GasPrice);
            QVERIFY2(!price, odd.constData());
            QVERIFY(!price.error().sentence.contains(QStringLiteral("eth_getBlockByNumber")));
        }
        FeeNode node;
        node.answers["eth_gasPrice"] = node.answers["eth_getBlockByNumber"] = node.answers["eth_feeHistory"] =
            ScriptedHttpServer::http(405, "no");
        QVERIFY(node.fees(EvmFeeKind::GasPrice).error().sentence.contains(QStringLiteral("eth_gasPrice")));
    }

    /// Whatever optional methods answer: as long as the block has its base fee, or there is a price, there
    /// are fees.
    void survivesOddAnswers()
    {
        const quint32 seed = QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        QByteArrayList odd = oddAnswers();
        for (const char* part : {R"({"baseFeePerGas":[]})", R"({"baseFeePerGas":null,"reward":null})",
                                 R"({"baseFeePerGas":["0x5a"],"reward":[[null]]})",
                                 R"({"baseFeePerGas":[null],"reward":[["0x3"]]})", R"({"reward":[["0x3"]]})",
                                 R"({"baseFeePerGas":[90],"reward":[[3]]})", R"({"baseFeePerGas":"0x5a"})"}) {
            odd += part;
        }
        for (int i = 0; i < 60; ++i) {
            FeeNode node;
            QByteArray told;
            for (const char* method : {"eth_feeHistory", "eth_maxPriorityFeePerGas", "eth_gasPrice"}) {
                if (random.bounded(3) != 0) {
                    node.answers[method] = odd.at(random.bounded(static_cast<int>(odd.size())));
                    told += QByteArray(method) + ' ' + node.answers[method].left(60) + ' ';
                }
            }
            const auto fees = node.fees(EvmFeeKind::BaseFee);
            QVERIFY2(fees && fees->baseFee == Uint256(90) && fees->priorityFee > 0,
                     qPrintable(QStringLiteral("seed %1: ").arg(seed) + QString::fromLatin1(told)));
            const auto price = node.fees(EvmFeeKind::GasPrice);
            QVERIFY2(price && price->gasPrice > 0,
                     qPrintable(QStringLiteral("seed %1: ").arg(seed) + QString::fromLatin1(told)));
        }
    }

    void feesCanBeDroppedInTheMiddle()
    {
        HttpEvmRpcNode node;
        node.server.answers = {resultAnswer(1, R"({"baseFeePerGas":"0x50"})")};
        bool answered = false;
        PendingCallPtr call =
            node.rpc->fees(EvmFeeKind::BaseFee, [&](const Result<EvmFees>&) { answered = true; });
        QTRY_COMPARE_WITH_TIMEOUT(node.server.requests.size(), qsizetype{2}, patienceMs);
        call.reset();
        QTRY_COMPARE_WITH_TIMEOUT(node.server.closed, 2, patienceMs);
        QVERIFY(!answered);

        // Destroyed by its own answer, after the object that it came from.
        node.server.answers = {resultAnswer(3, R"({"number":"0x9"})")};
        call = node.rpc->fees(EvmFeeKind::BaseFee, [&](const Result<EvmFees>& fees) {
            answered = fees.has_value();
            call.reset();
        });
        node.rpc.reset();
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpEvmRpcTest)
#include "HttpEvmRpc_test.moc"
