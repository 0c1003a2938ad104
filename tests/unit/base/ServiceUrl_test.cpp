#include "core/base/ServiceUrl.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class ServiceUrlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("becomes");
        const auto row = [](const char* text, const char* becomes) {
            QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(becomes);
        };
        row("https://relay.example", "https://relay.example");
        row("https://relay.example/", "https://relay.example");
        row("https://relay.example:8443/base/", "https://relay.example:8443/base");
        row("http://localhost:8080", "http://localhost:8080");
        row("http://127.0.0.1:1", "http://127.0.0.1:1");
        row("http://127.255.0.9", "http://127.255.0.9");
        row("http://[::1]:80", "http://[::1]:80");
    }
    void accepts()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, becomes);
        const auto url = parseServiceUrl(text);
        QVERIFY(url.has_value());
        QCOMPARE(url->toString(), becomes);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"",
                                 "relay.example",
                                 "/in/x",
                                 "http://relay.example",
                                 "http://127.0.0.1.evil.example",
                                 "http://127.evil",
                                 "http://localhost.evil.example",
                                 "http://[::2]",
                                 "http://0.0.0.0",
                                 "http://10.0.0.1",
                                 "https://user:pass@relay.example",
                                 "http://127.0.0.1@evil.example",
                                 "https://relay.example?x=1",
                                 "https://relay.example#x",
                                 "ftp://localhost",
                                 "ws://localhost",
                                 "https://",
                                 "https:///x",
                                 "file:///etc",
                                 "javascript:alert(1)",
                                 "https://a b"}) {
            QTest::newRow(text) << QString::fromLatin1(text);
        }
        QTest::newRow("long") << QStringLiteral("https://relay.example/") + QString(3000, u'a');
    }
    void refuses()
    {
        QFETCH(const QString, text);
        const auto url = parseServiceUrl(text);
        QVERIFY(!url);
        QCOMPARE(url.error().code, ErrorCode::InvalidInput);
        QVERIFY(!url.error().sentence.isEmpty());
    }

    void webSocketsHaveTheSameRule()
    {
        QVERIFY(parseServiceUrl(QStringLiteral("wss://enclave.example/ws"), ServiceScheme::WebSocket));
        QVERIFY(parseServiceUrl(QStringLiteral("ws://127.0.0.1:9/ws"), ServiceScheme::WebSocket));
        QVERIFY(!parseServiceUrl(QStringLiteral("ws://enclave.example/ws"), ServiceScheme::WebSocket));
        QVERIFY(!parseServiceUrl(QStringLiteral("https://enclave.example"), ServiceScheme::WebSocket));
    }
};

COUNTERSIGN_APPLESS_TEST(ServiceUrlTest)
#include "ServiceUrl_test.moc"
