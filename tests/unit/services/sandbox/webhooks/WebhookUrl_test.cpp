#include "services/sandbox/webhooks/WebhookUrl.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class WebhookUrlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesApart()
    {
        const auto https = WebhookUrl::parse("https://hooks.example.com/in/a%20b?x=1&y=%2F");
        QVERIFY(https.has_value());
        QVERIFY(https->tls);
        QCOMPARE(https->host, std::string("hooks.example.com"));
        QCOMPARE(https->port, std::string("443"));
        QCOMPARE(https->target, std::string("/in/a%20b?x=1&y=%2F"));
        QCOMPARE(https->hostHeader(), std::string("hooks.example.com"));

        const auto plain = WebhookUrl::parse("http://[::1]:8080");
        QVERIFY(plain.has_value());
        QVERIFY(!plain->tls);
        QCOMPARE(plain->host, std::string("::1"));
        QCOMPARE(plain->target, std::string("/"));
        QCOMPARE(plain->hostHeader(), std::string("[::1]:8080"));

        QCOMPARE(WebhookUrl::parse("http://127.0.0.1:9/in/")->target, std::string("/in/"));
        QCOMPARE(WebhookUrl::parse("http://localhost:9/in")->hostHeader(), std::string("localhost:9"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "x", "ftp://127.0.0.1/", "http://example.com/", "http://10.0.0.1/",
              "http://127.0.0.1.example.com/", "https://user@example.com/", "https://user:pw@example.com/",
              "https://example.com/#x", "https://", "https:///in", "//example.com/", "https://exa mple.com/",
              "https://example.com/in?a#b", "http://example.com?@127.0.0.1/"}) {
            QTest::newRow(text) << QByteArray(text);
        }
        QTest::newRow("long") << "https://example.com/" + QByteArray(2048, 'a');
        QTest::newRow("long query") << "https://example.com/?" + QByteArray(2048, 'a');
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        const auto url =
            WebhookUrl::parse(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QVERIFY(!url.has_value());
        QCOMPARE(url.error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(WebhookUrlTest)
#include "WebhookUrl_test.moc"
