#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/chain/evm/transaction/EvmTransaction.h"
#include "core/meaning/Knowledge.h"
#include "core/meaning/Meaning.h"

namespace countersign::meaning {

/// What is known beside the bytes.
struct EvmContext
{
    std::optional<Uint256> chain;    ///< the job's: another one in the bytes is critical
    std::optional<EvmAddress> from;  ///< who signs, where the bytes do not say
    std::string domain;              ///< who asks for a sign-in; empty: not told
};

Explanation explainTransaction(const EvmTransaction& transaction, const EvmContext& context,
                               const Knowledge& knowledge);

/// typedData: {types, primaryType, domain, message} (parseTypedDataJson). Errors as hashTypedData.
Result<Explanation> explainTypedData(const Json& typedData, const EvmContext& context,
                                     const Knowledge& knowledge);

/// A message of EIP-191; its bytes without the prefix.
Explanation explainMessage(BytesView message, const EvmContext& context, const Knowledge& knowledge);

}  // namespace countersign::meaning
