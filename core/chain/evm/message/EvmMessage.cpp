#include "core/chain/evm/message/EvmMessage.h"

#include <string>

namespace countersign {

Bytes eip191Prefixed(BytesView message)
{
    const std::string prefix =
        "\x19"
        "Ethereum Signed Message:\n" +
        std::to_string(message.size());
    Bytes prefixed = toBytes(asBytes(prefix));
    prefixed.insert(prefixed.end(), message.begin(), message.end());
    return prefixed;
}

Keccak256Digest eip191Digest(BytesView message)
{
    return keccak256(eip191Prefixed(message));
}

}  // namespace countersign
