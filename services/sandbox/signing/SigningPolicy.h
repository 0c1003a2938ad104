#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Json.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::sandbox {

/// What a policy says no to; the shape of the webhook of protocol reference §1.8.
struct PolicyRefusal
{
    std::string reasonCode;  ///< "address_denied", "value_limit_exceeded", "security_risk_malicious"
    std::string errorMessage;
    Json details;  ///< what goes into the webhook's data beside these and the wallet: operationType, chainId,
                   ///< …
};

/// A policy for signing requests and its judge. Consoles must show a refusal as a refusal. Dynamic's policy
/// engine judges the context that a caller sends along; this one knows three rules and judges the same
/// members of it. It sees nothing of a request without context but its message.
struct SigningPolicy
{
    struct Denied
    {
        std::string address;
        std::string label;  ///< may be empty
    };

    std::vector<Denied> deny;
    std::optional<Uint256> maxValueWei;
    std::vector<std::string> denyMessagesContaining;

    /// {"deny": [{"address", "label"?}], "maxValueWei": "decimal or 0x", "denyMessagesContaining": ["…"]},
    /// each member optional; an empty object or null denies nothing. InvalidInput.
    static Result<SigningPolicy> parse(std::string_view body);
    /// parse takes it back.
    Json toJson() const;

    /// Nothing: allowed. InvalidInput when a judged member of the context (evmTransaction.to, value, chainId)
    /// has a wrong type or is no quantity.
    Result<std::optional<PolicyRefusal>> judge(Chain chain, const Json& context,
                                               const std::string& message) const;
};

}  // namespace countersign::sandbox
