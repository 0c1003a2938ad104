#include "core/chain/evm/transaction/CalldataDigest.h"

#include "core/base/Uint256.h"

namespace countersign {

Keccak256Digest calldataDigest(BytesView calldata)
{
    Bytes hashed = toBytes32(Uint256(calldata.size()));
    hashed.insert(hashed.end(), calldata.begin(), calldata.end());
    return keccak256(hashed);
}

}  // namespace countersign
