#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/typed/TypedDataCases.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

constexpr std::string_view orderType =
    "OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,"
    "uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,"
    "uint256 counter)"
    "ConsiderationItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,"
    "uint256 endAmount,address recipient)"
    "OfferItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 "
    "endAmount)";
constexpr const char* feeTaker = "0x0000a26b00c1F0DF003000390027140000fAa719";
constexpr const char* nativeCoin = "0x0000000000000000000000000000000000000000";
const std::string noBytes = "0x" + std::string(64, '0');

enum ItemType { Native, Erc20, Erc721, Erc1155, Erc721Criteria };

Json item(ItemType type, const char* token, const Json& id, const Json& start, const Json& end)
{
    return {{"itemType", static_cast<int>(type)},
            {"token", token},
            {"identifierOrCriteria", id},
            {"startAmount", start},
            {"endAmount", end}};
}

Json paid(Json what, const char* recipient)
{
    what["recipient"] = recipient;
    return what;
}

Json ape()
{
    return item(Erc721, apes, 5, 1, 1);
}

Json money(const Json& amount)
{
    return item(Erc20, usdc, 0, amount, amount);
}

Json order(Json offer, Json consideration, const char* contract = seaport)
{
    Json domain = domainOf("Seaport", contract);
    domain["version"] = "1.6";
    return typedData(orderType, domain,
                     {{"offerer", signer},
                      {"zone", nativeCoin},
                      {"offer", std::move(offer)},
                      {"consideration", std::move(consideration)},
                      {"orderType", 0},
                      {"startTime", 1735689600},
                      {"endTime", 1767225600},
                      {"zoneHash", noBytes},
                      {"salt", 1},
                      {"conduitKey", noBytes},
                      {"counter", 0}});
}

Json list(std::initializer_list<Json> items)
{
    Json array = Json::array();
    for (const Json& each : items) {
        array.push_back(each);
    }
    return array;
}

}  // namespace

class SeaportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsASale()
    {
        const Meaning meaning = explained(order(
            list({ape()}), list({paid(money(975'000'000), signer), paid(money(25'000'000), feeTaker)})));
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string());
        QVERIFY(meaning.intent.starts_with("Give NFT number 5 of Apes (0xBC4C"));
        QVERIFY(meaning.intent.find("for at least 975 USDC (0xA0b8") != std::string::npos);
        QCOMPARE(meaning.effects.size(), std::size_t(2));
        QCOMPARE(meaning.effects[0].direction, Effect::Direction::Out);
        QCOMPARE(*meaning.effects[0].asset, std::string("eip155:1/erc721:") + apes + "/5");
        QCOMPARE(meaning.effects[1].direction, Effect::Direction::In);
        QCOMPARE(*meaning.effects[1].amount, Uint256(975'000'000));
        QCOMPARE(fieldOf(meaning, "message.consideration[1]"), std::string("25 USDC (") + usdc + ")");
    }

    void flags_data()
    {
        QTest::addColumn<Json>("offer");
        QTest::addColumn<Json>("consideration");
        QTest::addColumn<std::string>("ids");
        const auto row = [](const char* name, const Json& offer, const Json& consideration, const char* ids) {
            QTest::newRow(name) << offer << consideration << std::string(ids);
        };
        const Json sale = list({ape()});
        const Json mine = paid(money(100), signer);
        row("nothing", sale, list({}), "message.order.nothingReceived!");
        row("an amount of zero", sale, list({paid(money(0), signer)}), "message.order.nothingReceived!");
        row("all to somebody else", sale, list({paid(money(100), stranger)}),
            "message.order.nothingReceived!,message.order.proceedsElsewhere!");
        row("more to somebody else", sale, list({mine, paid(money(101), stranger)}),
            "message.order.proceedsElsewhere!");
        row("as much to somebody else", sale, list({mine, paid(money(100), stranger)}),
            "message.order.proceedsElsewhere!");
        row("less than a half", sale, list({mine, paid(money(99), stranger)}),
            "message.order.proceedsElsewhere");
        row("more than a fifth", sale, list({mine, paid(money(26), stranger)}),
            "message.order.proceedsElsewhere");
        row("a fifth", sale, list({mine, paid(money(25), stranger)}), "");
        row("a price and its fee that fall", sale,
            list({paid(item(Erc20, usdc, 0, 975, 39), signer), paid(item(Erc20, usdc, 0, 25, 1), feeTaker)}),
            "");
        row("a fee that grows", sale, list({mine, paid(item(Erc20, usdc, 0, 1, 100), stranger)}),
            "message.order.proceedsElsewhere!");
        row("the same on both sides", list({money(100)}), list({paid(money(99), signer)}),
            "message.order.sameAsset!");
        row("as much of the same", list({money(100)}), list({paid(money(100), signer)}),
            "message.order.sameAsset");
        row("unlisted collection", list({item(Erc721, stranger, 5, 1, 1)}), list({mine}),
            "evm.token.unlisted");
        row("paid in an unlisted token", sale, list({paid(item(Erc20, stranger, 0, 9, 9), signer)}),
            "message.contract.unexpected");
        row("more in two parts", sale, list({mine, paid(money(60), stranger), paid(money(60), feeTaker)}),
            "message.order.proceedsElsewhere!,message.order.proceedsElsewhere!");
        row("other money elsewhere", sale, list({mine, paid(item(Native, nativeCoin, 0, 1, 1), stranger)}),
            "message.order.proceedsElsewhere!");
        row("falls to zero", sale, list({paid(item(Erc20, usdc, 0, 100, 0), signer)}),
            "message.order.zeroMinimum!");
        row("a part falls to zero", sale, list({mine, paid(item(Erc20, usdc, 0, 100, 0), signer)}),
            "message.order.zeroMinimum");
        row("falls to one", sale, list({paid(item(Erc20, usdc, 0, 100, 1), signer)}), "");
        row("for one buyer", sale, list({mine, paid(ape(), stranger)}), "message.order.privateTaker");
        row("bid with a fee", list({money(100)}), list({paid(ape(), signer), paid(money(3), feeTaker)}), "");
        row("bid that is mostly a fee", list({money(100)}),
            list({paid(ape(), signer), paid(money(50), feeTaker)}), "message.order.proceedsElsewhere!");
        row("bid with a large fee", list({money(100)}),
            list({paid(ape(), signer), paid(money(21), feeTaker)}), "message.order.proceedsElsewhere");
        row("bid with a fee of a fifth", list({money(100)}),
            list({paid(ape(), signer), paid(money(20), feeTaker)}), "");
        row("bid for somebody else", list({money(100)}), list({paid(ape(), stranger)}),
            "message.order.nothingReceived!,message.order.proceedsElsewhere!");
        row("any token of a collection", list({item(Erc721Criteria, apes, 0, 1, 1)}), list({mine}),
            "message.order.criteria");
        row("bid for any token", list({money(100)}),
            list({paid(item(Erc721Criteria, apes, 0, 1, 1), signer)}), "");
        row("sum beyond 256 bits", sale,
            list({mine, paid(money(maxUint256), stranger), paid(money(maxUint256), stranger)}),
            "message.order.proceedsElsewhere!");
    }

    void flags()
    {
        QFETCH(Json, offer);
        QFETCH(Json, consideration);
        QFETCH(std::string, ids);
        const Meaning meaning = explained(order(offer, consideration));
        QCOMPARE(idsOf(meaning), ids);
        QVERIFY(meaning.understood);
    }

    void flagsOffererAndTimes()
    {
        Json json = order(list({ape()}), list({paid(money(5), signer)}));
        QCOMPARE(idsOf(explained(json, signedBy(stranger))), std::string("message.signer.mismatch!"));
        json["message"]["endTime"] = maxUint256;
        QCOMPARE(idsOf(explained(json)), std::string("message.deadline.none"));
    }

    void doesNotGuess()
    {
        const Json consideration = list({paid(money(5), signer)});
        const Meaning lookalike = explained(order(list({ape()}), list({}), stranger));
        QVERIFY(!lookalike.understood);
        QCOMPARE(idsOf(lookalike), std::string("message.contract.unexpected,message.order.nothingReceived!"));
        Json kind = order(list({ape()}), consideration);
        kind["message"]["orderType"] = 4;
        QCOMPARE(idsOf(explained(kind)), std::string("message.typedData.unknown"));
        Json unknownItem = order(list({ape()}), consideration);
        unknownItem["message"]["offer"][0]["itemType"] = 6;
        QCOMPARE(idsOf(explained(unknownItem)), std::string("message.typedData.unknown"));
        Json numbered = order(list({money(5)}), consideration);
        numbered["message"]["offer"][0]["identifierOrCriteria"] = 1;
        QCOMPARE(idsOf(explained(numbered)), std::string("message.typedData.unknown"));
        Json null = order(list({ape(), Json()}), consideration);
        QVERIFY(!explained(null).understood);
    }

    void showsEveryValue()
    {
        const Json many =
            order(list({ape(), item(Erc1155, apes, 7, 5, 2), item(Erc721Criteria, apes, 9, 1, 1)}),
                  list({paid(item(Erc20, usdc, 0, 100, 50), signer), paid(money(3), feeTaker),
                        paid(item(Native, nativeCoin, 0, 1, 1), signer)}));
        QVERIFY(explained(many).understood);
        QCOMPARE(unseenChange(many), std::string());
    }
};

COUNTERSIGN_APPLESS_TEST(SeaportTest)
#include "Seaport_test.moc"
