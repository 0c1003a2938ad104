#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const char* const handleOps6 =
    "handleOps((address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)[],address)";
const char* const handleOps7 =
    "handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)";

const EvmAddress entryPoint6 = evm("0x5ff137d4b0fdcd49dca30c7cf57e578a026d2789");

Bytes paymentCall()
{
    return calldata("execute(address,uint256,bytes)",
                    {at(usdc), num(0), raw(transferCall(supplier, 1'000'000))});
}

AbiValue halves(std::uint64_t high, std::uint64_t low)
{
    return word(toBytes32((Uint256(high) << 128) + low));
}

AbiValue operation6(const Bytes& initCode, const Bytes& callData, const Bytes& paymaster)
{
    return row({at(safe), num(7), raw(initCode), raw(callData), num(100'000), num(50'000), num(21'000),
                num(2'000'000'000), num(1), raw(paymaster), raw(Bytes(65, 9))});
}

AbiValue operation7(const Bytes& initCode, const Bytes& callData, const Bytes& paymaster)
{
    return row({at(safe), num(7), raw(initCode), raw(callData), halves(50'000, 100'000), num(21'000),
                halves(1, 2'000'000'000), raw(paymaster), raw(Bytes(65, 9))});
}

Meaning handled(const EvmAddress& at1, const char* signature, const AbiValue& operation)
{
    return explained(at1, calldata(signature, {listOf({operation}), at(stranger)}));
}

}  // namespace

class UserOperationCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void operationsAreOpened()
    {
        for (const Meaning& meaning : {handled(entryPoint6, handleOps6, operation6({}, paymentCall(), {})),
                                       handled(entryPoint, handleOps7, operation7({}, paymentCall(), {}))}) {
            QVERIFY(meaning.understood);
            QVERIFY(meaning.intent.find("Send 1 USDC (0xA0b8…eB48) to 0x7099…79C8") != std::string::npos);
            const Effect* out = effect(meaning, Effect::Direction::Out);
            QVERIFY(out->text.find(toText(safe)) != std::string::npos);
            // 171,000 gas at 2 gwei.
            const Effect* fee = effect(meaning, Effect::Direction::Fee);
            QCOMPARE(*fee->amount, Uint256(342'000'000'000'000));
            QCOMPARE(*fee->account, toText(stranger));
            QCOMPARE(valueAt(meaning, "handleOps.ops[0].nonce"), std::string("7"));
        }
    }

    void safesThatAreAccountsAreOpened()
    {
        const Bytes call = calldata("executeUserOp(address,uint256,bytes,uint8)",
                                    {at(usdc), num(0), raw(transferCall(supplier, 1'000'000)), num(0)});
        QVERIFY(handled(entryPoint, handleOps7, operation7({}, call, {})).understood);
        const Bytes delegated = calldata("executeUserOp(address,uint256,bytes,uint8)",
                                         {at(unlisted), num(0), raw(transferCall(supplier, 1)), num(1)});
        QVERIFY(
            has(handled(entryPoint, handleOps7, operation7({}, delegated, {})), "evm.delegatecall.unlisted"));
    }

    void onlyListedEntryPointsAreRead()
    {
        const Meaning meaning = handled(unlisted, handleOps7, operation7({}, paymentCall(), {}));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.call.unknown"));
    }

    void accountsThatAreMadeAreNotUnderstood()
    {
        const Meaning meaning = handled(entryPoint, handleOps7, operation7(Bytes(40, 1), paymentCall(), {}));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.userOperation.initCode"));
    }

    void dataForAPaymasterIsNotUnderstood()
    {
        const Bytes address(stranger.begin(), stranger.end());
        Bytes packed = address;
        packed.resize(52);
        QVERIFY(handled(entryPoint, handleOps7, operation7({}, paymentCall(), packed)).understood);
        packed.push_back(1);
        const Meaning meaning = handled(entryPoint, handleOps7, operation7({}, paymentCall(), packed));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.data.opaque"));
        QVERIFY(has(meaning, "evm.userOperation.paymaster"));
        QVERIFY(!handled(entryPoint, handleOps7, operation7({}, paymentCall(), address)).understood);
    }

    void paymastersAreTold()
    {
        Bytes paymaster(stranger.begin(), stranger.end());
        const Bytes gas = toBytes32((Uint256(30'000) << 128) + 20'000);
        paymaster.insert(paymaster.end(), gas.begin(), gas.end());
        const Meaning meaning = handled(entryPoint, handleOps7, operation7({}, paymentCall(), paymaster));
        QVERIFY(hasAt(meaning, "evm.userOperation.paymaster", Severity::Warning));
        QCOMPARE(*effect(meaning, Effect::Direction::Fee)->amount, Uint256(221'000) * 2'000'000'000);

        const Meaning cut = handled(entryPoint, handleOps7, operation7({}, paymentCall(), {1, 2}));
        QVERIFY(!cut.understood);
    }

    void unreadableOperationsSpoilTheWhole()
    {
        const Meaning meaning = handled(entryPoint, handleOps7, operation7({}, *fromHex("deadbeef"), {}));
        QVERIFY(!meaning.understood);
    }

    void gasBeyond256BitsIsNotASmallFee()
    {
        AbiValue operation = operation6({}, paymentCall(), {});
        operation.items[4].number = allBits;
        const Meaning meaning = handled(entryPoint6, handleOps6, operation);
        QVERIFY(!effect(meaning, Effect::Direction::Fee)->amount);
    }
};

COUNTERSIGN_APPLESS_TEST(UserOperationCallsTest)
#include "UserOperationCalls_test.moc"
