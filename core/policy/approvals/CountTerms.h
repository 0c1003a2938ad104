#pragma once

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What a count of approvals takes from the policy in force.
struct CountTerms
{
    std::string policy;  ///< hex SHA-256 of its bytes
    int need = 1;
    std::optional<int> expiryHours;
    std::vector<std::string> from;

    /// Where no policy was set: one approval, of anybody, that never grows old. Instead of a hash of bytes
    /// policy is that of a name, the same at every desk.
    static CountTerms ofBuiltInPolicy();
};

}  // namespace countersign
