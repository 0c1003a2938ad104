#include "core/signing/local/OwnerDerivation.h"

#include "core/chain/solana/spl/SplPrograms.h"

#include <algorithm>
#include <array>
#include <set>

namespace countersign {

std::map<std::string, DerivedOwner> derivedOwners(const std::vector<JobParty>& parties,
                                                  std::span<const std::string> owners)
{
    // Several parties mostly get the same token.
    std::set<SolanaAddress> mints;
    std::map<SolanaAddress, std::string> wanted;
    for (const JobParty& party : parties) {
        const auto account = parseSolanaAddress(party.address);
        if (account && !party.mints.empty()) {
            wanted.emplace(*account, party.address);
            mints.insert(party.mints.begin(), party.mints.end());
        }
    }
    std::map<std::string, DerivedOwner> found;
    for (const std::string& owner : owners) {
        const auto wallet = parseSolanaAddress(owner);
        for (const SolanaAddress& mint : mints) {
            for (const SplProgram program : std::array{SplProgram::Token, SplProgram::Token2022}) {
                const auto account =
                    wallet ? solana::associatedTokenAccount(*wallet, program, mint) : failure(wallet.error());
                const auto party = account ? wanted.find(*account) : wanted.end();
                if (party != wanted.end()) {
                    found.try_emplace(party->second, DerivedOwner{owner, program == SplProgram::Token2022});
                }
            }
        }
    }
    return found;
}

}  // namespace countersign
