#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const EvmAddress withdrawals = evm("0x00000961ef480eb55e80d19ad83579a64c007002");
const EvmAddress consolidations = evm("0x0000bbddc7ce488642fb579f8b00f3a590007251");
const EvmAddress depositContract = evm("0x00000000219ab540356cbb839cbe05303d7705fa");

Bytes withdrawal(std::uint8_t lastOfAmount)
{
    Bytes data(48, 0xaa);
    data.resize(56);
    data.back() = lastOfAmount;
    return data;
}

Bytes consolidation(std::uint8_t source, std::uint8_t target)
{
    Bytes data(48, source);
    data.resize(96, target);
    return data;
}

Bytes credentials(std::uint8_t kind, const EvmAddress& account)
{
    Bytes bytes = {kind};
    bytes.resize(12);
    bytes.insert(bytes.end(), account.begin(), account.end());
    return bytes;
}

Meaning deposited(const Bytes& withdrawalCredentials, std::size_t keyBytes = 48)
{
    return explained(
        depositContract,
        calldata("deposit(bytes,bytes,bytes,bytes32)", {raw(Bytes(keyBytes, 1)), raw(withdrawalCredentials),
                                                        raw(Bytes(96, 3)), word(Bytes(32, 4))}),
        Uint256(32'000'000'000) * 1'000'000'000);
}

}  // namespace

/// Control over contracts, and over validators.
class AdminCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownersChange()
    {
        const Meaning meaning = explained(unlisted, calldata("transferOwnership(address)", {at(stranger)}));
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.admin.ownership", Severity::Critical));
        QCOMPARE(*effect(meaning, Effect::Direction::Power)->account, toText(stranger));
        QVERIFY(has(explained(unlisted, calldata("transferOwnership(address)", {at(EvmAddress{})})),
                    "recipient.zero"));
        for (const char* signature : {"renounceOwnership()", "acceptOwnership()"}) {
            const Meaning other = explained(unlisted, calldata(signature, {}));
            QVERIFY(other.understood);
            QVERIFY(has(other, "evm.admin.ownership"));
        }
        QVERIFY(has(explained(unlisted, *fromHex("715018a600")), "evm.calldata.trailing"));
    }

    void rolesChange()
    {
        const Meaning given =
            explained(unlisted, calldata("grantRole(bytes32,address)", {word(Bytes(32)), at(stranger)}));
        QVERIFY(given.understood);
        QVERIFY(hasAt(given, "evm.admin.role", Severity::Critical));
        QVERIFY(given.intent.find("administrator") != std::string::npos);
        const Meaning taken =
            explained(unlisted, calldata("revokeRole(bytes32,address)", {word(Bytes(32, 3)), at(stranger)}));
        QVERIFY(hasAt(taken, "evm.admin.role", Severity::Warning));
    }

    void codeChanges()
    {
        const Meaning meaning = explained(unlisted, calldata("upgradeTo(address)", {at(stranger)}));
        QVERIFY(meaning.understood);
        QVERIFY(hasAt(meaning, "evm.admin.upgrade", Severity::Critical));
        const char* andCall = "upgradeToAndCall(address,bytes)";
        QVERIFY(explained(unlisted, calldata(andCall, {at(stranger), raw({})})).understood);
        const Meaning called = explained(unlisted, calldata(andCall, {at(stranger), raw({1, 2, 3, 4})}));
        QVERIFY(!called.understood);
        QVERIFY(has(called, "evm.delegatecall.unlisted"));
        const Meaning byAdmin = explained(
            unlisted, calldata("upgradeAndCall(address,address,bytes)", {at(usdc), at(stranger), raw({1})}));
        QVERIFY(!byAdmin.understood);
        QVERIFY(has(byAdmin, "evm.admin.upgrade"));
        QVERIFY(has(explained(unlisted, calldata("upgrade(address,address)", {at(usdc), at(stranger)})),
                    "evm.admin.upgrade"));
    }

    void administratorsAndPauses()
    {
        QVERIFY(has(explained(unlisted, calldata("changeAdmin(address)", {at(stranger)})),
                    "evm.admin.ownership"));
        QVERIFY(
            has(explained(unlisted, calldata("changeProxyAdmin(address,address)", {at(usdc), at(stranger)})),
                "evm.admin.ownership"));
        QVERIFY(hasAt(explained(unlisted, calldata("pause()", {})), "evm.admin.pause", Severity::Warning));
        QVERIFY(explained(unlisted, calldata("unpause()", {})).understood);
    }

    void validatorsExit()
    {
        const Meaning exit = explained(withdrawals, withdrawal(0), 1);
        QVERIFY(exit.understood);
        QVERIFY(hasAt(exit, "evm.validator.exit", Severity::Critical));
        QVERIFY(effect(exit, Effect::Direction::Power) != nullptr);
        QCOMPARE(*effect(exit, Effect::Direction::Out)->amount, Uint256(1));

        const Meaning part = explained(withdrawals, withdrawal(5), 1);
        QVERIFY(part.understood);
        QVERIFY(!has(part, "evm.validator.exit"));
        QVERIFY(hasAt(part, "evm.validator.withdrawal", Severity::Warning));
        QCOMPARE(valueAt(part, "data.amount"), std::string("0.000000005 ETH"));

        Bytes longer = withdrawal(0);
        longer.push_back(0);
        QVERIFY(!explained(withdrawals, longer).understood);
    }

    void validatorsAreConsolidated()
    {
        const Meaning moved = explained(consolidations, consolidation(1, 2), 1);
        QVERIFY(moved.understood);
        QVERIFY(hasAt(moved, "evm.validator.exit", Severity::Critical));
        const Meaning same = explained(consolidations, consolidation(1, 1), 1);
        QVERIFY(same.understood);
        QVERIFY(!has(same, "evm.validator.exit"));
        QVERIFY(!explained(consolidations, Bytes(95, 1)).understood);
    }

    void otherChainsHaveNoValidators()
    {
        const KnownLists lists = sampleLists();
        const Bytes data = withdrawal(0);
        EvmCall call;
        call.chainId = 10;
        call.to = withdrawals;
        call.data = data;
        const Meaning meaning = explainCall(call, Knowledge{lists, nullptr});
        QVERIFY(!meaning.understood);
        QVERIFY(has(meaning, "evm.call.unknown"));
    }

    void requestsThatCarryTooMuchAreFound()
    {
        const Uint256 milli = Uint256(1'000'000'000) * 1'000'000;
        QVERIFY(!has(explained(withdrawals, withdrawal(5), milli), "evm.validator.fee"));
        QVERIFY(
            hasAt(explained(withdrawals, withdrawal(5), milli + 1), "evm.validator.fee", Severity::Warning));
        QVERIFY(hasAt(explained(withdrawals, withdrawal(5), milli * 100), "evm.validator.fee",
                      Severity::Warning));
        const Meaning all = explained(consolidations, consolidation(1, 2), milli * 100 + 1);
        QVERIFY(hasAt(all, "evm.validator.fee", Severity::Critical));
        QCOMPARE(*effect(all, Effect::Direction::Out)->amount, milli * 100 + 1);
    }

    void depositsNameWhoGetsThemBack()
    {
        const Meaning own = deposited(credentials(1, signer));
        QVERIFY(own.understood);
        QVERIFY(hasAt(own, "evm.validator.deposit", Severity::Warning));
        QCOMPARE(*effect(own, Effect::Direction::Out)->display, std::string("32 ETH"));
        QVERIFY(own.intent.ends_with(", which come back to 0xf39F…2266"));

        const Meaning others = deposited(credentials(2, stranger));
        QVERIFY(hasAt(others, "evm.validator.deposit", Severity::Critical));
        QVERIFY(others.intent.ends_with(", which come back to 0x3C44…93BC"));

        QVERIFY(hasAt(deposited(Bytes(32, 0)), "evm.validator.deposit", Severity::Warning));
        for (const Bytes& nobody : {credentials(3, signer), Bytes(32, 1), Bytes(32, 2)}) {
            const Meaning lost = deposited(nobody);
            QVERIFY(hasAt(lost, "evm.validator.deposit", Severity::Critical));
            QVERIFY(lost.intent.ends_with(", which come back to nobody"));
        }
        QVERIFY(!deposited(credentials(1, signer), 47).understood);
        QVERIFY(!deposited(Bytes(31, 1)).understood);
    }
};

COUNTERSIGN_APPLESS_TEST(AdminCallsTest)
#include "AdminCalls_test.moc"
