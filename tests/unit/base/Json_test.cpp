#include "core/base/Json.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class JsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOrderAndText()
    {
        const auto json = parseJson(R"({"b":1,"a":[true,null,"é\u0041"]})");
        QVERIFY(json.has_value());
        QCOMPARE(dumpJson(*json), std::string(R"({"b":1,"a":[true,null,"éA"]})"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("trailing") << QByteArray("{} {}");
        QTest::newRow("comment") << QByteArray("{/**/}");
        QTest::newRow("trailing comma") << QByteArray("[1,]");
        QTest::newRow("single quotes") << QByteArray("{'a':1}");
        QTest::newRow("bad utf-8") << QByteArray("\"\xc3\x28\"");
        QTest::newRow("lone surrogate") << QByteArray(R"("\ud800")");
        QTest::newRow("member twice") << QByteArray(R"({"a":1,"a":2})");
        QTest::newRow("member twice inside") << QByteArray(R"({"x":{"a":1,"b":{},"a":2}})");
        QTest::newRow("member twice by escape") << QByteArray(R"({"a":1,"\u0061":2})");
        QTest::newRow("leading zero") << QByteArray("[01]");
        QTest::newRow("number out of range") << QByteArray("[1e999]");
        QTest::newRow("nan") << QByteArray("[NaN]");
        QTest::newRow("deep") << QByteArray(33, '[') + QByteArray(33, ']');
        QTest::newRow("very deep, unclosed") << QByteArray(100'000, '[');
        QTest::newRow("many values") << "[" + QByteArray("1,").repeated(10'000) + "1]";
        QTest::newRow("large") << "\"" + QByteArray(300'000, 'x') + "\"";
        QTest::newRow("nul") << QByteArray("{}\0", 3);
    }
    void refuses()
    {
        QFETCH(const QByteArray, text);
        const auto json = parseJson({text.constData(), static_cast<std::size_t>(text.size())});
        QVERIFY(!json);
        QCOMPARE(json.error().code, ErrorCode::InvalidInput);
        QVERIFY(!json.error().detail.isEmpty());
    }

    void depthLimitIsExact()
    {
        QVERIFY(parseJson(std::string(32, '[') + std::string(32, ']')).has_value());
        QVERIFY(parseJson("1", {.maxDepth = 0}).has_value());
        QVERIFY(!parseJson("[]", {.maxDepth = 0}).has_value());
    }

    void memberLimitIsExact()
    {
        const auto object = [](int members) {
            Json json = Json::object();
            for (int i = 0; i < members; ++i) {
                json["m" + std::to_string(i)] = i;
            }
            return dumpJson(json);
        };
        QVERIFY(parseJson(object(1'000)).has_value());
        QVERIFY(!parseJson(object(1'001)).has_value());
        QVERIFY(parseJson("[" + object(1'000) + "," + object(1'000) + "]").has_value());
        QVERIFY(parseJson(object(3), {.maxMembers = 3}).has_value());
    }

    void sameMemberInDifferentObjectsIsFine()
    {
        QVERIFY(parseJson(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").has_value());
    }

    void stringsAbsentNullAndWrong()
    {
        const Json json = parseJson(R"({"s":"x","n":null,"i":1})").value();
        QCOMPARE(optionalString(json, "s").value(), std::optional<std::string>("x"));
        QCOMPARE(optionalString(json, "n").value(), std::optional<std::string>());
        QCOMPARE(optionalString(json, "absent").value(), std::optional<std::string>());
        QVERIFY(!optionalString(json, "i"));
        QCOMPARE(requiredString(json, "s").value(), std::string("x"));
        QVERIFY(!requiredString(json, "n"));
        QVERIFY(!requiredString(Json::array(), "s"));
    }
};

COUNTERSIGN_APPLESS_TEST(JsonTest)
#include "Json_test.moc"
