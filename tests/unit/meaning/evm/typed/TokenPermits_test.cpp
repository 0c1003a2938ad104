#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/typed/TypedDataCases.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

constexpr std::string_view permitType =
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";
constexpr std::string_view daiType =
    "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)";
constexpr std::string_view nftType = "Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)";
constexpr std::string_view forAllType =
    "PermitForAll(address operator,bool approved,uint256 nonce,uint256 deadline)";

Json permit()
{
    return typedData(permitType, domainOf("USD Coin", usdc),
                     {{"owner", signer},
                      {"spender", router},
                      {"value", "250000000"},
                      {"nonce", 0},
                      {"deadline", 1767225600}});
}

Json daiPermit()
{
    return typedData(
        daiType, domainOf("Dai Stablecoin", dai),
        {{"holder", signer}, {"spender", router}, {"nonce", 0}, {"expiry", 1767225600}, {"allowed", true}});
}

Json changed(Json json, const char* part, const char* member, const Json& value)
{
    json[part][member] = value;
    return json;
}

}  // namespace

class TokenPermitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsPermit()
    {
        const Meaning meaning = explained(permit());
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string());
        QCOMPARE(meaning.intent, std::string("Allow Universal Router (0x66a9\xe2\x80\xa6"
                                             "A8Af) to spend 250 USDC (0xA0b8\xe2\x80\xa6"
                                             "eB48)"));
        QCOMPARE(fieldOf(meaning, "message.value"), std::string("250 USDC (") + usdc + ")");
        QCOMPARE(fieldOf(meaning, "message.deadline"), std::string("2026-01-01 00:00:00 UTC"));
        QCOMPARE(fieldOf(meaning, "message.owner"), std::string(signer));
        QCOMPARE(meaning.effects.size(), std::size_t(1));
        const Effect& effect = meaning.effects[0];
        QCOMPARE(effect.direction, Effect::Direction::Power);
        QCOMPARE(*effect.asset, std::string("eip155:1/erc20:") + usdc);
        QCOMPARE(*effect.amount, Uint256(250'000'000));
        QCOMPARE(*effect.account, std::string(router));
    }

    void flagsWhatIsWrong_data()
    {
        QTest::addColumn<Json>("json");
        QTest::addColumn<std::string>("ids");
        const auto row = [](const char* name, const char* part, const char* member, const Json& value,
                            const char* ids) {
            QTest::newRow(name) << changed(permit(), part, member, value) << std::string(ids);
        };
        row("unlimited", "message", "value", maxUint256, "message.permit.unlimited");
        row("2^255", "message", "value", "0x8000000000000000000000000000000000000000000000000000000000000000",
            "message.permit.unlimited");
        row("2^128", "message", "value", "340282366920938463463374607431768211456",
            "message.permit.unlimited");
        row("2^64 - 1", "message", "value", "18446744073709551615", "message.permit.unlimited");
        row("a million million", "message", "value", "1000000000000000000", "message.permit.unlimited");
        row("less", "message", "value", "999999999999999999", "");
        row("unknown spender", "message", "spender", stranger, "message.permit.spenderUnknown");
        row("no deadline", "message", "deadline", maxUint256, "message.deadline.none");
        row("2^48 - 1", "message", "deadline", 281474976710655, "message.deadline.none");
        row("2^48", "message", "deadline", 281474976710656, "message.deadline.far");
        row("year 2100", "message", "deadline", 4102444800, "message.deadline.far");
        row("year 2099", "message", "deadline", 4102444799, "");
        row("somebody else's", "message", "owner", stranger, "message.signer.mismatch!");
        row("another chain", "domain", "chainId", 10,
            "message.contract.unexpected,message.domain.chainMismatch!");
        row("unknown token", "domain", "verifyingContract", stranger, "message.contract.unexpected");
    }

    void flagsWhatIsWrong()
    {
        QFETCH(Json, json);
        QFETCH(std::string, ids);
        const Meaning meaning = explained(json);
        std::string found = idsOf(meaning);
        // On another chain the router is unknown too.
        if (json["domain"]["chainId"] == 10) {
            found.erase(found.find(",message.permit.spenderUnknown"));
        }
        QCOMPARE(found, ids);
        QVERIFY(meaning.understood);
    }

    void readsTakingBack()
    {
        const Meaning meaning =
            explained(changed(changed(permit(), "message", "value", 0), "message", "spender", stranger));
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string());
        QVERIFY(meaning.intent.starts_with("Take back the allowance of 0x3C44"));
        QVERIFY(meaning.effects[0].text.find("may no longer spend") != std::string::npos);
    }

    void readsPermitOfAnyChain()
    {
        Json json = permit();
        json["domain"].erase("chainId");
        const Meaning meaning = explained(json);
        QCOMPARE(
            idsOf(meaning),
            std::string("message.contract.unexpected,message.domain.noChain,message.permit.spenderUnknown"));
        QVERIFY(!meaning.effects[0].asset);
        QCOMPARE(fieldOf(meaning, "message.value"), std::string("raw 250000000 of token ") + usdc);
    }

    void doesNotGuess()
    {
        Json noContract = permit();
        noContract["domain"].erase("verifyingContract");
        QCOMPARE(idsOf(explained(noContract)),
                 std::string("message.domain.noContract,message.typedData.unknown"));
        Json swapped = permit();
        swapped["types"]["Permit"] = typesOf(
            "Permit(address spender,address owner,uint256 value,uint256 nonce,uint256 deadline)")["Permit"];
        QCOMPARE(idsOf(explained(swapped)), std::string("message.typedData.unknown"));
        Json ownDomain = permit();
        ownDomain["types"]["EIP712Domain"] = typesOf(
            "EIP712Domain(address verifyingContract,uint256 chainId,string name,string version,string "
            "purpose)")["EIP712Domain"];
        ownDomain["domain"]["purpose"] = "login";
        const Meaning meaning = explained(ownDomain);
        QCOMPARE(idsOf(meaning), std::string("message.typedData.unknown"));
        QVERIFY(!meaning.understood && meaning.intent.empty());
    }

    void readsDaiPermit()
    {
        const Meaning meaning = explained(daiPermit());
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.permit.unlimited"));
        QVERIFY(meaning.intent.find("to spend unlimited DAI (0x6B17") != std::string::npos);
        QCOMPARE(idsOf(explained(changed(daiPermit(), "message", "expiry", 0))),
                 std::string("message.deadline.none,message.permit.unlimited"));
        QCOMPARE(idsOf(explained(changed(daiPermit(), "message", "holder", stranger))),
                 std::string("message.permit.unlimited,message.signer.mismatch!"));
        const Meaning others = explained(changed(daiPermit(), "message", "holder", stranger));
        QVERIFY(others.effects.front().text.find(" of " + std::string(stranger)) != std::string::npos);
        const Meaning revoked = explained(changed(daiPermit(), "message", "allowed", false));
        QCOMPARE(idsOf(revoked), std::string());
        QVERIFY(revoked.intent.starts_with("Take back the allowance of Universal Router"));
    }

    void readsPermitsOfNfts()
    {
        const Json json =
            typedData(nftType, domainOf("Positions", stranger),
                      {{"spender", router}, {"tokenId", 7}, {"nonce", 0}, {"deadline", 1767225600}});
        const Meaning meaning = explained(json);
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.contract.unexpected"));
        QCOMPARE(*meaning.effects[0].asset, std::string("eip155:1/erc721:") + stranger + "/7");
        Json all =
            typedData(forAllType, domainOf("Positions", stranger),
                      {{"operator", router}, {"approved", true}, {"nonce", 0}, {"deadline", 1767225600}});
        QCOMPARE(idsOf(explained(all)), std::string("message.contract.unexpected,message.permit.forAll!"));
        QCOMPARE(idsOf(explained(changed(all, "message", "approved", false))),
                 std::string("message.contract.unexpected"));
    }

    void showsEveryValue()
    {
        QCOMPARE(unseenChange(permit()), std::string());
        QCOMPARE(unseenChange(changed(permit(), "message", "value", maxUint256)), std::string());
        QCOMPARE(unseenChange(changed(permit(), "message", "deadline", maxUint256)), std::string());
        QCOMPARE(unseenChange(daiPermit()), std::string());
        QVERIFY(explained(changed(daiPermit(), "message", "expiry", 0)) !=
                explained(changed(daiPermit(), "message", "expiry", maxUint256)));
        Json salted = permit();
        salted["domain"].erase("chainId");
        salted["domain"]["salt"] = "0x" + std::string(64, '3');
        QCOMPARE(unseenChange(salted), std::string());
        QVERIFY(explained(salted).understood);
    }

    void wantsTheDomainInItsOrder()
    {
        Json json = permit();
        json["types"]["EIP712Domain"] =
            typesOf("EIP712Domain(uint256 chainId,string name,string version,address verifyingContract)")
                ["EIP712Domain"];
        QCOMPARE(idsOf(explained(json)), std::string("message.typedData.unknown"));
    }
};

COUNTERSIGN_APPLESS_TEST(TokenPermitsTest)
#include "TokenPermits_test.moc"
