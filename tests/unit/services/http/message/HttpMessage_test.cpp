#include "services/http/message/HttpMessage.h"

#include "services/http/message/Problem.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class HttpMessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bearerToken()
    {
        const auto token = [](std::initializer_list<http::HttpHeaders::Field> fields) {
            http::HttpRequest request;
            request.headers = http::HttpHeaders(fields);
            return std::string(request.bearerToken());
        };
        QCOMPARE(token({{"Authorization", "Bearer abc"}}), std::string("abc"));
        QCOMPARE(token({{"authorization", "bEARER   abc"}}), std::string("abc"));
        QCOMPARE(token({}), std::string());
        QCOMPARE(token({{"authorization", "Basic abc"}}), std::string());
        QCOMPARE(token({{"authorization", "Bearer"}}), std::string());
        QCOMPARE(token({{"authorization", "Bearer   "}}), std::string());
        QCOMPARE(token({{"authorization", "Bearer a"}, {"authorization", "Bearer a"}}), std::string());
    }

    void problemsAreMachineReadable()
    {
        const http::HttpResponse response = http::problemResponse(413, "too \"large\"");
        QCOMPARE(response.status, 413U);
        QCOMPARE(response.headers.all("content-type"),
                 (std::vector<std::string_view>{"application/problem+json"}));
        const Json json = parseJson(response.body).value();
        QCOMPARE(json.at("type").get<std::string>(), std::string("about:blank"));
        QCOMPARE(json.at("status").get<int>(), 413);
        QCOMPARE(json.at("title").get<std::string>(), std::string("Payload Too Large"));
        QCOMPARE(json.at("detail").get<std::string>(), std::string("too \"large\""));
        QCOMPARE(http::methodNotAllowed("GET").headers.first("allow"), std::string_view("GET"));
        QCOMPARE(http::reasonPhrase(799), std::string_view("Unknown"));
    }
};

COUNTERSIGN_GUILESS_TEST(HttpMessageTest)
#include "HttpMessage_test.moc"
