#include "core/dynamic/WaasAnswers.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

QByteArray wallet(const QByteArray& path)
{
    return R"({"walletId":"w","accountAddress":"0xA","chainName":"EVM","thresholdSignatureScheme":"TWO_OF_TWO",)"
           R"("derivationPath":)" +
           path + R"(,"keyShares":[{"id":"k","backupLocation":"dynamic","passwordEncrypted":false}]})";
}

BytesView view(const QByteArray& bytes)
{
    return asBytes({bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

}  // namespace

class WaasAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWallets()
    {
        const QByteArray flat =
            wallet("\"{\\\"0\\\":44,\\\"1\\\":60,\\\"2\\\":0,\\\"3\\\":0,\\\"4\\\":4294967295}\"");
        for (const QByteArray& body : {flat, R"({"wallet":)" + flat + "}"}) {
            const auto read = parseWaasWallet(view(body));
            QVERIFY(read.has_value());
            QCOMPARE(read->walletId, std::string("w"));
            QCOMPARE(read->accountAddress, std::string("0xA"));
            QCOMPARE(read->chainName, std::string("EVM"));
            QCOMPARE(read->thresholdSignatureScheme, std::string("TWO_OF_TWO"));
            QCOMPARE(read->derivationPath, (std::vector<std::uint32_t>{44, 60, 0, 0, 4294967295U}));
        }
        const auto least =
            parseWaasWallet(asBytes(R"({"walletId":"w","accountAddress":"a","chainName":"SVM"})"));
        QVERIFY(least.has_value());
        QVERIFY(least->derivationPath.empty());
        QVERIFY(least->thresholdSignatureScheme.empty());
    }

    void readsPathsByNumber()
    {
        using Path = std::vector<std::uint32_t>;
        const auto path = [](const QByteArray& json) {
            return parseWaasWallet(view(wallet(json)))->derivationPath;
        };
        QCOMPARE(path(R"("")"), Path());
        QCOMPARE(path("null"), Path());
        QCOMPARE(path(R"("{}")"), Path());
        QCOMPARE(path("\"{\\\"10\\\":10,\\\"9\\\":9,\\\"8\\\":8,\\\"7\\\":7,\\\"6\\\":6,\\\"5\\\":5,"
                      "\\\"4\\\":4,\\\"3\\\":3,\\\"2\\\":2,\\\"1\\\":1,\\\"0\\\":0}\""),
                 (Path{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    }

    void refusesBrokenWallets_data()
    {
        QTest::addColumn<QByteArray>("body");
        const auto path = [](const QByteArray& text) { return wallet('"' + text + '"'); };
        QTest::newRow("gap") << path("{\\\"0\\\":1,\\\"2\\\":1}");
        QTest::newRow("from one") << path("{\\\"1\\\":1}");
        QTest::newRow("twice") << path("{\\\"0\\\":1,\\\"0\\\":2}");
        QTest::newRow("leading zero") << path("{\\\"00\\\":1}");
        QTest::newRow("no number as key") << path("{\\\"a\\\":1}");
        QTest::newRow("33 bits") << path("{\\\"0\\\":4294967296}");
        QTest::newRow("negative") << path("{\\\"0\\\":-1}");
        QTest::newRow("fraction") << path("{\\\"0\\\":1.0}");
        QTest::newRow("text") << path("{\\\"0\\\":\\\"1\\\"}");
        QTest::newRow("nested") << path("{\\\"0\\\":[1]}");
        QTest::newRow("array") << path("[1,2]");
        QTest::newRow("no JSON") << path("m/44'/60'");
        QTest::newRow("object and not text") << wallet(R"({"0":1})");
        QTest::newRow("trailing text") << path("{\\\"0\\\":1} x");
        QByteArray many;
        for (int i = 0; i < 33; ++i) {
            many += (i == 0 ? "" : ",") + QByteArray("\\\"") + QByteArray::number(i) + "\\\":1";
        }
        QTest::newRow("too many levels") << path('{' + many + '}');
        QTest::newRow("no object") << QByteArray("[]");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("wrapped array") << QByteArray(R"({"wallet":[]})");
        QTest::newRow("no wallet id") << wallet("null").replace("walletId", "id");
        QTest::newRow("no address") << wallet("null").replace("\"0xA\"", "null");
        QTest::newRow("address number") << wallet("null").replace("\"0xA\"", "7");
        QTest::newRow("address with spaces") << wallet("null").replace("0xA", "0x A");
        QTest::newRow("long address") << wallet("null").replace("0xA", QByteArray(129, 'a'));
        QTest::newRow("empty chain") << wallet("null").replace("\"EVM\"", "\"\"");
        QTest::newRow("scheme number") << wallet("null").replace("\"TWO_OF_TWO\"", "2");
        QTest::newRow("deep") << QByteArray(100'000, '[');
    }

    void refusesBrokenWallets()
    {
        QFETCH(const QByteArray, body);
        const auto read = parseWaasWallet(view(body));
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Network);
        QVERIFY(!read.error().sentence.isEmpty());
    }

    void readsVerifications()
    {
        const auto read = [](const char* body) { return parseVerifiedApiKey(asBytes(body), "env-1"); };
        QVERIFY(*read(R"({"environmentId":"env-1","verified":true})"));
        QVERIFY(!*read(R"({"environmentId":"env-1","verified":false})"));
        QVERIFY(!*read(R"({"environmentId":"env-2","verified":true})"));
        for (const char* body : {"", "[]", "{}", R"({"environmentId":"env-1"})", R"({"verified":true})",
                                 R"({"environmentId":"env-1","verified":"true"})"}) {
            QCOMPARE(read(body).error().code, ErrorCode::Network);
        }
    }

    void readsRooms()
    {
        const auto read = [](const char* body) { return parseRoomId(asBytes(body)); };
        const std::string room = "6d143e37268a46eda357f6ea3b2f286c";
        QCOMPARE(*read(R"({"roomId":"6d143e37268a46eda357f6ea3b2f286c","walletId":"w"})"), room);
        QCOMPARE(*read(R"({"roomId":"6D143E37-268A-46ED-A357-F6EA3B2F286C"})"), room);
        for (const char* body : {"", "{}", "[]", R"({"roomId":7})", R"({"roomId":""})",
                                 R"({"roomId":"6d143e37268a46eda357f6ea3b2f286"})",
                                 R"({"roomId":"6d143e37268a46eda357f6ea3b2f286cc"})",
                                 R"({"roomId":"zd143e37268a46eda357f6ea3b2f286c"})"}) {
            QCOMPARE(read(body).error().code, ErrorCode::Network);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(WaasAnswersTest)
#include "WaasAnswers_test.moc"
