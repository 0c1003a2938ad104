#include "core/base/encoding/JsonIntegers.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <functional>
#include <random>

using namespace countersign;

class JsonIntegersTest : public QObject
{
    Q_OBJECT

    static std::string textOf(const char* json)
    {
        const auto parsed = parseJsonKeepingIntegers(json);
        return parsed ? integerText(*parsed).value_or("none") : "refused";
    }

private Q_SLOTS:
    void readsIntegersOfAnyLength()
    {
        QCOMPARE(textOf("0"), std::string("0"));
        QCOMPARE(textOf("-0"), std::string("0"));
        QCOMPARE(textOf("-1"), std::string("-1"));
        QCOMPARE(textOf("18446744073709551615"), std::string("18446744073709551615"));
        QCOMPARE(textOf("18446744073709551616"), std::string("18446744073709551616"));
        QCOMPARE(textOf("-9223372036854775809"), std::string("-9223372036854775809"));
        const std::string longest(300, '9');
        QCOMPARE(textOf(longest.c_str()), longest);
        for (const char* other : {"1.0", "1e3", "1E3", "-1.5", "18446744073709551616.0", "1e30", "\"1\"",
                                  "null", "true", "[]", "{}"}) {
            QCOMPARE(textOf(other), std::string("none"));
        }
        for (const char* bad : {"01", "+1", "-", "1.", ".5", "0x10", "--1", "1_000", "NaN", "Infinity"}) {
            QCOMPARE(textOf(bad), std::string("refused"));
        }
    }

    void keepsLimits()
    {
        QVERIFY(!parseJsonKeepingIntegers("[[1]]", {.maxDepth = 1}));
        QVERIFY(!parseJsonKeepingIntegers("[1,2,18446744073709551616]", {.maxValues = 3}));
        QVERIFY(!parseJsonKeepingIntegers(R"({"a":1,"a":18446744073709551616})"));
    }

    /// Documents of random shape whose numbers are of every kind come back as they were.
    void writesWhatItRead()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        const auto number = [&](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        const auto digits = [&] {
            std::string text(1, static_cast<char>('1' + number(0, 8)));
            for (int left = number(0, 80); left > 0; --left) {
                text += static_cast<char>('0' + number(0, 9));
            }
            return (number(0, 1) == 0 ? "-" : "") + text;
        };
        const std::function<std::string(int)> value = [&](int depth) -> std::string {
            const int kind = number(0, depth > 3 ? 3 : 5);
            std::string text;
            switch (kind) {
                case 0:
                case 1:
                    return digits();
                case 2:
                    return "1.5";
                case 3:
                    return "\"1\"";
                case 4:
                    for (int left = number(0, 4); left > 0; --left) {
                        text += (text.empty() ? "" : ",") + value(depth + 1);
                    }
                    return '[' + text + ']';
                default:
                    for (int left = number(0, 4); left > 0; --left) {
                        text +=
                            (text.empty() ? "\"" : ",\"") + std::to_string(left) + "\":" + value(depth + 1);
                    }
                    return '{' + text + '}';
            }
        };
        for (int i = 0; i < 500; ++i) {
            const std::string text = value(0);
            const auto json = parseJsonKeepingIntegers(text);
            QVERIFY2(json.has_value(), qPrintable(QString::number(seed)));
            QCOMPARE(dumpJsonExactly(*json), text);
            const auto indented = parseJsonKeepingIntegers(dumpJsonExactly(*json, 2));
            QVERIFY(indented && *indented == *json);
        }
    }

    void writesLargeIntegersAsText()
    {
        const auto json = *parseJsonKeepingIntegers(
            "[9007199254740991,9007199254740992,-9007199254740991,-9007199254740992,18446744073709551616,1.5,"
            "{\"a\":-18446744073709551616}]");
        QCOMPARE(dumpJson(withLargeIntegersAsText(json)),
                 std::string("[9007199254740991,\"9007199254740992\",-9007199254740991,\"-9007199254740992\","
                             "\"18446744073709551616\",1.5,{\"a\":\"-18446744073709551616\"}]"));
    }

    void indentsAsTheLibraryDoes()
    {
        const char* const text = R"({"a":[1,{"b":[],"c":{}}],"d":"x"})";
        const Json json = *parseJsonKeepingIntegers(text);
        Json longer = json;
        longer["d"] = *parseJsonKeepingIntegers("18446744073709551616");
        QString expected = QString::fromStdString(json.dump(2));
        expected.replace(QStringLiteral("\"x\""), QStringLiteral("18446744073709551616"));
        QCOMPARE(QString::fromStdString(dumpJsonExactly(longer, 2)), expected);
    }
};

COUNTERSIGN_APPLESS_TEST(JsonIntegersTest)
#include "JsonIntegers_test.moc"
