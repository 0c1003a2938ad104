#include "core/meaning/solana/SolanaFee.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

struct Budget
{
    std::optional<std::uint64_t> limit;
    std::optional<std::uint64_t> price;  ///< micro-lamports a unit
    std::uint64_t others = 0;            ///< instructions that are not about the budget
    bool isAmbiguous = false;
    bool isUnknown = false;  ///< an instruction that could not be read

    void set(std::optional<std::uint64_t>& value, const std::optional<std::uint64_t>& to)
    {
        isAmbiguous = isAmbiguous || value;
        value = std::max(value, to);
    }
};

Budget budgetOf(std::span<const solana::DecodedInstruction> instructions)
{
    Budget budget;
    for (const solana::DecodedInstruction& instruction : instructions) {
        if (instruction.program != "computeBudget") {
            ++budget.others;
        } else if (!instruction.isRead()) {
            budget.isUnknown = true;
        } else if (instruction.name == "setComputeUnitLimit") {
            budget.set(budget.limit, instruction.number("units"));
        } else if (instruction.name == "setComputeUnitPrice") {
            budget.set(budget.price, instruction.number("microLamports"));
        }
    }
    return budget;
}

/// The programs that verify signatures say in their first byte how many; each costs as much as one of the
/// transaction's own.
std::uint64_t verifiedSignatures(std::span<const solana::DecodedInstruction> instructions)
{
    constexpr std::array<std::string_view, 3> verifiers = {"ed25519", "secp256k1", "secp256r1"};
    std::uint64_t count = 0;
    for (const solana::DecodedInstruction& instruction : instructions) {
        const bool verifies = std::ranges::find(verifiers, instruction.program) != verifiers.end();
        count += verifies && !instruction.data.empty() ? instruction.data.front() : 0U;
    }
    return count;
}

}  // namespace

std::optional<std::uint64_t> grantedUnits(const SolanaConfig& config)
{
    return config.computeUnitLimit
               ? std::optional(std::min<std::uint64_t>(*config.computeUnitLimit, maxComputeUnits))
               : std::nullopt;
}

SolanaFee feeOf(const SolanaMessage& message, std::span<const solana::DecodedInstruction> instructions)
{
    SolanaFee fee;
    fee.signatures =
        Uint256(lamportsPerSignature) * (message.requiredSignatures + verifiedSignatures(instructions));
    if (message.version == 1) {
        fee.priority = message.config.priorityFeeLamports.value_or(0);
        return fee;
    }
    const Budget budget = budgetOf(instructions);
    const std::uint64_t units =
        std::min(budget.limit.value_or(defaultUnitsOfInstruction * budget.others), maxComputeUnits);
    fee.priority =
        (Uint256(budget.price.value_or(0)) * units + (microLamportsPerLamport - 1)) / microLamportsPerLamport;
    fee.isAmbiguous = budget.isAmbiguous;
    fee.isUnknown = budget.isUnknown;
    return fee;
}

}  // namespace countersign::meaning
