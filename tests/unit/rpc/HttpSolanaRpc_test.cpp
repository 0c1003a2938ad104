#include "core/rpc/HttpSolanaRpc.h"

#include "core/base/encoding/Base58.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/rpc/RpcScene.h"

using namespace countersign;
using test::answerOf;
using test::errorAnswer;
using test::resultAnswer;

namespace {

const std::string httpSolanaRpcBlockhash = toBase58(Bytes(32, 0xab));
const std::string httpSolanaRpcSignature = toBase58(Bytes(64, 0xcd));

QByteArray httpSolanaRpcQuoted(const std::string& text)
{
    return '"' + QByteArray::fromStdString(text) + '"';
}

struct HttpSolanaRpcNode
{
    ScriptedHttpServer server;
    std::unique_ptr<HttpSolanaRpc> rpc = *HttpSolanaRpc::make(server.url());

    QByteArray asked(qsizetype i) const
    {
        const Json body = test::bodyOf(server.requests.at(i));
        return QByteArray::fromStdString(dumpJson(Json::array({body["method"], body["params"]})));
    }
};

}  // namespace

class HttpSolanaRpcTest : public QObject
{
    Q_OBJECT

    static Result<std::string> send(HttpSolanaRpcNode& node)
    {
        return answerOf<std::string>([&](auto a) {
                   return node.rpc->sendTransaction(Bytes{1, 2, 3}, std::move(a));
               })
            .value_or(failure(ErrorCode::Internal, {}));
    }

private Q_SLOTS:
    void refusesOtherAddresses()
    {
        QVERIFY(!HttpSolanaRpc::make(QStringLiteral("ftp://node.example")));
        QVERIFY(HttpSolanaRpc::make(QStringLiteral("https://node.example/?api-key=x")).has_value());
    }

    void asksForBlockhashes()
    {
        HttpSolanaRpcNode node;
        node.server.answers = {resultAnswer(1, R"({"context":{"slot":1},"value":{"blockhash":)" +
                                                   httpSolanaRpcQuoted(httpSolanaRpcBlockhash) +
                                                   R"(,"lastValidBlockHeight":3090}})"),
                               resultAnswer(2, R"({"context":{"slot":1},"value":false})"),
                               resultAnswer(3, "null")};
        const auto latest =
            *answerOf<SolanaBlockhash>([&](auto a) { return node.rpc->latestBlockhash(std::move(a)); });
        QCOMPARE(latest->blockhash, httpSolanaRpcBlockhash);
        QVERIFY(latest->lastValidBlockHeight == 3090U);
        const auto isValid = [&] {
            return *answerOf<bool>(
                [&](auto a) { return node.rpc->isBlockhashValid(httpSolanaRpcBlockhash, std::move(a)); });
        };
        QCOMPARE(*isValid(), false);
        QCOMPARE(isValid().error().code, ErrorCode::Network);
        QCOMPARE(node.asked(0), QByteArray(R"(["getLatestBlockhash",[{"commitment":"confirmed"}]])"));
        QCOMPARE(node.asked(1), R"(["isBlockhashValid",[)" + httpSolanaRpcQuoted(httpSolanaRpcBlockhash) +
                                    R"(,{"commitment":"confirmed"}]])");
    }

    void sends()
    {
        HttpSolanaRpcNode node;
        node.server.answers = {
            resultAnswer(1, httpSolanaRpcQuoted(httpSolanaRpcSignature)),
            errorAnswer(2, -32002,
                        "Transaction simulation failed: This transaction has already been processed"),
            errorAnswer(3, -32002, "Transaction simulation failed: Blockhash not found"),
            errorAnswer(4, -32005, "Node is behind by 200 slots"),
            resultAnswer(5, httpSolanaRpcQuoted(httpSolanaRpcBlockhash))};
        QCOMPARE(*send(node), httpSolanaRpcSignature);
        QCOMPARE(
            node.asked(0),
            QByteArray(
                R"(["sendTransaction",["AQID",{"encoding":"base64","preflightCommitment":"confirmed"}]])"));
        QCOMPARE(*send(node), std::string());
        const auto refused = send(node);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("Blockhash not found")));
        QCOMPARE(send(node).error().code, ErrorCode::Network);
        QCOMPARE(send(node).error().code, ErrorCode::Network);
    }

    void followsSignatures()
    {
        HttpSolanaRpcNode node;
        node.server.answers = {
            resultAnswer(1, R"({"context":{"slot":1},"value":[null]})"),
            resultAnswer(2, R"({"context":{"slot":1},"value":[{"slot":48,"confirmations":null,"err":null,)"
                            R"("status":{"Ok":null},"confirmationStatus":"finalized"}]})"),
            resultAnswer(3, R"({"context":{"slot":1},"value":[]})")};
        const auto status = [&] {
            return *answerOf<std::optional<SolanaStatus>>(
                [&](auto a) { return node.rpc->signatureStatus(httpSolanaRpcSignature, std::move(a)); });
        };
        QVERIFY(!*status());
        const auto known = *status();
        QVERIFY(known && known->slot == 48 && known->commitment == SolanaStatus::Commitment::Finalized);
        QCOMPARE(status().error().code, ErrorCode::Network);
        QCOMPARE(node.asked(0), R"(["getSignatureStatuses",[[)" +
                                    httpSolanaRpcQuoted(httpSolanaRpcSignature) +
                                    R"(],{"searchTransactionHistory":true}]])");
    }

    void asksForAccounts()
    {
        HttpSolanaRpcNode node;
        node.server.answers = {
            resultAnswer(1, R"({"context":{"slot":1},"value":null})"),
            resultAnswer(2, R"({"context":{"slot":1},"value":{"data":["AQID","base64"],"executable":false,)"
                            R"("lamports":7,"owner":)" +
                                httpSolanaRpcQuoted(httpSolanaRpcBlockhash) +
                                R"(,"rentEpoch":18446744073709551615,"space":3}})"),
            resultAnswer(3, R"({"context":{"slot":1},"value":{"data":"AQID"}})"),
            errorAnswer(4, -32602, "Invalid"), resultAnswer(5, "2039280")};
        const auto account = [&] {
            return *answerOf<std::optional<SolanaAccount>>(
                [&](auto a) { return node.rpc->account(httpSolanaRpcBlockhash, std::move(a)); });
        };
        QVERIFY(!*account());
        QVERIFY(**account() == (SolanaAccount{httpSolanaRpcBlockhash, 7, false, {1, 2, 3}}));
        QCOMPARE(account().error().code, ErrorCode::Network);
        QCOMPARE(account().error().code, ErrorCode::InvalidInput);
        QCOMPARE(
            **answerOf<std::uint64_t>([&](auto a) { return node.rpc->rentExemption(165, std::move(a)); }),
            std::uint64_t{2039280});
        QCOMPARE(node.asked(0), R"(["getAccountInfo",[)" + httpSolanaRpcQuoted(httpSolanaRpcBlockhash) +
                                    R"(,{"encoding":"base64","commitment":"confirmed"}]])");
        QCOMPARE(node.asked(4), QByteArray(R"(["getMinimumBalanceForRentExemption",[165]])"));
    }
};

COUNTERSIGN_GUILESS_TEST(HttpSolanaRpcTest)
#include "HttpSolanaRpc_test.moc"
