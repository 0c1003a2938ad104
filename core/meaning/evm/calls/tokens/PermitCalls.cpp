#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/tokens/TokenReading.h"
#include "core/meaning/evm/rules/ApprovalRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

// Tokens that take an owner's signature instead of a transaction: permits of EIP-2612 and of DAI, and
// transfers of ERC-3009. Who hands the signature in need not be the owner.

namespace countersign::meaning {

namespace {

void addSubmitted(CallReading& reading, const EvmAddress& owner)
{
    reading.meaning.findings.push_back(submittedPermit(reading.scene, owner, reading.call.to));
}

void addPermittedSpender(CallReading& reading, const Allowance& allowance)
{
    readAsToken(reading);
    addSubmitted(reading, *allowance.owner);
    reading.effect(allowanceGiven(reading.scene, allowance));
    reading.intent(allowanceIntent(reading.scene, allowance) + " of " +
                   reading.scene.brief(*allowance.owner) + ", by a signed permit");
    noteAllowance(reading, allowance);
}

/// v, r and s, or one argument with the whole signature, from this argument on.
void addSignature(CallReading& reading, std::size_t first)
{
    if (reading.arguments[first].kind == AbiType::Kind::DynamicBytes) {
        reading.signatureField("Signature", reading.bytes(first), first);
        return;
    }
    reading.numberField("Signature: v", first);
    reading.signatureField("Signature: r", reading.bytes(first + 1), first + 1);
    reading.signatureField("Signature: s", reading.bytes(first + 2), first + 2);
}

void readPermit2612(CallReading& reading)
{
    const Uint256& raw = reading.number(2);
    const Allowance allowance{reading.call.to, reading.address(1), reading.address(0), raw,
                              isUnlimitedAllowance(raw)};
    reading.addressField("Owner", 0);
    reading.addressField("Spender", 1);
    reading.field("Allowance", allowanceText(reading.scene, allowance), 2);
    reading.timeField("Deadline", reading.number(3), 3);
    addSignature(reading, 4);
    addPermittedSpender(reading, allowance);
}

void readDaiPermitCall(CallReading& reading)
{
    const bool isGiven = reading.isTrue(4);
    const Uint256 raw = isGiven ? ~Uint256(0) : Uint256(0);
    const Uint256& expiry = reading.number(3);
    const Allowance allowance{reading.call.to, reading.address(1), reading.address(0), raw, isGiven};
    reading.addressField("Owner", 0);
    reading.addressField("Spender", 1);
    reading.numberField("Nonce", 2);
    reading.field("Deadline", expiry.is_zero() ? "none" : timeText(expiry), 3);
    reading.field("Allowance", allowanceText(reading.scene, allowance), 4);
    addSignature(reading, 5);
    addPermittedSpender(reading, allowance);
}

/// The signer of an authorisation pays; the payer of the call only hands it in.
void readAuthorizedTransfer(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress from = reading.address(0);
    const EvmAddress to = reading.address(1);
    const Uint256& raw = reading.number(2);
    readAsToken(reading);
    reading.addressField("From", 0);
    reading.addressField("Recipient", 1);
    reading.field("Amount", scene.amountOf(reading.call.to, raw), 2);
    reading.field("Not before", timeText(reading.number(3)), 3);
    reading.timeField("Not after", reading.number(4), 4);
    reading.signatureField("Nonce", reading.bytes(5), 5);
    addSignature(reading, 6);
    addSubmitted(reading, from);
    reading.effect(tokenMoved(scene, {reading.call.to, raw, from, to}));
    reading.intent("Send " + scene.briefAmountOf(reading.call.to, raw) + " from " + scene.brief(from) +
                   " to " + scene.brief(to) + ", by its signed authorisation");
    checkRecipient(scene, {to, reading.call.to, false}, reading.meaning);
}

void readCancelAuthorizationCall(CallReading& reading)
{
    const EvmAddress owner = reading.address(0);
    readAsToken(reading);
    reading.addressField("Owner", 0);
    reading.signatureField("Nonce", reading.bytes(1), 1);
    addSignature(reading, 2);
    reading.effect(powerGiven(owner, "An authorisation of " + reading.scene.named(owner) + " for " +
                                         reading.scene.tokenName(reading.call.to) + " ends"));
    reading.intent("Cancel an authorisation of " + reading.scene.brief(owner) + " for " +
                   reading.scene.briefTokenName(reading.call.to));
}

constexpr KnownFunction permitTable[] = {
    {"permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
     readPermit2612},
    {"permit(address owner, address spender, uint256 value, uint256 deadline, bytes signature)",
     readPermit2612},
    {"permit(address holder, address spender, uint256 nonce, uint256 expiry, bool allowed, uint8 v, bytes32 "
     "r, "
     "bytes32 s)",
     readDaiPermitCall},
    {"transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 "
     "validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)",
     readAuthorizedTransfer},
    {"transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 "
     "validBefore, bytes32 nonce, bytes signature)",
     readAuthorizedTransfer},
    {"receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 "
     "validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)",
     readAuthorizedTransfer},
    {"receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 "
     "validBefore, bytes32 nonce, bytes signature)",
     readAuthorizedTransfer},
    {"cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)",
     readCancelAuthorizationCall},
    {"cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)", readCancelAuthorizationCall},
};

}  // namespace

std::span<const KnownFunction> permitFunctions()
{
    return permitTable;
}

}  // namespace countersign::meaning
