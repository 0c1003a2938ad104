#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

#include <random>

using namespace countersign;
using meaning::Meaning;

namespace {

constexpr const char* send = "send(address to,uint256 amount)";
const std::string toField = json("{'path':'to','label':'To','format':'addressName'}");
const std::string amountField = json(
    "{'path':'amount','label':'Amount','format':'tokenAmount','params':{'token':'"
    "0x00000000000000000000000000000000000000aa'}}");

Bytes sendData(std::uint64_t amount = 2'500'000)
{
    return DescriptorFolder::call(
        send, DescriptorFolder::word(DescriptorFolder::someone) + DescriptorFolder::word(amount));
}

std::string both()
{
    return toField + "," + amountField;
}

}  // namespace

class DescriptorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understandsWhatShowsEverything()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("a/send.json"),
                     DescriptorFolder::descriptor(send, both(), json("'metadata':{'owner':'Bank'},")));
        const auto meaning = folder.explain(sendData());
        QVERIFY(meaning && meaning->understood);
        QCOMPARE(meaning->intent, std::string("Do it"));
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "Interaction with"), std::string("Bank"));
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "To"),
                 toText(*parseEvmAddress(DescriptorFolder::someone)));
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "Amount"), std::string("2.5 TKN"));
        // A symbol never without its contract.
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "Token TKN"),
                 toText(*parseEvmAddress(DescriptorFolder::token)));
        QCOMPARE(meaning->sources.size(), std::size_t{1});
        QCOMPARE(meaning->sources.front().name, std::string("a/send.json"));
        QCOMPARE(meaning->sources.front().sha256.size(), std::size_t{64});
        QVERIFY(!meaning->effects.empty());
        QCOMPARE(meaning->fields[1].path, std::optional<std::string>("to"));
    }

    void doesNotUnderstandWhatIsLeftOut_data()
    {
        QTest::addColumn<QString>("fields");
        QTest::newRow("not listed") << QString::fromStdString(toField);
        QTest::newRow("never") << QString::fromStdString(toField) +
                                      QString::fromStdString(json(
                                          ",{'path':'amount','label':'A','format':'raw','visible':'never'}"));
        QTest::newRow("half of the bytes")
            << QString::fromStdString(amountField) +
                   QString::fromStdString(json(",{'path':'to.[0:10]','label':'A','format':'raw'}"));
        QTest::newRow("encrypted")
            << QString::fromStdString(toField) +
                   QString::fromStdString(
                       json(",{'path':'amount','label':'A','format':'raw','encryption':{'scheme':'fhevm'}}"));
    }

    void doesNotUnderstandWhatIsLeftOut()
    {
        QFETCH(const QString, fields);
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), DescriptorFolder::descriptor(send, fields.toStdString()));
        const auto meaning = folder.explain(sendData());
        QVERIFY(meaning && !meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.hidden"));
    }

    void showsWhatIsLeftOutItself()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), DescriptorFolder::descriptor(send, toField));
        QCOMPARE(DescriptorFolder::valueOf(*folder.explain(sendData()), "Left out by the descriptor: amount"),
                 std::string("2500000"));
    }

    void holdsWhatMustMatch_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<bool>("isUnderstood");
        QTest::newRow("number") << QString::fromStdString(json("{'mustMatch':[2500000]}")) << true;
        QTest::newRow("text") << QString::fromStdString(json("{'mustMatch':['1','2500000']}")) << true;
        QTest::newRow("hex") << QString::fromStdString(json("{'mustBe':['0x2625a0']}")) << true;
        QTest::newRow("constant") << QString::fromStdString(
                                         json("{'mustMatch':['$.metadata.constants.all']}"))
                                  << true;
        QTest::newRow("another") << QString::fromStdString(json("{'mustMatch':[2500001]}")) << false;
        QTest::newRow("none") << QString::fromStdString(json("{'mustMatch':[]}")) << false;
        QTest::newRow("both rules") << QString::fromStdString(json("{'mustMatch':[2500000],'ifNotIn':[1]}"))
                                    << false;
        QTest::newRow("no rule") << QString::fromStdString(json("{'maybe':[2500000]}")) << false;
        QTest::newRow("exception") << QString::fromStdString(json("{'ifNotIn':[2500000]}")) << true;
    }

    void holdsWhatMustMatch()
    {
        QFETCH(const QString, rule);
        QFETCH(const bool, isUnderstood);
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"),
                     DescriptorFolder::descriptor(
                         send,
                         toField + json(",{'path':'amount','label':'Amount','format':'raw','visible':") +
                             rule.toStdString() + "}",
                         json("'metadata':{'constants':{'all':2500000}},")));
        const auto meaning = folder.explain(sendData());
        QVERIFY(meaning);
        QCOMPARE(meaning->understood, isUnderstood);
        const bool isMatch = rule.contains(QStringLiteral("must")) && !rule.contains(QStringLiteral("if"));
        QCOMPARE(DescriptorFolder::hasFinding(*meaning, "descriptor.mustMatch"), isMatch && !isUnderstood);
    }

    void wantsCanonicalData()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), DescriptorFolder::descriptor(send, both()));
        Bytes longer = sendData();
        longer.push_back(0);
        QVERIFY(!folder.explain(longer)->understood);
        QVERIFY(DescriptorFolder::hasFinding(*folder.explain(longer), "descriptor.calldata"));
        Bytes shorter = sendData();
        shorter.pop_back();
        QVERIFY(DescriptorFolder::hasFinding(*folder.explain(shorter), "descriptor.calldata"));
        QVERIFY(!folder.explain(Bytes{0xa9, 0x05}));
    }

    void bindsToWhatItSays()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), DescriptorFolder::descriptor(send, both()));
        const auto descriptors = meaning::Descriptors::open(folder.path());
        const meaning::Knowledge knowledge{.lists = folder.lists(), .descriptors = descriptors->get()};
        const Bytes data = sendData();
        meaning::EvmCall call{.chainId = Uint256(1),
                              .from = {},
                              .to = parseEvmAddress(DescriptorFolder::contract).value(),
                              .value = 0,
                              .data = data};
        QVERIFY((*descriptors)->explain(call, knowledge));
        call.chainId = Uint256(2);
        QVERIFY(!(*descriptors)->explain(call, knowledge));
        call.chainId.reset();
        QVERIFY(!(*descriptors)->explain(call, knowledge));
        call.chainId = Uint256(1);
        call.isDelegate = true;
        QVERIFY(!(*descriptors)->explain(call, knowledge));
        call.isDelegate = false;
        call.to = parseEvmAddress(DescriptorFolder::someone).value();
        QVERIFY(!(*descriptors)->explain(call, knowledge));
    }

    void doesNotBindToFactories()
    {
        DescriptorFolder folder;
        std::string text = DescriptorFolder::descriptor(send, both());
        text.replace(text.find("{\"contract\":{"), 13, json("{'contract':{'factory':{"));
        text.replace(text.find("]}},"), 4, json("],'deployEvent':'e()'}}},"));
        folder.write(QStringLiteral("a.json"), text);
        QVERIFY(!folder.explain(sendData()));
    }

    void refusesTwoEntriesForOneFunction()
    {
        DescriptorFolder folder;
        const std::string text = DescriptorFolder::descriptor(send, both());
        const std::string other = json("'send(address a,uint256 b)':{'intent':'Other','fields':[]},");
        const std::size_t at = text.find("\"send");
        folder.write(QStringLiteral("a.json"), text.substr(0, at) + other + text.substr(at));
        const auto meaning = folder.explain(sendData());
        QVERIFY(meaning && !meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.invalid"));
    }

    void readsTheFirstVersion()
    {
        DescriptorFolder folder;
        std::string text = DescriptorFolder::descriptor("send(address,uint256)", both());
        text.replace(text.find("\"deployments\""), 0,
                     json("'abi':[{'type':'function','name':'send','inputs':[{'name':'to','type':'address'},{"
                          "'name':'amount','type':'uint256'}]}],"));
        folder.write(QStringLiteral("a.json"), text);
        QVERIFY(folder.explain(sendData())->understood);
        text.replace(text.find("send(address,uint256)"), 21, "0x" + toHex(BytesView(sendData()).first(4)));
        folder.write(QStringLiteral("a.json"), text);
        QVERIFY(folder.explain(sendData())->understood);
    }

    void saysWhereDescriptorsContradict()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), DescriptorFolder::descriptor(send, toField));
        folder.write(QStringLiteral("b.json"), DescriptorFolder::descriptor(send, both()));
        const auto meaning = folder.explain(sendData());
        QVERIFY(meaning->understood);
        QCOMPARE(meaning->sources.front().name, std::string("b.json"));
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.ambiguous"));
    }

    void understandsLessWithFewerFiles()
    {
        const std::vector<std::string> choices{
            DescriptorFolder::descriptor(send, both()),
            DescriptorFolder::descriptor(send, toField),
            DescriptorFolder::descriptor(
                send, json("{'path':'amount','label':'A','format':'raw','visible':{'mustMatch':[1]}}")),
            DescriptorFolder::descriptor(send, amountField, json("'includes':'f1.json',")),
            "{}",
            "no JSON"};
        std::mt19937 random(7730);
        for (int round = 0; round < 60; ++round) {
            DescriptorFolder folder;
            for (int i = 0; i < 4; ++i) {
                folder.write(QStringLiteral("f%1.json").arg(i), choices[random() % choices.size()]);
            }
            bool wasUnderstood = true;
            for (int i = 0; i < 4; ++i) {
                const auto meaning = folder.explain(sendData());
                const bool isUnderstood = meaning && meaning->understood;
                QVERIFY(wasUnderstood || !isUnderstood);
                wasUnderstood = isUnderstood;
                folder.remove(QStringLiteral("f%1.json").arg(i));
            }
            QVERIFY(!folder.explain(sendData()));
        }
    }

    void survivesMutations()
    {
        std::mt19937 random(4711);
        const std::string good = DescriptorFolder::descriptor(send, both());
        for (int round = 0; round < 300; ++round) {
            DescriptorFolder folder;
            std::string text = good;
            for (int i = 0; i < 3; ++i) {
                text[random() % text.size()] = static_cast<char>(random());
            }
            folder.write(QStringLiteral("a.json"), text);
            Bytes data = sendData();
            data[4 + random() % (data.size() - 4)] = static_cast<std::uint8_t>(random());
            folder.explain(data);
        }
    }

    /// What the console knows itself stays the explanation; a descriptor only adds its words.
    void wordsStandBehindAndChangeNothingElse()
    {
        meaning::Meaning own;
        own.understood = true;
        own.intent = "Send 1 USDC";
        own.fields = {{"Amount", "1 USDC", {}}};
        meaning::Meaning described;
        described.intent = "Something harmless";
        described.fields = {{"Amount to send", "1 USDC", {}}};
        described.findings = {{"descriptor.hidden", meaning::Severity::Warning, "Hidden", "", {}}};
        described.effects = {{meaning::Effect::Direction::In, {}, {}, {}, {}, "nothing"}};
        described.sources = {{meaning::Source::Kind::Erc7730, "a.json", "00"}};
        meaning::Meaning both = own;
        meaning::addDescriptorWords(both, described);
        QCOMPARE(both.fields.size(), 2U);
        QCOMPARE(both.fields.back(), described.fields.front());
        QCOMPARE(both.sources, described.sources);
        QVERIFY(both.understood && both.intent == own.intent);
        QVERIFY(both.findings.empty() && both.effects.empty());
        // Not twice, and nothing without a descriptor.
        const meaning::Meaning before = both;
        meaning::addDescriptorWords(both, described);
        meaning::addDescriptorWords(both, {});
        QCOMPARE(both, before);
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorsTest)
#include "Descriptors_test.moc"
