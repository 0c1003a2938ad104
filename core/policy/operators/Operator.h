#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/crypto/primitives/Ed25519.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Somebody whose word about jobs counts here. The key is the person; the name is what this desk calls them.
struct Operator
{
    std::string name;  ///< isPlainName
    ed25519::PublicKey publicKey{};
    std::vector<std::string> groups;  ///< sorted, each once; policies name them ("from")
    UnixMillis addedAt = 0;           ///< 0: not registered, but this desk's own

    bool operator==(const Operator&) const = default;
};

inline constexpr std::size_t maxOperators = 1'000;
inline constexpr std::size_t maxOperatorGroups = 16;           ///< of one operator
inline constexpr std::size_t maxOperatorGroupCharacters = 32;  ///< of a group's name

/// 64 hex digits, 0x allowed, of a key that ed25519::isValidPublicKey accepts (no point of low order);
/// InvalidInput otherwise.
Result<ed25519::PublicKey> parseOperatorKey(std::string_view hex);

/// The operator as it is stored: groups sorted and each once. InvalidInput, with a sentence that says which
/// part is wrong, for a name that isPlainName refuses; a group that is not 1 to 32 of A–Z a–z 0–9 . _ -, or
/// that is called like the operator; too many groups; a key that is none.
Result<Operator> checkedOperator(Operator one);

/// Whether a policy's list ("from") means the operator: by name or group, or as anybody where it is empty.
bool isNamedBy(const Operator& one, const std::vector<std::string>& names);

/// Whether policies and people would take one name for the other: equal but for case.
bool areSameNames(const std::string& a, const std::string& b);

}  // namespace countersign
