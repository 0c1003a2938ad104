#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/JsonIntegers.h"
#include "core/chain/evm/transaction/EvmTransaction.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// A request for an EVM transaction, possibly incomplete. A job asks for a transaction and may leave nonce,
/// gas limit and fees open; the console fills those, and nothing else, from the chain. What was asked for
/// stays as it is: a request that contradicts itself or has an unknown member is refused rather than mended.
struct EvmTransactionRequest
{
    Uint256 chainId;
    int type = 2;  ///< given, or derived by fromJson
    std::optional<EvmAddress> to;
    Uint256 value;  ///< wei
    Bytes data;
    std::optional<std::uint64_t> nonce;
    std::optional<std::uint64_t> gasLimit;
    std::optional<Uint256> gasPrice;              ///< wei, types 0 and 1
    std::optional<Uint256> maxFeePerGas;          ///< wei, types 2 and 4
    std::optional<Uint256> maxPriorityFeePerGas;  ///< wei, types 2 and 4
    std::vector<AccessListEntry> accessList;
    std::vector<Authorization> authorizationList;

    /// The member "transaction" of a job's payload (design.md §7). Quantities are decimal strings, 0x-hex or
    /// JSON integers of any length (parseJsonKeepingIntegers); to null or absent creates a contract and needs
    /// data. Without a type: 4 with authorizationList, 0 with gasPrice alone, 1 with gasPrice and accessList,
    /// else 2. InvalidInput for everything else, for type 3 and unknown ones too.
    static Result<EvmTransactionRequest> fromJson(const Json& json);

    /// A whole unsigned transaction; nothing is open. InvalidInput when decodeTransaction refuses it, when it
    /// is signed, or when it names no chain; Unsupported for type 3.
    static Result<EvmTransactionRequest> fromRaw(BytesView unsignedTransaction);

    /// Which members must still be filled, by their names in JSON: of nonce, gasLimit, gasPrice (types 0 and
    /// 1), maxFeePerGas, maxPriorityFeePerGas (types 2 and 4), in this order.
    std::vector<std::string> openFields() const;

    /// InvalidInput, naming the first open field, or when checkTransaction refuses the whole.
    Result<EvmTransaction> toTransaction() const;
    /// As it stands, with 0 or nothing where a value is open: for checking and explaining the rest, never for
    /// signing.
    EvmTransaction transactionSoFar() const;

    bool operator==(const EvmTransactionRequest&) const = default;
};

}  // namespace countersign
