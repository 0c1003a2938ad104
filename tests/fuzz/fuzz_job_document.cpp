#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Keccak.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/signing/job/JobContent.h"
#include "core/signing/job/JobDocument.h"
#include "core/signing/job/SigningPayload.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

namespace {

constexpr std::size_t longestMessage = 16384;  // protocol reference §3.2

bool isEqual(const Bytes& bytes, const auto& digest)
{
    return std::ranges::equal(bytes, digest);
}

/// What is shown and signed follows from the bytes that are prepared, by the console's own hash.
void checkDigest(JobKind kind, const JobContent& content, const SigningPayload& plan)
{
    if (!isEvm(kind)) {
        const auto* transaction = std::get_if<SolanaTransaction>(&content);
        require(plan.scheme == SigningScheme::Ed25519, "Solana signs with Ed25519");
        require(plan.input == (transaction != nullptr ? transaction->messageBytes : plan.prepared),
                "Ed25519 signs the bytes themselves");
        require(isEqual(plan.digest, sha256(plan.input)), "the digest shown is that of the bytes");
        require(plan.message == toHex(plan.input) && !plan.isFormatted, "the server gets the same bytes");
        return;
    }
    require(plan.scheme == SigningScheme::Ecdsa && plan.input == plan.digest, "ECDSA signs the digest");
    if (kind == JobKind::EvmTypedData) {
        require(plan.isFormatted && plan.prepared == plan.digest, "typed data go as their digest");
    } else {
        require(isEqual(plan.digest, keccak256(plan.prepared)), "the digest is that of the prepared bytes");
    }
    require(plan.message == toHexPrefixed(plan.isFormatted ? plan.digest : plan.prepared),
            "the server hashes the same bytes");
}

void checkPlan(JobKind kind, const JobContent& content)
{
    const auto plan = signingPayloadOf(kind, content);
    if (!openFieldsOf(content).empty()) {
        require(!plan, "what is open has no plan");
        return;
    }
    require(plan.has_value(), "what was accepted whole can be planned");
    require(plan->digest.size() == 32, "digests have 32 bytes");
    require(plan->message.size() <= longestMessage, "the server takes the message");
    checkDigest(kind, content, *plan);
    const auto again = signingPayloadOf(kind, content);
    require(again && again->digest == plan->digest && again->prepared == plan->prepared &&
                again->message == plan->message && again->context == plan->context,
            "a plan follows from its content alone");
    if (kind == JobKind::EvmTransaction) {
        const auto raw = EvmTransactionRequest::fromRaw(plan->prepared);
        const auto* request = std::get_if<EvmTransactionRequest>(&content);
        require(raw && signingPayloadOf(kind, *raw)->digest == plan->digest,
                "the bytes read back are the same transaction");
        require(request->toTransaction().has_value(), "a planned request is whole");
    }
}

std::vector<ResolvedField> someValues(const std::vector<std::string>& open)
{
    std::vector<ResolvedField> resolved;
    for (const std::string& name : open) {
        resolved.push_back(
            {name, name == "recentBlockhash" ? "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi" : "21000"});
    }
    return resolved;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    const auto document = parseJobDocument(input);
    if (!document) {
        require(document.error().code == ErrorCode::InvalidInput, "a broken job is invalid input");
        return 0;
    }
    require(!document->wallet.empty() && document->payload.is_object(), "a job says for whom and what");
    require(!document->broadcast || isTransaction(document->kind), "only transactions are sent");
    // 32 ones: the payer of the seeds' Solana transactions.
    const auto content = readJobContent(document->kind, document->payload, Bytes(32, 1));
    if (!content) {
        return 0;
    }
    checkPlan(document->kind, *content);
    const auto open = openFieldsOf(*content);
    if (const auto resolved = withResolved(*content, someValues(open)); resolved && !open.empty()) {
        // Values of the fuzzer's own may contradict the request (a tip above the cap); what is accepted is
        // planned.
        if (signingPayloadOf(document->kind, *resolved)) {
            checkPlan(document->kind, *resolved);
        }
    }
    return 0;
}
