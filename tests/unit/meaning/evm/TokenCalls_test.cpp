#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

/// NFTs, vaults and wrapped coins.
class TokenCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nftsMove()
    {
        const char* three = "safeTransferFrom(address,address,uint256)";
        const Meaning meaning = explained(punks, calldata(three, {at(signer), at(supplier), num(42)}));
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("Send NFT number 42 of Punks (0xb47e…3BBB) from 0xf39F…2266 to 0x7099…79C8"));
        QCOMPARE(*meaning.effects.front().asset, "eip155:1/erc721:" + toText(punks) + "/42");
        QCOMPARE(findingsOf(meaning), QString());

        const char* four = "safeTransferFrom(address,address,uint256,bytes)";
        QVERIFY(explained(punks, calldata(four, {at(signer), at(supplier), num(42), raw({})})).understood);
        const Meaning opaque =
            explained(punks, calldata(four, {at(signer), at(supplier), num(42), raw({1})}));
        QVERIFY(!opaque.understood);
        QVERIFY(has(opaque, "evm.data.opaque"));
    }

    void nftsOfOthersAreProceeds()
    {
        const char* three = "safeTransferFrom(address,address,uint256)";
        QVERIFY(
            has(explained(punks, calldata(three, {at(supplier), at(stranger), num(42)})), "recipient.other"));
        const Meaning toMe = explained(punks, calldata(three, {at(supplier), at(signer), num(42)}));
        QVERIFY(effect(toMe, Effect::Direction::In) != nullptr);
    }

    void manyNftsMove()
    {
        const char* one = "safeTransferFrom(address,address,uint256,uint256,bytes)";
        const Meaning single =
            explained(unlisted, calldata(one, {at(signer), at(supplier), num(42), num(3), raw({})}));
        QVERIFY(single.understood);
        QCOMPARE(*single.effects.front().amount, Uint256(3));
        QVERIFY(single.effects.front().asset->find("erc1155:") != std::string::npos);

        const char* batch = "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)";
        const auto moved = [&](const std::vector<AbiValue>& counts) {
            return explained(unlisted, calldata(batch, {at(signer), at(supplier), listOf({num(1), num(2)}),
                                                        listOf(counts), raw({})}));
        };
        const Meaning both = moved({num(5), num(6)});
        QVERIFY(both.understood);
        QCOMPARE(both.effects.size(), std::size_t(2));
        QCOMPARE(*both.effects[1].amount, Uint256(6));
        QVERIFY(!moved({num(5)}).understood);
    }

    void approvalForAll()
    {
        const char* signature = "setApprovalForAll(address,bool)";
        const Meaning given = explained(punks, calldata(signature, {at(stranger), yes(true)}));
        QVERIFY(given.understood);
        QCOMPARE(findingsOf(given), QStringLiteral("evm.approval.forAll evm.approval.spenderUnknown"));
        QVERIFY(effect(given, Effect::Direction::Power) != nullptr);
        const Meaning taken = explained(punks, calldata(signature, {at(stranger), yes(false)}));
        QVERIFY(taken.understood);
        QCOMPARE(findingsOf(taken), QString());
        // Two is no truth value.
        Bytes two = calldata(signature, {at(stranger), yes(true)});
        two.back() = 2;
        QVERIFY(has(explained(punks, two), "evm.calldata.malformed"));
    }

    void coinsAreWrappedWhereTheListsSaySo()
    {
        const Meaning wrap = explained(weth, calldata("deposit()", {}), 7);
        QVERIFY(wrap.understood);
        QCOMPARE(wrap.effects.size(), std::size_t(2));
        QCOMPARE(*effect(wrap, Effect::Direction::Out)->asset, std::string("eip155:1/slip44:60"));
        QCOMPARE(*effect(wrap, Effect::Direction::In)->asset, "eip155:1/erc20:" + toText(weth));
        QCOMPARE(findingsOf(wrap), QString());

        const Meaning unwrap = explained(weth, calldata("withdraw(uint256)", {num(7)}));
        QVERIFY(unwrap.understood);
        QCOMPARE(*effect(unwrap, Effect::Direction::In)->asset, std::string("eip155:1/slip44:60"));

        QVERIFY(has(explained(unlisted, calldata("deposit()", {}), 7), "evm.call.unknown"));
        QVERIFY(has(explained(usdc, calldata("withdraw(uint256)", {num(7)})), "evm.call.unknown"));
    }

    void vaultsTellWhatTheyCan()
    {
        const Meaning in = explained(unlisted, calldata("deposit(uint256,address)", {num(5), at(signer)}));
        QVERIFY(in.understood);
        QVERIFY(hasAt(in, "evm.vault.unlisted", Severity::Warning));
        QVERIFY(!has(in, "recipient.other"));
        QCOMPARE(*effect(in, Effect::Direction::Out)->amount, Uint256(5));
        QVERIFY(!effect(in, Effect::Direction::Out)->asset);
        QVERIFY(!effect(in, Effect::Direction::In)->amount);

        const Meaning bought = explained(unlisted, calldata("mint(uint256,address)", {num(5), at(signer)}));
        QVERIFY(hasAt(bought, "evm.amount.open", Severity::Warning));

        const Meaning out = explained(
            unlisted, calldata("redeem(uint256,address,address)", {num(5), at(signer), at(signer)}));
        QVERIFY(out.understood);
        QCOMPARE(*effect(out, Effect::Direction::Out)->asset, "eip155:1/erc20:" + toText(unlisted));
        QVERIFY(has(explained(unlisted, calldata("withdraw(uint256,address,address)",
                                                 {num(5), at(signer), at(signer)})),
                    "evm.amount.open"));
    }

    void proceedsOfVaultsMayGoToOthers()
    {
        const Meaning in = explained(unlisted, calldata("deposit(uint256,address)", {num(5), at(stranger)}));
        QVERIFY(hasAt(in, "recipient.other", Severity::Warning));
        QVERIFY(effect(in, Effect::Direction::In) == nullptr);
        const Meaning out = explained(
            unlisted, calldata("redeem(uint256,address,address)", {num(5), at(stranger), at(signer)}));
        QVERIFY(has(out, "recipient.other"));
        QVERIFY(!explained(permit2, calldata("deposit(uint256,address)", {num(5), at(signer)})).understood);
    }
};

COUNTERSIGN_APPLESS_TEST(TokenCallsTest)
#include "TokenCalls_test.moc"
