#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/JsonIntegers.h"
#include "core/crypto/primitives/Keccak.h"

#include <optional>
#include <string>
#include <string_view>

// Typed-data hashing (EIP-712, eth_signTypedData_v4). Permits and orders are signed in this way: what the
// operator reads and what is hashed must be the same, so everything that libraries read differently is
// refused.

namespace countersign {

/// What becomes of members that the types do not declare, and that no hash covers.
enum class UndeclaredMembers {
    Ignore,  ///< as eth_signTypedData_v4 does
    Refuse,  ///< nobody is to read, or to judge by, what is not signed
};

struct TypedDataHash
{
    std::string primaryType;
    Keccak256Digest domainHash{};
    Keccak256Digest structHash{};  ///< of the message; the domain's own when primaryType is EIP712Domain
    Keccak256Digest digest{};      ///< what is signed
    /// The chain to which the hash binds the signature: domain.chainId where the domain's type has it as an
    /// integer that is not negative. A chainId that the type does not declare is not hashed and not told.
    std::optional<Uint256> domainChainId;

    bool operator==(const TypedDataHash&) const = default;
};

/// {types, primaryType, domain, message}; other members of it are ignored, as eth_signTypedData_v4 does;
/// undeclared says what becomes of members of domain and message that their types do not declare. digest is
/// Keccak-256 of 0x1901 ‖ domainHash ‖ structHash, and of 0x1901 ‖ domainHash when primaryType is
/// EIP712Domain (then message is not read, and where undeclared members are refused it must be empty or
/// absent), as viem and eth-sig-util do. An absent domain is {}. Types as TypedDataTypes says, values as
/// TypedDataHasher says. InvalidInput otherwise.
Result<TypedDataHash> hashTypedData(const Json& typedData,
                                    UndeclaredMembers undeclared = UndeclaredMembers::Ignore);

/// Limits for typed data as text: one of 200 KiB may consist of small numbers.
inline constexpr JsonLimits typedDataJsonLimits{
    .maxBytes = 512 * 1024, .maxDepth = 160, .maxValues = 300'000, .maxMembers = 1'000};

/// parseJsonKeepingIntegers with typedDataJsonLimits.
Result<Json> parseTypedDataJson(std::string_view text);

/// As above; parseTypedDataJson first, so that plain integers beyond 64 bits are read exactly.
Result<TypedDataHash> hashTypedDataText(std::string_view json);

}  // namespace countersign
