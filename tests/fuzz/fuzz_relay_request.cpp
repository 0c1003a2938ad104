// The relay's way from bytes to a decision, without sockets: Beast's parser under the server's limits, then
// the checks of the head, the routing and everything that reads parameters and headers. Before it the scan of
// the raw head, and after it the search for the client behind proxies.

#include "core/base/encoding/Json.h"
#include "services/http/message/ClientAddress.h"
#include "services/http/message/HeadScan.h"
#include "services/http/message/RequestHead.h"
#include "services/relay/api/JobRequests.h"
#include "services/relay/api/RelayRequests.h"
#include "services/relay/api/RelayRoutes.h"
#include "services/relay/store/InboxName.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

namespace {

using namespace countersign;
using namespace countersign::relay;
namespace beast_http = boost::beast::http;

void demand(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

/// Whatever the headers say, a client is found, and it is the peer where nobody is trusted.
void checkClient(http::HttpRequest& request)
{
    const auto peer = boost::asio::ip::make_address("2001:db8::1");
    http::ProxyTrust trust;
    demand(trust.clientOf(peer, request.headers) == peer);
    demand(trust.add("2001:db8::/32").has_value() && trust.add("loopback").has_value());
    request.clientAddress = trust.clientOf(peer, request.headers).to_string();
    demand(!clientKey(request).empty() && http::addressKey(clientKey(request)) == clientKey(request));
    for (const auto& [name, value] : request.headers) {
        (void)http::ProxyTrust().add(value);
    }
}

/// What the scan lets through has none of the shapes that two readers could read differently, and how the
/// bytes arrive makes no difference.
std::size_t scanHead(std::string_view bytes)
{
    http::HeadScan whole;
    const http::HeadScan::State state = whole.feed(bytes);
    http::HeadScan piecewise;
    for (std::size_t size = 1; size < bytes.size() && size < 64; ++size) {
        piecewise.feed(bytes.substr(0, size));
    }
    demand(piecewise.feed(bytes) == state);
    if (state != http::HeadScan::State::Complete) {
        return 0;
    }
    const std::string_view head = bytes.substr(0, whole.size());
    demand(piecewise.size() == whole.size() && head.ends_with("\r\n"));
    demand(head.find('\0') == std::string_view::npos && head.find("\r\n ") == std::string_view::npos &&
           head.find("\r\n\t") == std::string_view::npos);
    for (std::size_t at = 0; at < head.size(); ++at) {
        demand((head[at] == '\n') == (at > 0 && head[at - 1] == '\r'));
    }
    return whole.size();
}

void checkRouted(http::HttpRequest& request)
{
    const RelayRoute route = routeRelayRequest(request);
    demand(route.inbox.empty() || isValidInboxName(route.inbox));
    using Kind = RelayRoute::Kind;
    const bool isAboutOneJob = route.kind == Kind::ShowJob || route.kind == Kind::ClaimJob ||
                               route.kind == Kind::JobEvent || route.kind == Kind::WithdrawJob ||
                               route.kind == Kind::Approval;
    const bool hasInbox = isAboutOneJob || route.kind == Kind::SubmitJob || route.kind == Kind::Deliver ||
                          route.kind == Kind::Entries || route.kind == Kind::Statement;
    demand(hasInbox == !route.inbox.empty());
    demand(isAboutOneJob == !route.jobId.empty() && (!isAboutOneJob || isJobId(route.jobId)));
    if (const auto query = parseEntriesQuery(request.target)) {
        demand(query->after >= 0 && query->limit >= 1 && query->limit <= maxPageEntries &&
               query->wait <= maxWait);
        EntryPage known;
        known.head = 3;
        known.headAtCursor = firstFeedHead;
        if (const auto mismatch = feedMismatch(*query, "feed", known)) {
            demand(feedMismatchResponse(*mismatch, "feed").status == 409);
        } else {
            demand(query->after <= 3 && (query->feed.empty() || query->feed == "feed") &&
                   (query->head.empty() || query->head == std::string(64, '0')));
        }
    }
    checkClient(request);
    relayTokenHash(request.bearerToken());

    // What is stored must come out again as one JSON document, and it has a bound.
    const std::string headers = selectedHeadersJson(request.headers);
    demand(headers.size() <= maxKeptHeaderBytes);
    EntryPage page;
    page.entries.push_back({1, "webhook", 0, headers, request.body});
    const auto json = parseJson(entriesPageJson(page, 0, "feed"), {8 * 1024 * 1024, 32, 10'000});
    demand(json.has_value() && json->at("cursor") == 1 && json->at("entries").size() == 1 &&
           json->at("head") == std::string(64, '0'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t empty = http::HeadScan::emptyLineBytes(text);
    data += empty;
    size -= empty;
    const std::size_t headSize = scanHead(text.substr(empty));
    if (headSize == 0) {
        return 0;
    }
    beast_http::request_parser<beast_http::string_body> parser;
    parser.header_limit(16 * 1024);
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    parser.eager(false);
    boost::system::error_code error;
    std::size_t used = 0;
    used += parser.put(boost::asio::buffer(data, headSize), error);
    demand(error || used == headSize);
    if (error || !parser.is_header_done()) {
        return 0;
    }
    auto head = http::checkRequestHead(parser.get());
    if (!head) {
        demand(head.error().status >= 400 && head.error().status < 600);
        return 0;
    }
    demand(head->request.headers.count("content-length") + head->request.headers.count("transfer-encoding") <=
           1);
    const std::size_t limit = relayBodyLimit(head->request);
    parser.body_limit(limit);
    parser.eager(true);
    while (!error && used < size && !parser.is_done() && parser.content_length().value_or(0) <= limit) {
        used += parser.put(boost::asio::buffer(data + used, size - used), error);
    }
    head->request.body = parser.get().body();
    demand(head->request.body.size() <= limit);
    checkRouted(head->request);
    return 0;
}
