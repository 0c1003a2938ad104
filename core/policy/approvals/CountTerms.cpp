#include "core/policy/approvals/CountTerms.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"

namespace countersign {

CountTerms CountTerms::ofBuiltInPolicy()
{
    return {.policy = toHex(sha256(asBytes("countersign built-in policy 1"))),
            .need = 1,
            .expiryHours = {},
            .from = {}};
}

}  // namespace countersign
