#include "services/http/message/HttpTarget.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class HttpTargetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesApart()
    {
        const auto target = http::parseHttpTarget("/v1/in%20box/x?after=5&name=a+b%26c&flag&after=6&");
        QVERIFY(target.has_value());
        QCOMPARE(target->path, std::string("/v1/in%20box/x"));
        QCOMPARE(target->segments, (std::vector<std::string>{"v1", "in box", "x"}));
        QCOMPARE(target->parameter("name"), std::optional<std::string_view>("a b&c"));
        QCOMPARE(target->parameter("flag"), std::optional<std::string_view>(""));
        QCOMPARE(target->parameterCount("after"), std::size_t(2));
        QVERIFY(!target->parameter("after").has_value());
        QVERIFY(!target->parameter("absent").has_value());
    }

    void formsOfPaths()
    {
        QVERIFY(http::parseHttpTarget("/")->segments.empty());
        QCOMPARE(http::parseHttpTarget("/a/")->segments, (std::vector<std::string>{"a", ""}));
        QCOMPARE(http::parseHttpTarget("//a")->segments, (std::vector<std::string>{"", "a"}));
        QCOMPARE(http::parseHttpTarget("http://host:1/a?b=c")->segments, (std::vector<std::string>{"a"}));
        QCOMPARE(http::parseHttpTarget("HTTPS://host")->path, std::string("/"));
        QCOMPARE(http::parseHttpTarget("http://host?b=c")->parameter("b"),
                 std::optional<std::string_view>("c"));
        QCOMPARE(http::parseHttpTarget("/%C3%A4")->segments, (std::vector<std::string>{"\xc3\xa4"}));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("target");
        for (const char* target : {"",       "a",      "*",       "host:443", "/a#b",      "/%",     "/%4",
                                   "/%4g",   "/%zz",   "/a/../b", "/a/./b",   "/%2e%2E/b", "/a%2fb", "/a%5Cb",
                                   "/a%00b", "/a%0ab", "/%ff",    "/%c0%af",  "/a?b=%",    "/a?%x=b"}) {
            QTest::newRow(target) << QByteArray(target);
        }
    }

    void refuses()
    {
        QFETCH(QByteArray, target);
        const auto result = http::parseHttpTarget(target.toStdString());
        QVERIFY(!result.has_value());
        QVERIFY(result.error().code == ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(HttpTargetTest)
#include "HttpTarget_test.moc"
