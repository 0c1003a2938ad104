#include "core/inbox/statement/StatementEntries.h"
#include "core/policy/approvals/ApprovalStatement.h"
#include "core/policy/approvals/FreezeStatement.h"
#include "core/policy/approvals/PolicyChangeStatement.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

namespace {

const SecretBytes& seed()
{
    static const SecretBytes fixed(ed25519::seedBytes);
    return fixed;
}

void checkApproval(std::string_view body)
{
    const auto approval = readApproval(body);
    if (!approval) {
        return require(approval.error().code == ErrorCode::InvalidInput ||
                           approval.error().code == ErrorCode::BadSignature,
                       "a statement that cannot be read is refused");
    }
    require(approval->envelope.json.size() <= approvalMaxBytes, "a statement is bounded");
    const auto again = readApproval(approval->envelope.json);
    require(again && *again == *approval, "a statement has one form");
    // What is kept can be read by the feed's first look, too.
    require(parseApprovalStatement(asBytes(approval->envelope.json)).has_value(), "both readers agree");
}

void checkFreeze(std::string_view body)
{
    const auto word = readFreeze(body);
    if (!word) {
        return require(
            word.error().code == ErrorCode::InvalidInput || word.error().code == ErrorCode::BadSignature,
            "a freeze that cannot be read is refused");
    }
    require(!word->statement.reason.empty() && word->statement.reason.size() <= freezeMaxReasonBytes,
            "a reason is bounded");
    const auto again = readFreeze(word->envelope.json);
    require(again && again->envelope.digest == word->envelope.digest, "a freeze has one form");
    require(parseFreezeStatement(asBytes(word->envelope.json)).has_value(), "both readers agree");
}

void checkPolicyChange(std::string_view body)
{
    const auto change = readPolicyChange(body);
    if (!change) {
        return require(
            change.error().code == ErrorCode::InvalidInput || change.error().code == ErrorCode::BadSignature,
            "a policy's change that cannot be read is refused");
    }
    const auto again = readPolicyChange(change->envelope.json);
    require(again && again->envelope.digest == change->envelope.digest, "a policy's change has one form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    (void)parseApprovalStatement(input);
    (void)parseFreezeStatement(input);
    checkApproval(asText(input));
    checkFreeze(asText(input));
    // The same as a payload of somebody who signs whatever it is: {"operator": the seed's key, …}.
    if (const auto signedApproval = signDsse(approvalPayloadType, input, seed())) {
        checkApproval(*signedApproval);
    }
    if (const auto signedFreeze = signDsse(freezePayloadType, input, seed())) {
        checkFreeze(*signedFreeze);
    }
    checkPolicyChange(asText(input));
    if (const auto signedChange = signDsse(policyChangePayloadType, input, seed())) {
        checkPolicyChange(*signedChange);
    }
    return 0;
}
