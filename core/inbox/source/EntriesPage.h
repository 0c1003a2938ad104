#pragma once

#include "core/inbox/source/Feed.h"

// The parser for a page of feed entries, the relay's JSON. The relay is reachable from the internet and may
// be somebody else's; its answers are bounded and strictly parsed apart from the networking, so that a fuzzer
// can reach the parser.

namespace countersign {

/// Longest answer to one request for entries, in bytes. The relay's own pages are a few MiB.
inline constexpr std::size_t entriesPageMaxBytes = 64 * 1024 * 1024;
/// Longest entry that is read, in bytes of its JSON; a longer one is set aside. The relay's are below 1 MiB.
inline constexpr std::size_t entryMaxBytes = 4 * 1024 * 1024;
/// Most headers of an entry that is read. The relay keeps 64; older ones kept whatever came.
inline constexpr std::size_t entryMaxHeaders = 4096;
/// And their bytes, names and values together: more than the head of any request that a relay reads.
inline constexpr std::size_t entryMaxHeaderBytes = 256 * 1024;
/// Largest number of an entry: whole numbers up to here survive every JSON reader.
inline constexpr std::int64_t feedMaxSeq = std::int64_t{1} << 53;

/// {entries: [{seq, kind, receivedAt, headers, bodyBase64}], cursor, feed?, head?, firstSeq?} (design.md §6),
/// the answer to a request for at most limit entries behind `after`. receivedAt: ISO 8601, or Unix
/// milliseconds; headers: object of strings or arrays of strings.
///
/// Every entry must tell its number, and the numbers go on from `after` without a gap, but that the first may
/// be firstSeq, where retention removed what was before; the cursor is the last of them. Any other violation
/// of an entry makes it unreadableEntryKind and leaves the others alone. A body longer than a webhook may be
/// is handed on: refusing it is the ingestor's task, where it leaves a trace. Every violation of the page is
/// Network (a broken answer), and detail names the member.
///
/// Where after.identity is known and the page is of another feed, nothing but the page's identity is read.
Result<FeedPage> parseEntriesPage(BytesView json, const FeedPosition& after, int limit);

/// How many entries of an answer that was cut off arrived whole.
int wholeEntriesIn(BytesView cutJson);

}  // namespace countersign
