// The bodies of the relay's job calls. The first byte picks the call; from 4 to 7 (modulo 8), but for 6, the
// rest is signed here first, so that payloads reach what lies behind the signature.

#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "services/relay/api/JobRequests.h"
#include "tests/fuzz/Require.h"

#include <algorithm>
#include <cstdint>

namespace {

using namespace countersign;
using namespace countersign::relay;

const std::string jobId(64, 'a');

/// What is stored must come out again as one JSON document.
void checkStatus(const std::string& state, const std::string& result, const std::string& event)
{
    const auto json = parseJson(jobStatusJson({jobId, state, 7, result, event}),
                                {.maxBytes = 1024 * 1024, .maxDepth = 6, .maxValues = 500});
    require(json.has_value() && json->at("jobId") == jobId && json->at("state") == state,
            "a status is one JSON document");
    require(json->contains("result") != result.empty() && json->contains("event") != event.empty(),
            "a status has what is known and nothing else");
}

void checkSubmission(const std::string& body)
{
    const auto job = parseJobSubmission(body);
    if (job) {
        require(isJobId(job->jobId) && job->envelopeDigest.size() == 32 && job->envelope == body,
                "a job is named by its payload and kept as posted");
        checkStatus("pending", {}, body);
    }
}

void checkWithdrawal(const std::string& body)
{
    const auto withdrawal = parseWithdrawal(body, jobId);
    require(!withdrawal || (withdrawal->jobId == jobId && withdrawal->envelope == body),
            "a withdrawal is of the job asked for");
}

void checkApproval(const std::string& body)
{
    const auto approval = parseApproval(body, jobId);
    require(!approval || (approval->jobId == jobId && approval->envelope == body &&
                          body.size() <= 16 * 1024 && approval->envelopeDigest.size() == 32),
            "an approval is of the job asked for, bounded, and kept as posted");
    const auto statement = parseStatement(body);
    require(!statement || (!approval && statement->envelope == body && body.size() <= 16 * 1024),
            "a statement about no job is no approval");
}

void checkClaim(const std::string& body)
{
    const auto claim = parseClaim(body, jobId);
    require(!claim || (claim->jobId == jobId && isDeskId(claim->desk)), "a claim names a desk");
}

void checkEvent(const std::string& body)
{
    const auto event = parseJobEvent(body, jobId);
    if (!event) {
        require(!event.error().detail.isEmpty(), "a refusal says why");
        return;
    }
    require(isDeskId(event->desk) && std::ranges::find(jobStates, event->state) != jobStates.end(),
            "an event names a desk and a state");
    const auto envelope = parseDsse(event->envelope);
    require(envelope && verifyDsse(*envelope, std::span(&event->key, 1)).has_value(),
            "an event verifies under its key");
    checkStatus(event->state, event->resultJson, event->envelope);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const BytesView rest(data + 1, size - 1);
    const std::string body(asText(rest));
    static const SecretBytes seed = SecretBytes::copyOf(std::string(32, 's'));
    switch (data[0] % 8) {
        case 0:
            checkSubmission(body);
            break;
        case 1:
            checkWithdrawal(body);
            break;
        case 2:
            checkClaim(body);
            break;
        case 3:
            checkEvent(body);
            break;
        case 4:
            checkWithdrawal(signDsse(withdrawalPayloadType, rest, seed).value());
            break;
        case 5:
            checkEvent(signDsse(jobEventPayloadType, rest, seed).value());
            break;
        case 6:
            checkApproval(body);
            break;
        default:
            checkApproval(signDsse(approvalPayloadType, rest, seed).value());
            checkApproval(signDsse(freezePayloadType, rest, seed).value());
            break;
    }
    return 0;
}
