#include "core/net/SendableRequest.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

namespace {

HttpRequest requestTo(const QString& url)
{
    HttpRequest request;
    request.url = QUrl(url);
    return request;
}

ErrorCode refusalOf(const HttpRequest& request)
{
    const Status checked = checkSendable(request);
    return checked ? ErrorCode::Internal : checked.error().code;
}

}  // namespace

/// What may leave as one request, so that nothing in it begins another.
class SendableRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesWhatItSays()
    {
        HttpRequest request = requestTo(u"https://api.example.com/v0/wallets?limit=2"_s);
        request.headers.emplace_back("X-Request_1", "plain text ~");
        request.secretHeaders.emplace_back("Authorization", SecretBytes::copyOf("Bearer abc"));
        QVERIFY(checkSendable(request).has_value());
        QVERIFY(checkSendable(requestTo(u"http://127.0.0.1:8080/"_s)).has_value());
        for (const char* method : {"POST", "PUT"}) {
            request.method = method;
            request.body = "{}";
            QVERIFY(checkSendable(request).has_value());
        }
    }

    void refusesAddresses_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("plain text over a network") << u"http://api.example.com/"_s;
        QTest::newRow("another scheme") << u"ftp://api.example.com/"_s;
        QTest::newRow("a user's name") << u"https://me@api.example.com/"_s;
        QTest::newRow("nothing") << QString();
    }

    void refusesAddresses()
    {
        QFETCH(const QString, url);
        QVERIFY(!checkSendable(requestTo(url)).has_value());
    }

    void refusesHeadersThatBeginOthers_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("line end") << QByteArray("X-A") << QByteArray("a\r\nX-B: b");
        QTest::newRow("line feed") << QByteArray("X-A") << QByteArray("a\nb");
        QTest::newRow("NUL") << QByteArray("X-A") << QByteArray("a\0b", 3);
        QTest::newRow("tab") << QByteArray("X-A") << QByteArray("a\tb");
        QTest::newRow("beyond ASCII") << QByteArray("X-A") << QByteArray("\xc3\xa4");
        QTest::newRow("name with a colon") << QByteArray("X-A: b\r\nX") << QByteArray("c");
        QTest::newRow("name with a blank") << QByteArray("X A") << QByteArray("c");
        QTest::newRow("no name") << QByteArray() << QByteArray("c");
    }

    void refusesHeadersThatBeginOthers()
    {
        QFETCH(const QByteArray, name);
        QFETCH(const QByteArray, value);
        HttpRequest request = requestTo(u"https://api.example.com/"_s);
        request.headers.emplace_back(name, value);
        QCOMPARE(refusalOf(request), ErrorCode::InvalidInput);
        request.headers.clear();
        request.secretHeaders.emplace_back(name, SecretBytes::copyOf(headerText(value)));
        QCOMPARE(refusalOf(request), ErrorCode::InvalidInput);
        QVERIFY(!checkSendable(request).error().detail.contains(u"X-B"_s));  // a credential is not repeated
    }

    void refusesMethods()
    {
        HttpRequest request = requestTo(u"https://api.example.com/"_s);
        request.method = "DELETE";
        QVERIFY(checkSendable(request).has_value());
        request.body = "{}";
        QVERIFY(!checkSendable(request).has_value());
        request.body.clear();
        for (const char* method : {"", "get", "PATCH", "GET / HTTP/1.1\r\nX: y", "CONNECT"}) {
            request.method = method;
            QVERIFY2(!checkSendable(request).has_value(), method);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SendableRequestTest)
#include "SendableRequest_test.moc"
