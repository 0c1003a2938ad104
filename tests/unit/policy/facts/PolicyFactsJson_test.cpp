#include "core/policy/facts/PolicyFactsJson.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"

#include <QTest>

#include <limits>

using namespace countersign;

namespace {

PolicyFacts everyMember()
{
    PolicyFacts facts = transferFacts();
    facts.programs = {"11111111111111111111111111111111"};
    facts.mayCallMore = true;
    facts.mayReachOthers = true;
    facts.isForEveryChain = true;
    facts.recipients.push_back({bob, std::nullopt});
    facts.assets.push_back({std::nullopt, std::nullopt, true});
    facts.assets.push_back({ether, std::numeric_limits<Uint256>::max(), false});
    facts.findings = {{"evm.approval.unlimited", meaning::Severity::Critical, false},
                      {"job.duplicate", meaning::Severity::Error, true},
                      {"recipient.neverUsed", meaning::Severity::Warning, true},
                      {"recipient.known", meaning::Severity::Info, true}};
    return facts;
}

/// The text with one member in place of what was written.
std::string withMember(const char* member, const Json& value)
{
    Json json = *parseJson(textOf(everyMember()));
    json[member] = value;
    return dumpJson(json);
}

}  // namespace

class PolicyFactsJsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas()
    {
        for (const PolicyFacts& facts :
             {everyMember(), transferFacts(), messageFacts(), unreadFacts(), PolicyFacts()}) {
            const auto read = policyFactsFrom(textOf(facts));
            QVERIFY2(read, read ? "" : qPrintable(read.error().sentence));
            QVERIFY(*read == facts);
        }
    }

    void everyMemberIsNeeded()
    {
        const Json whole = *parseJson(textOf(everyMember()));
        for (const auto& [name, value] : whole.items()) {
            Json less = whole;
            less.erase(name);
            QVERIFY2(!policyFactsFrom(dumpJson(less)), name.c_str());
            // Nor one under another name.
            less[name + "x"] = value;
            QVERIFY2(!policyFactsFrom(dumpJson(less)), name.c_str());
            Json more = whole;
            more["more"] = 1;
            QVERIFY(!policyFactsFrom(dumpJson(more)));
            QVERIFY2(!policyFactsFrom(withMember(name.c_str(), 1.5)), name.c_str());
        }
    }

    void refusesWhatWasNotWritten_data()
    {
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QString::fromStdString(text);
        };
        row("nothing", "");
        row("array", "[]");
        row("trailing", textOf(everyMember()) + " 1");
        row("intent", withMember("intents", {"steal"}));
        row("no intent", withMember("intents", {nullptr}));
        row("severity", withMember("findings", {{{"id", "a.b"}, {"severity", "mild"}, {"local", true}}}));
        row("finding", withMember("findings", {{{"id", "a.b"}, {"severity", "info"}}}));
        row("amount", withMember("assets", {{{"asset", nullptr}, {"amount", 5}, {"leaves", true}}}));
        row("hex", withMember("assets", {{{"asset", nullptr}, {"amount", "0x5"}, {"leaves", true}}}));
        row("negative", withMember("assets", {{{"asset", nullptr}, {"amount", "-5"}, {"leaves", true}}}));
        row("too large", withMember("assets", {{{"asset", nullptr},
                                                {"amount",
                                                 "1157920892373161954235709850086879078532699846656405"
                                                 "64039457584007913129639936"},
                                                {"leaves", true}}}));
        row("lists", withMember("recipients", {{{"address", "0x"}, {"lists", "all"}}}));
        row("tags", withMember("tags", {1}));
        row("time", withMember("now", "1"));
        row("depth", withMember("tags", {{{{"a", "b"}}}}));
        row("length", withMember("wallet", std::string(policyFactsMaxBytes, 'a')));
    }

    void refusesWhatWasNotWritten()
    {
        QFETCH(const QString, text);
        const auto read = policyFactsFrom(text.toStdString());
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(PolicyFactsJsonTest)
#include "PolicyFactsJson_test.moc"
