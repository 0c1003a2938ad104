#include "core/meaning/descriptors/display/DescriptorFormats.h"

#include "core/meaning/descriptors/files/DataProvider.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

using namespace countersign;

// Each format, by a descriptor with one field of it.

class DescriptorFormatsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesValues_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("format");  // and parameters
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const char* type, const std::string& words,
                            const std::string& format, const char* text) {
            QTest::newRow(name) << QString::fromLatin1(type) << QString::fromStdString(words)
                                << QString::fromStdString(format) << QString::fromUtf8(text);
        };
        const auto number = [](std::uint64_t value) { return DescriptorFolder::word(value); };
        const std::string maximum(64, 'f');
        row("raw number", "uint256", number(1000), json("'raw'"), "1000");
        row("raw negative", "int256", maximum, json("'raw'"), "-1");
        row("raw true", "bool", number(1), json("'raw'"), "true");
        row("raw bytes4", "bytes4", "12345678" + std::string(56, '0'), json("'raw'"), "0x12345678");
        row("amount", "uint256", number(1'000'000'000'000'000), json("'amount'"), "0.001 ETH");
        row("token", "uint256", number(1),
            json("'tokenAmount','params':{'token':'0x00000000000000000000000000000000000000AA'}"),
            "0.000001 TKN");
        row("token of a constant", "uint256", number(1),
            json("'tokenAmount','params':{'token':'$.metadata.constants.tkn'}"), "0.000001 TKN");
        row("token of a map", "uint256", number(1),
            json("'tokenAmount','params':{'token':{'map':'$.metadata.maps.tokens','keyPath':'@.chainId'}}"),
            "0.000001 TKN");
        row("unknown token", "uint256", number(77),
            json("'tokenAmount','params':{'token':'0x00000000000000000000000000000000000000ab'}"), "77");
        row("no token", "uint256", number(77), json("'tokenAmount'"), "77");
        row("native currency", "uint256", number(1'000'000'000'000'000),
            json("'tokenAmount','params':{'token':'0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE','"
                 "nativeCurrencyAddress':['$.metadata.constants.eth']}"),
            "0.001 ETH");
        row("unlimited", "uint256", maximum,
            json("'tokenAmount','params':{'token':'0x00000000000000000000000000000000000000aa','threshold':'"
                 "0x8000000000000000000000000000000000000000000000000000000000000000'}"),
            "Unlimited TKN");
        row("below unlimited", "uint256", number(5),
            json("'tokenAmount','params':{'token':'0x00000000000000000000000000000000000000aa','threshold':'"
                 "0x8000000000000000000000000000000000000000000000000000000000000000'}"),
            "0.000005 TKN");
        row("unlimited and unknown", "uint256", maximum,
            json("'tokenAmount','params':{'token':'0x00000000000000000000000000000000000000ab','threshold':'"
                 "1'}"),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935");
        row("date", "uint256", number(1'772'641'538), json("'date','params':{'encoding':'timestamp'}"),
            "2026-03-04 16:25:38Z");
        row("date of a block", "uint256", number(19'332'140),
            json("'date','params':{'encoding':'blockheight'}"), "19332140");
        row("duration", "uint256", number(8250), json("'duration'"), "02:17:30");
        row("unit", "uint256", number(3000), json("'unit','params':{'base':'%','decimals':4}"), "0.3%");
        row("unit with prefix", "uint256", number(36'000), json("'unit','params':{'base':'s','prefix':true}"),
            "36ks");
        row("enum", "uint256", number(2), json("'enum','params':{'$ref':'$.metadata.enums.mode'}"),
            "variable");
        row("enum without word", "uint256", number(3),
            json("'enum','params':{'$ref':'$.metadata.enums.mode'}"), "3");
        row("chain", "uint256", number(1), json("'chainId'"), "Ethereum");
        row("nft", "uint256", number(9),
            json("'nftName','params':{'collection':'0x00000000000000000000000000000000000000d1'}"),
            "Apes #9");
        row("nft of an unknown collection", "uint256", number(9),
            json("'nftName','params':{'collection':'0x00000000000000000000000000000000000000d2'}"), "9");
        row("ticker", "address", DescriptorFolder::word(DescriptorFolder::token), json("'tokenTicker'"),
            "TKN");
        row("address", "address", DescriptorFolder::word("0xd8da6bf26964af9d7eed9e03e53415d37aa96045"),
            json("'addressName'"), "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");
        row("address with a name", "address",
            DescriptorFolder::word("0x00000000000000000000000000000000000000e1"),
            json("'addressName','params':{'sources':['ens']}"), "alice.eth");
        row("address with a name of another source", "address",
            DescriptorFolder::word("0x00000000000000000000000000000000000000e1"),
            json("'addressName','params':{'sources':['local']}"),
            "0x00000000000000000000000000000000000000e1");
        row("address that stands for the sender", "address", number(0),
            json("'addressName','params':{'senderAddress':'0x0000000000000000000000000000000000000000'}"),
            "Sender");
        row("address in a word", "bytes32",
            DescriptorFolder::word("0xd8da6bf26964af9d7eed9e03e53415d37aa96045"), json("'addressName'"),
            "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");
    }

    void writesValues()
    {
        QFETCH(const QString, type);
        QFETCH(const QString, words);
        QFETCH(const QString, format);
        QFETCH(const QString, text);
        DescriptorFolder folder;
        QVERIFY(meaning::addDataProvider(
            folder.lists(),
            json("{'ensNames':{'0x00000000000000000000000000000000000000E1':'alice.eth'},'nftCollectionNames'"
                 ":{'0x00000000000000000000000000000000000000d1':'Apes'}}")));
        const std::string function = "f(" + type.toStdString() + " a)";
        folder.write(QStringLiteral("a.json"),
                     DescriptorFolder::descriptor(
                         function, json("{'path':'a','label':'A','format':") + format.toStdString() + "}",
                         json("'metadata':{'constants':{'tkn':'0x00000000000000000000000000000000000000aa','"
                              "eth':'0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE'},'enums':{'mode':{'1':'"
                              "stable','2':'variable'}},'maps':{'tokens':{'values':{'1':'"
                              "0x00000000000000000000000000000000000000aa'}}}},")));
        const auto meaning = folder.explain(DescriptorFolder::call(function, words.toStdString()));
        QVERIFY(meaning);
        QCOMPARE(QString::fromStdString(DescriptorFolder::valueOf(*meaning, "A")), text);
        QVERIFY(meaning->understood);
    }

    void doesNotUnderstand_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("finding");
        const auto row = [](const char* name, const std::string& format, const char* finding) {
            QTest::newRow(name) << QString::fromStdString(format) << QString::fromLatin1(finding);
        };
        row("unknown format", json("'shiny'"), "descriptor.invalid");
        row("enum without reference", json("'enum'"), "descriptor.invalid");
        row("enum that is absent", json("'enum','params':{'$ref':'$.metadata.enums.none'}"),
            "descriptor.invalid");
        row("unit without base", json("'unit'"), "descriptor.invalid");
        row("token that is no address", json("'tokenAmount','params':{'token':'TKN'}"), "descriptor.invalid");
        row("path that leads nowhere", json("'tokenAmount','params':{'tokenPath':'b'}"),
            "descriptor.invalid");
        row("map without the key",
            json("'tokenAmount','params':{'token':{'map':'$.metadata.maps.none','keyPath':'@.chainId'}}"),
            "descriptor.invalid");
        row("collection that is absent", json("'nftName'"), "descriptor.invalid");
        row("calldata of a number",
            json("'calldata','params':{'callee':'0x00000000000000000000000000000000000000aa'}"),
            "descriptor.invalid");
        row("word for a small amount",
            json("'tokenAmount','params':{'token':'0x00000000000000000000000000000000000000aa','threshold':'"
                 "1'}"),
            "descriptor.sentinel");
    }

    void doesNotUnderstand()
    {
        QFETCH(const QString, format);
        QFETCH(const QString, finding);
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"),
                     DescriptorFolder::descriptor("f(uint256 a)", json("{'path':'a','label':'A','format':") +
                                                                      format.toStdString() + "}"));
        const auto meaning =
            folder.explain(DescriptorFolder::call("f(uint256 a)", DescriptorFolder::word(5)));
        QVERIFY(meaning && !meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, finding.toStdString()));
    }

    void saysTheNumberBehindAWord()
    {
        DescriptorFolder folder;
        const std::string maximum(64, 'f');
        const auto explained = [&](const char* word) {
            folder.write(QStringLiteral("a.json"),
                         DescriptorFolder::descriptor(
                             "f(uint256 a)",
                             json("{'path':'a','label':'A','format':'tokenAmount','params':{'token':'"
                                  "0x00000000000000000000000000000000000000aa','threshold':'1','message':'") +
                                 std::string(word) + "\"}}"));
            return *folder.explain(DescriptorFolder::call("f(uint256 a)", maximum));
        };
        QVERIFY(explained("All").understood);
        QCOMPARE(DescriptorFolder::valueOf(explained("All"), "Exact number of A").size(), std::size_t{78});
        // Neither 0.01 TKN nor its like in other digits.
        QVERIFY(!explained("0.01").understood);
        QVERIFY(!explained("\xef\xbc\x90").understood);
    }

    void doesNotUnderstandPlainBytes()
    {
        DescriptorFolder folder;
        folder.write(
            QStringLiteral("a.json"),
            DescriptorFolder::descriptor("f(bytes a)", json("{'path':'a','label':'A','format':'raw'}")));
        const std::string head = DescriptorFolder::word(32);
        QVERIFY(folder
                    .explain(
                        DescriptorFolder::call("f(bytes a)", head + DescriptorFolder::word(std::uint64_t{0})))
                    ->understood);
        const auto meaning = folder.explain(DescriptorFolder::call(
            "f(bytes a)", head + DescriptorFolder::word(1) + "aa" + std::string(62, '0')));
        QVERIFY(!meaning->understood);
        QVERIFY(DescriptorFolder::hasFinding(*meaning, "descriptor.raw"));
    }

    void boundsUntrustedText()
    {
        QCOMPARE(meaning::descriptorText(std::string(10'000, 'x')).size(), std::size_t{162});  // 159 and "…"
        QCOMPARE(meaning::descriptorText("a\xe2\x80\xae\nb"), std::string("a b"));
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorFormatsTest)
#include "DescriptorFormats_test.moc"
