#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/encoding/Json.h"

#include <QStringList>

#include <optional>

// The parser for JSON-RPC 2.0 answers. A node is somebody else's computer. What it answers is bounded and
// strictly parsed here, apart from the networking, so that a fuzzer reaches it.

namespace countersign {

/// Longest answer, in bytes: a full block's list of transaction hashes stays well below.
inline constexpr std::size_t rpcAnswerMaxBytes = 2 * 1024 * 1024;

/// What the node refused with. Its words are shown to people as its words: bounded, one line, without control
/// and format characters.
struct RpcError
{
    std::int64_t code = 0;
    QString message;  ///< at most 300 characters
    QString data;     ///< compact JSON of "data", at most 2000 characters; empty: none
};

/// One of both.
struct RpcReply
{
    Json result;  ///< may be null
    std::optional<RpcError> error;
};

/// Network: somebody answers there, but not as a node does. detail: English, what is amiss, nothing of the
/// answer.
tl::unexpected<Error> brokenRpcAnswer(const QString& detail);
/// The same, of the node's answer to this method: a node may answer the others well.
Error brokenRpcAnswerTo(const char* method, const QString& host, const QString& detail);

/// JSON-RPC 2.0, one answer to the request of this id. An error may have the id null (the node could not read
/// the request). Violations are Network.
Result<RpcReply> parseRpcAnswer(BytesView body, std::uint64_t id);

/// InvalidInput: the node understood, and refused. Network where the error says that it is overloaded, limits
/// the rate, or lags behind, which is no judgement of what was asked.
Error refusalOf(const RpcError& error, const QString& host, const char* method);

/// Every occurrence of a key in the node's words becomes "…" (see keysOf).
void strikeOut(RpcError& error, const QStringList& keys);

}  // namespace countersign
