#include "core/addressbook/AddressEntry.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/addressbook/AddressSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

AddressEntry entryWith(const std::string& chain = "eip155:1", const std::string& address = shop,
                       const std::string& name = "Vitalik")
{
    return {.chain = chain, .address = address, .name = name, .tags = {}, .lists = {}, .changedAt = 0};
}

bool isRefused(const AddressEntry& one)
{
    const auto checked = checkedEntry(one);
    return !checked && checked.error().code == ErrorCode::InvalidInput;
}

}  // namespace

class AddressEntryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spellsAddressesAsTheirChainDoes()
    {
        const std::string lower = QByteArray::fromStdString(shop).toLower().toStdString();
        QCOMPARE(checkedEntry(entryWith("eip155", lower))->address, shop);
        QCOMPARE(checkedEntry(entryWith("eip155:137", shop))->address, shop);
        QCOMPARE(checkedEntry(entryWith(solanaChainId, usdcMint))->address, usdcMint);
        QCOMPARE(checkedEntry(entryWith("solana", usdcMint))->chain, std::string("solana"));
    }

    void refusesAddressesOfOtherChains()
    {
        QVERIFY(isRefused(entryWith("eip155:1", usdcMint)));
        QVERIFY(isRefused(entryWith("eip155", usdcMint)));
        QVERIFY(isRefused(entryWith(solanaChainId, shop)));
        QVERIFY(isRefused(entryWith("eip155:1", "0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045")));  // checksum
        QVERIFY(isRefused(entryWith("eip155:1", shop + " ")));
        QVERIFY(isRefused(entryWith("eip155:1", "")));
    }

    void refusesChainsThatAreNone()
    {
        for (const char* chain : {"", "EVM", "eip155:", "eip155:0", "eip155:01", "eip155:0x1", "eip155:-1",
                                  "eip155:1 ", "EIP155:1", "eip155:123456789012345678901234567890123",
                                  "solana:5eykt4", "solana:", "bip122:1", "eip1559:1"}) {
            QVERIFY2(isRefused(entryWith(chain)), chain);
        }
    }

    void refusesNamesThatMislead()
    {
        for (const std::string& name :
             {std::string(), std::string(" shop"), std::string("shop "), std::string("sh\nop"),
              std::string("sh\0op", 5), std::string("shop\u202e"), std::string("sh\u00a0op"),
              std::string("sh\u200bop"), std::string("\ufeffshop"), std::string("\xff"),
              std::string(65, 'a')}) {
            QVERIFY(isRefused(entryWith("eip155:1", shop, name)));
        }
        QVERIFY(checkedEntry(entryWith("eip155:1", shop, std::string(64, 'a'))));
        QVERIFY(checkedEntry(entryWith("eip155:1", shop, "Bäckerei an der Ecke")));
    }

    void sortsTagsAndLists()
    {
        AddressEntry one = entryWith();
        one.tags = {"b", "a", "b"};
        one.lists = {"suppliers", "allow"};
        const auto checked = checkedEntry(one);
        QVERIFY(checked->tags == (std::vector<std::string>{"a", "b"}));
        QVERIFY(checked->lists == (std::vector<std::string>{"allow", "suppliers"}));
        one.lists = {"allow", "block"};
        QVERIFY(isRefused(one));
        one.lists = {"block"};
        QVERIFY(checkedEntry(one));
    }

    void refusesLabelsThatAreNone()
    {
        for (const std::string& label :
             {std::string(), std::string("a b"), std::string("a;b"), std::string("ä"), std::string("a:b"),
              std::string(33, 'a'), std::string("a\n")}) {
            AddressEntry one = entryWith();
            one.tags = {label};
            QVERIFY(isRefused(one));
            one.tags = {};
            one.lists = {label};
            QVERIFY(isRefused(one));
        }
        QVERIFY(isAddressLabel("Cold-wallets_2.1"));
        AddressEntry many = entryWith();
        for (int i = 0; i < 17; ++i) {
            many.tags.push_back("t" + std::to_string(i));
        }
        QVERIFY(isRefused(many));
        many.tags.pop_back();
        QVERIFY(checkedEntry(many));
    }

    void anEntryOfAKindCoversEachChainOfIt()
    {
        QVERIFY(coversChain("eip155:1", "eip155:1"));
        QVERIFY(!coversChain("eip155:1", "eip155:10"));
        QVERIFY(coversChain("eip155", "eip155:10"));
        QVERIFY(coversChain("solana", solanaChainId));
        QVERIFY(!coversChain("eip155", "eip1559:1"));
        QVERIFY(!coversChain("eip155", solanaChainId));
        QVERIFY(!coversChain("eip155:1", "eip155"));
    }

    void whatPeopleLookAt()
    {
        const std::string key = lookAlikeKey("eip155:1", shop);
        QCOMPARE(key, std::string("eip155:d8da6045"));
        QCOMPARE(lookAlikeKey("eip155:10", "0xD8DA000000000000000000000000000000006045"), key);
        QVERIFY(lookAlikeKey("eip155:10", "0xD8DA000000000000000000000000000000006046") != key);
        QCOMPARE(lookAlikeKey(solanaChainId, usdcMint), std::string("solana:EPjFDt1v"));
        QVERIFY(lookAlikeKey(solanaChainId, "epjFxxxxDt1v") != lookAlikeKey(solanaChainId, usdcMint));
        QCOMPARE(lookAlikeKey("eip155", ""), std::string("eip155:"));
    }
};

COUNTERSIGN_APPLESS_TEST(AddressEntryTest)
#include "AddressEntry_test.moc"
