#pragma once

#include "core/base/Bytes.h"
#include "core/base/Uint256.h"
#include "core/crypto/keys/Address.h"
#include "core/meaning/Knowledge.h"
#include "core/meaning/Meaning.h"

#include <optional>

namespace countersign::meaning {

/// A call of a contract, or of an account without code, on an EVM chain: of a transaction, or inside another
/// call.
struct EvmCall
{
    std::optional<Uint256> chainId;  ///< nothing: valid on every chain
    /// Whose assets move: the signer, or the Safe or account that executes an inner call.
    std::optional<EvmAddress> from;
    EvmAddress to{};
    Uint256 value;  ///< wei
    BytesView data;
    bool isDelegate = false;  ///< runs with the caller's storage and assets
    int depth = 0;            ///< of containers around it
};

/// Calldata begins with a function's selector; its arguments follow.
inline constexpr std::size_t selectorBytes = 4;

/// Containers within containers, at most.
inline constexpr int maxCallDepth = 8;

/// What a call does: built-in knowledge first, then descriptors; otherwise not understood, with a finding
/// "evm.call.unknown". Calls inside of containers (multicall, Safe, MultiSend, ERC-4337, …) are read in the
/// same way, and one that is not understood makes the whole not understood.
Meaning explainCall(const EvmCall& call, const Knowledge& knowledge);

}  // namespace countersign::meaning
