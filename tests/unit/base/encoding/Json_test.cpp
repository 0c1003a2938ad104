#include "core/base/encoding/Json.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <array>
#include <random>

using namespace countersign;

namespace {

constexpr JsonLimits wide{
    .maxBytes = 64 * 1024 * 1024, .maxDepth = 64, .maxValues = 5'000'000, .maxMembers = 1'000'000};

/// Documents of every shape; names repeat between objects, never within one.
class RandomJson
{
public:
    explicit RandomJson(unsigned seed) : m_random(seed) {}

    Json value(int depth)
    {
        switch (depth > 0 ? below(8) : below(6)) {
            case 0:
                return nullptr;
            case 1:
                return below(2) == 0;
            case 2:
                return static_cast<std::int64_t>(m_random()) - 0x80000000LL;
            case 3:
                return static_cast<std::uint64_t>(m_random()) << 32U;
            case 4:
                return static_cast<double>(below(1000)) / 7.0;
            case 5:
                return text();
            case 6: {
                Json array = Json::array();
                for (unsigned i = below(12); i > 0; --i) {
                    array.push_back(value(depth - 1));
                }
                return array;
            }
            default: {
                Json object = Json::object();
                for (unsigned i = below(14); i > 0; --i) {
                    object[text() + std::to_string(i)] = value(depth - 1);
                }
                return object;
            }
        }
    }

private:
    unsigned below(unsigned bound) { return static_cast<unsigned>(m_random()) % bound; }
    std::string text()
    {
        static const std::array pieces = {"a", "\"", "\\",   "\n", "é", "\xF0\x9F\x94\x91",
                                          "/", " ",  "\x01", "ek"};
        std::string text;
        for (unsigned i = below(6); i > 0; --i) {
            text += pieces[below(pieces.size())];
        }
        return text;
    }

    std::mt19937 m_random;
};

}  // namespace

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

    /// Any document means what it means to the library's own parser, and is written back the same.
    void agreesWithTheLibrary()
    {
        for (unsigned seed = 1; seed <= 500; ++seed) {
            const std::string text = RandomJson(seed).value(6).dump(seed % 3 == 0 ? 2 : -1);
            const auto parsed = parseJson(text, wide);
            QVERIFY2(parsed.has_value(), text.c_str());
            QVERIFY2(*parsed == Json::parse(text), text.c_str());
            QCOMPARE(dumpJson(*parsed), Json::parse(text).dump());
        }
    }

    /// As many elements and members as a hostile page has room for: what cost the square of them would not
    /// end within the test's time.
    void manyElementsAndMembers()
    {
        std::string array = "[{\"a\":[]}";
        std::string object = "{\"0\":{}";
        for (int i = 1; i < 200'000; ++i) {
            array += ",{\"a\":[]}";
            object += ",\"" + std::to_string(i) + "\":{}";
        }
        const auto elements = parseJson(array + "]", wide);
        QVERIFY(elements.has_value());
        QCOMPARE(elements->size(), std::size_t{200'000});
        const auto members = parseJson(object + "}", wide);
        QVERIFY(members.has_value());
        QCOMPARE(members->size(), std::size_t{200'000});
        QVERIFY(!parseJson(object + ",\"7\":1}", wide));
    }

    void findsDoubledMembersInObjectsOfAnySize()
    {
        for (const int size : {1, 2, 7, 8, 9, 10, 100, 999}) {
            for (const int again : {0, size / 2, size - 1}) {
                std::string text = "{";
                for (int i = 0; i < size; ++i) {
                    text += "\"m" + std::to_string(i) + "\":[],";
                }
                QVERIFY(parseJson(text + "\"n\":1}").has_value());
                QVERIFY(!parseJson(text + "\"m" + std::to_string(again) + "\":1}"));
            }
        }
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
