#include "services/http/server/ListenAddress.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class ListenAddressTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads()
    {
        const auto v4 = http::parseListenAddress("127.0.0.1:0");
        QVERIFY(v4.has_value());
        QVERIFY(v4->isLoopback());
        QCOMPARE(v4->toString(), std::string("127.0.0.1:0"));
        const auto v6 = http::parseListenAddress("[::1]:65535");
        QVERIFY(v6.has_value());
        QVERIFY(v6->isLoopback());
        QCOMPARE(v6->toString(), std::string("[::1]:65535"));
        QCOMPARE(http::parseListenAddress("localhost:80")->host, std::string("127.0.0.1"));
        QVERIFY(!http::parseListenAddress("0.0.0.0:80")->isLoopback());
        QVERIFY(!http::parseListenAddress("[::]:80")->isLoopback());
    }

    void refuses()
    {
        for (const char* text :
             {"", ":", "127.0.0.1", "127.0.0.1:", ":80", "host:80", "127.0.0.1:65536", "127.0.0.1:-1",
              "127.0.0.1:8x", "::1:80", "[::1]", "[127.0.0.1]:80", "1.2.3:80", "127.0.0.1:000080"}) {
            QVERIFY2(!http::parseListenAddress(text).has_value(), text);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ListenAddressTest)
#include "ListenAddress_test.moc"
