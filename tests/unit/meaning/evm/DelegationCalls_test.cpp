#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const EvmAddress manager = evm("0xdb9b1e94b5b69df7e401ddbede43491141047db3");
const char* const delegation = "(address,address,bytes32,(address,bytes,bytes)[],uint256,bytes)";

AbiValue delegated()
{
    return row({at(stranger), at(signer), word(Bytes(32, 0xff)),
                listOf({row({at(supplier), raw({1}), raw({})})}), num(3), raw(Bytes(65, 7))});
}

Meaning switched(const std::string& function, const EvmAddress& to = manager)
{
    return explained(to, calldata(function + "(" + delegation + ")", {delegated()}));
}

}  // namespace

class DelegationCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usesAreCriticalAndNotUnderstood()
    {
        const Bytes data = calldata("redeemDelegations(bytes[],bytes32[],bytes[])",
                                    {listOf({raw(Bytes(32, 1))}), listOf({word({})}), listOf({raw({2})})});
        const Meaning meaning = explained(manager, data);
        QVERIFY(!meaning.understood);
        QVERIFY(hasAt(meaning, "evm.delegation.redeemed", Severity::Critical));
        QCOMPARE(valueAt(meaning, "redeemDelegations.executionCallDatas[0]"), std::string("0x02"));
        QVERIFY(has(explained(unlisted, data), "evm.call.unknown"));
    }

    void switchingOffIsHarmless()
    {
        const Meaning meaning = switched("disableDelegation");
        QVERIFY(meaning.understood);
        QCOMPARE(findingsOf(meaning), QString());
        QCOMPARE(intentOf(meaning), QStringLiteral("Take from 0x3C44…93BC the power to act as 0xf39F…2266"));
        QCOMPARE(valueAt(meaning, "disableDelegation.delegation.caveats[0]"),
                 toText(supplier) + ": 0x01, empty");
        QVERIFY(!switched("disableDelegation", unlisted).understood);
    }

    void switchingOnIsNot()
    {
        const Meaning meaning = switched("enableDelegation");
        QVERIFY(!meaning.understood);
        QVERIFY(hasAt(meaning, "message.delegation", Severity::Critical));
    }
};

COUNTERSIGN_APPLESS_TEST(DelegationCallsTest)
#include "DelegationCalls_test.moc"
