#pragma once

#include "core/inbox/Feed.h"

// Why: the relay is reachable from the internet and may be somebody else's; its answers are bounded and
// strictly parsed apart from the networking, so that a fuzzer can reach the parser.

namespace countersign {

/// Longest answer to one request for entries, in bytes. The relay's own pages are a few MiB.
inline constexpr std::size_t entriesPageMaxBytes = 64 * 1024 * 1024;

/// {entries: [{seq, kind, receivedAt, headers, bodyBase64}], cursor} (design.md §6). receivedAt: ISO 8601, or
/// Unix milliseconds; headers: object of strings or arrays of strings; seq ascending and greater than after;
/// cursor not behind them. A body longer than a webhook may be is handed on: refusing it is the ingestor's
/// task, where it leaves a trace. Every violation is Network (a broken answer), and detail names the member.
Result<FeedPage> parseEntriesPage(BytesView json, std::int64_t after);

}  // namespace countersign
