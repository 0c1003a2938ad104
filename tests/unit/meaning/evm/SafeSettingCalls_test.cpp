#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

/// As the Safe itself makes the call.
Meaning byItself(std::string_view signature, const std::vector<AbiValue>& values)
{
    return explained(safe, calldata(signature, values), 0, safe);
}

const EvmAddress sentinel = evm("0x0000000000000000000000000000000000000001");

Meaning setUp(const std::vector<AbiValue>& owners, unsigned threshold, const EvmAddress& to,
              const Bytes& data, const Uint256& payment)
{
    return explained(safe, calldata("setup(address[],uint256,address,bytes,address,address,uint256,address)",
                                    {listOf(owners), num(threshold), at(to), raw(data), at(handler),
                                     at(EvmAddress{}), num(payment), at(stranger)}));
}

}  // namespace

class SafeSettingCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySettingIsAPowerAndAFinding_data()
    {
        QTest::addColumn<QString>("signature");
        QTest::addColumn<int>("addresses");
        QTest::addColumn<bool>("hasThreshold");
        QTest::addColumn<QString>("id");
        const auto add = [](const char* signature, int addresses, bool hasThreshold, const char* id) {
            QTest::newRow(signature) << QString::fromLatin1(signature) << addresses << hasThreshold
                                     << QString::fromLatin1(id);
        };
        add("addOwnerWithThreshold(address,uint256)", 1, true, "evm.safe.owner");
        add("removeOwner(address,address,uint256)", 2, true, "evm.safe.owner");
        add("swapOwner(address,address,address)", 3, false, "evm.safe.owner");
        add("changeThreshold(uint256)", 0, true, "evm.safe.threshold");
        add("enableModule(address)", 1, false, "evm.safe.module");
        add("setGuard(address)", 1, false, "evm.safe.guard");
        add("setModuleGuard(address)", 1, false, "evm.safe.guard");
        add("setFallbackHandler(address)", 1, false, "evm.safe.fallbackHandler");
        add("changeMasterCopy(address)", 1, false, "evm.safe.singleton");
    }

    void everySettingIsAPowerAndAFinding()
    {
        QFETCH(QString, signature);
        QFETCH(int, addresses);
        QFETCH(bool, hasThreshold);
        QFETCH(QString, id);
        std::vector<AbiValue> values(static_cast<std::size_t>(addresses), at(stranger));
        if (hasThreshold) {
            values.push_back(num(2));
        }
        const Meaning meaning = byItself(signature.toStdString(), values);
        QVERIFY(meaning.understood);
        QVERIFY(!meaning.intent.empty());
        QVERIFY(effect(meaning, Effect::Direction::Power) != nullptr);
        QVERIFY2(hasAt(meaning, id.toStdString(), Severity::Critical), qPrintable(findingsOf(meaning)));
        QVERIFY(!has(meaning, "evm.safe.notItself"));
        QVERIFY(has(explained(safe, calldata(signature.toStdString(), values)), "evm.safe.notItself"));
    }

    void impossibleThresholdsAreCritical()
    {
        QVERIFY(hasAt(byItself("changeThreshold(uint256)", {num(0)}), "evm.safe.thresholdImpossible",
                      Severity::Critical));
        QVERIFY(!has(byItself("changeThreshold(uint256)", {num(1)}), "evm.safe.thresholdImpossible"));
        QVERIFY(
            has(setUp({at(signer), at(stranger)}, 3, EvmAddress{}, {}, 0), "evm.safe.thresholdImpossible"));
        QVERIFY(
            !has(setUp({at(signer), at(stranger)}, 2, EvmAddress{}, {}, 0), "evm.safe.thresholdImpossible"));
    }

    void listedCodeIsLessGrave()
    {
        QVERIFY(hasAt(byItself("changeMasterCopy(address)", {at(singleton)}), "evm.safe.singleton",
                      Severity::Warning));
        QVERIFY(hasAt(byItself("setFallbackHandler(address)", {at(handler)}), "evm.safe.fallbackHandler",
                      Severity::Warning));
        QVERIFY(hasAt(byItself("disableModule(address,address)", {at(sentinel), at(stranger)}),
                      "evm.safe.module", Severity::Warning));
    }

    void aGuardTakenAwayIsCritical()
    {
        const Meaning meaning = byItself("setGuard(address)", {at(EvmAddress{})});
        QVERIFY(hasAt(meaning, "evm.safe.guard", Severity::Critical));
        QCOMPARE(valueAt(meaning, "setGuard.guard"), std::string("none"));
        QVERIFY(!effect(meaning, Effect::Direction::Power)->account);
    }

    void hashesAreNotUnderstood()
    {
        const Meaning meaning = explained(safe, calldata("approveHash(bytes32)", {word(Bytes(32, 0xab))}));
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.safe.approveHash"));
    }

    void setupIsReadInFull()
    {
        const Meaning meaning = setUp({at(signer), at(stranger)}, 2, EvmAddress{}, {}, 0);
        QVERIFY(meaning.understood);
        QCOMPARE(intentOf(meaning),
                 QStringLiteral("Set up Safe 0x90F7…b906 with 2 owners, of whom 2 must sign"));
        QCOMPARE(valueAt(meaning, "setup.owners[1]"), toText(stranger));

        const Meaning paying = setUp({at(signer)}, 1, EvmAddress{}, {}, 9);
        QCOMPARE(*effect(paying, Effect::Direction::Out)->amount, Uint256(9));
        QVERIFY(hasAt(paying, "evm.safe.refund", Severity::Critical));

        const Meaning running = setUp({at(signer)}, 1, unlisted, {1, 2, 3, 4}, 0);
        QVERIFY(!running.understood);
        QVERIFY(has(running, "evm.delegatecall.unlisted"));
        QVERIFY(!setUp({at(signer)}, 1, EvmAddress{}, {1}, 0).understood);
    }

    void ownersWhomNobodyIsAreFound()
    {
        QVERIFY(has(byItself("addOwnerWithThreshold(address,uint256)", {at(sentinel), num(1)}),
                    "recipient.zero"));
    }
};

COUNTERSIGN_APPLESS_TEST(SafeSettingCallsTest)
#include "SafeSettingCalls_test.moc"
