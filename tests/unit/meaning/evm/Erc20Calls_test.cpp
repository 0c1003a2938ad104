#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

class Erc20CallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void transferOfAListedTokenIsRead()
    {
        const Meaning meaning = explained(usdc, transferCall(supplier, 250'000'000));
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning), QStringLiteral("Send 250 USDC (0xA0b8…eB48) to 0x7099…79C8"));
        QCOMPARE(meaning.effects.size(), std::size_t(1));
        const Effect& out = meaning.effects.front();
        QVERIFY(out.direction == Effect::Direction::Out);
        QCOMPARE(*out.asset, std::string("eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"));
        QCOMPARE(*out.amount, Uint256(250'000'000));
        QCOMPARE(*out.display, std::string("250 USDC"));
        QCOMPARE(*out.account, std::string("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
        QCOMPARE(valueAt(meaning, "transfer.to"), toText(supplier));
        QCOMPARE(valueAt(meaning, "transfer.amount"), "250 USDC (" + toText(usdc) + ")");
        QCOMPARE(findingsOf(meaning), QString());
        QVERIFY(!meaning.sources.empty());
    }

    void amountsOfUnknownTokensAreRaw()
    {
        const Meaning meaning = explained(unlisted, transferCall(supplier, 5));
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning), QStringLiteral("Send raw 5 of token 0x1111…1111 to 0x7099…79C8"));
        QCOMPARE(*meaning.effects.front().display, "raw 5 of token " + toText(unlisted));
        QVERIFY(hasAt(meaning, "evm.token.unlisted", Severity::Info));
    }

    void knownContractsThatAreNoTokensAreNotRead()
    {
        const Meaning meaning = explained(permit2, transferCall(supplier, 5));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.contract.notToken"));
    }

    void dirtyBytesAreNotUnderstood()
    {
        Bytes longer = transferCall(supplier, 5);
        longer.push_back(0);
        const Meaning trailing = explained(usdc, longer);
        QVERIFY(!trailing.understood);
        QVERIFY(has(trailing, "evm.calldata.trailing"));
        QCOMPARE(trailing.effects.size(), std::size_t(1));

        Bytes dirty = transferCall(supplier, 5);
        dirty[4] = 1;
        QVERIFY(!explained(usdc, dirty).understood);

        Bytes shorter = transferCall(supplier, 5);
        shorter.pop_back();
        const Meaning cut = explained(usdc, shorter);
        QVERIFY(!cut.understood);
        QVERIFY(has(cut, "evm.calldata.malformed"));
        QVERIFY(cut.intent.empty());
    }

    void nonCanonicalArgumentsAreFound()
    {
        // The bytes of one argument lie further behind than an encoder would write them.
        Bytes data = calldata("multicall(bytes[])", {listOf({})});
        data[4 + 31] = 0x40;
        data.insert(data.begin() + 4 + 32, 32, 0);
        const Meaning meaning = explained(unlisted, data);
        QVERIFY(!meaning.understood);
        QVERIFY2(has(meaning, "evm.calldata.nonCanonical"), qPrintable(findingsOf(meaning)));
    }

    void recipientsAreJudged()
    {
        QVERIFY(hasAt(explained(usdc, transferCall(EvmAddress{}, 5)), "recipient.zero", Severity::Critical));
        QVERIFY(has(explained(usdc, transferCall(evm("0x000000000000000000000000000000000000dead"), 5)),
                    "recipient.zero"));
        QVERIFY(hasAt(explained(usdc, transferCall(usdc, 5)), "recipient.tokenContract", Severity::Critical));
        QVERIFY(has(explained(usdc, transferCall(dai, 5)), "recipient.tokenContract"));
        QVERIFY(has(explained(unlisted, transferCall(unlisted, 5)), "recipient.tokenContract"));
        QVERIFY(hasAt(explained(usdc, transferCall(signer, 5)), "recipient.self", Severity::Info));
        QVERIFY(hasAt(explained(usdc, transferCall(permit2, 5)), "recipient.contract", Severity::Warning));
        QVERIFY(!has(explained(usdc, transferCall(evm("0x0000000000000000000000000000000000010000"), 5)),
                     "recipient.zero"));
    }

    void coinsSentAlongAreFound()
    {
        const Meaning meaning = explained(usdc, transferCall(supplier, 5), 1'000'000'000);
        QVERIFY(hasAt(meaning, "evm.value.notPayable", Severity::Warning));
        QCOMPARE(meaning.effects.size(), std::size_t(2));
        QCOMPARE(*meaning.effects[1].asset, std::string("eip155:1/slip44:60"));
        QCOMPARE(*meaning.effects[1].display, std::string("0.000000001 ETH"));
    }

    void allowancesAreRead()
    {
        const Meaning small = explained(usdc, approveCall(permit2, 1'500'000));
        QVERIFY(small.understood);
        QCOMPARE(intentOf(small), QStringLiteral("Let Permit2 (0x0000…8BA3) spend 1.5 USDC (0xA0b8…eB48)"));
        QVERIFY(small.effects.front().direction == Effect::Direction::Power);
        QCOMPARE(*small.effects.front().account, toText(permit2));
        QCOMPARE(findingsOf(small), QString());

        const Meaning unlimited = explained(usdc, approveCall(stranger, Uint256(1) << 255));
        QCOMPARE(intentOf(unlimited), QStringLiteral("Let 0x3C44…93BC spend unlimited USDC (0xA0b8…eB48)"));
        QCOMPARE(*unlimited.effects.front().display, std::string("unlimited USDC"));
        QCOMPARE(*unlimited.effects.front().amount, Uint256(1) << 255);
        QCOMPARE(findingsOf(unlimited), QStringLiteral("evm.approval.unlimited evm.approval.spenderUnknown"));

        const Meaning below = explained(usdc, approveCall(permit2, (Uint256(1) << 255) - 1));
        QCOMPARE(findingsOf(below), QStringLiteral("evm.approval.large"));
    }

    void allowancesAsGoodAsUnlimitedAreFound()
    {
        const Uint256 much = Uint256(1'000'000'000'000) * 1'000'000;  // of USDC, which has six decimals
        const auto isLarge = [](const EvmAddress& token, const Uint256& amount) {
            return has(explained(token, approveCall(permit2, amount)), "evm.approval.large");
        };
        QVERIFY(isLarge(usdc, much));
        QVERIFY(!isLarge(usdc, much - 1));
        QVERIFY(!isLarge(dai, much * 999'999'999'999));
        QVERIFY(isLarge(dai, much * 1'000'000'000'000));
        for (const unsigned bits : {64U, 96U, 128U, 160U, 248U}) {
            const Uint256 power = Uint256(1) << bits;
            QVERIFY(isLarge(dai, power - 1));
            QVERIFY(isLarge(unlisted, power - 2));
        }
        QVERIFY(!isLarge(dai, (Uint256(1) << 64) - 17));
        QVERIFY(!isLarge(unlisted, 8'520));
        QVERIFY(!isLarge(usdc, allBits));
    }

    void anAllowanceTakenBackIsHarmless()
    {
        const Meaning meaning = explained(usdc, approveCall(stranger, 0));
        QVERIFY(meaning.understood);
        QCOMPARE(findingsOf(meaning), QString());
        QCOMPARE(*meaning.effects.front().amount, Uint256(0));
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("Take from 0x3C44…93BC the allowance of USDC (0xA0b8…eB48)"));
    }

    void approveOfAnUnknownContractHasTwoReadings()
    {
        const Meaning meaning = explained(unlisted, approveCall(permit2, 7));
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.selector.twoReadings", Severity::Warning));
        QCOMPARE(meaning.effects.size(), std::size_t(2));
        QVERIFY(meaning.effects[0].asset->find("erc20:") != std::string::npos);
        QVERIFY(meaning.effects[1].asset->find("erc721:") != std::string::npos);
        QVERIFY(meaning.intent.find("raw 7 of token") != std::string::npos);
        QVERIFY(meaning.intent.find("NFT number 7") != std::string::npos);
    }

    void numberZeroOfAnUnknownContractMayBeAnNft()
    {
        const Meaning meaning = explained(unlisted, approveCall(stranger, 0));
        QVERIFY(has(meaning, "evm.selector.twoReadings"));
        QVERIFY(hasAt(meaning, "evm.approval.spenderUnknown", Severity::Warning));
        QVERIFY(!has(explained(unlisted, approveCall(EvmAddress{}, 0)), "evm.approval.spenderUnknown"));
    }

    void approveOfAListedNftHasOne()
    {
        const Meaning meaning = explained(punks, approveCall(permit2, 7));
        QVERIFY(meaning.understood);
        QVERIFY(!has(meaning, "evm.selector.twoReadings"));
        QCOMPARE(meaning.effects.size(), std::size_t(1));
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("Let Permit2 (0x0000…8BA3) take NFT number 7 of Punks (0xb47e…3BBB)"));
    }

    void transferFromTellsWhoseTokensMove()
    {
        const char* signature = "transferFrom(address,address,uint256)";
        const Meaning mine = explained(usdc, calldata(signature, {at(signer), at(supplier), num(1)}));
        QVERIFY(mine.understood);
        QVERIFY(mine.effects.front().direction == Effect::Direction::Out);
        QCOMPARE(findingsOf(mine), QString());

        const Meaning toMe = explained(usdc, calldata(signature, {at(supplier), at(signer), num(1)}));
        QVERIFY(toMe.effects.front().direction == Effect::Direction::In);
        QCOMPARE(*toMe.effects.front().account, toText(supplier));

        const Meaning others = explained(usdc, calldata(signature, {at(supplier), at(stranger), num(1)}));
        QVERIFY(others.effects.front().direction == Effect::Direction::Out);
        QVERIFY(hasAt(others, "recipient.other", Severity::Warning));

        const Meaning either = explained(unlisted, calldata(signature, {at(signer), at(supplier), num(9)}));
        QVERIFY(either.understood);
        QVERIFY(has(either, "evm.selector.twoReadings"));
        QCOMPARE(either.effects.size(), std::size_t(2));

        const Meaning nft = explained(punks, calldata(signature, {at(signer), at(supplier), num(9)}));
        QCOMPARE(nft.effects.size(), std::size_t(1));
        QCOMPARE(*nft.effects.front().amount, Uint256(1));
    }

    void allowancesThatGrowAndShrink()
    {
        const Meaning more =
            explained(usdc, calldata("increaseAllowance(address,uint256)", {at(stranger), num(allBits)}));
        QVERIFY(more.understood);
        QVERIFY(has(more, "evm.approval.unlimited"));
        const Meaning less =
            explained(usdc, calldata("decreaseAllowance(address,uint256)", {at(stranger), num(1)}));
        QVERIFY(less.understood);
        QCOMPARE(findingsOf(less), QString());
        QVERIFY(less.effects.front().direction == Effect::Direction::Power);
    }

    void unknownSignersAreNotGuessed()
    {
        const Meaning meaning = explained(usdc, transferCall(signer, 5), 0, std::nullopt);
        QVERIFY(meaning.understood);
        QVERIFY(!has(meaning, "recipient.self"));
        QVERIFY(meaning.effects.front().text.find("the signer") != std::string::npos);
    }
};

COUNTERSIGN_APPLESS_TEST(Erc20CallsTest)
#include "Erc20Calls_test.moc"
