#include "core/meaning/ExplanationJson.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;

namespace {

std::string canonical(std::string_view text)
{
    const auto json = parseJson(text);
    return json ? canonicalJson(*json) : "no JSON: " + json.error().detail.toStdString();
}

Explanation example()
{
    Meaning meaning;
    meaning.understood = true;
    meaning.intent = "Send 250 USDC";
    meaning.fields = {{"Amount", "250 USDC", "amount"}, {"Note", "Grüße", std::nullopt}};
    meaning.effects = {
        {Effect::Direction::Out, "eip155:1/slip44:60", ~Uint256(0), "250 USDC", "0xab", "250 USDC leave"},
        {Effect::Direction::Power, {}, {}, {}, {}, "0xab may spend"}};
    meaning.findings = {{"evm.a", Severity::Critical, "Title", "Detail.", {"0xab"}},
                        {"evm.b", Severity::Error, "Title", "Detail.", {}}};
    meaning.sources = {{Source::Kind::Builtin, "builtin", "00"}, {Source::Kind::Erc7730, "usdc", "11"}};
    return finished(meaning, asBytes("abc"));
}

}  // namespace

class ExplanationJsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// RFC 8785, 3.2.2.
    void canonicalText()
    {
        QCOMPARE(canonical("{\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                           " \"literals\": [null, true, false]}"),
                 std::string("{\"literals\":[null,true,false],"
                             "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"));
    }

    /// RFC 8785, 3.2.3: U+1F600 before U+FB33, as its surrogates come first.
    void sortsByUtf16CodeUnits()
    {
        QCOMPARE(
            canonical(
                R"({"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
                             "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
                             "\u00f6": "Latin Small Letter O With Diaeresis"})"),
            std::string("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                        "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"));
        QCOMPARE(canonical(R"({"peach": 1, "péché": 2, "pêche": 3, "sin": 4, "pe": 5, "": 6})"),
                 std::string(R"({"":6,"pe":5,"peach":1,"péché":2,"pêche":3,"sin":4})"));
    }

    void escapesNoMoreThanItMust()
    {
        QCOMPARE(canonical(R"("\b\f\n\r\t\u0000\u001f\u007f\u2028\/<>&\ufeff")"),
                 std::string("\"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028/<>&\ufeff\""));
    }

    void nests()
    {
        QCOMPARE(canonical(R"( [ { "b" : [ ] , "a" : { } } , -1 , 9007199254740991 , 0 ] )"),
                 std::string(R"([{"a":{},"b":[]},-1,9007199254740991,0])"));
    }

    /// Byte-order marks are part of names and of texts.
    void losesNoCharacter()
    {
        QVERIFY(canonical("{\"\ufeffa\": 1}") != canonical(R"({"a": 1})"));
        QVERIFY(canonical("\"\ufeffa\"") != canonical(R"("a")"));
    }

    void printsTheMembersOfTheContract()
    {
        const Json json = toJson(example());
        const std::string expected =
            R"({"intent":"Send 250 USDC","understood":true,)"
            R"("fields":[{"label":"Amount","value":"250 USDC","path":"amount"},{"label":"Note","value":"Grüße"}],)"
            R"("effects":[{"direction":"out","asset":"eip155:1/slip44:60",)"
            R"("amount":"115792089237316195423570985008687907853269984665640564039457584007913129639935",)"
            R"("display":"250 USDC","account":"0xab","text":"250 USDC leave"},)"
            R"({"direction":"power","text":"0xab may spend"}],)"
            R"("findings":[{"id":"evm.a","severity":"critical","title":"Title","detail":"Detail.","addresses":["0xab"]},)"
            R"({"id":"evm.b","severity":"error","title":"Title","detail":"Detail."}],)"
            R"("sources":[{"kind":"builtin","name":"builtin","sha256":"00"},{"kind":"erc7730","name":"usdc","sha256":"11"}],)"
            R"("bytes":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",)"
            "\"explanation\":\"" +
            explanationHash(json) + "\"}";
        QCOMPARE(dumpJson(json), expected);
    }

    void whatIsNotUnderstoodHasNoIntent()
    {
        Explanation explanation = example();
        explanation.meaning.understood = false;  // past `finished`, with its intent
        const Json json = toJson(explanation);
        QVERIFY(!json.contains("intent"));
        QCOMPARE(json["understood"], Json(false));
        QCOMPARE(dumpJson(toJson(Explanation())["fields"]), std::string("[]"));
    }

    /// Anybody can recompute it: printf '%s' '<the canonical text>' | sha256sum
    void hashesTheCanonicalForm()
    {
        const Json json = toJson(finished({}, {}));
        QCOMPARE(
            canonicalJson(json),
            R"({"bytes":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","effects":[],"explanation":")" +
                json["explanation"].get<std::string>() +
                R"(","fields":[],"findings":[],"sources":[],"understood":false})");
        QCOMPARE(json["explanation"].get<std::string>(),
                 std::string("ea09abcf623ef1e503fa469ebc48925c54e3621d8f1fbbb9042e5e90b8d5aafc"));
    }

    void theHashLeavesOutItselfAndWhatIsLocal()
    {
        Json json = toJson(example());
        const std::string hash = json["explanation"].get<std::string>();
        QCOMPARE(explanationHash(json), hash);
        json["local"] = Json::array({{{"id", "recipient.new"}}});
        QCOMPARE(explanationHash(json), hash);
        json.erase("explanation");
        QCOMPARE(explanationHash(json), hash);
        // Neither order nor white space matters; everything else does.
        Json reversed = Json::object();
        for (auto member = json.rbegin(); member != json.rend(); ++member) {
            reversed[member.key()] = member.value();
        }
        QCOMPARE(explanationHash(reversed), hash);
        json["fields"][0]["value"] = "251 USDC";
        QVERIFY(explanationHash(json) != hash);
    }
};

COUNTERSIGN_APPLESS_TEST(ExplanationJsonTest)
#include "ExplanationJson_test.moc"
