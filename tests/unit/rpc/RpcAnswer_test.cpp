#include "core/rpc/RpcAnswer.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

constexpr std::uint64_t id = 7;

Result<RpcReply> parse(const QByteArray& text)
{
    return parseRpcAnswer(asBytes({text.constData(), static_cast<std::size_t>(text.size())}), id);
}

QByteArray rpcAnswerQuoted(qsizetype size, char character)
{
    return '"' + QByteArray(size, character) + '"';
}

}  // namespace

class RpcAnswerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsResults_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("result");
        QTest::newRow("text") << QByteArray(R"({"jsonrpc":"2.0","id":7,"result":"0x1"})")
                              << QByteArray("\"0x1\"");
        QTest::newRow("null") << QByteArray(R"({"jsonrpc":"2.0","id":7,"result":null})")
                              << QByteArray("null");
        QTest::newRow("no error") << QByteArray(
                                         R"({"id":7,"error":null,"result":[1],"jsonrpc":"2.0","more":{}})")
                                  << QByteArray("[1]");
        QTest::newRow("white space") << QByteArray(" {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":false}\n")
                                     << QByteArray("false");
    }

    void readsResults()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, result);
        const auto reply = parse(text);
        QVERIFY(reply.has_value());
        QVERIFY(!reply->error);
        QCOMPARE(QByteArray::fromStdString(dumpJson(reply->result)), result);
    }

    void readsErrors()
    {
        const auto reply = parse(
            R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"nonce too low","data":{"a":[1]}}})");
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->code, std::int64_t{-32000});
        QCOMPARE(reply->error->message, QStringLiteral("nonce too low"));
        QCOMPARE(reply->error->data, QStringLiteral(R"({"a":[1]})"));
        const auto withoutId = parse(
            R"({"jsonrpc":"2.0","id":null,"result":null,"error":{"code":-32700,"message":"parse error"}})");
        QVERIFY(withoutId && withoutId->error);
        QVERIFY(withoutId->error->data.isEmpty());
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"",
                                 "null",
                                 "[]",
                                 "{}",
                                 "7",
                                 "<html></html>",
                                 "\"2.0\"",
                                 R"({"jsonrpc":"2.0","id":7})",
                                 R"({"jsonrpc":"2.0","id":7,"error":null})",
                                 R"({"id":7,"result":1})",
                                 R"({"jsonrpc":"1.0","id":7,"result":1})",
                                 R"({"jsonrpc":2.0,"id":7,"result":1})",
                                 R"({"jsonrpc":"2.0","result":1})",
                                 R"({"jsonrpc":"2.0","id":8,"result":1})",
                                 R"({"jsonrpc":"2.0","id":"7","result":1})",
                                 R"({"jsonrpc":"2.0","id":7.0,"result":1})",
                                 R"({"jsonrpc":"2.0","id":-7,"result":1})",
                                 R"({"jsonrpc":"2.0","id":null,"result":1})",
                                 R"({"jsonrpc":"2.0","id":7,"id":7,"result":1})",
                                 R"({"jsonrpc":"2.0","id":7,"result":1,"error":{"code":1,"message":"m"}})",
                                 R"({"jsonrpc":"2.0","id":8,"error":{"code":1,"message":"m"}})",
                                 R"({"jsonrpc":"2.0","error":{"code":1,"message":"m"}})",
                                 R"({"jsonrpc":"2.0","id":7,"error":"m"})",
                                 R"({"jsonrpc":"2.0","id":7,"error":{"message":"m"}})",
                                 R"({"jsonrpc":"2.0","id":7,"error":{"code":1}})",
                                 R"({"jsonrpc":"2.0","id":7,"error":{"code":1.5,"message":"m"}})",
                                 R"({"jsonrpc":"2.0","id":7,"error":{"code":"1","message":"m"}})",
                                 R"({"jsonrpc":"2.0","id":7,"error":{"code":1,"message":5}})",
                                 R"({"jsonrpc":"2.0","id":7,"result":1e999})",
                                 R"([{"jsonrpc":"2.0","id":7,"result":1}])",
                                 R"({"jsonrpc":"2.0","id":7,"result":1}{})"}) {
            QTest::newRow(*text != '\0' ? text : "empty") << QByteArray(text);
        }
        QTest::newRow("deep") << QByteArray(R"({"jsonrpc":"2.0","id":7,"result":)") + QByteArray(5000, '[') +
                                     QByteArray(5000, ']') + '}';
        QTest::newRow("many") << QByteArray(R"({"jsonrpc":"2.0","id":7,"result":[0)") +
                                     QByteArray(",0").repeated(100'000) + "]}";
        QTest::newRow("long") << QByteArray(R"({"jsonrpc":"2.0","id":7,"result":)") +
                                     rpcAnswerQuoted(static_cast<qsizetype>(rpcAnswerMaxBytes), 'x') + '}';
        QTest::newRow("no UTF-8") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"\xff\"}");
    }

    void refuses()
    {
        QFETCH(const QByteArray, text);
        const auto reply = parse(text);
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::Network);
        QVERIFY(!reply.error().sentence.isEmpty() && !reply.error().detail.isEmpty());
    }

    void boundsTheNodesWords()
    {
        const auto reply =
            parse(R"({"jsonrpc":"2.0","id":7,"error":{"code":1,"message":)" + rpcAnswerQuoted(5000, 'm') +
                  R"(,"data":)" + rpcAnswerQuoted(9000, 'd') + "}}");
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->message.size(), qsizetype{300});
        QCOMPARE(reply->error->data.size(), qsizetype{2000});
    }

    void tellsRefusalsFromOverload()
    {
        const QString host = QStringLiteral("node.example");
        const RpcError refused{-32000, QStringLiteral("nonce too low"), QStringLiteral("\"0x08c379a0\"")};
        const Error error = refusalOf(refused, host, "eth_call");
        QCOMPARE(error.code, ErrorCode::InvalidInput);
        QVERIFY(error.sentence.contains(QStringLiteral("nonce too low")));
        QVERIFY(error.sentence.contains(host));
        QCOMPARE(error.detail, QStringLiteral("JSON-RPC error -32000, data \"0x08c379a0\""));
        QCOMPARE(refusalOf({-32005, {}, {}}, host, "eth_call").code, ErrorCode::Network);
        QCOMPARE(refusalOf({429, {}, {}}, host, "eth_call").code, ErrorCode::Network);
        // The node's words are filled in last: a place holder in them stays what it is.
        QVERIFY(refusalOf({1, QStringLiteral("100%1"), {}}, host, "eth_call")
                    .sentence.contains(QStringLiteral("“100%1”")));
    }

    void strikesKeysOut()
    {
        RpcError error{1, QStringLiteral("bad key SECRETKEY at /v3/secretkey"),
                       QStringLiteral("\"secretkey\"")};
        strikeOut(error, {QStringLiteral("secretkey")});
        QCOMPARE(error.message, QStringLiteral("bad key … at /v3/…"));
        QCOMPARE(error.data, QStringLiteral("\"…\""));
    }
};

COUNTERSIGN_APPLESS_TEST(RpcAnswerTest)
#include "RpcAnswer_test.moc"
