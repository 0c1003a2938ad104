#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/TokenAmounts.h"
#include "core/meaning/solana/rules/SolanaRecipientRules.h"
#include "core/meaning/solana/rules/TokenRules.h"

// What moves, makes or destroys tokens, and the SOL in token accounts. Both token programs.

namespace countersign::meaning {

namespace {

/// Who lets the tokens go: the owner or delegate of the source, or the mint's authority.
std::optional<SolanaAddress> authorityOf(const InstructionReading& reading)
{
    const auto owner = reading.account("owner");
    return owner ? owner : reading.account("authority");
}

std::string byWhom(const InstructionReading& reading)
{
    const auto authority = authorityOf(reading);
    return reading.scene().isWallet(authority) ? "" : ", by authority of " + reading.scene().named(authority);
}

struct TokenDestination
{
    std::string named;
    std::string brief;
    std::optional<SolanaAddress> account;  ///< the owner where that is proven, else the token account
    bool isOwn = false;
};

TokenDestination destinationOf(const InstructionReading& reading)
{
    const auto destination = reading.account("destination");
    const auto proven =
        destination ? reading.scene().tokenAccount(*destination, mintOf(reading)) : std::nullopt;
    if (!proven) {
        const bool isHandedOver = destination && reading.scene().isHandedOver(*destination);
        return {"token account " + reading.scene().named(destination) +
                    (isHandedOver ? ", which is handed over here" : ", whose owner the bytes do not tell"),
                "token account " + briefAddress(destination), destination, false};
    }
    return {reading.scene().named(proven->owner) + " (token account " + toText(*destination) + ")",
            briefAddress(proven->owner), proven->owner, reading.scene().isWallet(proven->owner)};
}

void tellOwner(InstructionReading& reading)
{
    const auto destination = reading.account("destination");
    const auto proven =
        destination ? reading.scene().tokenAccount(*destination, mintOf(reading)) : std::nullopt;
    if (proven) {
        reading.meaning().fields.push_back({"Owner of the destination", reading.scene().named(proven->owner),
                                            reading.path() + ".destination"});
    }
}

void explainTokenTransfer(InstructionReading& reading)
{
    const std::uint64_t raw = reading.number("amount");
    const TokenAmountText amount = amountText(reading, raw);
    const TokenDestination to = destinationOf(reading);
    const bool arrives = to.isOwn && !reading.scene().isWallet(authorityOf(reading));
    Effect effect{
        arrives ? Effect::Direction::In : Effect::Direction::Out,
        tokenAssetOf(reading),
        raw,
        amount.display,
        std::nullopt,
        amount.full + " from token account " + reading.who("source") + " to " + to.named + byWhom(reading)};
    const auto other = arrives ? authorityOf(reading) : to.account;
    if (other) {
        effect.account = toText(*other);
    }
    reading.add(std::move(effect));
    tellOwner(reading);
    checkTokenRecipient(reading, reading.account("destination"));
    checkDecimals(reading);
    checkTokenTransfer(reading);
    reading.intend("Send " + amount.brief + " to " + to.brief);
}

void explainBurn(InstructionReading& reading)
{
    const std::uint64_t raw = reading.number("amount");
    const TokenAmountText amount = amountText(reading, raw);
    reading.add(
        {Effect::Direction::Out, tokenAssetOf(reading), raw, amount.display, std::nullopt,
         amount.full + " in token account " + reading.who("account") + " are destroyed" + byWhom(reading)});
    checkDecimals(reading);
    reading.intend("Destroy " + amount.brief);
}

void explainMinting(InstructionReading& reading)
{
    const std::uint64_t raw = reading.number("amount");
    const TokenAmountText amount = amountText(reading, raw);
    const TokenDestination to = destinationOf(reading);
    Effect effect{to.isOwn ? Effect::Direction::In : Effect::Direction::Out,
                  tokenAssetOf(reading),
                  raw,
                  amount.display,
                  std::nullopt,
                  amount.full + " are made and go to " + to.named + byWhom(reading)};
    if (to.account) {
        effect.account = toText(*to.account);
    }
    reading.add(std::move(effect));
    tellOwner(reading);
    checkTokenRecipient(reading, reading.account("destination"));
    checkDecimals(reading);
    reading.intend("Make " + amount.brief + " for " + to.brief);
}

void explainTokenClosing(InstructionReading& reading)
{
    const auto destination = reading.account("destination");
    reading.moveUnknownSol(reading.account("account"), destination,
                           "All SOL in " + reading.who("account") + ", which is closed, goes to " +
                               reading.scene().named(destination) + byWhom(reading));
    checkSolRecipient(reading, reading.account("account"), destination);
    closedAccount(reading);
    reading.intend("Close token account " + reading.brief("account") + " and send its SOL to " +
                   briefAddress(destination));
}

/// How much it is only the chain knows: what is above the rent.
void explainExcess(InstructionReading& reading)
{
    const auto destination = reading.account("destination");
    reading.moveUnknownSol(reading.account("source"), destination,
                           "All SOL in " + reading.who("source") + " beyond its rent goes to " +
                               reading.scene().named(destination) + byWhom(reading));
    checkSolRecipient(reading, reading.account("source"), destination);
    openAmount(reading, destination);
    reading.intend("Send the SOL in account " + reading.brief("source") + " beyond its rent to " +
                   briefAddress(destination));
}

void explainUnwrapping(InstructionReading& reading)
{
    const auto destination = reading.account("destination");
    const bool isAll = !reading.has("amount");
    const std::string amount = isAll ? "all wrapped SOL" : reading.scene().sol(reading.number("amount"));
    if (isAll) {
        reading.moveUnknownSol(reading.account("source"), destination,
                               "All wrapped SOL in " + reading.who("source") + " goes to " +
                                   reading.scene().named(destination) + byWhom(reading));
        openAmount(reading, destination);
    } else {
        reading.moveSol(reading.account("source"), destination, reading.number("amount"));
    }
    checkSolRecipient(reading, reading.account("source"), destination);
    reading.intend("Unwrap " + amount + " to " + briefAddress(destination));
}

void explainTokenBatch(InstructionReading& reading)
{
    const std::vector<ActionIntent> actions = explainInner(reading, reading.scene());
    if (actions.empty()) {
        reading.assist("Call a batch that moves nothing");
    } else {
        reading.intend(intentOf(actions));
    }
}

constexpr InstructionKnowledge ofTokenMove[] = {
    {"transfer", explainTokenTransfer},
    {"transferChecked", explainTokenTransfer},
    {"transferCheckedWithFee", explainTokenTransfer},
    {"burn", explainBurn},
    {"burnChecked", explainBurn},
    {"permissionedBurn", explainBurn},
    {"permissionedBurnChecked", explainBurn},
    {"mintTo", explainMinting},
    {"mintToChecked", explainMinting},
    {"closeAccount", explainTokenClosing},
    {"withdrawExcessLamports", explainExcess},
    {"unwrapLamports", explainUnwrapping},
    {"batch", explainTokenBatch},
};

}  // namespace

std::span<const InstructionKnowledge> tokenMoveKnowledge()
{
    return ofTokenMove;
}

}  // namespace countersign::meaning
