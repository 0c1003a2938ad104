// What a relay answers to a desk. The first byte picks the call; the rest is the answer's body.

#include "core/net/RelayInbox.h"
#include "core/signing/relay/JobRelayAnswers.h"
#include "tests/fuzz/Require.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace {

using namespace countersign;

const std::string jobId(64, 'a');

void checkClaim(BytesView body)
{
    const auto claim = parseJobClaim(body);
    if (claim) {
        require(!claim->withdrawalSeq || (*claim->withdrawalSeq >= 0 && claim->withdrawalRequested),
                "a numbered withdrawal is one");
        require(claim->waited.count() == 0, "how long was waited is no word of the relay");
    } else {
        require(claim.error().code == ErrorCode::Network, "a strange answer is the relay's fault");
    }
}

void checkReason(BytesView body)
{
    HttpResponse answer;
    answer.status = 409;
    answer.body = toBytes(body);
    const QString reason = relayReason(answer);
    require(relayProblemType(answer).size() <= 200, "so is a type");
    require(reason.size() <= 200, "a stranger's words are cut");
    require(std::ranges::all_of(reason, [](QChar c) { return c >= u' ' && c <= u'~'; }), "and cleaned");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const BytesView body(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            checkClaim(body);
            break;
        case 1: {
            const Status taken = parseJobAcceptance(body, jobId);
            require(taken.has_value() || taken.error().code == ErrorCode::Network, "taken, or strange");
            require(!taken || asText(body).find(jobId) != std::string_view::npos ||
                        asText(body).find('\\') != std::string_view::npos,
                    "only this job was taken");
            break;
        }
        default:
            checkReason(body);
    }
    return 0;
}
