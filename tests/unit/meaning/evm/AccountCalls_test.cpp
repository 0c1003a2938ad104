#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const char* const executeMode = "execute(bytes32,bytes)";

/// abi.encode of values without a selector.
Bytes encoded(std::string_view signature, const std::vector<AbiValue>& values)
{
    Bytes bytes = calldata(signature, values);
    bytes.erase(bytes.begin(), bytes.begin() + 4);
    return bytes;
}

AbiValue modeOf(const char* hex)
{
    return word(*fromHex(hex));
}

AbiValue paymentItem()
{
    return row({at(usdc), num(0), raw(transferCall(supplier, 1'000'000))});
}

Bytes packedCall(const EvmAddress& target, const Uint256& value, const Bytes& data)
{
    Bytes bytes(target.begin(), target.end());
    const Bytes wei = toBytes32(value);
    bytes.insert(bytes.end(), wei.begin(), wei.end());
    bytes.insert(bytes.end(), data.begin(), data.end());
    return bytes;
}

}  // namespace

class AccountCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void delegatecallsOfAModeAreJudgedLikeOthers()
    {
        const auto delegating = [](const EvmAddress& target, const Bytes& data) {
            Bytes bytes(target.begin(), target.end());
            bytes.insert(bytes.end(), data.begin(), data.end());
            return explained(signer, calldata(executeMode, {modeOf("0xff"), raw(bytes)}));
        };
        const Meaning foreign = delegating(unlisted, transferCall(supplier, 1));
        QVERIFY(!foreign.understood);
        QVERIFY(hasAt(foreign, "evm.delegatecall.unlisted", Severity::Critical));
        QVERIFY(delegating(multiSend, calldata("multiSend(bytes)", {raw({})})).understood);
        const Meaning cut = explained(signer, calldata(executeMode, {modeOf("0xff"), raw(Bytes(19, 1))}));
        QVERIFY(has(cut, "evm.calldata.malformed"));
    }

    void executeMovesWhatTheAccountHas()
    {
        const Bytes data = calldata("execute(address,uint256,bytes)",
                                    {at(usdc), num(0), raw(transferCall(supplier, 1'000'000))});
        const Meaning meaning = explained(safe, data);
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("As 0x90F7…b906: Send 1 USDC (0xA0b8…eB48) to 0x7099…79C8"));
        QVERIFY(meaning.effects.front().text.find(toText(safe)) != std::string::npos);
    }

    void whatTheAccountTakesIsNotTheSigners()
    {
        const Bytes take = calldata("transferFrom(address,address,uint256)", {at(signer), at(safe), num(5)});
        const Meaning meaning =
            explained(safe, calldata("execute(address,uint256,bytes)", {at(usdc), num(0), raw(take)}));
        QVERIFY(meaning.understood);
        QVERIFY(effect(meaning, Effect::Direction::In) == nullptr);
        QVERIFY(effect(meaning, Effect::Direction::Out) != nullptr);
        QVERIFY(hasAt(meaning, "recipient.other", Severity::Warning));

        const Bytes mine = calldata("transferFrom(address,address,uint256)", {at(safe), at(signer), num(5)});
        const Meaning own =
            explained(signer, calldata("execute(address,uint256,bytes)", {at(usdc), num(0), raw(mine)}));
        QVERIFY(effect(own, Effect::Direction::In) != nullptr);
    }

    void coinsSentAlongAreToldAndCompared()
    {
        const Bytes none = encoded("f((address,uint256,bytes)[])", {listOf({})});
        const Bytes data = calldata(executeMode, {modeOf("01"), raw(none)});
        const Meaning meaning = explained(safe, data, Uint256(1'000'000'000'000'000'000));
        QVERIFY2(intentOf(meaning).contains(QStringLiteral(", with 1 ETH to 0x90F7…b906")),
                 meaning.intent.c_str());
        QVERIFY(hasAt(meaning, "evm.container.valueMismatch", Severity::Warning));
        QVERIFY(!has(explained(safe, data), "evm.container.valueMismatch"));

        const Bytes single = packedCall(supplier, 7, {});
        QVERIFY(!has(explained(safe, calldata(executeMode, {modeOf("00"), raw(single)}), 7),
                     "evm.container.valueMismatch"));
        QVERIFY(has(explained(safe, calldata(executeMode, {modeOf("00"), raw(single)}), 8),
                    "evm.container.valueMismatch"));
        QVERIFY(!intentOf(explained(weth, calldata("deposit()", {}), 5)).contains(QStringLiteral(", with")));
    }

    void containersThatNobodyKnowsAreTold()
    {
        const Bytes data = calldata("execute(address,uint256,bytes)", {at(supplier), num(5), raw({})});
        QVERIFY(hasAt(explained(safe, data), "evm.container.unlisted", Severity::Warning));
        QVERIFY(!has(explained(signer, data), "evm.container.unlisted"));
        const Bytes batch = calldata("multicall(bytes[])", {listOf({raw(transferCall(supplier, 1))})});
        QVERIFY(has(explained(unlisted, batch), "evm.container.unlisted"));
        QVERIFY(!has(explained(usdc, batch), "evm.container.unlisted"));
    }

    void executeSendsCoins()
    {
        const Meaning meaning =
            explained(safe, calldata("execute(address,uint256,bytes)", {at(supplier), num(5), raw({})}));
        QVERIFY(meaning.understood);
        QCOMPARE(*meaning.effects.front().amount, Uint256(5));
        QCOMPARE(*meaning.effects.front().account, toText(supplier));
    }

    void batchesOfThreeForms()
    {
        const AbiValue targets = listOf({at(usdc), at(supplier)});
        const AbiValue data = listOf({raw(transferCall(supplier, 1)), raw({})});
        const Meaning lists = explained(safe, calldata("executeBatch(address[],uint256[],bytes[])",
                                                       {targets, listOf({num(0), num(5)}), data}));
        QVERIFY(lists.understood);
        QCOMPARE(lists.effects.size(), std::size_t(2));
        QCOMPARE(*lists.effects[1].amount, Uint256(5));
        QVERIFY(explained(safe, calldata("executeBatch(address[],bytes[])", {targets, data})).understood);
        QVERIFY(
            explained(safe, calldata("executeBatch((address,uint256,bytes)[])", {listOf({paymentItem()})}))
                .understood);

        const Meaning uneven = explained(
            safe, calldata("executeBatch(address[],uint256[],bytes[])", {targets, listOf({num(0)}), data}));
        QVERIFY(!uneven.understood);
        QVERIFY(has(uneven, "evm.calldata.malformed"));
    }

    void modesOfErc7821()
    {
        const Bytes batch = encoded("f((address,uint256,bytes)[])", {listOf({paymentItem(), paymentItem()})});
        const Meaning plain = explained(safe, calldata(executeMode, {modeOf("01"), raw(batch)}));
        QVERIFY(plain.understood);
        QCOMPARE(plain.effects.size(), std::size_t(2));
        QCOMPARE(valueAt(plain, "execute.executionData[1].transfer.to"), toText(supplier));

        const AbiValue optional = modeOf("01000000000078210001");
        QVERIFY(explained(safe, calldata(executeMode, {optional, raw(batch)})).understood);
        const Bytes withData =
            encoded("f((address,uint256,bytes)[],bytes)", {listOf({paymentItem()}), raw({1, 2, 3})});
        const Meaning opaque = explained(safe, calldata(executeMode, {optional, raw(withData)}));
        QVERIFY(!opaque.understood);
        QVERIFY(has(opaque, "evm.data.opaque"));
        QCOMPARE(opaque.effects.size(), std::size_t(1));
        const Bytes withNone =
            encoded("f((address,uint256,bytes)[],bytes)", {listOf({paymentItem()}), raw({})});
        QVERIFY(explained(safe, calldata(executeMode, {optional, raw(withNone)})).understood);
    }

    void modesThatAreNotReadAreNotUnderstood()
    {
        const Bytes batch = encoded("f((address,uint256,bytes)[])", {listOf({paymentItem()})});
        // A batch that may fail, batches of batches, a static call, a bit in the unused part.
        for (const char* mode : {"0101", "01000000000078210002", "fe",
                                 "0100000000000000000000000000000000000000000000000000000000000001"}) {
            const Meaning meaning = explained(safe, calldata(executeMode, {modeOf(mode), raw(batch)}));
            QVERIFY2(!meaning.understood, mode);
            QVERIFY2(has(meaning, "evm.container.modeUnknown"), mode);
        }
    }

    void theZeroAddressIsTheAccountItself()
    {
        const Bytes enable = calldata("enableModule(address)", {at(stranger)});
        const Bytes batch =
            encoded("f((address,uint256,bytes)[])", {listOf({row({at(EvmAddress{}), num(0), raw(enable)})})});
        const Meaning meaning = explained(safe, calldata(executeMode, {modeOf("01"), raw(batch)}));
        QVERIFY(hasAt(meaning, "evm.safe.module", Severity::Critical));
        QVERIFY(!has(meaning, "evm.safe.notItself"));

        const Bytes coins =
            encoded("f((address,uint256,bytes)[])", {listOf({row({at(EvmAddress{}), num(1), raw({})})})});
        QVERIFY(has(explained(safe, calldata(executeMode, {modeOf("01"), raw(coins)})), "recipient.zero"));
    }

    void aSingleCallIsPacked()
    {
        const Bytes single = packedCall(usdc, 0, transferCall(supplier, 1'000'000));
        const Meaning meaning = explained(safe, calldata(executeMode, {modeOf("00"), raw(single)}));
        QVERIFY(meaning.understood);
        QCOMPARE(*meaning.effects.front().account, toText(supplier));
        const Meaning tooShort = explained(safe, calldata(executeMode, {modeOf("00"), raw(Bytes(51))}));
        QVERIFY(!tooShort.understood);
        QVERIFY(has(tooShort, "evm.calldata.malformed"));
    }

    void innerBytesAreHeldToTheirForm()
    {
        Bytes batch = encoded("f((address,uint256,bytes)[])", {listOf({paymentItem()})});
        batch.insert(batch.end(), 32, 0);
        const Meaning meaning = explained(safe, calldata(executeMode, {modeOf("01"), raw(batch)}));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.calldata.trailing"));
        QVERIFY(has(explained(safe, calldata(executeMode, {modeOf("01"), raw({1, 2})})),
                    "evm.calldata.malformed"));
    }
};

COUNTERSIGN_APPLESS_TEST(AccountCallsTest)
#include "AccountCalls_test.moc"
