#include "core/delegation/KeyShare.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <string>

using namespace countersign;

namespace {

KeyShareFacts inspect(std::string_view text)
{
    return inspectKeyShare(asBytes(text));
}

std::string byteObject(int count)
{
    std::string text = "{";
    for (int i = count - 1; i >= 0; --i) {  // any order of the names
        text += "\"" + std::to_string(i) + "\":" + std::to_string(i) + (i > 0 ? "," : "");
    }
    return text + "}";
}

}  // namespace

class KeyShareTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recognisesForms_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("form");
        const int plain = static_cast<int>(KeyShareForm::Plain);
        const int container = static_cast<int>(KeyShareForm::PasswordProtected);
        const int unknown = static_cast<int>(KeyShareForm::Unknown);
        const auto row = [](const char* name, const QByteArray& text, int form) {
            QTest::newRow(name) << text << form;
        };
        row("documented", R"({"pubkey":{},"secretShare":"00ff"})", plain);
        row("spaces", " {\n\t\"secretShare\" : \"x\" , \"other\":[1,{\"a\":null}] }\r\n", plain);
        row("unknown members",
            "{\"v\":-1.5e+3,\"t\":true,\"f\":false,\"n\":null,\"secretShare\":\"a\\\"b\\\\\\u00e9\"}", plain);
        row("no pubkey", R"({"secretShare":"x"})", plain);
        row("container", R"({"salt":"c2FsdA==","iv":"aXY=","cipher":"eA==","version":"v3"})", container);
        row("container without version", R"({"cipher":"eA==","iv":"aXY=","salt":"c2FsdA=="})", container);
        row("incomplete container", R"({"salt":"c2FsdA==","iv":"aXY="})", unknown);
        row("container with numbers", R"({"salt":1,"iv":2,"cipher":3})", unknown);
        row("empty share", R"({"secretShare":""})", unknown);
        row("share is a number", R"({"secretShare":7})", unknown);
        row("share is null", R"({"secretShare":null})", unknown);
        row("share twice", R"({"secretShare":"a","secretShare":"b"})", unknown);
        row("share nested", R"({"data":{"secretShare":"a"}})", unknown);
        row("bare string", "\"secretShare\"", unknown);
        row("array", R"([{"secretShare":"a"}])", unknown);
        row("empty object", "{}", unknown);
        row("empty", "", unknown);
        row("binary", QByteArray("\x00\xff\x7b", 3), unknown);
        row("trailing text", R"({"secretShare":"a"}x)", unknown);
        row("trailing comma", R"({"secretShare":"a",})", unknown);
        row("unclosed", R"({"secretShare":"a")", unknown);
        row("unclosed string", "{\"secretShare\":\"a", unknown);
        row("ends in an escape", "{\"secretShare\":\"a\\", unknown);
        row("bad escape", R"({"secretShare":"\x"})", unknown);
        row("short escape", R"({"secretShare":"\u12"})", unknown);
        row("control character", QByteArray("{\"secretShare\":\"a\nb\"}"), unknown);
        row("leading zero", R"({"secretShare":"a","n":01})", unknown);
        row("lone minus", R"({"secretShare":"a","n":-})", unknown);
        row("deep", R"({"secretShare":"a","d":)" + QByteArray(5000, '[') + "}", unknown);
        row("too long", R"({"secretShare":")" + QByteArray(keyShareMaxBytes, 'a') + R"("})", unknown);
    }

    void recognisesForms()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, form);
        QCOMPARE(static_cast<int>(inspect({text.constData(), static_cast<std::size_t>(text.size())}).form),
                 form);
    }

    void readsThePublicKey()
    {
        const auto key = [](const std::string& pubkey) {
            return inspect(R"({"secretShare":"a","pubkey":)" + pubkey + "}").publicKey;
        };
        Bytes expected(64);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            expected[i] = static_cast<std::uint8_t>(i);
        }
        QCOMPARE(key(byteObject(64)), std::optional(expected));
        QCOMPARE(key("{\"pubkey\":" + byteObject(64) + "}"), std::optional(expected));
        QCOMPARE(key("[0,1,2]"), std::optional(Bytes{0, 1, 2}));
        QCOMPARE(key(R"({"type":"Buffer","data":[9,8]})"), std::optional(Bytes{9, 8}));
        // Odd ones are ignored and never make the share unusable.
        for (const char* odd : {"{}", "[]", "null", "\"abc\"", "7", "[256]", "[-1]", "[1.5]", "[\"1\"]",
                                "{\"0\":1,\"2\":3}", "{\"a\":{\"b\":[1]}}"}) {
            QCOMPARE(key(odd), std::nullopt);
            QCOMPARE(inspect(std::string(R"({"secretShare":"a","pubkey":)") + odd + "}").form,
                     KeyShareForm::Plain);
        }
        QCOMPARE(key(byteObject(129)), std::nullopt);
    }

    void everyPrefixIsHarmless()
    {
        const std::string text =
            R"({"pubkey":{"0":1},"secretShare":"a\u00e9\n","x":[true,false,null,-1.5E-7,{"y":"z"}]})";
        QCOMPARE(inspect(text).form, KeyShareForm::Plain);
        for (std::size_t length = 0; length < text.size(); ++length) {
            QCOMPARE(inspect(std::string_view(text).substr(0, length)).form, KeyShareForm::Unknown);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(KeyShareTest)
#include "KeyShare_test.moc"
