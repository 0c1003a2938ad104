#include "services/relay/api/JobRequests.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/crypto/primitives/Sha256.h"
#include "services/relay/api/RelayRoutes.h"

#include <QCoreApplication>

#include <algorithm>
#include <initializer_list>

namespace countersign::relay {

namespace {

struct JobRequestsText
{
    Q_DECLARE_TR_FUNCTIONS(JobRequestsText)
};

constexpr std::size_t jobIdCharacters = 64;
constexpr std::size_t maxDeskCharacters = 128;
constexpr std::size_t maxClaimBytes = 1024;
constexpr std::size_t maxWithdrawalBytes = 1024;
/// What a desk says of the longest job: a document of 192 KiB, signed, and what stands around it.
constexpr std::size_t maxEventBytes = 196 * 1024;
constexpr JsonLimits payloadLimits{
    .maxBytes = maxEventBytes, .maxDepth = 2, .maxValues = 32, .maxMembers = 16};

/// Flat today; a little room for members that later desks add.
constexpr JsonLimits statementLimits{
    .maxBytes = maxStatementEnvelopeBytes, .maxDepth = 4, .maxValues = 256, .maxMembers = 64};

struct ResultMember
{
    const char* name;
    std::size_t maxBytes;
};

/// A Solana transaction has at most 1,232 bytes; an EVM one is bounded by what nodes relay (128 KiB), twice
/// that in hex, which an envelope of 256 KiB could not carry anyway.
constexpr std::array<ResultMember, 4> resultMembers{
    {{"signature", 1024}, {"signedTransaction", maxEventBytes}, {"hash", 256}, {"error", 4096}}};

tl::unexpected<Error> refused(const char* detail)
{
    return failure(ErrorCode::InvalidInput, JobRequestsText::tr("The request about a job is not valid."),
                   QString::fromLatin1(detail));
}

bool hasOnly(const Json& object, std::initializer_list<std::string_view> members)
{
    for (const auto& item : object.items()) {
        if (std::ranges::find(members, std::string_view(item.key())) == members.end()) {
            return false;
        }
    }
    return true;
}

/// An object with the given members at most.
Result<Json> strictObject(std::string_view text, std::size_t maxBytes,
                          std::initializer_list<std::string_view> members)
{
    JsonLimits limits = payloadLimits;
    limits.maxBytes = maxBytes;
    auto json = parseJson(text, limits);
    if (!json) {
        return json;
    }
    if (!json->is_object() || !hasOnly(*json, members)) {
        return refused("a member that does not belong here, or no object");
    }
    return json;
}

/// Every field with its length before it, so that no two envelopes share a digest by shifting bytes between
/// fields. Not the bytes as posted: white space or members that mean nothing make no new envelope.
Bytes digestOf(const DsseEnvelope& envelope)
{
    std::string text;
    const auto add = [&text](std::string_view field) {
        text += std::to_string(field.size()) + ':';
        text += field;
    };
    add(envelope.payloadType);
    add(asText(envelope.payload));
    for (const DsseSignature& signature : envelope.signatures) {
        add(signature.keyId);
        add(asText(signature.signature));
    }
    return toBytes(sha256(asBytes(text)));
}

Result<DsseEnvelope> parseEnvelope(std::string_view body, std::string_view type)
{
    auto envelope = parseDsse(body);
    if (!envelope) {
        return refused("the body is not a DSSE envelope");
    }
    if (envelope->payloadType != type) {
        return refused("the envelope's payloadType is not that of this call");
    }
    return envelope;
}

Result<DsseEnvelope> parseStatementEnvelope(std::string_view body, std::string_view type)
{
    if (body.size() > maxStatementEnvelopeBytes) {
        return refused("the envelope is too long");
    }
    return parseEnvelope(body, type);
}

bool namesJob(const Json& payload, std::string_view jobId)
{
    const auto named = requiredString(payload, "jobId");
    return named && *named == jobId;
}

/// The key that the only signature names, if it verifies under it.
Result<ed25519::PublicKey> signerOf(const DsseEnvelope& envelope)
{
    if (envelope.signatures.size() != 1) {
        return refused("an event has exactly one signature");
    }
    const std::string& keyId = envelope.signatures.front().keyId;
    const auto bytes = fromHex(keyId);
    ed25519::PublicKey key{};
    if (!bytes || bytes->size() != key.size() || toHex(*bytes) != keyId) {
        return refused("the signature's keyid is the lower-case hex of the Ed25519 public key");
    }
    std::copy(bytes->begin(), bytes->end(), key.begin());
    if (!verifyDsse(envelope, std::span(&key, 1))) {
        return failure(ErrorCode::BadSignature, JobRequestsText::tr("The event's signature does not verify."),
                       QStringLiteral("the signature does not verify under the key that keyid names"));
    }
    return key;
}

/// The result as it is kept, empty when there is none.
Result<std::string> readResult(const Json& payload)
{
    const auto found = payload.find("result");
    if (found == payload.end() || found->is_null()) {
        return std::string();
    }
    if (!found->is_object() || !hasOnly(*found, {"signature", "signedTransaction", "hash", "error"})) {
        return refused("result: an object of signature, signedTransaction, hash and error");
    }
    Json kept = Json::object();
    for (const ResultMember& member : resultMembers) {
        const auto text = optionalString(*found, member.name);
        if (!text || (*text && (*text)->size() > member.maxBytes)) {
            return refused("result: a member that is no text, or too long");
        }
        if (*text) {
            kept[member.name] = **text;
        }
    }
    return dumpJson(kept);
}

}  // namespace

bool isJobId(std::string_view text)
{
    return text.size() == jobIdCharacters && std::ranges::all_of(text, ascii::isLowerHexDigit);
}

bool isDeskId(std::string_view text)
{
    return !text.empty() && text.size() <= maxDeskCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Result<SubmitJob> parseJobSubmission(std::string body)
{
    ASSIGN_OR_RETURN(const auto envelope, parseEnvelope(body, jobPayloadType));
    SubmitJob job;
    job.jobId = toHex(sha256(envelope.payload));
    job.envelopeDigest = digestOf(envelope);
    job.envelope = std::move(body);
    return job;
}

Result<WithdrawJob> parseWithdrawal(std::string body, std::string_view jobId)
{
    ASSIGN_OR_RETURN(const auto envelope, parseEnvelope(body, withdrawalPayloadType));
    const auto payload = strictObject(asText(envelope.payload), maxWithdrawalBytes, {"jobId"});
    if (!payload || !namesJob(*payload, jobId)) {
        return refused("the payload is {\"jobId\"} with the job of the address");
    }
    WithdrawJob withdrawal;
    withdrawal.jobId = jobId;
    withdrawal.envelopeDigest = digestOf(envelope);
    withdrawal.envelope = std::move(body);
    return withdrawal;
}

Result<AddApproval> parseApproval(std::string body, std::string_view jobId)
{
    ASSIGN_OR_RETURN(const auto envelope, parseStatementEnvelope(body, approvalPayloadType));
    const auto payload = parseJson(asText(envelope.payload), statementLimits);
    if (!payload || !namesJob(*payload, jobId)) {
        return refused("the payload is an object with the job of the address as its jobId");
    }
    AddApproval approval;
    approval.jobId = jobId;
    approval.envelopeDigest = digestOf(envelope);
    approval.envelope = std::move(body);
    return approval;
}

Result<AddStatement> parseStatement(std::string body)
{
    ASSIGN_OR_RETURN(const auto envelope, parseStatementEnvelope(body, freezePayloadType));
    const auto payload = parseJson(asText(envelope.payload), statementLimits);
    if (!payload || !payload->is_object()) {
        return refused("the payload is an object");
    }
    AddStatement statement;
    statement.envelopeDigest = digestOf(envelope);
    statement.envelope = std::move(body);
    return statement;
}

Result<ClaimJob> parseClaim(std::string_view body, std::string_view jobId)
{
    const auto json = strictObject(body, maxClaimBytes, {"desk"});
    const auto desk = json ? requiredString(*json, "desk") : Result<std::string>(failure(json.error()));
    if (!desk || !isDeskId(*desk)) {
        return refused("the body is {\"desk\"} with 1 to 128 printable ASCII characters without spaces");
    }
    ClaimJob claim;
    claim.jobId = jobId;
    claim.desk = *desk;
    return claim;
}

Result<RecordJobEvent> parseJobEvent(std::string body, std::string_view jobId)
{
    ASSIGN_OR_RETURN(const auto envelope, parseEnvelope(body, jobEventPayloadType));
    ASSIGN_OR_RETURN(const auto key, signerOf(envelope));
    const auto payload = strictObject(asText(envelope.payload), maxEventBytes,
                                      {"jobId", "desk", "state", "at", "final", "result"});
    if (!payload || !namesJob(*payload, jobId)) {
        return refused("the payload is an event of the job of the address, without further members");
    }
    const auto desk = requiredString(*payload, "desk");
    const auto state = requiredString(*payload, "state");
    const auto at = requiredString(*payload, "at");
    const auto last = payload->find("final");
    if (!desk || !isDeskId(*desk) || !at || !fromIso8601(*at) || last == payload->end() ||
        !last->is_boolean()) {
        return refused("desk, at or final");
    }
    if (!state || std::ranges::find(jobStates, std::string_view(*state)) == jobStates.end()) {
        return refused("state: none that a job can have");
    }
    ASSIGN_OR_RETURN(auto result, readResult(*payload));
    RecordJobEvent event;
    event.jobId = jobId;
    event.desk = *desk;
    event.key = key;
    event.state = *state;
    event.isFinal = last->get<bool>();
    event.resultJson = std::move(result);
    event.envelopeDigest = digestOf(envelope);
    event.envelope = std::move(body);
    return event;
}

std::string jobStatusJson(const JobStatus& status)
{
    // Assembled as text: result and event are JSON already, checked when they came.
    std::string json = R"({"jobId":")" + status.jobId + R"(","state":")" + status.state + '"';
    if (status.withdrawalSeq > 0) {
        json += R"(,"withdrawalRequested":true,"withdrawalSeq":)" + std::to_string(status.withdrawalSeq);
    }
    if (!status.resultJson.empty()) {
        json += R"(,"result":)" + status.resultJson;
    }
    if (!status.event.empty()) {
        json += R"(,"event":)" + status.event;
    }
    return json + '}';
}

}  // namespace countersign::relay
