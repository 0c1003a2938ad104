#include "services/sandbox/api/ControlRequests.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class ControlRequestsTest : public QObject
{
    Q_OBJECT

private:
    /// Written with ' for ": moc stumbles over quotes in raw strings.
    static std::string quoted(QByteArray text) { return text.replace('\'', '"').toStdString(); }
    static Result<DelegationRequest> delegation(const QByteArray& text)
    {
        return parseDelegationRequest(quoted(text));
    }
    static Result<std::string> encryptionKey(const QByteArray& text)
    {
        return parseEncryptionKeyRequest(quoted(text));
    }

private Q_SLOTS:
    void readsDelegations()
    {
        const auto one = delegation("{'chain':'EVM'}");
        QVERIFY(one.has_value());
        QCOMPARE(one->chain, Chain::Evm);
        QCOMPARE(one->count, std::size_t(1));
        QVERIFY(!one->walletId);

        const auto many = delegation("{'count':10000,'chain':'SVM'}");
        QVERIFY(many.has_value());
        QCOMPARE(many->chain, Chain::Svm);
        QCOMPARE(many->count, std::size_t(10'000));

        const auto again = delegation("{'walletId':'w','chain':'EVM'}");
        QVERIFY(again.has_value());
        QCOMPARE(again->walletId, std::optional<std::string>("w"));

        const auto same = delegation("{'userId':'u','chain':'EVM','count':2}");
        QVERIFY(same.has_value());
        QCOMPARE(same->userId, std::optional<std::string>("u"));
    }

    void refusesDelegations_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char* body : {"",
                                 "null",
                                 "[]",
                                 "'EVM'",
                                 "{}",
                                 "{'chain':null}",
                                 "{'chain':1}",
                                 "{'chain':'evm'}",
                                 "{'chain':'TON'}",
                                 "{'chain':'EVM','count':0}",
                                 "{'chain':'EVM','count':-1}",
                                 "{'chain':'EVM','count':10001}",
                                 "{'chain':'EVM','count':1.5}",
                                 "{'chain':'EVM','count':'1'}",
                                 "{'chain':'EVM','count':null}",
                                 "{'chain':'EVM','count':18446744073709551616}",
                                 "{'chain':'EVM','count':1e3}",
                                 "{'chain':'EVM','chain':'SVM'}",
                                 "{'chain':'EVM','cuont':2}",
                                 "{'chain':'EVM','walletId':''}",
                                 "{'chain':'EVM','walletId':7}",
                                 "{'chain':'EVM','walletId':'w','count':1}",
                                 "{'chain':'EVM','walletId':'w','userId':'u'}",
                                 "{'chain':'EVM','userId':''}",
                                 "{'chain':'EVM','userId':7}",
                                 "{'walletId':'w'}",
                                 "{'chain':'EVM'} x",
                                 "{'chain':'EVM',}",
                                 "{'chain':['EVM']}"}) {
            QTest::newRow(body) << QByteArray(body);
        }
        QTest::newRow("long id") << "{'chain':'EVM','walletId':'" + QByteArray(65, 'w') + "'}";
        QTest::newRow("long") << "{'chain':'EVM'" + QByteArray(20'000, ' ') + "}";
        QTest::newRow("deep") << "{'chain':'EVM','count':" + QByteArray(5'000, '[') + QByteArray(5'000, ']') +
                                     "}";
        QTest::newRow("no UTF-8") << QByteArray("{'chain':'\xff'}");
    }
    void refusesDelegations()
    {
        QFETCH(QByteArray, body);
        const auto request = delegation(body);
        QVERIFY(!request.has_value());
        QCOMPARE(request.error().code, ErrorCode::InvalidInput);
        QVERIFY(!request.error().sentence.isEmpty());
    }

    void readsEncryptionKeys()
    {
        QCOMPARE(*encryptionKey("{'publicKey':'x'}"), std::string("x"));
        QCOMPARE(*encryptionKey("{'publicKey':'x','alg':'RSA-OAEP-256','type':'external','more':[1]}"),
                 std::string("x"));
        for (const char* body :
             {"{}", "{'publicKey':null}", "{'publicKey':{}}", "{'publicKey':'x','alg':'RSA'}",
              "{'publicKey':'x','alg':5}", "{'publicKey':'x','type':'other'}", "[]"}) {
            QVERIFY2(!encryptionKey(body).has_value(), body);
        }
    }

    void readsCursors()
    {
        QCOMPARE(parseCursor("0"), std::optional<std::int64_t>(0));
        QCOMPARE(parseCursor("123"), std::optional<std::int64_t>(123));
        for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808"}) {
            QVERIFY2(!parseCursor(text).has_value(), text);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ControlRequestsTest)
#include "ControlRequests_test.moc"
