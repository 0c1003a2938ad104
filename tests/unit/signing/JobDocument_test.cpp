#include "core/signing/JobDocument.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

Result<JobDocument> parse(const std::string& text)
{
    return parseJobDocument(asBytes(text));
}

/// A good document with members added or replaced.
std::string with(const Json& members)
{
    Json json = {{"wallet", "w"}, {"kind", "evm.transaction"}, {"payload", {{"raw", "0x00"}}}};
    json.update(members);
    return dumpJson(json);
}

}  // namespace

class JobDocumentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsThere()
    {
        const auto document = parse(with({{"broadcast", true},
                                          {"reason", "pay the bill"},
                                          {"expiresAt", "2026-01-31T12:00:00Z"},
                                          {"submitter", "shop"}}));
        QVERIFY(document.has_value());
        QCOMPARE(document->wallet, std::string("w"));
        QCOMPARE(document->kind, JobKind::EvmTransaction);
        QCOMPARE(dumpJson(document->payload), std::string(R"({"raw":"0x00"})"));
        QVERIFY(document->broadcast);
        QCOMPARE(document->reason, std::string("pay the bill"));
        QCOMPARE(document->expiresAt, fromIso8601("2026-01-31T12:00:00Z"));
        QCOMPARE(document->submitter, std::string("shop"));
    }

    void leavesOutWhatIsAbsentOrNull()
    {
        for (const std::string& text : {with(Json::object()), with({{"broadcast", nullptr},
                                                                    {"reason", nullptr},
                                                                    {"expiresAt", nullptr},
                                                                    {"submitter", nullptr}})}) {
            const auto document = parse(text);
            QVERIFY(document.has_value());
            QVERIFY(!document->broadcast);
            QVERIFY(document->reason.empty() && document->submitter.empty());
            QVERIFY(!document->expiresAt);
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QString::fromStdString(text);
        };
        row("nothing", "");
        row("no object", "[1]");
        row("a text", R"("job")");
        row("trailing", with(Json::object()) + "x");
        row("misspelt", with({{"brodcast", true}}));
        row("another case", with({{"Broadcast", true}}));
        row("twice", R"({"wallet":"w","wallet":"v","kind":"evm.message","payload":{"text":"a"}})");
        row("payload twice", R"({"wallet":"w","kind":"evm.message","payload":{"text":"a","text":"b"}})");
        row("no wallet", R"({"kind":"evm.message","payload":{"text":"a"}})");
        row("empty wallet", with({{"wallet", ""}}));
        row("long wallet", with({{"wallet", std::string(129, 'a')}}));
        row("numeric wallet", with({{"wallet", 7}}));
        row("null wallet", with({{"wallet", nullptr}}));
        row("no kind", R"({"wallet":"w","payload":{"text":"a"}})");
        row("unknown kind", with({{"kind", "evm.Message"}}));
        row("kind a list", with({{"kind", Json::array({"evm.message"})}}));
        row("no payload", R"({"wallet":"w","kind":"evm.message"})");
        row("payload a text", with({{"payload", "0x00"}}));
        row("payload a list", with({{"payload", Json::array()}}));
        row("payload null", with({{"payload", nullptr}}));
        row("broadcast a text", with({{"broadcast", "true"}}));
        row("broadcast a number", with({{"broadcast", 1}}));
        row("broadcast of a message",
            with({{"kind", "evm.message"}, {"payload", {{"text", "a"}}}, {"broadcast", true}}));
        row("broadcast of typed data", with({{"kind", "evm.typedData"}, {"broadcast", true}}));
        row("broadcast of a Solana message", with({{"kind", "solana.message"}, {"broadcast", true}}));
        row("reason a number", with({{"reason", 5}}));
        row("long reason", with({{"reason", std::string(4097, 'r')}}));
        row("long submitter", with({{"submitter", std::string(4097, 's')}}));
        row("time without zone", with({{"expiresAt", "2026-01-31T12:00:00"}}));
        row("no such day", with({{"expiresAt", "2026-02-30T12:00:00Z"}}));
        row("time a number", with({{"expiresAt", 1769860800}}));
        row("empty time", with({{"expiresAt", ""}}));
        row("too deep",
            with({{"payload", {{"raw", Json::parse(std::string(160, '[') + std::string(160, ']'))}}}}));
    }
    void refuses()
    {
        QFETCH(QString, text);
        const auto document = parse(text.toStdString());
        QVERIFY(!document.has_value());
        QCOMPARE(document.error().code, ErrorCode::InvalidInput);
        QVERIFY(!document.error().sentence.isEmpty());
    }

    void refusesInvalidUtf8()
    {
        QVERIFY(!parse("{\"wallet\":\"\xff\",\"kind\":\"evm.message\",\"payload\":{}}"));
    }

    void boundsTheWhole()
    {
        std::string fitting = with(Json::object());
        fitting.insert(1, std::string(jobDocumentMaxBytes - fitting.size(), ' '));
        QCOMPARE(fitting.size(), jobDocumentMaxBytes);
        QVERIFY(parse(fitting).has_value());
        QCOMPARE(parse(fitting + ' ').error().code, ErrorCode::InvalidInput);
        QVERIFY(
            parse(with({{"reason", std::string(4096, 'r')}, {"wallet", std::string(128, 'w')}})).has_value());
    }

    void namesTheMemberThatIsWrong()
    {
        QVERIFY(parse(with({{"brodcast", true}})).error().sentence.contains(QStringLiteral("brodcast")));
        QVERIFY(parse(with({{"expiresAt", "soon"}})).error().sentence.contains(QStringLiteral("expiresAt")));
        // A hostile name is not repeated at length.
        QVERIFY(parse(with({{std::string(5000, 'x'), true}})).error().sentence.size() < 200);
    }

    void theIdIsTheHashOfTheBytes()
    {
        // FIPS 180-4, the example of "abc".
        QCOMPARE(jobIdOf(asBytes("abc")),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QVERIFY(jobIdOf(asBytes(with(Json::object()))) != jobIdOf(asBytes(with(Json::object()) + " ")));
    }
};

COUNTERSIGN_GUILESS_TEST(JobDocumentTest)
#include "JobDocument_test.moc"
