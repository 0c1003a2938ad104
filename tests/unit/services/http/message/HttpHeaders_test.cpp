#include "services/http/message/HttpHeaders.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class HttpHeadersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesIgnoreCaseAndRepeatsStay()
    {
        http::HttpHeaders headers{{"Content-Type", "a"}};
        headers.add("X-Sig", "1");
        headers.add("x-sig", "2");
        QCOMPARE(headers.first("CONTENT-TYPE"), std::string_view("a"));
        QCOMPARE(headers.count("X-SIG"), std::size_t(2));
        QCOMPARE(headers.all("x-Sig"), (std::vector<std::string_view>{"1", "2"}));
        QCOMPARE(headers.first("x-sig"), std::string_view("1"));
        QCOMPARE(headers.begin()->first, std::string("content-type"));
        QVERIFY(!headers.contains("x-si"));
        QCOMPARE(headers.first("absent"), std::string_view());
        headers.set("X-Sig", "3");
        QCOMPARE(headers.all("x-sig"), (std::vector<std::string_view>{"3"}));
        headers.remove("x-SIG");
        QCOMPARE(headers.size(), std::size_t(1));
    }

    void refusesWhatWouldSplitAHeader()
    {
        QVERIFY(http::HttpHeaders::isValidName("x-dynamic-signature-256"));
        for (const char* name : {"", "a b", "a:b", "a\r\n", "\xc3\xa4"}) {
            QVERIFY2(!http::HttpHeaders::isValidName(name), name);
        }
        QVERIFY(http::HttpHeaders::isValidValue("a\tb \xc3\xa4"));
        for (const char* value : {"a\r\nSet-Cookie: x", "a\n", "\x7f", "\x01"}) {
            QVERIFY2(!http::HttpHeaders::isValidValue(value), value);
        }
        QVERIFY(!http::HttpHeaders::isValidValue(std::string_view("a\0b", 3)));
    }
};

COUNTERSIGN_GUILESS_TEST(HttpHeadersTest)
#include "HttpHeaders_test.moc"
