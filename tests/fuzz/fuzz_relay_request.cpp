// The relay's way from bytes to a decision, without sockets: Beast's parser under the server's limits, then
// the checks of the head, the routing and everything that reads parameters and headers.

#include "core/base/Json.h"
#include "services/http/RequestHead.h"
#include "services/relay/InboxName.h"
#include "services/relay/JobRequests.h"
#include "services/relay/RelayRequests.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <cstdlib>
#include <limits>

namespace {

using namespace countersign;
namespace http = boost::beast::http;

void demand(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

void checkRouted(HttpRequest& request)
{
    const RelayRoute route = routeRelayRequest(request);
    demand(route.inbox.empty() || isValidInboxName(route.inbox));
    using Kind = RelayRoute::Kind;
    const bool isAboutOneJob = route.kind == Kind::ShowJob || route.kind == Kind::ClaimJob ||
                               route.kind == Kind::JobEvent || route.kind == Kind::WithdrawJob;
    const bool hasInbox = isAboutOneJob || route.kind == Kind::SubmitJob || route.kind == Kind::Deliver ||
                          route.kind == Kind::Entries;
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
    request.peerAddress = "2001:db8::1";
    clientKey(request, true);
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
    http::request_parser<http::string_body> parser;
    parser.header_limit(16 * 1024);
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    parser.eager(false);
    boost::system::error_code error;
    std::size_t used = 0;
    while (!error && used < size && !parser.is_header_done()) {
        used += parser.put(boost::asio::buffer(data + used, size - used), error);
    }
    if (error || !parser.is_header_done()) {
        return 0;
    }
    auto head = checkRequestHead(parser.get());
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
