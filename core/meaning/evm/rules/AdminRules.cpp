#include "core/meaning/evm/rules/AdminRules.h"

namespace countersign::meaning {

Finding ownershipChange(const EvmScene& scene, const EvmAddress& contract, std::string what)
{
    return {"evm.admin.ownership",
            Severity::Critical,
            "A contract's owner changes",
            std::move(what) + ". The owner of " + scene.named(contract) +
                " can do with it whatever it was made to allow him.",
            {toText(contract)}};
}

Finding roleChange(const EvmScene& scene, const EvmAddress& contract, std::string what, bool isGiven)
{
    return {"evm.admin.role",
            isGiven ? Severity::Critical : Severity::Warning,
            isGiven ? "A role is given" : "A role ends",
            std::move(what) + " What holders of the role may do at " + scene.named(contract) +
                " cannot be told here.",
            {toText(contract)}};
}

Finding upgrade(const EvmScene& scene, const EvmAddress& proxy, const EvmAddress& implementation)
{
    return {"evm.admin.upgrade",
            Severity::Critical,
            "A contract gets other code",
            scene.named(proxy) + " runs from then on the code of " + scene.named(implementation) +
                ", which rules over everything that it holds and is allowed to spend.",
            {toText(proxy), toText(implementation)}};
}

Finding pauseChange(const EvmScene& scene, const EvmAddress& contract, bool isPaused)
{
    return {"evm.admin.pause",
            Severity::Warning,
            isPaused ? "A contract is paused" : "A contract is no longer paused",
            scene.named(contract) + (isPaused ? " stops serving its users." : " serves its users again."),
            {toText(contract)}};
}

Finding validatorExit(std::string detail)
{
    return {"evm.validator.exit", Severity::Critical, "A validator ends", std::move(detail), {}};
}

Finding validatorWithdrawal(std::string detail)
{
    return {"evm.validator.withdrawal", Severity::Warning, "A validator pays out", std::move(detail), {}};
}

Finding validatorDeposit(std::string detail, Severity severity)
{
    return {"evm.validator.deposit", severity, "Coins for a validator", std::move(detail), {}};
}

std::optional<Finding> validatorFee(const EvmScene& scene, const EvmAddress& contract, const Uint256& wei)
{
    constexpr std::uint64_t much = 1'000'000'000'000'000;
    constexpr std::uint64_t tooMuch = 100 * much;
    if (wei <= much) {
        return std::nullopt;
    }
    return Finding{
        "evm.validator.fee",
        wei > tooMuch ? Severity::Critical : Severity::Warning,
        "Far too much for the fee of a request",
        scene.native(wei) + " go to " + scene.named(contract) +
            ", whose fee is a few wei unless very many requests wait. It keeps whatever it is sent.",
        {toText(contract)}};
}

}  // namespace countersign::meaning
