#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Keccak.h"

#include <string>
#include <string_view>
#include <vector>

// What a descriptor binds to: its `context` section.

namespace countersign::meaning {

/// The domain of a typed message, as far as descriptors ask for it.
struct MessageDomain
{
    Json json;
    std::optional<Uint256> chainId;
    std::optional<EvmAddress> contract;
    Keccak256Digest hash{};
};

/// Under what a context is found: "1:0x…" for each contract it is deployed as, or, for messages that name no
/// contract, "name:…" or "separator:0x…". Empty for one that binds to nothing: factories cannot be asked
/// offline.
std::vector<std::string> bindingKeysOf(const Json& context, bool isMessage);
std::string deploymentKey(const Uint256& chainId, const EvmAddress& contract);
/// All under which a descriptor of this message may be found.
std::vector<std::string> bindingKeysOf(const MessageDomain& domain);

/// Whether context.contract.deployments has this contract.
bool bindsToCall(const Json& context, const Uint256& chainId, const EvmAddress& contract);

/// Whether everything that context.eip712 asks of the domain holds (domain, deployments, domainSeparator),
/// and it asks for something. fixesContract: learns whether that leaves one contract only.
bool bindsToMessage(const Json& context, const MessageDomain& domain, bool& fixesContract);

}  // namespace countersign::meaning
