#include "core/dynamic/ErrorAnswer.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class ErrorAnswerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryShape_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("payload");
        const auto row = [](const char* name, const QByteArray& body, const char* text, const char* code = "",
                            const char* payload = "") {
            QTest::newRow(name) << body << QString::fromUtf8(text) << QString::fromUtf8(code)
                                << QString::fromUtf8(payload);
        };
        row("text", R"({"error":"no such wallet"})", "no such wallet");
        row("object", R"({"error":{"code":"policy","message":"too much"},"payload":{"limit":"1"}})",
            "too much", "policy", R"({"limit":"1"})");
        row("422", R"({"error":"not active","code":"wallet_not_active"})", "not active", "wallet_not_active");
        row("error_code", R"({"error":"e","error_code":"c"})", "e", "c");
        row("outer code wins", R"({"error":{"code":"inner","message":"m"},"code":"outer"})", "m", "outer");
        row("rate limit", R"({"message":"Rate limit exceeded","code":429})", "Rate limit exceeded", "429");
        row("error wins over message", R"({"message":"m","error":"e"})", "e");
        row("object without message", R"({"error":{"code":"c"},"message":"m"})", "m", "c");
        row("only a code", R"({"code":"c"})", "", "c");
        row("nulls", R"({"error":null,"message":"m","code":null,"payload":null})", "m");
        row("wrong types", R"({"error":7,"code":[1]})", R"({"error":7,"code":[1]})");
        row("code with spaces", R"({"error":"e","code":"a b"})", "e");
        row("other members", R"({"detail":"d"})", R"({"detail":"d"})");
        row("array", R"(["no"])", R"(["no"])");
        row("edge", "<html>\r\n <h1>502</h1>\r\n</html>", "<html> <h1>502</h1> </html>");
        row("member twice", R"({"error":"a","error":"b"})", R"({"error":"a","error":"b"})");
        row("empty", "", "");
        row("controls", "a\x1b[31mb\x07\n\tc\x7f", "a[31mb c");
        row("zero", QByteArray("a\0b", 3), "ab");
        row("direction and invisible",
            "a\xE2\x80\xAE"
            "b\xE2\x80\x8B"
            "c\xE2\x81\xA6"
            "d",
            "abcd");
        row("escaped controls", "{\"error\":\"a\\u001b[2Jb\\u202ec\\u2028d\"}", "a[2Jbc d");
        row("broken UTF-8",
            "a\xFF"
            "b",
            "a\xEF\xBF\xBD"
            "b");
        row("beyond the plane", "\xF0\x9F\x94\x91", "\xF0\x9F\x94\x91");
    }

    void readsEveryShape()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QString, text);
        QFETCH(const QString, code);
        QFETCH(const QString, payload);
        const ErrorAnswer answer =
            parseErrorAnswer(asBytes({body.constData(), static_cast<std::size_t>(body.size())}));
        QCOMPARE(answer.text, text);
        QCOMPARE(answer.code, code);
        QCOMPARE(answer.payload, payload);
    }

    void staysShort()
    {
        const std::string longText(1000, 'a');
        QCOMPARE(parseErrorAnswer(asBytes(longText)).text.size(), 500);
        QVERIFY(parseErrorAnswer(asBytes(longText)).text.endsWith(u'…'));
        QCOMPARE(parseErrorAnswer(asBytes(std::string(500, 'a'))).text, QString(500, u'a'));
        const ErrorAnswer answer = parseErrorAnswer(
            asBytes(R"({"error":"e","code":")" + longText + R"(","payload":")" + longText + R"("})"));
        QVERIFY(answer.code.isEmpty());  // cut short it is none any more
        QCOMPARE(answer.payload.size(), 200);
        // Not through the middle of a character of two units.
        std::string keys(498, 'a');
        keys += "\xF0\x9F\x94\x91\xF0\x9F\x94\x91";
        const QString cut = parseErrorAnswer(asBytes(keys)).text;
        QCOMPARE(cut, QString(498, u'a') + u'…');
        QVERIFY(parseErrorAnswer(asBytes(std::string(10'000'000, '\xE2'))).text.size() <= 500);
    }

    void repeatsNoSecret()
    {
        const std::string_view secret = "dyn_secret123";
        for (
            const std::string_view body :
            {R"({"error":"token dyn_secret123 unknown","code":"dyn_secret123","payload":{"t":"dyn_secret123"}})",
             "{\"error\":{\"message\":\"\\u0064yn_secret123\",\"code\":\"x\"}}", "GET / Bearer dyn_secret123",
             "{\"error\":\"dyn_\\u200bsecret123\"}"}) {
            const ErrorAnswer answer = parseErrorAnswer(asBytes(body), {secret});
            const Error error = errorOfStatus(401, answer);
            QVERIFY(answer.text.contains(QStringLiteral("***")));
            QVERIFY(!(error.sentence + error.detail).contains(QStringLiteral("secret123")));
        }
        // Not half of it either, where the text is cut.
        const std::string cut = std::string(490, 'a') + std::string(secret);
        QVERIFY(!parseErrorAnswer(asBytes(cut), {secret}).text.contains(QStringLiteral("dyn_")));
    }

    void mapsStatuses_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        const auto row = [](int status, ErrorCode code) {
            QTest::newRow(QByteArray::number(status).constData()) << status << static_cast<int>(code);
        };
        row(400, ErrorCode::InvalidInput);
        row(401, ErrorCode::Denied);
        row(403, ErrorCode::Denied);
        row(404, ErrorCode::NotFound);
        row(409, ErrorCode::Network);
        row(422, ErrorCode::InvalidInput);
        row(429, ErrorCode::Busy);
        row(500, ErrorCode::Network);
        row(502, ErrorCode::Network);
        row(503, ErrorCode::Network);
    }

    void mapsStatuses()
    {
        QFETCH(const int, status);
        QFETCH(const int, code);
        const Error error =
            errorOfStatus(status, parseErrorAnswer(asBytes(R"({"error":"why","code":"c1"})")));
        QCOMPARE(static_cast<int>(error.code), code);
        QVERIFY(error.sentence.contains(QStringLiteral("“why”")));
        QCOMPARE(error.detail, QStringLiteral("HTTP %1, code c1").arg(status));
        QVERIFY(!errorOfStatus(status, {}).sentence.contains(QStringLiteral("says")));
    }

    void saysHowLongToWait()
    {
        using namespace std::chrono_literals;
        QVERIFY(errorOfStatus(429, {}, 1500ms).sentence.contains(QStringLiteral(" 2 seconds")));
        QVERIFY(!errorOfStatus(429, {}, 0ms).sentence.contains(QStringLiteral("seconds")));
        QVERIFY(busyFor(1ms).sentence.contains(QStringLiteral(" 1 seconds")));
        ErrorAnswer tooMany;
        tooMany.code = QStringLiteral("too_many_requests");
        QCOMPARE(errorOfStatus(422, tooMany).code, ErrorCode::Busy);
        // "Not now" is no refusal, in a stream either.
        QCOMPARE(errorOfEvent(tooMany).code, ErrorCode::Busy);
        ErrorAnswer unreachable;
        unreachable.code = QStringLiteral("wallet_service_connection_error");
        QCOMPARE(errorOfEvent(unreachable).code, ErrorCode::Network);
        QCOMPARE(errorOfEvent({}).code, ErrorCode::Denied);
    }
};

COUNTERSIGN_GUILESS_TEST(ErrorAnswerTest)
#include "ErrorAnswer_test.moc"
