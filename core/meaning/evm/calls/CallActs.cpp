#include "core/meaning/evm/calls/CallActs.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/transaction/SystemContracts.h"
#include "core/meaning/evm/calls/KnownFunctions.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

constexpr std::size_t bytesOfSelector = 4;

struct FunctionKind
{
    std::string_view name;
    IntentKind kind;
};

// By name, whatever the parameters, or by signature where an overload does something else; the first one
// counts. A known function that is not here is a call, or carries others.
constexpr std::array functionKinds = {
    FunctionKind{"deposit(bytes,bytes,bytes,bytes32)", IntentKind::Call},
    FunctionKind{"transfer", IntentKind::Transfer},
    FunctionKind{"transferFrom", IntentKind::Transfer},
    FunctionKind{"safeTransferFrom", IntentKind::Transfer},
    FunctionKind{"safeBatchTransferFrom", IntentKind::Transfer},
    FunctionKind{"transferWithAuthorization", IntentKind::Transfer},
    FunctionKind{"receiveWithAuthorization", IntentKind::Transfer},
    FunctionKind{"permitTransferFrom", IntentKind::Transfer},
    FunctionKind{"permitWitnessTransferFrom", IntentKind::Transfer},
    FunctionKind{"approve", IntentKind::Approve},
    FunctionKind{"increaseAllowance", IntentKind::Approve},
    FunctionKind{"setApprovalForAll", IntentKind::Approve},
    FunctionKind{"decreaseAllowance", IntentKind::RevokeApproval},
    FunctionKind{"lockdown", IntentKind::RevokeApproval},
    FunctionKind{"permit", IntentKind::Permit},
    FunctionKind{"deposit", IntentKind::Swap},
    FunctionKind{"mint", IntentKind::Swap},
    FunctionKind{"withdraw", IntentKind::Swap},
    FunctionKind{"redeem", IntentKind::Swap},
    FunctionKind{"createProxyWithNonce", IntentKind::Create},
    FunctionKind{"createChainSpecificProxyWithNonce", IntentKind::Create},
    FunctionKind{"performCreate", IntentKind::Create},
    FunctionKind{"performCreate2", IntentKind::Create},
    FunctionKind{"invalidateNonces", IntentKind::Nonce},
    FunctionKind{"invalidateUnorderedNonces", IntentKind::Nonce},
    FunctionKind{"cancelAuthorization", IntentKind::Nonce},
    FunctionKind{"transferOwnership", IntentKind::Authority},
    FunctionKind{"renounceOwnership", IntentKind::Authority},
    FunctionKind{"acceptOwnership", IntentKind::Authority},
    FunctionKind{"grantRole", IntentKind::Authority},
    FunctionKind{"revokeRole", IntentKind::Authority},
    FunctionKind{"renounceRole", IntentKind::Authority},
    FunctionKind{"upgradeTo", IntentKind::Authority},
    FunctionKind{"upgradeToAndCall", IntentKind::Authority},
    FunctionKind{"upgrade", IntentKind::Authority},
    FunctionKind{"upgradeAndCall", IntentKind::Authority},
    FunctionKind{"changeAdmin", IntentKind::Authority},
    FunctionKind{"changeProxyAdmin", IntentKind::Authority},
    FunctionKind{"addOwnerWithThreshold", IntentKind::Authority},
    FunctionKind{"removeOwner", IntentKind::Authority},
    FunctionKind{"swapOwner", IntentKind::Authority},
    FunctionKind{"changeThreshold", IntentKind::Authority},
    FunctionKind{"enableModule", IntentKind::Authority},
    FunctionKind{"disableModule", IntentKind::Authority},
    FunctionKind{"setGuard", IntentKind::Authority},
    FunctionKind{"setModuleGuard", IntentKind::Authority},
    FunctionKind{"setFallbackHandler", IntentKind::Authority},
    FunctionKind{"changeMasterCopy", IntentKind::Authority},
    FunctionKind{"approveHash", IntentKind::Authority},
    FunctionKind{"setup", IntentKind::Authority},
    FunctionKind{"setupToL2", IntentKind::Authority},
    FunctionKind{"migrateFromV111", IntentKind::Authority},
    FunctionKind{"migrateToL2", IntentKind::Authority},
    FunctionKind{"migrateSingleton", IntentKind::Authority},
    FunctionKind{"migrateL2Singleton", IntentKind::Authority},
    FunctionKind{"migrateWithFallbackHandler", IntentKind::Authority},
    FunctionKind{"migrateL2WithFallbackHandler", IntentKind::Authority},
    FunctionKind{"enableDelegation", IntentKind::Authority},
    FunctionKind{"disableDelegation", IntentKind::Authority},
    FunctionKind{"signMessage", IntentKind::Message},
};

/// An approval that takes back: of nothing, or for nobody. Where the contract may be one of NFTs there are
/// two readings, and number 0 may be given.
bool isRevocation(const EvmCall& call, std::string_view name, const Meaning& meaning)
{
    if (name == "setApprovalForAll") {
        constexpr std::size_t endOfFlag = bytesOfSelector + 64;
        return call.data.size() >= endOfFlag && call.data[endOfFlag - 1] == 0;
    }
    const auto isPower = [](const Effect& effect) { return effect.direction == Effect::Direction::Power; };
    const auto isGiven = [&isPower](const Effect& effect) {
        const bool isForNobody = effect.account == toText(EvmAddress{});
        return isPower(effect) && effect.amount != Uint256(0) && !isForNobody;
    };
    return name == "approve" && std::ranges::any_of(meaning.effects, isPower) &&
           std::ranges::none_of(meaning.effects, isGiven);
}

std::optional<IntentKind> kindOfCall(const EvmCall& call, const Act& act, const Meaning& meaning)
{
    if (call.data.empty() && !call.isDelegate) {
        const auto isPaidFor = [](const Effect& effect) { return effect.direction == Effect::Direction::In; };
        return std::ranges::any_of(meaning.effects, isPaidFor) ? IntentKind::Swap : IntentKind::Transfer;
    }
    if (act.function.empty()) {
        return IntentKind::Call;
    }
    const std::string_view name = std::string_view(act.function).substr(0, act.function.find('('));
    const auto isIt = [&](const FunctionKind& row) { return row.name == name || row.name == act.function; };
    const auto known = std::ranges::find_if(functionKinds, isIt);
    if (known != functionKinds.end()) {
        const bool isApproval = known->kind == IntentKind::Approve;
        return isApproval && isRevocation(call, name, meaning) ? IntentKind::RevokeApproval : known->kind;
    }
    return meaning.acts.empty() ? std::optional(IntentKind::Call) : std::nullopt;
}

/// A function that nobody knows, and nothing else that went wrong: contract and selector say what it is.
bool isPlainlyUnknown(const Act& act, const Meaning& meaning)
{
    const auto isThat = [](const Finding& finding) { return finding.id == "evm.call.unknown"; };
    return act.function.empty() && !act.selector.empty() && meaning.acts.empty() &&
           std::ranges::any_of(meaning.findings, isThat);
}

}  // namespace

void addCallActs(const EvmScene& scene, const EvmCall& call, Meaning& meaning)
{
    Act act;
    act.contract = toText(call.to);
    // Requests of validators have no selector.
    const bool isRequest = meaning.understood && systemContractAt(call.to);
    if (call.data.size() >= bytesOfSelector && !isRequest) {
        act.selector = toHexPrefixed(call.data.first(bytesOfSelector));
        if (const FunctionEntry* entry = findFunction(scene, call)) {
            act.function = entry->function.signature();
        }
    }
    act.kind = kindOfCall(call, act, meaning);
    std::vector<Act> acts;
    if (meaning.understood || !act.function.empty()) {
        acts.push_back(act);
    }
    if (!meaning.understood) {
        act.kind = IntentKind::Unknown;
        act.mayHoldMore = !isPlainlyUnknown(act, meaning);
        acts.push_back(act);
    }
    meaning.acts.insert(meaning.acts.begin(), acts.begin(), acts.end());
}

}  // namespace countersign::meaning
