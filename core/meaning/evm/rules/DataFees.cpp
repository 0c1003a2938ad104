#include "core/meaning/evm/rules/DataFees.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

/// OP Mainnet, Base, Unichain, World Chain, Mode, Zora, Ink, Soneium, Blast, opBNB, Manta Pacific, Celo and
/// Scroll, with their test networks.
constexpr std::array<std::uint64_t, 19> chainsWithDataFee = {
    10,     11'155'420, 8'453,  84'532, 130, 1'301,  480,        4'801,   34'443, 7'777'777,
    57'073, 1'868,      81'457, 204,    169, 42'220, 11'142'220, 534'352, 534'351};

}  // namespace

bool hasDataFee(const std::optional<Uint256>& chainId)
{
    return chainId &&
           std::ranges::any_of(chainsWithDataFee, [&](std::uint64_t id) { return *chainId == id; });
}

std::optional<Finding> dataFee(const std::optional<Uint256>& chainId)
{
    if (!hasDataFee(chainId)) {
        return std::nullopt;
    }
    return Finding{"fee.l1Data",
                   Severity::Info,
                   "A fee for data comes on top",
                   "This chain also takes a fee for the transaction's data on Ethereum, at the prices of the "
                   "moment. Nothing in the bytes limits it, and it is not in the fee that is told here.",
                   {}};
}

}  // namespace countersign::meaning
