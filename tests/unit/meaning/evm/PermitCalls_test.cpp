#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

namespace {

const char* const permit2612 = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)";
const char* const daiPermit = "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)";
const char* const authorized =
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)";

std::vector<AbiValue> with(std::vector<AbiValue> values, const std::vector<AbiValue>& more)
{
    values.insert(values.end(), more.begin(), more.end());
    return values;
}

std::vector<AbiValue> vrs()
{
    return {num(27), word(Bytes(32, 1)), word(Bytes(32, 2))};
}

// Permit2.

AbiValue details(const Uint256& amount, const Uint256& expiration)
{
    return row({at(usdc), num(amount), num(expiration), num(3)});
}

const char* const permitSingleFunction =
    "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)";
const char* const permitBatchFunction =
    "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)";
const Uint256 inTime = 1'800'000'000;

}  // namespace

class PermitCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void permitOfEip2612()
    {
        const auto values = with({at(supplier), at(permit2), num(2'000'000), num(inTime)}, vrs());
        const Meaning meaning = explained(usdc, calldata(permit2612, values));
        QVERIFY(meaning.understood);
        const Effect* power = effect(meaning, Effect::Direction::Power);
        QCOMPARE(*power->account, toText(permit2));
        QVERIFY(power->text.find(toText(supplier)) != std::string::npos);
        QCOMPARE(findingsOf(meaning), QStringLiteral("evm.permit.submitted"));
        QCOMPARE(valueAt(meaning, "permit.deadline"), std::string("2027-01-15 08:00:00 UTC"));

        const auto endless = with({at(supplier), at(stranger), num(allBits), num(allBits)}, vrs());
        const Meaning unlimited = explained(usdc, calldata(permit2612, endless));
        QVERIFY(has(unlimited, "evm.approval.unlimited"));
        QVERIFY(has(unlimited, "evm.approval.spenderUnknown"));
    }

    void permitWithOneSignature()
    {
        const Meaning meaning =
            explained(usdc, calldata("permit(address,address,uint256,uint256,bytes)",
                                     {at(supplier), at(permit2), num(1), num(inTime), raw(Bytes(65, 1))}));
        QVERIFY(meaning.understood);
    }

    void permitOfDai()
    {
        const auto given = with({at(supplier), at(stranger), num(0), num(0), yes(true)}, vrs());
        const Meaning meaning = explained(dai, calldata(daiPermit, given));
        QVERIFY(meaning.understood);
        QVERIFY(has(meaning, "evm.approval.unlimited"));
        QCOMPARE(*effect(meaning, Effect::Direction::Power)->amount, allBits);
        QCOMPARE(valueAt(meaning, "permit.expiry"), std::string("none"));
        const auto taken = with({at(supplier), at(stranger), num(0), num(0), yes(false)}, vrs());
        QVERIFY(!has(explained(dai, calldata(daiPermit, taken)), "evm.approval.unlimited"));
    }

    void transfersOfErc3009()
    {
        const auto values =
            with({at(supplier), at(stranger), num(5), num(0), num(inTime), word(Bytes(32, 9))}, vrs());
        const Meaning meaning = explained(usdc, calldata(authorized, values));
        QVERIFY(meaning.understood);
        QVERIFY(effect(meaning, Effect::Direction::Out) != nullptr);
        QVERIFY(has(meaning, "evm.permit.submitted"));
        const auto mine =
            with({at(supplier), at(signer), num(5), num(0), num(inTime), word(Bytes(32, 9))}, vrs());
        QVERIFY(effect(explained(usdc, calldata(authorized, mine)), Effect::Direction::In) != nullptr);
    }

    void permit2Approves()
    {
        const char* signature = "approve(address,address,uint160,uint48)";
        const std::vector<AbiValue> values = {at(usdc), at(stranger), num((Uint256(1) << 160) - 1),
                                              num(inTime)};
        const Meaning meaning = explained(permit2, calldata(signature, values));
        QVERIFY(meaning.understood);
        QVERIFY(has(meaning, "evm.approval.unlimited"));
        QVERIFY(!has(meaning, "evm.permit.noDeadline"));
        const Effect* power = effect(meaning, Effect::Direction::Power);
        QCOMPARE(*power->account, toText(stranger));
        QVERIFY(power->asset->find(toText(usdc)) != std::string::npos);
        QVERIFY(power->text.find("2027-01-15") != std::string::npos);

        const Meaning endless = explained(
            permit2, calldata(signature, {at(usdc), at(stranger), num(5), num((Uint256(1) << 48) - 1)}));
        QVERIFY(hasAt(endless, "evm.permit.noDeadline", Severity::Warning));
        QVERIFY(has(explained(unlisted, calldata(signature, values)), "evm.call.unknown"));
    }

    void permit2TakesPermits()
    {
        const std::vector<AbiValue> one = {at(supplier), row({details(5, inTime), at(stranger), num(inTime)}),
                                           raw(Bytes(65, 1))};
        const Meaning meaning = explained(permit2, calldata(permitSingleFunction, one));
        QVERIFY(meaning.understood);
        QCOMPARE(valueAt(meaning, "permit.permitSingle.details.nonce"), std::string("3"));
        QVERIFY(has(meaning, "evm.permit.submitted"));

        const std::vector<AbiValue> two = {
            at(supplier), row({listOf({details(5, inTime), details(6, 0)}), at(stranger), num(inTime)}),
            raw(Bytes(65, 1))};
        const Meaning both = explained(permit2, calldata(permitBatchFunction, two));
        QVERIFY(both.understood);
        QCOMPARE(both.effects.size(), std::size_t(2));
        QVERIFY(both.effects[1].text.find("the end of the block") != std::string::npos);
    }

    void permit2Transfers()
    {
        const Meaning one =
            explained(permit2, calldata("transferFrom(address,address,uint160,address)",
                                        {at(signer), at(supplier), num(1'000'000), at(usdc)}));
        QVERIFY(one.understood);
        QCOMPARE(intentOf(one),
                 QStringLiteral("Send 1 USDC (0xA0b8…eB48) from 0xf39F…2266 to 0x7099…79C8 through Permit2"));
        const AbiValue move = row({at(signer), at(supplier), num(1), at(usdc)});
        const Meaning many = explained(
            permit2, calldata("transferFrom((address,address,uint160,address)[])", {listOf({move, move})}));
        QCOMPARE(many.effects.size(), std::size_t(2));
        const Meaning lost = explained(permit2, calldata("transferFrom(address,address,uint160,address)",
                                                         {at(signer), at(usdc), num(1), at(usdc)}));
        QVERIFY(has(lost, "recipient.tokenContract"));
    }

    void permit2TransfersBySignature()
    {
        const AbiValue permitted = row({at(usdc), num(10)});
        const AbiValue wanted = row({at(stranger), num(4)});
        const char* plain =
            "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)";
        const Meaning meaning = explained(permit2, calldata(plain, {row({permitted, num(1), num(inTime)}),
                                                                    wanted, at(supplier), raw(Bytes(65))}));
        QVERIFY(meaning.understood);
        QCOMPARE(*effect(meaning, Effect::Direction::Out)->amount, Uint256(4));
        QVERIFY(has(meaning, "recipient.other"));

        const char* many =
            "permitWitnessTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,"
            "bytes32,"
            "string,bytes)";
        AbiValue text = raw({'t'});
        text.kind = AbiType::Kind::String;
        const auto witness = [&](std::vector<AbiValue> wants) {
            return explained(
                permit2,
                calldata(many, {row({listOf({permitted, permitted}), num(1), num(inTime)}),
                                listOf(std::move(wants)), at(supplier), word({1}), text, raw(Bytes(65))}));
        };
        QVERIFY(witness({wanted, wanted}).understood);
        const Meaning uneven = witness({wanted});
        QVERIFY(!uneven.understood);
        QVERIFY(has(uneven, "evm.calldata.malformed"));
    }

    void permit2TakesBack()
    {
        const Meaning locked = explained(
            permit2, calldata("lockdown((address,address)[])", {listOf({row({at(usdc), at(stranger)})})}));
        QVERIFY(locked.understood);
        QCOMPARE(*locked.effects.front().amount, Uint256(0));
        QVERIFY(explained(permit2, calldata("invalidateNonces(address,address,uint48)",
                                            {at(usdc), at(stranger), num(4)}))
                    .understood);
        QVERIFY(
            explained(permit2, calldata("invalidateUnorderedNonces(uint256,uint256)", {num(0), num(allBits)}))
                .understood);
    }
};

COUNTERSIGN_APPLESS_TEST(PermitCallsTest)
#include "PermitCalls_test.moc"
