#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const char* const aggregate3Value = "aggregate3Value((address,bool,uint256,bytes)[])";

}  // namespace

class BatchCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void multicallCallsTheSameContractForTheSameSender()
    {
        const Bytes data =
            calldata("multicall(bytes[])",
                     {listOf({raw(transferCall(supplier, 1'000'000)), raw(approveCall(permit2, 5))})});
        const Meaning meaning = explained(usdc, data);
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("At USDC (0xA0b8…eB48): Send 1 USDC (0xA0b8…eB48) to 0x7099…79C8; "
                                "Let Permit2 (0x0000…8BA3) spend 0.000005 USDC (0xA0b8…eB48)"));
        QCOMPARE(meaning.effects.size(), std::size_t(2));
        QVERIFY(meaning.effects.front().text.find(toText(signer)) != std::string::npos);
        QCOMPARE(valueAt(meaning, "multicall.data[0].transfer.to"), toText(supplier));
    }

    void multicallWithADeadline()
    {
        const Meaning meaning =
            explained(usdc, calldata("multicall(uint256,bytes[])",
                                     {num(1'800'000'000), listOf({raw(transferCall(supplier, 1))})}));
        QVERIFY(meaning.understood);
        QCOMPARE(valueAt(meaning, "multicall.deadline"), std::string("2027-01-15 08:00:00 UTC"));
    }

    void coinsOfAMulticallAreNotCountedTwice()
    {
        const AbiValue transfer = raw(transferCall(supplier, 1));
        const Meaning two =
            explained(usdc, calldata("multicall(bytes[])", {listOf({transfer, transfer})}), 9);
        QCOMPARE(two.effects.size(), std::size_t(3));
        QVERIFY(has(two, "evm.value.notPayable"));
        const Meaning one = explained(usdc, calldata("multicall(bytes[])", {listOf({transfer})}), 9);
        QCOMPARE(one.effects.size(), std::size_t(2));
    }

    void whatIsGraveIsNotAmongTheRest()
    {
        std::vector<AbiValue> calls(5, raw(transferCall(supplier, 1)));
        calls.push_back(raw(approveCall(stranger, allBits)));
        const auto intent = [&] {
            return intentOf(explained(usdc, calldata("multicall(bytes[])", {listOf(calls)})));
        };
        QVERIFY(intent().startsWith(QStringLiteral(
            "At USDC (0xA0b8…eB48): Let 0x3C44…93BC spend unlimited USDC (0xA0b8…eB48); Send")));
        QVERIFY(intent().endsWith(QStringLiteral("; and 3 more")));
        calls.insert(calls.end(), 4, raw(approveCall(permit2, 7)));
        QVERIFY(intent().endsWith(QStringLiteral("; and 7 more, 2 of which give power")));
        // Three or less stay in their order, and what is taken back gives none.
        calls.erase(calls.begin(), calls.begin() + 4);
        calls.resize(2);
        QVERIFY(intent().startsWith(QStringLiteral("At USDC (0xA0b8…eB48): Send")));
        calls.assign(4, raw(approveCall(permit2, 0)));
        QVERIFY(intent().endsWith(QStringLiteral("; and 1 more")));
    }

    void anEmptyBatchSaysSo()
    {
        const Meaning meaning = explained(usdc, calldata("multicall(bytes[])", {listOf({})}));
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning), QStringLiteral("At USDC (0xA0b8…eB48): Nothing"));
    }

    void multicall3CallsInItsOwnName()
    {
        const Bytes data = calldata("aggregate3((address,bool,bytes)[])",
                                    {listOf({row({at(usdc), yes(false), raw(transferCall(supplier, 1))})})});
        const Meaning meaning = explained(multicall3, data);
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.container.sharedAccount", Severity::Warning));
        QVERIFY(!has(meaning, "evm.container.failureAllowed"));
        QVERIFY(meaning.effects.front().text.find("Multicall3 (" + toText(multicall3)) != std::string::npos);
    }

    void multicall3ElsewhereIsUnknown()
    {
        const Bytes data = calldata("aggregate((address,bytes)[])",
                                    {listOf({row({at(usdc), raw(transferCall(supplier, 1))})})});
        QVERIFY(explained(multicall3, data).understood);
        const Meaning elsewhere = explained(unlisted, data);
        QVERIFY(!elsewhere.understood);
        QVERIFY(has(elsewhere, "evm.call.unknown"));
    }

    void payoutsOfCoinsAreRead()
    {
        const Bytes data =
            calldata(aggregate3Value, {listOf({row({at(supplier), yes(false), num(3), raw({})}),
                                               row({at(stranger), yes(false), num(4), raw({})})})});
        const Meaning meaning = explained(multicall3, data, 7);
        QVERIFY(meaning.understood);
        QCOMPARE(findingsOf(meaning), QString());
        QCOMPARE(meaning.effects.size(), std::size_t(2));

        const Meaning wrong = explained(multicall3, data, 8);
        QVERIFY(hasAt(wrong, "evm.container.valueMismatch", Severity::Warning));
    }

    void coinsWrappedByMulticall3AreNotTheSigners()
    {
        const Bytes data = calldata(
            aggregate3Value, {listOf({row({at(weth), yes(false), num(7), raw(calldata("deposit()", {}))})})});
        const Meaning meaning = explained(multicall3, data, 7);
        QVERIFY(meaning.understood);
        QVERIFY(effect(meaning, Effect::Direction::In) == nullptr);
        QVERIFY(hasAt(meaning, "recipient.other", Severity::Warning));
    }

    void sumsBeyond256BitsAreNoSums()
    {
        const Bytes data =
            calldata(aggregate3Value, {listOf({row({at(supplier), yes(false), num(allBits), raw({})}),
                                               row({at(stranger), yes(false), num(8), raw({})})})});
        QVERIFY(has(explained(multicall3, data, 7), "evm.container.valueMismatch"));
    }

    void callsThatMayFailAreTold()
    {
        const AbiValue rows = listOf({row({at(usdc), raw(transferCall(supplier, 1))})});
        const char* signature = "tryAggregate(bool,(address,bytes)[])";
        QVERIFY(hasAt(explained(multicall3, calldata(signature, {yes(false), rows})),
                      "evm.container.failureAllowed", Severity::Info));
        QVERIFY(!has(explained(multicall3, calldata(signature, {yes(true), rows})),
                     "evm.container.failureAllowed"));
    }
};

COUNTERSIGN_APPLESS_TEST(BatchCallsTest)
#include "BatchCalls_test.moc"
