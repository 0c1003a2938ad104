#include "core/base/encoding/JsonSlices.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <string>
#include <vector>

using namespace countersign;

namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::optional<Members> membersOf(std::string_view text)
{
    Members members;
    const bool whole = sliceJsonObject(text, [&](std::string_view name, std::string_view value) {
        members.emplace_back(name, value);
        return true;
    });
    return whole ? std::optional(members) : std::nullopt;
}

std::optional<std::vector<std::string>> elementsOf(std::string_view text)
{
    std::vector<std::string> elements;
    const bool whole = sliceJsonArray(text, [&](std::string_view value) {
        elements.emplace_back(value);
        return true;
    });
    return whole ? std::optional(elements) : std::nullopt;
}

}  // namespace

class JsonSlicesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsObjects()
    {
        QCOMPARE(*membersOf(" { } "), Members());
        QCOMPARE(*membersOf(" {\"a\" : 1 , \"b\":{\"c\":[1,{}]},\"d\\\"\":\"x,}\\\\\" } "),
                 Members({{"a", "1"}, {"b", "{\"c\":[1,{}]}"}, {"d\\\"", "\"x,}\\\\\""}}));
    }

    void cutsArrays()
    {
        QCOMPARE(*elementsOf("[]"), std::vector<std::string>());
        QCOMPARE(*elementsOf("[ 1 ,\"]\",[[],[2]] , {\"a\":\"\\\"]\"}]"),
                 std::vector<std::string>({"1", "\"]\"", "[[],[2]]", "{\"a\":\"\\\"]\"}"}));
    }

    /// What is wrong with a piece is its own affair.
    void doesNotJudgeThePieces()
    {
        QCOMPARE(*elementsOf("[nonsense,\"\xff\",{[}},-]"),
                 std::vector<std::string>({"nonsense", "\"\xff\"", "{[}}", "-"}));
        QCOMPARE(elementsOf("[" + std::string(100'000, '[') + std::string(100'000, ']') + ",1]")->size(),
                 std::size_t{2});
    }

    void refusesWhatIsNotWhole()
    {
        for (const char* text : {"", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}",
                                 "{\"a\":1}x", "{a:1}", "{\"a\":\"}", "{\"a\":\"\\\"}", "[1]", "{\"a\" 1}",
                                 "{,}", "{\"a\":1 \"b\":2}}", "\"a\"", "null"}) {
            QVERIFY2(!membersOf(text), text);
        }
        for (const char* text :
             {"", "[", "[1", "[1,", "[1,]", "[,1]", "[1]]", "[1] 2", "{}", "[\"]", "[[1]"}) {
            QVERIFY2(!elementsOf(text), text);
        }
    }

    void endsWhenAsked()
    {
        int seen = 0;
        QVERIFY(!sliceJsonArray("[1,2,3]", [&](std::string_view) { return ++seen < 2; }));
        QCOMPARE(seen, 2);
    }

    /// Whatever the strict parser accepts is cut into what it holds.
    void agreesWithTheParser()
    {
        const std::string text =
            "{\"a\":[1,2,{\"x\":\"y\\\\\\\\\"}],\"b\\u0061\":null,\"\":\"\",\"c\":{\"d\":{}},\"e\":-1.5e3}";
        const auto parsed = parseJson(text);
        const auto members = membersOf(text);
        QCOMPARE(members->size(), parsed->size());
        std::size_t i = 0;
        for (const auto& [name, value] : parsed->items()) {
            QCOMPARE(parseJson('"' + (*members)[i].first + '"')->get<std::string>(), name);
            QVERIFY(*parseJson((*members)[i].second) == value);
            ++i;
        }
    }
};

COUNTERSIGN_APPLESS_TEST(JsonSlicesTest)
#include "JsonSlices_test.moc"
