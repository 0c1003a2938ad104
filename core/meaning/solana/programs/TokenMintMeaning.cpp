#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/TokenAmounts.h"
#include "core/meaning/solana/rules/TokenRules.h"

// Token-2022's extensions: what an issuer may do with a mint, and an owner with an account. Confidential
// instructions are left out on purpose, their amounts are not in the bytes: they are not understood.

namespace countersign::meaning {

namespace {

std::string ofMint(const InstructionReading& reading)
{
    return " of mint " + reading.who("mint");
}

void explainPermanentDelegate(InstructionReading& reading)
{
    const auto delegate = reading.addressField("delegate");
    reading.givePower(delegate, reading.scene().named(delegate) + " may move and burn everybody's tokens" +
                                    ofMint(reading));
    permanentDelegate(reading, delegate);
    reading.intend("Let " + briefAddress(delegate) + " rule all tokens of mint " + reading.brief("mint"));
}

void explainHook(InstructionReading& reading)
{
    const auto program = reading.addressField("transferHookProgramId");
    const auto authority = reading.addressField("authority");
    reading.givePower(program, (program ? "Program " + toText(*program) : std::string("No program")) +
                                   " runs on transfers of tokens" + ofMint(reading));
    if (authority) {
        reading.givePower(authority, reading.scene().named(authority) +
                                         " may change the program that runs on "
                                         "transfers of tokens" +
                                         ofMint(reading));
    }
    transferHook(reading, program);
    reading.intend("Have " + (program ? "program " + briefAddress(program) : std::string("no program")) +
                   " run on transfers of mint " + reading.brief("mint"));
}

void explainFee(InstructionReading& reading)
{
    reading.givePower({}, std::to_string(reading.number("transferFeeBasisPoints")) +
                              " hundredths of a per cent of each transfer, at most " +
                              amountText(reading, reading.number("maximumFee")).full + ", are kept");
    for (const char* role : {"transferFeeConfigAuthority", "withdrawWithheldAuthority"}) {
        if (const auto authority = reading.addressField(role)) {
            reading.givePower(authority, reading.scene().named(authority) +
                                             (role[0] == 't' ? " may change the fee" : " may take the fees") +
                                             ofMint(reading));
        }
    }
    transferFee(reading);
    reading.intend("Set the fee of transfers of mint " + reading.brief("mint"));
}

/// Interest in hundredths of a per cent, or a factor.
void explainScale(InstructionReading& reading)
{
    const bool isInterest = reading.has("rate");
    reading.givePower(reading.account("mint"),
                      isInterest ? "The amounts that wallets show" + ofMint(reading) + " bear interest"
                                 : "The amounts that wallets show" + ofMint(reading) + " are multiplied by " +
                                       reading.text("multiplier"));
    for (const char* name : {"authority", "rateAuthority"}) {
        if (const auto authority = reading.addressField(name)) {
            reading.givePower(authority, reading.scene().named(authority) + " may change that");
        }
    }
    scaledAmount(reading);
    reading.intend("Change the amounts that are shown of mint " + reading.brief("mint"));
}

void explainCpiGuard(InstructionReading& reading)
{
    const bool isOn = reading.instruction().name == "enableCpiGuard";
    reading.givePower({}, std::string("Programs may ") + (isOn ? "no longer" : "again") +
                              " use the owner's signature on token account " + reading.who("account"));
    if (!isOn) {
        cpiGuardOff(reading);
    }
    reading.intend(std::string(isOn ? "Guard" : "Stop guarding") + " token account " +
                   reading.brief("account") + " against programs");
}

void explainMemoRule(InstructionReading& reading)
{
    const bool isOn = reading.instruction().name == "enableRequiredMemoTransfers";
    reading.givePower({}, "Transfers to token account " + reading.who("account") +
                              (isOn ? " need a memo" : " no longer need a memo"));
    reading.intend(std::string(isOn ? "Require" : "No longer require") + " memos for token account " +
                   reading.brief("account"));
}

void explainPause(InstructionReading& reading)
{
    const bool isPause = reading.instruction().name == "pause";
    reading.givePower(
        reading.account("mint"),
        (isPause ? "Nobody can move tokens" : "Everybody can move tokens again") + ofMint(reading));
    issuerPower(reading, "Transfers of tokens" + ofMint(reading) +
                             (isPause ? " are all stopped." : " are allowed again."));
    reading.intend(std::string(isPause ? "Stop" : "Allow") + " all transfers of mint " +
                   reading.brief("mint"));
}

void explainDefaultState(InstructionReading& reading)
{
    const std::string text =
        "New token accounts" + ofMint(reading) + " begin " + reading.text("accountState");
    reading.givePower(reading.account("mint"), text);
    issuerPower(reading, text + ".");
    reading.intend("Have new token accounts of mint " + reading.brief("mint") + " begin " +
                   reading.text("accountState"));
}

/// An authority that a new mint gets.
void explainMintAuthority(InstructionReading& reading)
{
    const auto closer = reading.addressField("closeAuthority");
    const auto authority = closer ? closer : reading.addressField("authority");
    const std::string what = reading.instruction().name == "initializePausableConfig"
                                 ? " may stop all transfers of mint "
                             : reading.instruction().name == "initializePermissionedBurn"
                                 ? " must agree to each burning of tokens of mint "
                                 : " may close mint ";
    if (authority) {
        const std::string text = reading.scene().named(authority) + what + reading.who("mint");
        reading.givePower(authority, text);
        issuerPower(reading, text + ".");
    }
    reading.intend("Set up mint " + reading.brief("mint"));
}

void explainNonTransferable(InstructionReading& reading)
{
    reading.givePower(reading.account("mint"), "Nobody can ever transfer tokens" + ofMint(reading));
    reading.intend("Make tokens of mint " + reading.brief("mint") + " not transferable");
}

void explainReallocation(InstructionReading& reading)
{
    reading.cost("Rent for more space in token account " + reading.who("account") + ", from " +
                 reading.who("payer"));
    reading.intend("Make space in token account " + reading.brief("account"));
}

constexpr InstructionKnowledge ofTokenMint[] = {
    {"initializePermanentDelegate", explainPermanentDelegate},
    {"initializeTransferHook", explainHook},
    {"updateTransferHook", explainHook},
    {"initializeTransferFeeConfig", explainFee},
    {"setTransferFee", explainFee},
    {"initializeInterestBearingMint", explainScale},
    {"updateRateInterestBearingMint", explainScale},
    {"initializeScaledUiAmountConfig", explainScale},
    {"updateMultiplierData", explainScale},
    {"enableCpiGuard", explainCpiGuard},
    {"disableCpiGuard", explainCpiGuard},
    {"enableRequiredMemoTransfers", explainMemoRule},
    {"disableRequiredMemoTransfers", explainMemoRule},
    {"pause", explainPause},
    {"resume", explainPause},
    {"initializeDefaultAccountState", explainDefaultState},
    {"updateDefaultAccountState", explainDefaultState},
    {"initializeMintCloseAuthority", explainMintAuthority},
    {"initializePausableConfig", explainMintAuthority},
    {"initializePermissionedBurn", explainMintAuthority},
    {"initializeNonTransferableMint", explainNonTransferable},
    {"reallocate", explainReallocation},
};

}  // namespace

std::span<const InstructionKnowledge> tokenMintKnowledge()
{
    return ofTokenMint;
}

}  // namespace countersign::meaning
