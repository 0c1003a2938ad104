#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/tokens/TokenReading.h"
#include "core/meaning/evm/rules/ApprovalRules.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

// Uniswap's Permit2 (Uniswap/permit2: AllowanceTransfer, SignatureTransfer), only where the lists know the
// contract as Permit2. Its allowances are on top of the one that the token itself holds for Permit2.

namespace countersign::meaning {

namespace {

/// Allowances of Permit2 have 160 bits; all of them set is one that spending does not reduce.
bool isUnlimitedPermit2(const Uint256& raw)
{
    return raw >= Uint256(1) << 159;
}

struct Permit2Allowance
{
    Allowance allowance;
    Uint256 expiration;  ///< seconds; 0: the allowance ends with the block
};

void addPermit2Allowance(CallReading& reading, const Permit2Allowance& given, std::size_t argument,
                         std::string_view further)
{
    const EvmScene& scene = reading.scene;
    const std::string until =
        given.expiration.is_zero() ? "the end of the block" : timeText(given.expiration);
    const std::string place(further);
    reading.field("Token", scene.named(given.allowance.token), argument, place + ".token");
    reading.field("Allowance", allowanceText(scene, given.allowance), argument, place + ".amount");
    reading.field("Allowance ends", until, argument, place + ".expiration");
    Effect effect = allowanceGiven(scene, given.allowance);
    effect.text += " through Permit2, end: " + until;
    reading.effect(std::move(effect));
    noteAllowance(reading, given.allowance);
    if (std::optional<Finding> endless = endlessPermit(given.expiration, "allowance");
        endless && !given.allowance.raw.is_zero()) {
        reading.meaning.findings.push_back(std::move(*endless));
    }
}

void readPermit2Approve(CallReading& reading)
{
    const Uint256& raw = reading.number(2);
    const Allowance allowance{reading.address(0), reading.address(1), reading.call.from, raw,
                              isUnlimitedPermit2(raw)};
    reading.addressField("Spender", 1);
    addPermit2Allowance(reading, {allowance, reading.number(3)}, 0, "");
    reading.intent(allowanceIntent(reading.scene, allowance) + " through Permit2");
}

/// details: (token, amount, expiration, nonce).
Permit2Allowance allowanceOf(const AbiValue& details, const EvmAddress& owner, const EvmAddress& spender)
{
    const Uint256& raw = details.items[1].number;
    return {{details.items[0].address(), spender, owner, raw, isUnlimitedPermit2(raw)},
            details.items[2].number};
}

/// permit: owner, (details, spender, sigDeadline), signature. Details are one or many.
void readPermit2Permit(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress owner = reading.address(0);
    const auto& single = reading.items(1);
    const EvmAddress spender = single[1].address();
    const bool isBatch = single[0].kind == AbiType::Kind::Array;
    const std::vector<AbiValue> details = isBatch ? single[0].items : std::vector<AbiValue>{single[0]};
    reading.addressField("Owner", 0);
    reading.field("Spender", scene.named(spender), 1, ".spender");
    reading.timeField("Deadline", single[2].number, 1, ".sigDeadline");
    reading.signatureField("Signature", reading.bytes(2), 2);
    std::vector<InnerIntent> intents;
    for (std::size_t i = 0; i < details.size(); ++i) {
        const std::string place = isBatch ? ".details[" + std::to_string(i) + "]" : ".details";
        const Permit2Allowance given = allowanceOf(details[i], owner, spender);
        addPermit2Allowance(reading, given, 1, place);
        reading.field("Nonce", toDecimal(details[i].items[3].number), 1, place + ".nonce");
        reading.meaning.findings.push_back(submittedPermit(scene, owner, given.allowance.token));
        intents.push_back({allowanceIntent(scene, given.allowance), given.allowance.raw.is_zero()
                                                                        ? InnerIntent::Weight::Other
                                                                        : InnerIntent::Weight::Power});
    }
    reading.intent(joinedIntents(std::move(intents)) + " of " + scene.brief(owner) +
                   " through Permit2, by a signed permit");
}

/// from, to, amount, token.
void addPermit2Transfer(CallReading& reading, const TokenMove& move, std::size_t argument,
                        std::string_view further)
{
    const EvmScene& scene = reading.scene;
    reading.field("From", scene.named(*move.from), argument, further);
    reading.field("Recipient", scene.named(move.to), argument, further);
    reading.field("Amount", scene.amountOf(move.token, move.raw), argument, further);
    reading.effect(tokenMoved(scene, move));
    const bool isForeign = scene.payer() && !scene.isPayer(*move.from);
    checkRecipient(scene, {move.to, move.token, isForeign}, reading.meaning);
}

std::string moveIntent(const EvmScene& scene, const TokenMove& move)
{
    return "Send " + scene.briefAmountOf(move.token, move.raw) + " from " + scene.brief(*move.from) + " to " +
           scene.brief(move.to);
}

void readPermit2TransferCall(CallReading& reading)
{
    const TokenMove move{reading.address(3), reading.number(2), reading.address(0), reading.address(1)};
    addPermit2Transfer(reading, move, 2, "");
    reading.intent(moveIntent(reading.scene, move) + " through Permit2");
}

void readPermit2Transfers(CallReading& reading)
{
    std::vector<InnerIntent> intents;
    const auto& list = reading.items(0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto& row = list[i].items;
        const TokenMove move{row[3].address(), row[2].number, row[0].address(), row[1].address()};
        addPermit2Transfer(reading, move, 0, "[" + std::to_string(i) + "]");
        intents.push_back({moveIntent(reading.scene, move), InnerIntent::Weight::Out});
    }
    reading.intent(joinedIntents(std::move(intents)) + " through Permit2");
}

/// permit: (permitted, nonce, deadline), details, owner, then a witness (bytes32, string) or not, signature.
void readSignatureTransfer(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const auto& permit = reading.items(0);
    const bool isBatch = permit[0].kind == AbiType::Kind::Array;
    const std::vector<AbiValue> permitted = isBatch ? permit[0].items : std::vector<AbiValue>{permit[0]};
    const std::vector<AbiValue> wanted =
        isBatch ? reading.items(1) : std::vector<AbiValue>{reading.arguments[1]};
    const EvmAddress owner = reading.address(2);
    reading.addressField("Owner", 2);
    reading.field("Nonce", toDecimal(permit[1].number), 0, ".nonce");
    reading.timeField("Deadline", permit[2].number, 0, ".deadline");
    if (reading.arguments.size() > 4) {
        reading.field("Witness", bytesText(reading.bytes(3)), 3);
        reading.field("Type of the witness", std::string(asText(reading.bytes(4))), 4);
    }
    reading.signatureField("Signature", reading.bytes(reading.arguments.size() - 1),
                           reading.arguments.size() - 1);
    if (permitted.size() != wanted.size()) {
        reading.meaning.doNotUnderstand(unequalLists(scene, reading.call, reading.function));
        return;
    }
    std::vector<InnerIntent> intents;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string place = isBatch ? "[" + std::to_string(i) + "]" : "";
        const EvmAddress token = permitted[i].items[0].address();
        const TokenMove move{token, wanted[i].items[1].number, owner, wanted[i].items[0].address()};
        reading.field("Permitted", scene.amountOf(token, permitted[i].items[1].number), 0,
                      ".permitted" + place);
        addPermit2Transfer(reading, move, 1, place);
        reading.meaning.findings.push_back(submittedPermit(scene, owner, token));
        intents.push_back({moveIntent(scene, move), InnerIntent::Weight::Out});
    }
    reading.intent(joinedIntents(std::move(intents)) + " through Permit2, by a signed permit");
}

void readLockdown(CallReading& reading)
{
    const auto& list = reading.items(0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Allowance allowance{list[i].items[0].address(), list[i].items[1].address(), reading.call.from,
                                  Uint256(0), false};
        Effect effect = allowanceGiven(reading.scene, allowance);
        reading.field("Allowance taken back", effect.text, 0, "[" + std::to_string(i) + "]");
        effect.text += " through Permit2";
        reading.effect(std::move(effect));
        noteAllowance(reading, allowance);
    }
    reading.intent("Take back " + std::to_string(list.size()) + " allowances of Permit2");
}

void readInvalidateNonces(CallReading& reading)
{
    reading.addressField("Token", 0);
    reading.addressField("Spender", 1);
    reading.numberField("New nonce", 2);
    reading.effect(
        powerGiven(reading.address(1), "Permits signed for " + reading.scene.named(reading.address(1)) +
                                           " with a nonce below " + toDecimal(reading.number(2)) + " end"));
    reading.intent("Invalidate signed permits of Permit2 for " + reading.scene.brief(reading.address(1)));
}

void readInvalidateUnordered(CallReading& reading)
{
    reading.numberField("Word of nonces", 0);
    reading.field("Nonces", toHexQuantity(reading.number(1)), 1);
    reading.effect(powerGiven(std::nullopt, "Permits of Permit2 with these nonces end"));
    reading.intent("Invalidate signed permits of Permit2");
}

constexpr auto permit2Refuses = KnownFunction::Value::Refused;

constexpr KnownFunction permit2Table[] = {
    {"approve(address token, address spender, uint160 amount, uint48 expiration)", readPermit2Approve,
     permit2Refuses, "permit2"},
    {"permit(address owner, ((address token, uint160 amount, uint48 expiration, uint48 nonce) "
     "details, address spender, uint256 sigDeadline) permitSingle, bytes signature)",
     readPermit2Permit, permit2Refuses, "permit2"},
    {"permit(address owner, ((address token, uint160 amount, uint48 expiration, uint48 "
     "nonce)[] details, address spender, uint256 sigDeadline) permitBatch, bytes signature)",
     readPermit2Permit, permit2Refuses, "permit2"},
    {"transferFrom(address from, address to, uint160 amount, address token)", readPermit2TransferCall,
     permit2Refuses, "permit2"},
    {"transferFrom((address from, address to, uint160 amount, address token)[] "
     "transferDetails)",
     readPermit2Transfers, permit2Refuses, "permit2"},
    {"permitTransferFrom(((address token, uint256 amount) permitted, uint256 nonce, uint256 "
     "deadline) permit, (address to, uint256 requestedAmount) transferDetails, address owner, "
     "bytes signature)",
     readSignatureTransfer, permit2Refuses, "permit2"},
    {"permitTransferFrom(((address token, uint256 amount)[] permitted, uint256 nonce, uint256 "
     "deadline) permit, (address to, uint256 requestedAmount)[] transferDetails, address "
     "owner, bytes signature)",
     readSignatureTransfer, permit2Refuses, "permit2"},
    {"permitWitnessTransferFrom(((address token, uint256 amount) permitted, uint256 nonce, "
     "uint256 deadline) permit, (address to, uint256 requestedAmount) transferDetails, "
     "address owner, bytes32 witness, string witnessTypeString, bytes signature)",
     readSignatureTransfer, permit2Refuses, "permit2"},
    {"permitWitnessTransferFrom(((address token, uint256 amount)[] permitted, uint256 nonce, "
     "uint256 deadline) permit, (address to, uint256 requestedAmount)[] transferDetails, "
     "address owner, bytes32 witness, string witnessTypeString, bytes signature)",
     readSignatureTransfer, permit2Refuses, "permit2"},
    {"lockdown((address token, address spender)[] approvals)", readLockdown, permit2Refuses, "permit2"},
    {"invalidateNonces(address token, address spender, uint48 newNonce)", readInvalidateNonces,
     permit2Refuses, "permit2"},
    {"invalidateUnorderedNonces(uint256 wordPos, uint256 mask)", readInvalidateUnordered, permit2Refuses,
     "permit2"},
};

}  // namespace

std::span<const KnownFunction> permit2Functions()
{
    return permit2Table;
}

}  // namespace countersign::meaning
