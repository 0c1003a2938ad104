#include "core/signing/relay/JobRelayAnswers.h"

#include "core/base/encoding/Json.h"

#include <QCoreApplication>

#include <limits>

namespace countersign {

namespace {

struct JobRelayAnswersText
{
    Q_DECLARE_TR_FUNCTIONS(JobRelayAnswersText)
};

tl::unexpected<Error> strangeAnswer(const char* detail)
{
    return failure(
        ErrorCode::Network,
        JobRelayAnswersText::tr("The relay's answer cannot be understood. Check the relay's address."),
        QString::fromLatin1(detail));
}

Result<Json> parsed(BytesView body)
{
    return parseJson(asText(body), {.maxBytes = jobAnswerMaxBytes, .maxDepth = 4, .maxValues = 64});
}

bool readWithdrawal(const Json& json, JobClaim& claim)
{
    const auto requested = json.find("withdrawalRequested");
    const auto seq = json.find("withdrawalSeq");
    if (requested != json.end()) {
        if (!requested->is_boolean()) {
            return false;
        }
        claim.withdrawalRequested = requested->get<bool>();
    }
    if (seq != json.end()) {
        constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
        if (!seq->is_number_unsigned() || seq->get<std::uint64_t>() > most) {
            return false;
        }
        claim.withdrawalSeq = seq->get<std::int64_t>();
        claim.withdrawalRequested = true;
    }
    return true;
}

}  // namespace

Result<JobClaim> parseJobClaim(BytesView body)
{
    const auto json = parsed(body);
    const auto text = json ? requiredString(*json, "leaseUntil") : Result<std::string>(failure(json.error()));
    const auto time = text ? fromIso8601(*text) : std::nullopt;
    if (!time) {
        return strangeAnswer("HTTP 200 without leaseUntil");
    }
    JobClaim claim;
    claim.leaseUntil = *time;
    if (!readWithdrawal(*json, claim)) {
        return strangeAnswer("withdrawalRequested or withdrawalSeq");
    }
    return claim;
}

Status parseJobAcceptance(BytesView body, std::string_view jobId)
{
    const auto json = parsed(body);
    const auto named = json ? requiredString(*json, "jobId") : Result<std::string>(failure(json.error()));
    if (!named || *named != jobId) {
        return strangeAnswer("HTTP 200 about another job, or none");
    }
    return {};
}

Status parseStatementAcceptance(BytesView body)
{
    const auto json = parsed(body);
    const bool hasSeq = json && json->is_object() && json->contains("seq");
    if (!hasSeq || !json->at("seq").is_number_unsigned() || json->at("seq").get<std::uint64_t>() == 0) {
        return strangeAnswer("a statement was taken as no entry");
    }
    return {};
}

}  // namespace countersign
