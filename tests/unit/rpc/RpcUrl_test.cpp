#include "core/rpc/RpcUrl.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class RpcUrlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"https://node.example", "https://node.example/", "https://node.example/v3/0123456789abcdef",
              "https://node.example:8443/?api-key=0123-4567&x=%20y", "http://127.0.0.1:8545",
              "http://localhost:8545/rpc?k=v", "http://[::1]:8899"}) {
            QTest::newRow(text) << QString::fromLatin1(text);
        }
    }

    void accepts()
    {
        QFETCH(const QString, text);
        const auto url = parseRpcUrl(text);
        QVERIFY(url.has_value());
        QCOMPARE(url->toString(QUrl::FullyEncoded), text);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "node.example", "/v3/secretsecret", "http://node.example/v3/secretsecret",
              "http://10.0.0.1:8545", "ws://127.0.0.1:8545", "wss://node.example/secretsecret",
              "file:///secretsecret", "https://user@node.example/secretsecret",
              "https://user:secretsecret@node.example/", "https://node.example/secretsecret#part",
              "https:///secretsecret", "https://node.example/a b", "https://node.example/?k=%zz",
              " https://node.example"}) {
            QTest::newRow(*text != '\0' ? text : "empty") << QString::fromLatin1(text);
        }
        QTest::newRow("too long") << QStringLiteral("https://node.example/?k=") +
                                         QStringLiteral("secretsecret").repeated(170);
    }

    void refuses()
    {
        QFETCH(const QString, text);
        const auto url = parseRpcUrl(text);
        QVERIFY(!url);
        QCOMPARE(url.error().code, ErrorCode::InvalidInput);
        QVERIFY(!url.error().sentence.contains(QStringLiteral("secret")));
        QVERIFY(!url.error().detail.contains(QStringLiteral("secret")));
    }

    void findsKeys()
    {
        const auto keysIn = [](const char* text) { return keysOf(QUrl(QString::fromLatin1(text))); };
        QVERIFY(keysIn("https://node.example").isEmpty());
        QVERIFY(keysIn("https://node.example/v3/short?k=v").isEmpty());
        QCOMPARE(keysIn("https://node.example/v3/0123456789"), QStringList{QStringLiteral("0123456789")});
        const QStringList keys = keysIn("https://node.example/first-key/x?api=second-k%C3%A4y");
        for (const char* key : {"first-key", "second-k%C3%A4y", "second-käy", "api=second-k%C3%A4y"}) {
            QVERIFY2(keys.contains(QString::fromUtf8(key)), key);
        }
        for (qsizetype i = 1; i < keys.size(); ++i) {
            QVERIFY(keys.at(i).size() <= keys.at(i - 1).size());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(RpcUrlTest)
#include "RpcUrl_test.moc"
