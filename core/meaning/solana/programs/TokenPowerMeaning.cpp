#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/TokenAmounts.h"
#include "core/meaning/solana/rules/TokenRules.h"

#include <algorithm>
#include <limits>

// Who may do what with tokens, accounts and mints. Both token programs.

namespace countersign::meaning {

namespace {

/// What setAuthority calls an authority, in words.
std::string tokenAuthorityText(std::string_view type)
{
    constexpr std::pair<std::string_view, std::string_view> texts[] = {
        {"mintTokens", "the power to make new tokens"},
        {"freezeAccount", "the power to freeze everybody's accounts"},
        {"accountOwner", "the ownership, with all tokens in it,"},
        {"closeAccount", "the power to close the account and take its SOL"},
        {"transferFeeConfig", "the power to set the fee of transfers"},
        {"withheldWithdraw", "the power to take the fees that were kept"},
        {"closeMint", "the power to close the mint"},
        {"interestRate", "the power to set the interest"},
        {"permanentDelegate", "the power to move and burn everybody's tokens"},
        {"transferHookProgramId", "the power to set the program that runs on transfers"},
        {"scaledUiAmountConfig", "the power to scale the amounts that are shown"},
        {"pausableConfig", "the power to stop all transfers"},
        {"permissionedBurn", "the power over burning"},
    };
    const auto* const found =
        std::ranges::find(texts, type, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(texts) ? "the authority " + std::string(type) : std::string(found->second);
}

void explainApproval(InstructionReading& reading)
{
    const std::uint64_t raw = reading.number("amount");
    const bool isUnlimited = isPracticallyAll(raw);
    const TokenAmountText amount = amountText(reading, raw);
    const auto delegate = reading.account("delegate");
    Effect effect{Effect::Direction::Power,
                  tokenAssetOf(reading),
                  raw,
                  raw == std::numeric_limits<std::uint64_t>::max() ? "unlimited" : amount.display,
                  std::nullopt,
                  reading.scene().named(delegate) + " may take " +
                      (isUnlimited ? "an unlimited amount" : amount.full) + " from token account " +
                      reading.who("account")};
    if (delegate) {
        effect.account = toText(*delegate);
    }
    reading.add(std::move(effect));
    approval(reading);
    checkDecimals(reading);
    reading.intend("Let " + briefAddress(delegate) + " take " +
                   (isUnlimited ? "an unlimited amount" : amount.brief) + " from token account " +
                   reading.brief("account"));
}

void explainRevocation(InstructionReading& reading)
{
    reading.givePower({},
                      "Nobody but its owner may take tokens from " + reading.who("account") + " from now on");
    reading.intend("Revoke what may be taken from token account " + reading.brief("account"));
}

void explainTokenAuthority(InstructionReading& reading)
{
    std::string what = tokenAuthorityText(reading.text("authorityType"));
    const auto authority = reading.addressField("newAuthority");
    reading.givePower(
        authority, (authority ? reading.scene().named(authority) + " gets " : std::string("Nobody keeps ")) +
                       what + " of " + reading.who("account"));
    reading.intend("Give " + (authority ? briefAddress(authority) : std::string("nobody")) + " " + what +
                   " of " + reading.brief("account"));
    what.front() = 'T';
    authorityChange(reading, what, authority);
}

void explainFreezing(InstructionReading& reading)
{
    const bool isFrozen = reading.instruction().name == "freezeAccount";
    reading.givePower(reading.account("account"), "Token account " + reading.who("account") +
                                                      (isFrozen ? " is frozen" : " is no longer frozen"));
    issuerPower(reading, "Token account " + reading.who("account") +
                             (isFrozen ? " is frozen: its owner can no longer move its tokens."
                                       : " is no longer frozen."));
    reading.intend((isFrozen ? "Freeze token account " : "Thaw token account ") + reading.brief("account"));
}

void explainNewMint(InstructionReading& reading)
{
    const auto freezer = reading.addressField("freezeAuthority");
    const auto maker = reading.addressField("mintAuthority");
    reading.givePower(maker,
                      reading.scene().named(maker) + " may make tokens of mint " + reading.who("mint"));
    if (freezer) {
        reading.givePower(
            freezer, reading.scene().named(freezer) + " may freeze accounts of mint " + reading.who("mint"));
    }
    const auto mint = reading.account("mint");
    if (mint && reading.scene().isFunded(*mint)) {
        for (const auto& authority : {maker, freezer}) {
            if (authority && !reading.scene().isWallet(authority)) {
                newMintOfOther(reading, authority);
            }
        }
    }
    reading.intend("Set up mint " + reading.brief("mint") + ", whose tokens " + briefAddress(maker) +
                   " makes");
}

void explainNewAccount(InstructionReading& reading)
{
    const auto field = reading.addressField("owner");
    const auto owner = field ? field : reading.account("owner");
    reading.givePower(owner,
                      reading.scene().named(owner) + " owns the new token account " + reading.who("account"));
    const auto account = reading.account("account");
    if (account && reading.scene().isFunded(*account) && !reading.scene().isWallet(owner)) {
        newAccountOfOther(reading, owner);
    }
    reading.intend("Set up token account " + reading.brief("account") + ", owned by " + briefAddress(owner));
}

void explainTokenMultisig(InstructionReading& reading)
{
    std::string signers;
    for (const solana::InstructionAccount& account : reading.instruction().accounts) {
        if (account.role == "signer") {
            signers += (signers.empty() ? "" : ", ") + reading.scene().named(account.address);
        }
    }
    reading.givePower(reading.account("account"), std::to_string(reading.number("m")) + " of " + signers +
                                                      " must sign for " + reading.who("account"));
    reading.intend("Set up the multisignature account " + reading.brief("account"));
}

/// Has no effect, or none that anybody would have to agree to.
void explainTokenHelp(InstructionReading& reading)
{
    reading.assist("Call " + reading.instruction().name + " of " +
                   programText(reading.instruction().programId));
}

constexpr InstructionKnowledge ofTokenPower[] = {
    {"approve", explainApproval},
    {"approveChecked", explainApproval},
    {"revoke", explainRevocation},
    {"setAuthority", explainTokenAuthority},
    {"freezeAccount", explainFreezing},
    {"thawAccount", explainFreezing},
    {"initializeMint", explainNewMint},
    {"initializeMint2", explainNewMint},
    {"initializeAccount", explainNewAccount},
    {"initializeAccount2", explainNewAccount},
    {"initializeAccount3", explainNewAccount},
    {"initializeMultisig", explainTokenMultisig},
    {"initializeMultisig2", explainTokenMultisig},
    {"initializeImmutableOwner", explainTokenHelp},
    {"syncNative", explainTokenHelp},
    {"getAccountDataSize", explainTokenHelp},
    {"amountToUiAmount", explainTokenHelp},
    {"uiAmountToAmount", explainTokenHelp},
};

}  // namespace

std::span<const InstructionKnowledge> tokenPowerKnowledge()
{
    return ofTokenPower;
}

}  // namespace countersign::meaning
