#include "core/mpc/sdk/HelperFrame.h"

#include "core/base/encoding/Json.h"
#include "core/mpc/sdk/HelperErrors.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

namespace {

std::string framed(std::string_view body)
{
    std::string frame(4, '\0');
    for (unsigned i = 0; i < 4; ++i) {
        frame[i] = static_cast<char>(body.size() >> (24 - 8 * i));
    }
    return frame + std::string(body);
}

/// The JSON of a frame, whose length has been checked.
Json bodyOf(const SecretBytes& frame)
{
    if (frame.size() < 4 || framed(frame.text().substr(4)) != frame.text()) {
        return {};
    }
    const auto json = parseJson(frame.text().substr(4), {.maxBytes = helperRequestMaxBytes, .maxDepth = 4});
    return json ? *json : Json();
}

}  // namespace

class HelperFrameTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingIsInTheRequest()
    {
        const Bytes input(32, 0xab);
        const std::string share = R"({"pubkey":{"0":4},"secretShare":"00ff"})";
        const auto frame = helperRequestFrame({HelperOperation::Sign,
                                               SigningScheme::Ecdsa,
                                               asBytes(share),
                                               {44, 60, 0, 0, 0xffffffff},
                                               std::string(32, 'a'),
                                               "relay.example:8443",
                                               input});
        QVERIFY(frame.has_value());
        const Json expected = {{"version", 1},
                               {"operation", "sign"},
                               {"scheme", "ecdsa"},
                               {"path", {44, 60, 0, 0, 0xffffffff}},
                               {"roomId", std::string(32, 'a')},
                               {"relayDomain", "relay.example:8443"},
                               {"input", std::string(32 * 2, 'x')},
                               {"share", share}};
        Json json = bodyOf(*frame);
        QCOMPARE(json["input"].get<std::string>().substr(0, 4), std::string("abab"));
        json["input"] = expected["input"];
        QCOMPARE(dumpJson(json), dumpJson(expected));
    }

    void onlyWhatTheOperationNeeds()
    {
        const auto derive = helperRequestFrame({HelperOperation::Derive,
                                                SigningScheme::Ed25519,
                                                asBytes("00"),
                                                {},
                                                "room",
                                                "relay",
                                                asBytes("x")});
        QCOMPARE(dumpJson(bodyOf(*derive)), dumpJson(Json({{"version", 1},
                                                           {"operation", "derive"},
                                                           {"scheme", "ed25519"},
                                                           {"path", Json::array()},
                                                           {"share", "00"}})));
        const auto about = helperRequestFrame({HelperOperation::About, {}, asBytes("00"), {}, {}, {}, {}});
        QCOMPARE(dumpJson(bodyOf(*about)), dumpJson(Json({{"version", 1}, {"operation", "about"}})));
    }

    void aShareCannotAddToTheRequest()
    {
        std::string share = R"(x","operation":"exportKey","y":"\")";
        for (int byte = 0; byte < 128; ++byte) {
            share += static_cast<char>(byte);
        }
        share += "\xc3\xbc\xf0\x9f\x94\x91";
        const auto frame = helperRequestFrame(
            {HelperOperation::Derive, SigningScheme::Ecdsa, asBytes(share), {}, {}, {}, {}});
        const Json json = bodyOf(*frame);
        QCOMPARE(json.size(), std::size_t(5));
        QCOMPARE(json["operation"].get<std::string>(), std::string("derive"));
        QCOMPARE(json["share"].get<std::string>(), share);
    }

    void whatIsTooLongIsRefused()
    {
        const std::string most(helperShareMaxBytes, '\x01');
        const auto fits = helperRequestFrame(
            {HelperOperation::Derive, SigningScheme::Ecdsa, asBytes(most), {}, {}, {}, {}});
        QVERIFY(fits.has_value());
        QVERIFY(fits->size() <= 4 + helperRequestMaxBytes);
        const std::string more = most + "x";
        const auto refused = helperRequestFrame(
            {HelperOperation::Derive, SigningScheme::Ecdsa, asBytes(more), {}, {}, {}, {}});
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    }

    void answersAreRead()
    {
        const auto key = parseHelperAnswer(asBytes(framed(R"({"version":1,"ok":true,"publicKey":"0401ff"})")),
                                           HelperOperation::Derive);
        QVERIFY(key.has_value());
        QCOMPARE(key->bytes, Bytes({0x04, 0x01, 0xff}));
        const auto signature = parseHelperAnswer(
            asBytes(framed(R"({"version":1,"ok":true,"signature":"0b"})")), HelperOperation::Sign);
        QCOMPARE(signature->bytes, Bytes({0x0b}));
        const auto about = parseHelperAnswer(
            asBytes(framed(R"({"version":1,"ok":true,"node":"20.1.0","package":"0.0.198"})")),
            HelperOperation::About);
        QCOMPARE(about->node, std::string("20.1.0"));
        QCOMPARE(about->package, std::string("0.0.198"));
    }

    void refusalsAreExplained()
    {
        const auto answer = parseHelperAnswer(
            asBytes(framed(R"({"version":1,"ok":false,"code":"node_too_old","message":"18.0.0"})")),
            HelperOperation::Sign);
        QVERIFY(!answer.has_value());
        QCOMPARE(answer.error(), explainHelperRefusal("node_too_old", "18.0.0"));
        QCOMPARE(answer.error().detail, u"mpc-helper: node_too_old: 18.0.0"_s);
    }

    void everythingElseIsGarbage_data()
    {
        QTest::addColumn<QByteArray>("output");
        const auto row = [](const char* name, const std::string& output) {
            QTest::newRow(name) << QByteArray::fromStdString(output);
        };
        const std::string good = R"({"version":1,"ok":true,"signature":"00"})";
        row("nothing", "");
        row("half a length", std::string(3, '\0'));
        row("empty body", framed(""));
        row("text", "Segmentation fault");
        row("shorter than said", framed(good).substr(0, 20));
        row("longer than said", framed(good) + " ");
        row("a message before", "warning\n" + framed(good));
        row("no JSON", framed("{"));
        row("no object", framed("[1]"));
        row("another version", framed(R"({"version":2,"ok":true,"signature":"00"})"));
        row("version as text", framed(R"({"version":"1","ok":true,"signature":"00"})"));
        row("version as fraction", framed(R"({"version":1.0,"ok":true,"signature":"00"})"));
        row("ok as number", framed(R"({"version":1,"ok":1,"signature":"00"})"));
        row("no ok", framed(R"({"version":1,"signature":"00"})"));
        row("a member twice", framed(R"({"version":1,"ok":true,"signature":"00","signature":"01"})"));
        row("one member more", framed(R"({"version":1,"ok":true,"signature":"00","x":1})"));
        row("the answer to another question", framed(R"({"version":1,"ok":true,"publicKey":"00"})"));
        row("not hexadecimal", framed(R"({"version":1,"ok":true,"signature":"zz"})"));
        row("an odd digit", framed(R"({"version":1,"ok":true,"signature":"000"})"));
        row("0x", framed(R"({"version":1,"ok":true,"signature":"0x00"})"));
        row("empty", framed(R"({"version":1,"ok":true,"signature":""})"));
        row("too long", framed(R"({"version":1,"ok":true,"signature":")" + std::string(258, '0') + R"("})"));
        row("a number", framed(R"({"version":1,"ok":true,"signature":5})"));
        row("failure without code", framed(R"({"version":1,"ok":false,"message":"x"})"));
        row("failure with more", framed(R"({"version":1,"ok":false,"code":"a","message":"x","y":1})"));
    }

    void everythingElseIsGarbage()
    {
        QFETCH(const QByteArray, output);
        const auto answer = parseHelperAnswer(asBytes(output.toStdString()), HelperOperation::Sign);
        QVERIFY(!answer.has_value());
        QCOMPARE(answer.error().sentence, helperError(HelperFailure::Garbage).sentence);
    }

    void versionsArePlain()
    {
        for (const char* node : {"", "20 <b>", "\\u202e1", "20\\n"}) {
            const std::string body =
                std::string(R"({"version":1,"ok":true,"package":"1","node":")") + node + "\"}";
            QVERIFY(!parseHelperAnswer(asBytes(framed(body)), HelperOperation::About).has_value());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(HelperFrameTest)
#include "HelperFrame_test.moc"
