#include "core/chain/evm/typeddata/TypedData.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

using namespace countersign;

// Typed messages by descriptors: what binds to them, and which entry is for them.

namespace {

Json message()
{
    return *parseJson(
        json("{'types':{'EIP712Domain':[{'name':'name','type':'string'},{'name':'chainId','type':'uint256'},"
             "{'name':'verifyingContract','type':'address'}],'Order':[{'name':'maker','type':'address'},"
             "{'name':'legs','type':'Leg[]'}],'Leg':[{'name':'token','type':'address'},"
             "{'name':'amount','type':'uint256'}]},'primaryType':'Order','domain':{'name':'Shop','chainId':1,"
             "'verifyingContract':'0x00000000000000000000000000000000000000c1'},'message':{"
             "'maker':'0x00000000000000000000000000000000000000b0','legs':["
             "{'token':'0x00000000000000000000000000000000000000aa','amount':'1000000'},"
             "{'token':'0x00000000000000000000000000000000000000ab','amount':5}]}}"));
}

constexpr const char* orderKey = "Order(address maker,Leg[] legs)Leg(address token,uint256 amount)";
const std::string maker = json("{'path':'maker','label':'Maker','format':'addressName'}");
const std::string legs = json(
    ",{'path':'legs.[].amount','label':'Amount','format':'tokenAmount','params':{'tokenPath':'legs.[].token'}"
    "}");
const std::string deployed =
    json("'deployments':[{'chainId':1,'address':'0x00000000000000000000000000000000000000C1'}]");

std::string descriptor(const std::string& binding, const std::string& key, const std::string& fields)
{
    return json("{'context':{'eip712':{") + binding + json("}},'display':{'formats':{'") + key +
           json("':{'intent':{'Action':'Order'},'interpolatedIntent':'{{by}} {maker}','fields':[") + fields +
           "]}}}}";
}

std::optional<meaning::Meaning> explain(const std::string& text, const Json& typedData = message())
{
    DescriptorFolder folder;
    folder.write(QStringLiteral("a.json"), text);
    const auto descriptors = meaning::Descriptors::open(folder.path());
    const meaning::Knowledge knowledge{.lists = folder.lists(), .descriptors = descriptors->get()};
    return (*descriptors)->explain(typedData, {}, knowledge);
}

}  // namespace

class DescriptorMessagesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understandsWhatShowsEverything()
    {
        const auto meaning = explain(descriptor(deployed, orderKey, maker + legs));
        QVERIFY(meaning && meaning->understood);
        QCOMPARE(meaning->intent, std::string("Action: Order"));
        QCOMPARE(meaning->fields[1].value, std::string("1 TKN"));
        QCOMPARE(meaning->fields[2].value, std::string("5"));
        QCOMPARE(*meaning->fields[2].path, std::string("legs.[1].amount"));
        QCOMPARE(DescriptorFolder::valueOf(*meaning, "In the descriptor's words"),
                 std::string("{by} 0x00000000000000000000000000000000000000B0"));
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.raw"));
    }

    void readsGroups()
    {
        const std::string group = json(
            ",{'path':'legs.[]','fields':[{'path':'amount','label':'Amount','format':'tokenAmount',"
            "'params':{'tokenPath':'token'}}]}");
        QVERIFY(explain(descriptor(deployed, orderKey, maker + group))->understood);
        const std::string bundled = json(
            ",{'iteration':'bundled','fields':[{'path':'legs.[].token','label':'Token','format':'raw'},"
            "{'path':'legs.[].amount','label':'Amount','format':'raw'}]}");
        const auto meaning = explain(descriptor(deployed, orderKey, maker + bundled));
        QVERIFY(meaning->understood);
        QCOMPARE(meaning->fields[1].label, std::string("Token"));
        QCOMPARE(meaning->fields[2].label, std::string("Amount"));
        QCOMPARE(meaning->fields[4].value, std::string("5"));
    }

    void missesElements()
    {
        const std::string first = json(
            ",{'path':'legs.[0].amount','label':'Amount','format':'tokenAmount','params':{'tokenPath':'legs.["
            "0].token'}}");
        const auto meaning = explain(descriptor(deployed, orderKey, maker + first));
        QVERIFY(!meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.hidden"));
        const std::string beyond = json(",{'path':'legs.[2].amount','label':'Amount','format':'raw'}");
        QVERIFY(DescriptorFolder::hasFinding(*explain(descriptor(deployed, orderKey, maker + beyond)),
                                             "descriptor.invalid"));
    }

    void seesEmptyArrays()
    {
        Json empty = message();
        empty["message"]["legs"] = Json::array();
        QVERIFY(!explain(descriptor(deployed, orderKey, maker), empty)->understood);
        QVERIFY(explain(descriptor(deployed, orderKey, maker + legs), empty)->understood);
    }

    void bindsToDomains_data()
    {
        QTest::addColumn<QString>("binding");
        QTest::addColumn<bool>("binds");
        QTest::addColumn<bool>("isUnderstood");
        const auto row = [](const char* name, const std::string& binding, bool binds, bool isUnderstood) {
            QTest::newRow(name) << QString::fromStdString(binding) << binds << isUnderstood;
        };
        row("deployment", deployed, true, true);
        row("deployment and name", deployed + json(",'domain':{'name':'Shop'}"), true, true);
        row("another name", deployed + json(",'domain':{'name':'Bank'}"), false, false);
        row("a member that is absent", deployed + json(",'domain':{'version':'1'}"), false, false);
        row("contract in the domain",
            json("'domain':{'name':'Shop','verifyingContract':'0x00000000000000000000000000000000000000c1'}"),
            true, true);
        row("another chain", json("'domain':{'name':'Shop','chainId':5}"), false, false);
        row("name alone", json("'domain':{'name':'Shop'}"), true, false);
        row("another deployment",
            json("'deployments':[{'chainId':2,'address':'0x00000000000000000000000000000000000000c1'}]"),
            false, false);
        row("no deployment", json("'deployments':[]"), false, false);
        row("another separator", json("'domainSeparator':'0x00'"), false, false);
        row("nothing", {}, false, false);
    }

    void bindsToDomains()
    {
        QFETCH(const QString, binding);
        QFETCH(const bool, binds);
        QFETCH(const bool, isUnderstood);
        const auto meaning = explain(descriptor(binding.toStdString(), orderKey, maker + legs));
        QCOMPARE(meaning.has_value(), binds);
        QCOMPARE(meaning && meaning->understood, isUnderstood);
        QCOMPARE(meaning && DescriptorFolder::hasFinding(*meaning, "descriptor.binding"),
                 binds && !isUnderstood);
    }

    void bindsToSeparators()
    {
        const std::string separator = toHexPrefixed(hashTypedData(message())->domainHash);
        QVERIFY(explain(descriptor(json("'domainSeparator':'") + separator + '"', orderKey, maker + legs))
                    ->understood);
    }

    void doesNotBindToWhatIsNotSigned()
    {
        Json undeclared = message();
        undeclared["types"]["EIP712Domain"] = Json::array({{{"name", "name"}, {"type", "string"}}});
        QVERIFY(!explain(descriptor(deployed, orderKey, maker + legs), undeclared));
    }

    void wantsTheSameTypes()
    {
        QVERIFY(!explain(descriptor(deployed, "Order(address maker)", maker)));
        QVERIFY(!explain(descriptor(deployed, "Order", maker)));
        // Of the first version: a schema with these types.
        const std::string types = dumpJson(message()["types"]);
        const std::string schema = json("'schemas':[{'primaryType':'Order','types':") + types + "}],";
        QVERIFY(explain(descriptor(schema + deployed, "Order", maker + legs))->understood);
        Json other = message();
        other["types"]["Leg"][1]["type"] = "uint128";
        QVERIFY(!explain(descriptor(schema + deployed, "Order", maker + legs), other));
    }

    void refusesWhatDoesNotFit()
    {
        for (const char* broken : {"0x00", "maker", ""}) {
            Json json = message();
            json["message"]["maker"] = broken;
            QVERIFY(!explain(descriptor(deployed, orderKey, maker + legs), json));
        }
        QVERIFY(!explain(descriptor(deployed, orderKey, maker + legs), Json::array()));
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorMessagesTest)
#include "DescriptorMessages_test.moc"
