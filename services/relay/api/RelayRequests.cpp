#include "services/relay/api/RelayRequests.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "services/http/message/ClientAddress.h"
#include "services/http/message/Problem.h"
#include "services/relay/api/RelayRoutes.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace countersign::relay {

namespace {

struct RelayRequestsText
{
    Q_DECLARE_TR_FUNCTIONS(RelayRequestsText)
};

tl::unexpected<Error> badParameter(const char* detail)
{
    return failure(ErrorCode::InvalidInput, RelayRequestsText::tr("A parameter of the request is not valid."),
                   QString::fromLatin1(detail));
}

/// Nothing when absent; InvalidInput when it is not one non-negative number.
Result<std::optional<std::int64_t>> numberParameter(const http::HttpTarget& target, std::string_view name)
{
    const std::size_t count = target.parameterCount(name);
    if (count == 0) {
        return std::nullopt;
    }
    const std::string_view text = target.parameter(name).value_or(std::string_view());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (count > 1 || text.empty() || text.front() == '-' || error != std::errc() ||
        end != text.data() + text.size()) {
        return badParameter("after, limit and wait are whole numbers, each given at most once");
    }
    return number;
}

/// Longer than any identity or head, shorter than what is worth comparing.
constexpr std::size_t maxFeedCharacters = 128;

/// As it came; InvalidInput when it comes twice or is much too long.
Result<std::string> feedParameter(const http::HttpTarget& target, std::string_view name)
{
    const std::string_view text = target.parameter(name).value_or(std::string_view());
    if (target.parameterCount(name) > 1 || text.size() > maxFeedCharacters) {
        return badParameter("feed and head are what the relay told, each given at most once");
    }
    return std::string(text);
}

/// More than the hex of any hash.
constexpr std::size_t maxSignatureCharacters = 512;
/// Two show that there is more than one.
constexpr std::size_t keptSignatures = 2;

bool isDynamicHeader(std::string_view name)
{
    return name.starts_with("x-dynamic-") || name.starts_with("x-dyn-");
}

/// What decides about a delivery comes first; nothing for what is not kept.
std::optional<int> importanceOf(std::string_view name)
{
    if (name == webhookSignatureHeader) {
        return 0;
    }
    if (name == "content-type" || name == "user-agent") {
        return 1;
    }
    return isDynamicHeader(name) ? std::optional(2) : std::nullopt;
}

/// Why this class exists: what is kept of a stranger's headers has a bound, and what decides about a delivery
/// must not be crowded out by what does not.
class HeaderRoom
{
public:
    bool take(std::string_view name, std::string_view value)
    {
        // Names and values with what stands around them; an array's brackets are less than a name.
        const std::size_t size = jsonSize(name) + jsonSize(value) + 3;
        if (isFull() || m_size + size > maxKeptHeaderBytes ||
            (name == webhookSignatureHeader && ++m_signatures > keptSignatures)) {
            return false;
        }
        m_size += size;
        ++m_count;
        return true;
    }
    bool isFull() const { return m_count >= maxKeptHeaders; }

private:
    static std::size_t jsonSize(std::string_view text) { return dumpJson(Json(std::string(text))).size(); }

    std::size_t m_count = 0;
    std::size_t m_size = 2;
    std::size_t m_signatures = 0;
};

std::string_view keptValue(std::string_view name, std::string_view value)
{
    return name == webhookSignatureHeader && value.size() > maxSignatureCharacters ? std::string_view()
                                                                                   : value;
}

void addHeader(Json& kept, const std::string& name, std::string_view value)
{
    if (!kept.contains(name)) {
        kept[name] = std::string(value);
        return;
    }
    Json& present = kept[name];
    if (!present.is_array()) {
        present = Json::array({present});
    }
    present.push_back(std::string(value));
}

}  // namespace

Result<EntriesQuery> parseEntriesQuery(const http::HttpTarget& target)
{
    const auto after = numberParameter(target, "after");
    const auto limit = numberParameter(target, "limit");
    const auto wait = numberParameter(target, "wait");
    for (const auto* parameter : {&after, &limit, &wait}) {
        if (!*parameter) {
            return failure(parameter->error());
        }
    }
    EntriesQuery query;
    query.after = after->value_or(0);
    if (limit->has_value()) {
        query.limit = static_cast<std::size_t>(std::min<std::int64_t>(**limit, maxPageEntries));
    }
    if (query.limit == 0) {
        return badParameter("limit is at least 1");
    }
    query.wait = std::chrono::seconds(std::min<std::int64_t>(wait->value_or(0), maxWait.count()));
    ASSIGN_OR_RETURN(auto feed, feedParameter(target, "feed"));
    ASSIGN_OR_RETURN(auto head, feedParameter(target, "head"));
    query.feed = std::move(feed);
    query.head = std::move(head);
    return query;
}

std::string selectedHeadersJson(const http::HttpHeaders& headers)
{
    HeaderRoom room;
    std::vector<bool> isKept(headers.size(), false);
    for (const int importance : {0, 1, 2}) {
        std::size_t i = 0;
        for (const auto& [name, value] : headers) {
            if (!room.isFull() && importanceOf(name) == importance) {
                isKept[i] = room.take(name, keptValue(name, value));
            }
            ++i;
        }
    }
    // In the order in which they came.
    Json kept = Json::object();
    std::size_t i = 0;
    for (const auto& [name, value] : headers) {
        if (isKept[i++]) {
            addHeader(kept, name, keptValue(name, value));
        }
    }
    return dumpJson(kept);
}

std::optional<FeedMismatch> feedMismatch(const EntriesQuery& query, std::string_view feed,
                                         const EntryPage& page)
{
    if (!query.feed.empty() && query.feed != feed) {
        return FeedMismatch::Replaced;
    }
    // What retention has removed cannot be compared; the page tells where the feed begins.
    const bool isOther = !query.head.empty() && page.headAtCursor && query.head != toHex(*page.headAtCursor);
    if (page.head < query.after || isOther) {
        return FeedMismatch::History;
    }
    return std::nullopt;
}

http::HttpResponse feedMismatchResponse(FeedMismatch mismatch, std::string_view feed)
{
    const bool isReplaced = mismatch == FeedMismatch::Replaced;
    http::HttpResponse response = http::problemResponse(
        409,
        isReplaced
            ? "This is another feed than the one that was read so far: the relay's database was replaced. "
              "Read it from the start (after=0; sync --from-start)."
            : "The feed has another history than the one that was read so far: the relay's database was "
              "replaced or an older backup was restored. Read it from the start (after=0; sync "
              "--from-start).");
    if (auto problem = parseJson(response.body)) {
        (*problem)["type"] = isReplaced ? "urn:countersign:feed-replaced" : "urn:countersign:feed-history";
        (*problem)["feed"] = std::string(feed);
        response.body = dumpJson(*problem);
    }
    return response;
}

std::string entriesPageJson(const EntryPage& page, std::int64_t after, std::string_view feed,
                            std::size_t most)
{
    const std::span<const StoredEntry> entries(page.entries.data(), std::min(most, page.entries.size()));
    // Assembled as text: the stored headers are JSON already, and a page of 4 MiB should not be copied
    // through a tree.
    std::string json = "{\"entries\":[";
    std::size_t size = 256;
    for (const StoredEntry& entry : entries) {
        size += 160 + entry.headersJson.size() + (entry.body.size() + 2) / 3 * 4;
    }
    json.reserve(size);
    for (const StoredEntry& entry : entries) {
        if (json.back() == '}') {
            json += ',';
        }
        json += "{\"seq\":" + std::to_string(entry.seq) + ",\"kind\":\"" + entry.kind +
                "\",\"receivedAt\":\"" + toIso8601(entry.receivedAt) + "\",\"headers\":" + entry.headersJson +
                ",\"bodyBase64\":\"" + toBase64(asBytes(entry.body)) + "\"}";
    }
    // Behind what retention has removed an empty page leads to where the feed begins.
    const std::int64_t cursor = entries.empty() ? std::max(after, page.first - 1) : entries.back().seq;
    const std::optional<FeedHead> head =
        entries.empty() ? page.headAtCursor : std::optional(entries.back().head);
    json += "],\"cursor\":" + std::to_string(cursor) + ",\"feed\":\"" + std::string(feed) + "\"";
    if (head) {
        json += ",\"head\":\"" + toHex(*head) + "\"";
    }
    json += ",\"firstSeq\":" + std::to_string(page.first) + "}";
    return json;
}

std::size_t entriesPageMemory(std::size_t limit)
{
    const std::size_t stored = std::min(limit * maxDeliveryBytes, maxPageBytes);
    // As it is stored, and as text: base64 makes four bytes of three.
    return stored + stored / 3 * 4 + limit * 160;
}

bool isLocalRequest(const http::HttpRequest& request)
{
    return request.peerIsLoopback && !request.headers.contains("x-forwarded-for") &&
           !request.headers.contains("forwarded") && !request.headers.contains("x-real-ip");
}

std::string clientKey(const http::HttpRequest& request)
{
    return http::addressKey(request.clientAddress.empty() ? request.peerAddress : request.clientAddress);
}

}  // namespace countersign::relay
