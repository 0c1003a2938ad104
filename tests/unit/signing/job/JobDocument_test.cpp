#include "core/signing/job/JobDocument.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

Result<JobDocument> parse(const std::string& text)
{
    return parseJobDocument(asBytes(text));
}

/// A good document with members added or replaced.
std::string jobDocumentWith(const Json& members)
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
        const auto document = parse(jobDocumentWith({{"broadcast", true},
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

    /// One parser reads integers here and on the command line.
    void keepsIntegersOfAnyLength()
    {
        const auto document = parse(
            R"({"wallet":"w","kind":"evm.transaction","payload":{"transaction":{"value":340282366920938463463374607431768211456}}})");
        QVERIFY(document.has_value());
        QCOMPARE(integerText(document->payload.at("transaction").at("value")).value_or(""),
                 std::string("340282366920938463463374607431768211456"));
        QCOMPARE(dumpJsonExactly(document->payload),
                 std::string(R"({"transaction":{"value":340282366920938463463374607431768211456}})"));
    }

    void leavesOutWhatIsAbsentOrNull()
    {
        for (const std::string& text :
             {jobDocumentWith(Json::object()), jobDocumentWith({{"broadcast", nullptr},
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
        row("trailing", jobDocumentWith(Json::object()) + "x");
        row("misspelt", jobDocumentWith({{"brodcast", true}}));
        row("another case", jobDocumentWith({{"Broadcast", true}}));
        row("twice", R"({"wallet":"w","wallet":"v","kind":"evm.message","payload":{"text":"a"}})");
        row("payload twice", R"({"wallet":"w","kind":"evm.message","payload":{"text":"a","text":"b"}})");
        row("no wallet", R"({"kind":"evm.message","payload":{"text":"a"}})");
        row("empty wallet", jobDocumentWith({{"wallet", ""}}));
        row("long wallet", jobDocumentWith({{"wallet", std::string(129, 'a')}}));
        row("numeric wallet", jobDocumentWith({{"wallet", 7}}));
        row("null wallet", jobDocumentWith({{"wallet", nullptr}}));
        row("no kind", R"({"wallet":"w","payload":{"text":"a"}})");
        row("unknown kind", jobDocumentWith({{"kind", "evm.Message"}}));
        row("kind a list", jobDocumentWith({{"kind", Json::array({"evm.message"})}}));
        row("no payload", R"({"wallet":"w","kind":"evm.message"})");
        row("payload a text", jobDocumentWith({{"payload", "0x00"}}));
        row("payload a list", jobDocumentWith({{"payload", Json::array()}}));
        row("payload null", jobDocumentWith({{"payload", nullptr}}));
        row("broadcast a text", jobDocumentWith({{"broadcast", "true"}}));
        row("broadcast a number", jobDocumentWith({{"broadcast", 1}}));
        row("broadcast of a message",
            jobDocumentWith({{"kind", "evm.message"}, {"payload", {{"text", "a"}}}, {"broadcast", true}}));
        row("broadcast of typed data", jobDocumentWith({{"kind", "evm.typedData"}, {"broadcast", true}}));
        row("broadcast of a Solana message",
            jobDocumentWith({{"kind", "solana.message"}, {"broadcast", true}}));
        row("reason a number", jobDocumentWith({{"reason", 5}}));
        row("long reason", jobDocumentWith({{"reason", std::string(4097, 'r')}}));
        row("long submitter", jobDocumentWith({{"submitter", std::string(4097, 's')}}));
        row("time without zone", jobDocumentWith({{"expiresAt", "2026-01-31T12:00:00"}}));
        row("no such day", jobDocumentWith({{"expiresAt", "2026-02-30T12:00:00Z"}}));
        row("time a number", jobDocumentWith({{"expiresAt", 1769860800}}));
        row("empty time", jobDocumentWith({{"expiresAt", ""}}));
        row("too deep",
            jobDocumentWith(
                {{"payload", {{"raw", Json::parse(std::string(160, '[') + std::string(160, ']'))}}}}));
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
        std::string fitting = jobDocumentWith(Json::object());
        fitting.insert(1, std::string(jobDocumentMaxBytes - fitting.size(), ' '));
        QCOMPARE(fitting.size(), jobDocumentMaxBytes);
        QVERIFY(parse(fitting).has_value());
        QCOMPARE(parse(fitting + ' ').error().code, ErrorCode::InvalidInput);
        QVERIFY(
            parse(jobDocumentWith({{"reason", std::string(4096, 'r')}, {"wallet", std::string(128, 'w')}}))
                .has_value());
    }

    void namesTheMemberThatIsWrong()
    {
        QVERIFY(parse(jobDocumentWith({{"brodcast", true}}))
                    .error()
                    .sentence.contains(QStringLiteral("brodcast")));
        QVERIFY(parse(jobDocumentWith({{"expiresAt", "soon"}}))
                    .error()
                    .sentence.contains(QStringLiteral("expiresAt")));
        // A hostile name is not repeated at length.
        QVERIFY(parse(jobDocumentWith({{std::string(5000, 'x'), true}})).error().sentence.size() < 200);
    }

    void theIdIsTheHashOfTheBytes()
    {
        // FIPS 180-4, the example of "abc".
        QCOMPARE(jobIdOf(asBytes("abc")),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QVERIFY(jobIdOf(asBytes(jobDocumentWith(Json::object()))) !=
                jobIdOf(asBytes(jobDocumentWith(Json::object()) + " ")));
    }
};

COUNTERSIGN_GUILESS_TEST(JobDocumentTest)
#include "JobDocument_test.moc"
