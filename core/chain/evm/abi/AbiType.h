#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

struct AbiParameter;

/// A type of the contract ABI (Solidity documentation, "Contract ABI Specification").
struct AbiType
{
    enum class Kind { Unsigned, Signed, Bool, Address, FixedBytes, DynamicBytes, String, Tuple, Array };

    Kind kind = Kind::Unsigned;
    int width = 256;                      ///< integers: bits, 8 to 256; FixedBytes: bytes, 1 to 32
    std::optional<std::uint32_t> length;  ///< Array: how many; nothing is any number
    /// Tuple: its members. Array: one, without a name, the type of its elements.
    std::vector<AbiParameter> members;

    /// As selectors are made of it: "uint256", "(address,bytes)[2]".
    std::string canonical() const;
    /// Whether a value's place holds an offset to it instead of itself.
    bool isDynamic() const;
    /// Bytes of a value in the head: 32 for dynamic types, else the sum of its members.
    std::size_t headBytes() const;
};

struct AbiParameter
{
    std::string name;  ///< may be empty
    AbiType type;
};

/// A function of a contract: its name and what it takes.
struct AbiFunction
{
    std::string name;
    std::vector<AbiParameter> inputs;

    /// "transfer(address,uint256)".
    std::string signature() const;
    /// The first four bytes of Keccak-256 of the signature.
    std::array<std::uint8_t, 4> selector() const;
};

/// "transfer(address to, uint256 amount)" or "transfer(address,uint256)"; "(address a, uint256 b)[] list" for
/// tuples, a leading "tuple" or "function" allowed; "calldata", "memory", "payable" and "indexed" behind a
/// type are passed over; uint and int stand for 256 bits. InvalidInput for everything else, for more than 64
/// parameters in all, for nesting deeper than 8 and for more than 4,096 characters.
Result<AbiFunction> parseAbiFunction(std::string_view text);

}  // namespace countersign
