#include "core/chain/solana/spl/SplPrograms.h"

#include "core/chain/solana/spl/ProgramAddress.h"

#include <array>
#include <string_view>

namespace countersign::solana {

namespace {

SolanaAddress constantAddress(std::string_view text)
{
    return *parseSolanaAddress(text);
}

}  // namespace

const SolanaAddress& tokenProgram()
{
    static const SolanaAddress address = constantAddress("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    return address;
}

const SolanaAddress& token2022Program()
{
    static const SolanaAddress address = constantAddress("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
    return address;
}

const SolanaAddress& associatedTokenProgram()
{
    static const SolanaAddress address = constantAddress("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
    return address;
}

const SolanaAddress& addressOf(SplProgram program)
{
    return program == SplProgram::Token ? tokenProgram() : token2022Program();
}

std::optional<SplProgram> splProgramAt(const SolanaAddress& address)
{
    if (address == tokenProgram()) {
        return SplProgram::Token;
    }
    return address == token2022Program() ? std::optional(SplProgram::Token2022) : std::nullopt;
}

Result<SolanaAddress> associatedTokenAccount(const SolanaAddress& wallet, SplProgram program,
                                             const SolanaAddress& mint)
{
    const std::array<BytesView, 3> seeds = {wallet, addressOf(program), mint};
    return findProgramAddress(seeds, associatedTokenProgram()).map([](const ProgramAddress& found) {
        return found.address;
    });
}

}  // namespace countersign::solana
