#include "core/meaning/descriptors/binding/DescriptorBinding.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

std::optional<Uint256> numberOf(const Json* json)
{
    if (json != nullptr && json->is_number_unsigned()) {
        return Uint256(json->get<std::uint64_t>());
    }
    const auto number = json != nullptr && json->is_string()
                            ? parseQuantity(json->get_ref<const std::string&>())
                            : Result<Uint256>(failure(ErrorCode::InvalidInput, {}));
    return number ? std::optional(*number) : std::nullopt;
}

/// Whatever its case: a checksum does not matter to what is bound.
std::optional<EvmAddress> addressOf(const Json* json)
{
    if (json == nullptr || !json->is_string()) {
        return std::nullopt;
    }
    const auto& text = json->get_ref<const std::string&>();
    const auto bytes = fromHex(text);
    EvmAddress address{};
    if (!text.starts_with("0x") || !bytes || bytes->size() != address.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, address.begin());
    return address;
}

std::vector<std::pair<Uint256, EvmAddress>> deploymentsOf(const Json* binding)
{
    std::vector<std::pair<Uint256, EvmAddress>> found;
    const Json* deployments = memberOf(binding, "deployments");
    if (deployments == nullptr || !deployments->is_array()) {
        return found;
    }
    for (const Json& deployment : *deployments) {
        const auto chainId = numberOf(memberOf(&deployment, "chainId"));
        const auto address = addressOf(memberOf(&deployment, "address"));
        if (chainId && address) {
            found.emplace_back(*chainId, *address);
        }
    }
    return found;
}

bool isDomainValue(const Json& wanted, const Json* found)
{
    if (found == nullptr) {
        return false;
    }
    if (const auto address = addressOf(&wanted)) {
        return address == addressOf(found);
    }
    const auto number = numberOf(&wanted);
    return (number && number == numberOf(found)) || wanted == *found;
}

}  // namespace

std::string deploymentKey(const Uint256& chainId, const EvmAddress& contract)
{
    return toDecimal(chainId) + ':' + toHexPrefixed(contract);
}

std::vector<std::string> bindingKeysOf(const Json& context, bool isMessage)
{
    const Json* binding = memberOf(&context, isMessage ? "eip712" : "contract");
    std::vector<std::string> keys;
    for (const auto& [chainId, address] : deploymentsOf(binding)) {
        keys.push_back(deploymentKey(chainId, address));
    }
    const Json* name = memberOf(memberOf(binding, "domain"), "name");
    const Json* separator = memberOf(binding, "domainSeparator");
    if (!isMessage || !keys.empty() || memberOf(binding, "deployments") != nullptr) {
        return keys;
    }
    if (separator != nullptr && separator->is_string()) {
        const auto bytes = fromHex(separator->get_ref<const std::string&>());
        keys.push_back("separator:" + toHexPrefixed(bytes ? *bytes : Bytes()));
    } else if (name != nullptr && name->is_string()) {
        keys.push_back("name:" + name->get<std::string>());
    }
    return keys;
}

std::vector<std::string> bindingKeysOf(const MessageDomain& domain)
{
    std::vector<std::string> keys{"separator:" + toHexPrefixed(domain.hash)};
    const Json* name = memberOf(&domain.json, "name");
    if (domain.chainId && domain.contract) {
        keys.push_back(deploymentKey(*domain.chainId, *domain.contract));
    }
    if (name != nullptr && name->is_string()) {
        keys.push_back("name:" + name->get<std::string>());
    }
    return keys;
}

bool bindsToCall(const Json& context, const Uint256& chainId, const EvmAddress& contract)
{
    const auto deployments = deploymentsOf(memberOf(&context, "contract"));
    return std::ranges::find(deployments, std::pair(chainId, contract)) != deployments.end();
}

bool bindsToMessage(const Json& context, const MessageDomain& domain, bool& fixesContract)
{
    const Json* binding = memberOf(&context, "eip712");
    const Json* wanted = memberOf(binding, "domain");
    const Json* separator = memberOf(binding, "domainSeparator");
    if (wanted != nullptr && !wanted->is_object()) {
        return false;
    }
    const bool hasDeployments = memberOf(binding, "deployments") != nullptr;
    bool isBound = hasDeployments || separator != nullptr;
    fixesContract = isBound;
    if (hasDeployments) {
        const auto deployments = deploymentsOf(binding);
        if (!domain.chainId || !domain.contract ||
            std::ranges::find(deployments, std::pair(*domain.chainId, *domain.contract)) ==
                deployments.end()) {
            return false;
        }
    }
    if (separator != nullptr) {
        const auto bytes = separator->is_string() ? fromHex(separator->get_ref<const std::string&>())
                                                  : Result<Bytes>(Bytes());
        if (!bytes || !std::ranges::equal(*bytes, domain.hash)) {
            return false;
        }
    }
    if (wanted == nullptr) {
        return isBound;
    }
    for (const auto& [name, value] : wanted->items()) {
        isBound = true;
        fixesContract = fixesContract || name == "verifyingContract";
        if (!isDomainValue(value, memberOf(&domain.json, name.c_str()))) {
            return false;
        }
    }
    return isBound;
}

}  // namespace countersign::meaning
