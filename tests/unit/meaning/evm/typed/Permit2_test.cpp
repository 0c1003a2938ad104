#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/typed/TypedDataCases.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

constexpr std::string_view singleType =
    "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)"
    "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)";
constexpr std::string_view batchType =
    "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)"
    "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)";
constexpr std::string_view transferType =
    "PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)"
    "TokenPermissions(address token,uint256 amount)";
constexpr std::string_view batchTransferType =
    "PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)"
    "TokenPermissions(address token,uint256 amount)";
constexpr std::string_view witnessType =
    "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
    "Order witness)Order(address seller,uint256[] prices)TokenPermissions(address token,uint256 amount)";
constexpr const char* maxUint160 = "1461501637330902918203684832716283019655932542975";

Json permit2Domain(const char* contract = permit2)
{
    return {{"name", "Permit2"}, {"chainId", 1}, {"verifyingContract", contract}};
}

Json details(const char* token, const Json& amount, const Json& expiration = 1767225600)
{
    return {{"token", token}, {"amount", amount}, {"expiration", expiration}, {"nonce", 3}};
}

Json single(const Json& amount = 250'000'000, const char* contract = permit2)
{
    return typedData(singleType, permit2Domain(contract),
                     {{"details", details(usdc, amount)}, {"spender", router}, {"sigDeadline", 1767225600}});
}

Json transfer(std::string_view type, const Json& permitted)
{
    return typedData(type, permit2Domain(),
                     {{"permitted", permitted}, {"spender", router}, {"nonce", 9}, {"deadline", 1767225600}});
}

Json permissions(const Json& amount = 250'000'000)
{
    return {{"token", usdc}, {"amount", amount}};
}

Json withWitness()
{
    Json json = transfer(witnessType, permissions());
    json["message"]["witness"] = {{"seller", signer}, {"prices", {5, "0x06"}}};
    return json;
}

}  // namespace

class Permit2Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsSingle()
    {
        const Meaning meaning = explained(single());
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string());
        QVERIFY(meaning.intent.starts_with("Allow Universal Router (0x66a9"));
        QVERIFY(meaning.intent.ends_with("through Permit2"));
        QCOMPARE(fieldOf(meaning, "message.details"), std::string("250 USDC (") + usdc + ")");
        QCOMPARE(fieldOf(meaning, "message.details.expiration"), std::string("2026-01-01 00:00:00 UTC"));
        QVERIFY(meaning.effects[0].text.ends_with(", until 2026-01-01 00:00:00 UTC"));
    }

    void flagsAmountsAndTimes()
    {
        QCOMPARE(idsOf(explained(single(maxUint160))), std::string("message.permit.unlimited"));
        QCOMPARE(idsOf(explained(single("0x8000000000000000000000000000000000000000"))),
                 std::string("message.permit.unlimited"));
        Json json = single();
        json["message"]["details"]["expiration"] = 281474976710655;
        json["message"]["sigDeadline"] = maxUint256;
        QCOMPARE(idsOf(explained(json)), std::string("message.deadline.none,message.deadline.none"));
        json = single();
        json["message"]["spender"] = stranger;
        json["message"]["details"]["expiration"] = 0;
        const Meaning meaning = explained(json);
        QCOMPARE(idsOf(meaning), std::string("message.permit.spenderUnknown"));
        QCOMPARE(fieldOf(meaning, "message.details.expiration"),
                 std::string("the end of the block that it is used in"));
        const Meaning revoked = explained(single(0));
        QCOMPARE(idsOf(revoked), std::string());
        QVERIFY(revoked.intent.starts_with("Take back"));
    }

    void readsBatch()
    {
        const Json json = typedData(batchType, permit2Domain(),
                                    {{"details", {details(usdc, 5), details(dai, maxUint160)}},
                                     {"spender", router},
                                     {"sigDeadline", 1767225600}});
        const Meaning meaning = explained(json);
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.permit.unlimited"));
        QCOMPARE(meaning.effects.size(), std::size_t(2));
        QVERIFY(meaning.intent.find("to spend 2 tokens") != std::string::npos);
        QCOMPARE(fieldOf(meaning, "message.details[0]"), std::string("0.000005 USDC (") + usdc + ")");
    }

    void readsTransfers()
    {
        const Meaning meaning = explained(transfer(transferType, permissions()));
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string());
        QVERIFY(meaning.intent.ends_with("once through Permit2"));
        const Meaning batch =
            explained(transfer(batchTransferType, {permissions(), permissions(maxUint256)}));
        QVERIFY(batch.understood);
        QCOMPARE(idsOf(batch), std::string("message.permit.unlimited"));
        QCOMPARE(batch.effects.size(), std::size_t(2));
    }

    void showsTheWitness()
    {
        const Meaning meaning = explained(withWitness());
        QVERIFY(meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.permit.witness"));
        QCOMPARE(fieldOf(meaning, "message.witness"), std::string("Order"));
        QCOMPARE(fieldOf(meaning, "message.witness.seller"), std::string(signer));
        QCOMPARE(fieldOf(meaning, "message.witness.prices[1]"), std::string("6"));
    }

    void doesNotUnderstandWitnessesThatCannotBeShown()
    {
        Json null = withWitness();
        null["message"]["witness"] = nullptr;
        QCOMPARE(idsOf(explained(null)), std::string("message.typedData.unknown"));
        Json endless = withWitness();
        for (int i = 0; i < 500; ++i) {
            endless["message"]["witness"]["prices"].push_back(i);
        }
        const Meaning meaning = explained(endless);
        QVERIFY(!meaning.understood);
        QCOMPARE(idsOf(meaning), std::string("message.incomplete,message.permit.witness"));
        Json notLast = withWitness();
        notLast["types"]["PermitWitnessTransferFrom"].push_back({{"name", "more"}, {"type", "uint256"}});
        notLast["message"]["more"] = 1;
        QCOMPARE(idsOf(explained(notLast)), std::string("message.typedData.unknown"));
        Json otherPermissions = withWitness();
        otherPermissions["types"]["TokenPermissions"][1]["type"] = "uint128";
        QCOMPARE(idsOf(explained(otherPermissions)), std::string("message.typedData.unknown"));
    }

    void refusesLookalikes()
    {
        const std::string refused = "message.contract.unexpected!";
        for (const char* other : {stranger, usdc}) {
            const Meaning meaning = explained(single(5, other));
            QVERIFY(!meaning.understood);
            QCOMPARE(idsOf(meaning), refused);
            QCOMPARE(fieldOf(meaning, "message.details.amount"), std::string("5"));
            QVERIFY(meaning.effects.empty());
        }
        Json named = single();
        named["domain"]["name"] = "Permit 2";
        QCOMPARE(idsOf(explained(named)), refused);
        Json versioned = single();
        versioned["domain"]["version"] = "1";
        QCOMPARE(idsOf(explained(versioned)), refused);
        Json witness = withWitness();
        witness["domain"]["verifyingContract"] = stranger;
        QCOMPARE(idsOf(explained(witness)), refused);
    }

    void showsEveryValue()
    {
        QCOMPARE(unseenChange(single()), std::string());
        QCOMPARE(unseenChange(single(maxUint160)), std::string());
        QCOMPARE(unseenChange(transfer(batchTransferType, {permissions(), permissions(maxUint256)})),
                 std::string());
        QCOMPARE(unseenChange(withWitness()), std::string());
    }
};

COUNTERSIGN_APPLESS_TEST(Permit2Test)
#include "Permit2_test.moc"
