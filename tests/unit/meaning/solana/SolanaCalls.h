#pragma once

#include "core/chain/solana/message/LegacyMessage.h"
#include "core/chain/solana/spl/SplPrograms.h"
#include "core/meaning/ExplanationJson.h"
#include "core/meaning/solana/SolanaExplanation.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"
#include "tests/unit/chain/solana/programs/token/TokenReading.h"
#include "tests/unit/meaning/ActsCheck.h"

#include <algorithm>
#include <array>
#include <initializer_list>

// Transactions for the tests of meanings: calls with their accounts in, an explanation out.

namespace countersign::test {

inline SolanaAddress at(const char* base58)
{
    return *parseSolanaAddress(base58);
}

inline const SolanaAddress wallet = addressNumber(0x11);
inline const SolanaAddress stranger = addressNumber(0x22);
inline const SolanaAddress other = addressNumber(0x33);
inline const SolanaAddress usdc = at("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
inline const SolanaAddress systemProgramId{};

inline SolanaAccountUse signs(const SolanaAddress& address, bool writes = true)
{
    return {address, true, writes};
}
inline SolanaAccountUse writes(const SolanaAddress& address)
{
    return {address, false, true};
}
inline SolanaAccountUse reads(const SolanaAddress& address)
{
    return {address, false, false};
}

inline Bytes bytesOf(const SolanaAddress& address)
{
    return {address.begin(), address.end()};
}

inline SolanaCall sendSol(const SolanaAddress& from, const SolanaAddress& to, std::uint64_t lamports)
{
    return {systemProgramId, {signs(from), writes(to)}, joined({number(2, 4), number(lamports, 8)})};
}

inline SolanaAddress ownAccount(const SolanaAddress& owner, const SolanaAddress& mint = usdc)
{
    return *solana::associatedTokenAccount(owner, SplProgram::Token, mint);
}

inline SolanaCall sendTokens(const SolanaAddress& destination, std::uint64_t amount,
                             std::uint8_t decimals = 6, const SolanaAddress& mint = usdc)
{
    return {solana::tokenProgram(),
            {writes(ownAccount(wallet, mint)), reads(mint), writes(destination), signs(wallet, false)},
            joined({{12}, number(amount, 8), {decimals}})};
}

inline SolanaCall createAccountOf(const SolanaAddress& owner, const SolanaAddress& mint = usdc)
{
    return {solana::associatedTokenProgram(),
            {signs(wallet), writes(ownAccount(owner, mint)), reads(owner), reads(mint),
             reads(systemProgramId), reads(solana::tokenProgram())},
            {1}};
}

inline SolanaTransaction transactionOf(const SolanaMessage& message)
{
    return {std::vector<ed25519::Signature>(message.requiredSignatures), solana::serialize(message), message};
}

inline SolanaTransaction transactionOf(const std::vector<SolanaCall>& calls,
                                       const SolanaAddress& payer = wallet)
{
    return transactionOf(*solana::legacyMessage(payer, calls));
}

inline meaning::SolanaContext contextOf(const SolanaAddress& signer)
{
    meaning::SolanaContext context;
    context.wallet = signer;
    return context;
}

inline meaning::Explanation explained(const SolanaTransaction& transaction,
                                      const meaning::SolanaContext& context = {})
{
    const auto explanation = meaning::explainTransaction(transaction, context, meaning::Knowledge{});
    testing::withActs(explanation.meaning);
    return explanation;
}

inline meaning::Explanation explained(const std::vector<SolanaCall>& calls,
                                      const SolanaAddress& payer = wallet)
{
    return explained(transactionOf(calls, payer));
}

/// "critical" of the gravest finding with this id; empty where there is none.
inline std::string severityOf(const meaning::Explanation& explanation, std::string_view id)
{
    const auto found = std::ranges::find(explanation.meaning.findings, id, &meaning::Finding::id);
    return found == explanation.meaning.findings.end() ? std::string()
                                                       : std::string(meaning::nameOf(found->severity));
}

/// The ids, one after the other.
inline std::string findingsOf(const meaning::Explanation& explanation)
{
    std::string ids;
    for (const meaning::Finding& finding : explanation.meaning.findings) {
        ids += (ids.empty() ? "" : " ") + finding.id;
    }
    return ids;
}

/// "out 0.1 SOL <account>", a line each, without the fee.
inline std::string effectsOf(const meaning::Explanation& explanation)
{
    constexpr std::array<const char*, 4> directions = {"out", "in", "power", "fee"};
    std::string lines;
    for (const meaning::Effect& effect : explanation.meaning.effects) {
        if (effect.direction == meaning::Effect::Direction::Fee && effect.amount) {
            continue;
        }
        lines += (lines.empty() ? "" : "\n") + std::string(directions.at(std::size_t(effect.direction)));
        lines += effect.display ? ' ' + *effect.display : "";
        lines += effect.account ? ' ' + *effect.account : "";
    }
    return lines;
}

inline std::string valueOf(const meaning::Explanation& explanation, std::string_view label)
{
    const auto found = std::ranges::find(explanation.meaning.fields, label, &meaning::Field::label);
    return found == explanation.meaning.fields.end() ? std::string("none") : found->value;
}

}  // namespace countersign::test
