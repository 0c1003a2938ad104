#include "core/addressbook/AddressCatalog.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"
#include "tests/unit/addressbook/AddressSamples.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::samples;

namespace {

struct Shelf
{
    TestProfile profile;
    AddressCatalog catalog{*profile.database};

    Shelf()
    {
        put("eip155:1", shop, "Corner Shop", "supplier;vip_1", "allow", 3);
        put("eip155", bank, "bank 100%", "", "block;old", 1);
        put("eip155:10", likeShop, "Evil", "vipx1", "", 2);
        put(solanaChainId, usdcMint, "USD Coin", "token", "", 4);
    }
    void put(const std::string& chain, const std::string& address, const std::string& name,
             const std::string& tags, const std::string& lists, int at)
    {
        SQLite::Statement row(profile.database->handle(),
                              "INSERT INTO address_entry VALUES (?, ?, ?, ?, ?, ?)");
        int position = 0;
        for (const std::string& text : {chain, address, name, tags, lists}) {
            row.bind(++position, text);
        }
        row.bind(++position, at);
        row.exec();
    }
    std::string names(const AddressFilter& filter, const AddressOrder& order = {})
    {
        const auto keys = catalog.keys(filter, order);
        std::string text;
        const auto entries = catalog.entries(*keys);
        for (const auto& entry : *entries) {
            text += (text.empty() ? "" : ",") + entry->name;
        }
        return text;
    }
};

AddressFilter filterOf(std::vector<std::string> words, const std::string& chain = {},
                       const std::string& tag = {}, const std::string& list = {})
{
    return {.words = std::move(words), .chain = chain, .tag = tag, .list = list};
}

}  // namespace

class AddressCatalogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filters()
    {
        Shelf shelf;
        QCOMPARE(shelf.names({}), std::string("bank 100%,Corner Shop,Evil,USD Coin"));
        QCOMPARE(shelf.names(filterOf({"SHOP", "corner"})), std::string("Corner Shop"));
        QCOMPARE(shelf.names(filterOf({"0xd8dA", "6BF2", "6964"})), std::string("Corner Shop"));
        QCOMPARE(shelf.names(filterOf({"100%"})), std::string("bank 100%"));
        QCOMPARE(shelf.names(filterOf({"1%0"})), std::string());
        QCOMPARE(shelf.names(filterOf({"'; DROP TABLE address_entry; --"})), std::string());
        QCOMPARE(shelf.names(filterOf({}, "eip155")), std::string("bank 100%,Corner Shop,Evil"));
        QCOMPARE(shelf.names(filterOf({}, "eip155:1")), std::string("Corner Shop"));
        QCOMPARE(shelf.names(filterOf({}, "solana")), std::string("USD Coin"));
        QCOMPARE(shelf.names(filterOf({}, "SOLANA:5eykt4usfv8p8njdtrepy1vzqkqzkvdp")),
                 std::string("USD Coin"));
        // A label is matched whole, and none of its signs is a wildcard.
        QCOMPARE(shelf.names(filterOf({}, {}, "VIP_1")), std::string("Corner Shop"));
        QCOMPARE(shelf.names(filterOf({}, {}, "vip")), std::string());
        QCOMPARE(shelf.names(filterOf({}, {}, {}, "old")), std::string("bank 100%"));
        QCOMPARE(shelf.names(filterOf({"bank"}, "eip155", {}, "block")), std::string("bank 100%"));
        QCOMPARE(shelf.catalog.keys(filterOf({std::string(600, 'a')}), {}).error().code,
                 ErrorCode::InvalidInput);
    }

    void orders()
    {
        Shelf shelf;
        using Column = AddressOrder::Column;
        QCOMPARE(shelf.names({}, {Column::Changed, false}),
                 std::string("bank 100%,Evil,Corner Shop,USD Coin"));
        QCOMPARE(shelf.names({}, {Column::Changed, true}),
                 std::string("USD Coin,Corner Shop,Evil,bank 100%"));
        QCOMPARE(shelf.names({}, {Column::Chain, false}), std::string("bank 100%,Corner Shop,Evil,USD Coin"));
        QCOMPARE(shelf.catalog.keys({}, {}, 2)->size(), 2U);
    }

    void entriesThatAreGoneAreNothing()
    {
        Shelf shelf;
        const std::array keys = {AddressKey{"eip155:1", shop}, AddressKey{"eip155", shop},
                                 AddressKey{"eip155", bank}};
        const auto entries = shelf.catalog.entries(keys);
        QVERIFY(entries->at(0) && !entries->at(1) && entries->at(2));
        QVERIFY(entries->at(0)->tags == (std::vector<std::string>{"supplier", "vip_1"}));
    }

    void whatSomebodyElseWroteIsBounded()
    {
        Shelf shelf;
        const std::string endless(1'000'000, 'x');
        shelf.put("eip155:1", "0x1", endless, endless, endless, 5);
        const std::array keys = {AddressKey{"eip155:1", "0x1"}};
        const auto entry = shelf.catalog.entries(keys)->front();
        QVERIFY(entry->name.size() < 1'100 && entry->tags.front().size() < 1'100);
        QVERIFY(shelf.catalog.labels()->tags.back().size() < 1'100);
    }

    void lookAlikesAreOtherAddressesOfTheKind()
    {
        Shelf shelf;
        const auto found = shelf.catalog.lookAlikes("eip155", shop, 5);
        QCOMPARE(found->size(), 1U);
        QCOMPARE(found->front().name, std::string("Evil"));
        QCOMPARE(shelf.catalog.lookAlikes("eip155", likeShop, 0)->size(), 0U);
        QVERIFY(shelf.catalog.lookAlikes("eip155", bank, 5)->empty());
        // Base58 has cases that differ.
        std::string other = usdcMint;
        other[6] = other[6] == 'a' ? 'b' : 'a';
        QCOMPARE(shelf.catalog.lookAlikes("solana", other, 5)->size(), 1U);
        other.back() = 'V';
        QVERIFY(shelf.catalog.lookAlikes("solana", other, 5)->empty());
    }

    void labelsAreThoseInUse()
    {
        Shelf shelf;
        const auto labels = shelf.catalog.labels();
        QVERIFY(labels->tags == (std::vector<std::string>{"supplier", "token", "vip_1", "vipx1"}));
        QVERIFY(labels->lists == (std::vector<std::string>{"allow", "block", "old"}));
        for (int i = 0; i < 300; ++i) {
            shelf.put("eip155:" + std::to_string(i + 100), bank, "n", "tag" + std::to_string(i), "", 0);
        }
        QCOMPARE(shelf.catalog.labels()->tags.size(), AddressCatalog::Labels::most);
    }
};

COUNTERSIGN_GUILESS_TEST(AddressCatalogTest)
#include "AddressCatalog_test.moc"
