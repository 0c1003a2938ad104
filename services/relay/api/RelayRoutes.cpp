#include "services/relay/api/RelayRoutes.h"

#include "services/relay/api/JobRequests.h"
#include "services/relay/store/InboxName.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace countersign::relay {

namespace {

using Kind = RelayRoute::Kind;

constexpr std::array<RelayOperation, 12> relayCalls{{
    {"POST", "/in/{inbox}", Kind::Deliver, maxDeliveryBytes},
    {"GET", "/v1/inboxes/{inbox}/entries", Kind::Entries, maxOtherBodyBytes},
    {"POST", "/v1/inboxes/{inbox}/jobs", Kind::SubmitJob, maxDeliveryBytes},
    {"GET", "/v1/inboxes/{inbox}/jobs/{jobId}", Kind::ShowJob, maxOtherBodyBytes},
    {"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/claim", Kind::ClaimJob, maxOtherBodyBytes},
    {"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/events", Kind::JobEvent, maxEventEnvelopeBytes},
    {"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/withdraw", Kind::WithdrawJob, maxWithdrawalEnvelopeBytes},
    {"POST", "/v1/inboxes/{inbox}/jobs/{jobId}/approvals", Kind::Approval, maxStatementEnvelopeBytes},
    {"POST", "/v1/inboxes/{inbox}/statements", Kind::Statement, maxStatementEnvelopeBytes},
    {"GET", "/healthz", Kind::Health, maxOtherBodyBytes},
    {"GET", "/readyz", Kind::Ready, maxOtherBodyBytes},
    {"GET", "/metrics", Kind::Metrics, maxOtherBodyBytes},
}};

/// Whether the segment of a request's path may stand where the operation's path has this one; what it names
/// goes into the route.
bool takeSegment(const std::string& segment, std::string_view expected, RelayRoute& route)
{
    if (expected == "{inbox}") {
        route.inbox = segment;
        return isValidInboxName(segment);
    }
    if (expected == "{jobId}") {
        route.jobId = segment;
        return isJobId(segment);
    }
    return expected == segment;
}

/// The route when the path is the operation's, whatever the method.
std::optional<RelayRoute> matchPath(const std::vector<std::string>& path, const RelayOperation& operation)
{
    RelayRoute route;
    std::string_view rest = operation.path;
    for (const std::string& segment : path) {
        if (rest.empty()) {
            return std::nullopt;
        }
        rest.remove_prefix(1);
        const std::string_view expected = rest.substr(0, rest.find('/'));
        rest.remove_prefix(expected.size());
        if (!takeSegment(segment, expected, route)) {
            return std::nullopt;
        }
    }
    return rest.empty() ? std::optional(std::move(route)) : std::nullopt;
}

const RelayOperation* findOperation(Kind kind)
{
    const auto* const found = std::ranges::find(relayCalls, kind, &RelayOperation::kind);
    return found == relayCalls.end() ? nullptr : found;
}

}  // namespace

std::span<const RelayOperation> relayOperations()
{
    return relayCalls;
}

RelayRoute routeRelayRequest(const http::HttpRequest& request)
{
    for (const RelayOperation& operation : relayCalls) {
        // No path has two methods.
        if (auto route = matchPath(request.target.segments, operation)) {
            if (request.method != operation.method) {
                return {Kind::MethodNotAllowed, {}, {}, operation.method == "GET" ? "GET, HEAD" : "POST"};
            }
            route->kind = operation.kind;
            return *std::move(route);
        }
    }
    return {};
}

std::size_t relayBodyLimit(const http::HttpRequest& head)
{
    const RelayOperation* const operation = findOperation(routeRelayRequest(head).kind);
    return operation == nullptr ? maxOtherBodyBytes : operation->maxBodyBytes;
}

}  // namespace countersign::relay
