#pragma once

#include "core/base/Result.h"
#include "services/http/message/HttpMessage.h"
#include "services/relay/store/RelayStore.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Request parsing and response texts of the relay: everything that reads a stranger's request or writes what
// a console reads. Plain functions without threads, sockets or coroutines, so that tests and the fuzzer reach
// exactly what the server runs.

namespace countersign::relay {

inline constexpr std::size_t defaultPageEntries = 100;
inline constexpr std::size_t maxPageEntries = 500;
inline constexpr std::size_t maxPageBytes = 4 * 1024 * 1024;
inline constexpr std::chrono::seconds maxWait{30};

struct EntriesQuery
{
    std::int64_t after = 0;
    std::size_t limit = defaultPageEntries;  ///< 1 … maxPageEntries
    std::chrono::seconds wait{0};            ///< 0 … maxWait
    std::string feed;  ///< the identity that the reader knows, as it came; empty: it said none
    std::string head;  ///< the history that it knows at after, likewise
};

/// Decimal digits only. Larger limits and waits are lowered to the maximum; a limit of 0, any sign, a
/// parameter given twice and numbers beyond 2^63-1 are InvalidInput. So is a feed or a head that is given
/// twice or longer than any can be. Unknown parameters are ignored.
Result<EntriesQuery> parseEntriesQuery(const http::HttpTarget& target);

/// Why a reader cannot go on from where it is. The type and the detail of the problem that it is told.
enum class FeedMismatch {
    Replaced,  ///< another feed than the one that it knows
    History,   ///< the same, and other entries: an older backup, also one that has caught up
};
std::optional<FeedMismatch> feedMismatch(const EntriesQuery& query, std::string_view feed,
                                         const EntryPage& page);
/// 409 with "type" and "feed".
http::HttpResponse feedMismatchResponse(FeedMismatch mismatch, std::string_view feed);

/// Of one delivery's headers, so many and so much as JSON; the rest is dropped.
inline constexpr std::size_t maxKeptHeaders = 64;
inline constexpr std::size_t maxKeptHeaderBytes = 8 * 1024;

/// The headers that are kept with a delivery: content-type, user-agent and all that begin with x-dynamic- or
/// x-dyn-, as a JSON object from lower-case name to value; while there is room, the signature first, then
/// those two, then Dynamic's in the order in which they came. A header that came more than once has an array
/// of its values in order, so that a doubled signature stays visible to the console (which refuses it): of
/// signatures two are kept, and one that is too long for any as an empty text. Bytes that are no UTF-8 become
/// U+FFFD.
std::string selectedHeadersJson(const http::HttpHeaders& headers);

/// {"entries": [{seq, kind, receivedAt, headers, bodyBase64}], "cursor", "feed", "head", "firstSeq"}; cursor
/// is the last entry's seq, or after when there is none; head is the feed's at the cursor. Of a page that was
/// read for several at most so many entries are told.
std::string entriesPageJson(const EntryPage& page, std::int64_t after, std::string_view feed,
                            std::size_t most = maxPageEntries);

/// What reading and writing a page of so many entries can take of memory at once; what it took is known when
/// it is made.
std::size_t entriesPageMemory(std::size_t limit);

/// Whether a request came from this machine itself and not through a proxy on it.
bool isLocalRequest(const http::HttpRequest& request);

/// Whom to count a request against: the client's address as the server believes it
/// (HttpRequest::clientAddress).
std::string clientKey(const http::HttpRequest& request);

}  // namespace countersign::relay
