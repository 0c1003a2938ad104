#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const char* const execTransaction =
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)";

const EvmAddress multiSendCallOnly = evm("0x9641d764fc13c8b624c04430c7356c1c7c8102e2");
const EvmAddress signMessageLib = evm("0xd53cd0ab83d845ac265be939c57f53ad838012c9");

struct Execution
{
    EvmAddress to{};
    Bytes data;
    Uint256 value = 0;
    unsigned operation = 0;
    Uint256 gasPrice = 0;
    Uint256 baseGas = 0;
    EvmAddress gasToken{};
    EvmAddress refundReceiver{};
};

Bytes executed(const Execution& e)
{
    return calldata(execTransaction,
                    {at(e.to), num(e.value), raw(e.data), num(e.operation), num(0), num(e.baseGas),
                     num(e.gasPrice), at(e.gasToken), at(e.refundReceiver), raw(Bytes(65, 7))});
}

Bytes packedOfBatch(unsigned operation, const EvmAddress& to, const Uint256& value, const Bytes& data)
{
    Bytes bytes = {static_cast<std::uint8_t>(operation)};
    bytes.insert(bytes.end(), to.begin(), to.end());
    for (const Bytes& part : {toBytes32(value), toBytes32(Uint256(data.size())), data}) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

Bytes multiSendOf(const std::vector<Bytes>& calls)
{
    Bytes all;
    for (const Bytes& call : calls) {
        all.insert(all.end(), call.begin(), call.end());
    }
    return calldata("multiSend(bytes)", {raw(all)});
}

}  // namespace

class SafeCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void execTransactionMovesWhatTheSafeHas()
    {
        const Meaning meaning = explained(safe, executed({usdc, transferCall(supplier, 1'000'000)}));
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("As Safe 0x90F7…b906: Send 1 USDC (0xA0b8…eB48) to 0x7099…79C8"));
        QVERIFY(meaning.effects.front().text.find(toText(safe)) != std::string::npos);
        QCOMPARE(findingsOf(meaning), QStringLiteral("evm.container.unlisted"));
        QCOMPARE(valueAt(meaning, "execTransaction.data.transfer.to"), toText(supplier));

        const Meaning coins = explained(safe, executed({supplier, {}, 5}));
        QVERIFY(coins.understood);
        QCOMPARE(*coins.effects.front().amount, Uint256(5));
    }

    void delegatecallsNeedAListedContract()
    {
        const Bytes batch = multiSendOf({packedOfBatch(0, usdc, 0, transferCall(supplier, 1'000'000)),
                                         packedOfBatch(0, supplier, 5, {})});
        for (const EvmAddress& library : {multiSend, multiSendCallOnly}) {
            const Meaning meaning = explained(safe, executed({library, batch, 0, 1}));
            QVERIFY(meaning.understood);
            QCOMPARE(meaning.effects.size(), std::size_t(2));
            QVERIFY(meaning.effects[0].text.find(toText(safe)) != std::string::npos);
            QVERIFY(meaning.intent.find("Batch of 2 calls") != std::string::npos);
        }
        // The attack on Bybit: a contract that looks like a token's transfer, by delegatecall.
        const Meaning attack = explained(safe, executed({unlisted, transferCall(supplier, 0), 0, 1}));
        QVERIFY(!attack.understood);
        QVERIFY(hasAt(attack, "evm.delegatecall.unlisted", Severity::Critical));
        const Meaning lookalike =
            explained(safe, executed({evm("0x38869bf66a61cf6bdb996a6ae40d5853fd43b527"), batch, 0, 1}));
        QVERIFY(has(lookalike, "evm.delegatecall.unlisted"));
    }

    void operationsBeyondOneDoNotExist()
    {
        const Meaning meaning = explained(safe, executed({usdc, transferCall(supplier, 1), 0, 2}));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.container.modeUnknown"));
    }

    void brokenBatchesAreNotUnderstood()
    {
        const Bytes good = packedOfBatch(0, usdc, 0, transferCall(supplier, 1));
        Bytes cut = good;
        cut.pop_back();
        Bytes longer = good;
        longer.push_back(0);
        Bytes huge = good;
        std::fill(huge.begin() + 53, huge.begin() + 85, std::uint8_t(0xff));
        for (const Bytes& bad : {cut, longer, huge, packedOfBatch(2, usdc, 0, {})}) {
            const Meaning meaning = explained(safe, executed({multiSend, multiSendOf({bad}), 0, 1}));
            QVERIFY(!meaning.understood);
            QVERIFY(has(meaning, "evm.calldata.malformed"));
        }
    }

    void delegatecallsInsideOfBatchesAreJudgedToo()
    {
        const Bytes batch = multiSendOf({packedOfBatch(1, unlisted, 0, transferCall(supplier, 1))});
        QVERIFY(has(explained(safe, executed({multiSend, batch, 0, 1})), "evm.delegatecall.unlisted"));
    }

    void multiSendElsewhereIsUnknown()
    {
        QVERIFY(has(explained(unlisted, multiSendOf({})), "evm.call.unknown"));
    }

    void refundsAreFound()
    {
        Execution e{usdc, transferCall(supplier, 1)};
        e.gasPrice = 1'000'000'000;
        e.baseGas = 21;
        const Meaning paid = explained(safe, executed(e));
        QVERIFY(hasAt(paid, "evm.safe.refund", Severity::Critical));
        QCOMPARE(paid.effects.size(), std::size_t(2));
        QVERIFY(!paid.effects[1].amount);
        QCOMPARE(*paid.effects[1].display, std::string("up to 0.000000021 ETH for the base alone"));

        e.gasToken = usdc;
        const Meaning inTokens = explained(safe, executed(e));
        QCOMPARE(*inTokens.effects[1].display, std::string("at least 21000 USDC (" + toText(usdc) + ")"));
        QVERIFY(finding(inTokens, "evm.safe.refund")->detail.find("at least 21000 USDC") !=
                std::string::npos);
        e.baseGas = allBits;
        QCOMPARE(*explained(safe, executed(e)).effects[1].display, std::string("more than there is"));

        e.gasPrice = 0;
        e.gasToken = dai;
        e.refundReceiver = stranger;
        const Meaning named = explained(safe, executed(e));
        QVERIFY(hasAt(named, "evm.safe.refund", Severity::Info));
        QCOMPARE(named.effects.size(), std::size_t(1));
    }

    void nestedSafesAreTold()
    {
        const Bytes inner = executed({usdc, transferCall(supplier, 1)});
        const Meaning meaning = explained(safe, executed({stranger, inner}));
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.safe.nested", Severity::Warning));
        QVERIFY(meaning.effects.front().text.find(toText(stranger)) != std::string::npos);
        QVERIFY(!has(explained(safe, inner), "evm.safe.nested"));
    }

    void modulesThatActAreCritical()
    {
        const Bytes data = calldata("execTransactionFromModule(address,uint256,bytes,uint8)",
                                    {at(usdc), num(0), raw(transferCall(supplier, 1)), num(0)});
        const Meaning meaning = explained(safe, data);
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.safe.moduleExecution", Severity::Critical));
    }

    void valueOfADelegatecallMovesNothing()
    {
        const Meaning meaning = explained(safe, executed({multiSend, multiSendOf({}), 5, 1}));
        QVERIFY(meaning.effects.empty());
        QCOMPARE(valueAt(meaning, "execTransaction.value"), std::string("0.000000000000000005 ETH"));
    }

    void signedMessagesAreNotUnderstood()
    {
        const Bytes data = calldata("signMessage(bytes)", {raw(Bytes(32, 5))});
        const Meaning meaning = explained(safe, executed({signMessageLib, data, 0, 1}));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.safe.signMessage"));
        QVERIFY(!has(meaning, "evm.delegatecall.unlisted"));
    }

    void theSafesOwnSettingsThroughItself()
    {
        const Bytes enable = calldata("enableModule(address)", {at(stranger)});
        const Meaning meaning = explained(safe, executed({safe, enable}));
        QVERIFY(hasAt(meaning, "evm.safe.module", Severity::Critical));
        QVERIFY(!has(meaning, "evm.safe.notItself"));
        QVERIFY(has(explained(safe, enable), "evm.safe.notItself"));
    }
};

COUNTERSIGN_APPLESS_TEST(SafeCallsTest)
#include "SafeCalls_test.moc"
