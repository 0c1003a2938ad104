#pragma once

#include "services/http/message/HttpMessage.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

// Which calls the relay knows (design.md §6). docs/relay.openapi.json names the same ones, and
// RelayContract_test compares the two.

namespace countersign::relay {

struct RelayRoute
{
    enum class Kind {
        NotFound,
        MethodNotAllowed,
        Deliver,
        Entries,
        SubmitJob,
        ShowJob,
        ClaimJob,
        JobEvent,
        WithdrawJob,
        Approval,
        Statement,
        Health,
        Ready,
        Metrics,
    };
    Kind kind = Kind::NotFound;
    std::string inbox;         ///< of calls about an inbox: a valid inbox name
    std::string jobId;         ///< of calls about one job: isJobId
    std::string_view allowed;  ///< MethodNotAllowed: the value of Allow
};

/// One row of the table of calls.
struct RelayOperation
{
    std::string_view method;  ///< what GET answers, HEAD answers without the body
    std::string_view path;    ///< "{inbox}" and "{jobId}" stand for a segment each
    RelayRoute::Kind kind = RelayRoute::Kind::NotFound;
    std::size_t maxBodyBytes = 0;
};

/// All calls there are.
std::span<const RelayOperation> relayOperations();

/// Looks at method and path only.
RelayRoute routeRelayRequest(const http::HttpRequest& request);

/// Of a delivery and of an envelope.
inline constexpr std::size_t maxDeliveryBytes = 256 * 1024;
/// Of an event's envelope: the outcome of a job is longer than the job by its signature, and must come
/// through.
inline constexpr std::size_t maxEventEnvelopeBytes = 272 * 1024;
/// Of a withdrawal's envelope: its payload names a job and nothing else.
inline constexpr std::size_t maxWithdrawalEnvelopeBytes = 8 * 1024;
/// Of an operator's statement: hashes, a name, and a reason in some sentences.
inline constexpr std::size_t maxStatementEnvelopeBytes = 16 * 1024;
/// The other calls take a small body or none, where a little is tolerated.
inline constexpr std::size_t maxOtherBodyBytes = 1024;
std::size_t relayBodyLimit(const http::HttpRequest& head);

}  // namespace countersign::relay
