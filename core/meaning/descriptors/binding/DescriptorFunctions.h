#pragma once

#include "core/base/encoding/Json.h"
#include "core/chain/evm/abi/AbiType.h"
#include "core/chain/evm/typeddata/TypedDataTypes.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

// Which entry of `display.formats` is for which function or message.

namespace countersign::meaning {

struct DescribedFunction
{
    std::string key;  ///< of display.formats
    AbiFunction function;
    std::array<std::uint8_t, 4> selector{};
};

/// Of keys like "transfer(address to,uint256 value)"; in version 1 also without names and 4-byte selectors,
/// for which context.contract.abi has the names. Keys that are neither are left out.
std::vector<DescribedFunction> describedFunctions(const Json& document);

/// The entry for a message: its key is what EIP-712's encodeType gives for the primary type, or, in version
/// 1, the primary type's name, when context.eip712.schemas has these very types. Null where there is none.
const Json* formatOfMessage(const Json& document, const std::string& primaryType,
                            const std::string& encodedType);

}  // namespace countersign::meaning
