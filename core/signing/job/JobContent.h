#pragma once

#include "core/base/encoding/Json.h"
#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/signing/job/Job.h"

#include <variant>

namespace countersign {

struct MessageContent
{
    Bytes bytes;
    bool isText = false;  ///< written as text in the job; the bytes are its UTF-8
};

struct TypedDataContent
{
    Json typedData;
    TypedDataHash hash;
};

/// A job's payload, understood as far as signing needs; values left open are still open.
using JobContent = std::variant<MessageContent, TypedDataContent, EvmTransactionRequest, SolanaTransaction>;

/// payload: the document's member (design.md §7). addressBytes: the wallet's; a Solana transaction (its
/// message alone, without places for signatures, is taken too) that it does not sign is refused, and so is a
/// "message" that could serve as a transaction. InvalidInput, naming the member.
Result<JobContent> readJobContent(JobKind kind, const Json& payload, BytesView addressBytes);

/// What must be filled in from a node before it can be signed.
std::vector<std::string> openFieldsOf(const JobContent& content);

/// The same with values from a node in place of what was open. InvalidInput when a value is for a field that
/// is not open, is not a value of it, or when something stays open.
Result<JobContent> withResolved(JobContent content, const std::vector<ResolvedField>& resolved);

}  // namespace countersign
