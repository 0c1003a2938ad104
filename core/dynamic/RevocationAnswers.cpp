#include "core/dynamic/RevocationAnswers.h"

#include "core/base/encoding/Json.h"
#include "core/dynamic/ErrorAnswer.h"

#include <algorithm>
#include <map>

namespace countersign {

namespace {

constexpr JsonLimits bulkAnswerLimits{.maxBytes = 256 * 1024, .maxDepth = 16, .maxValues = 10'000};
constexpr int lowestStatus = 100;
constexpr int highestStatus = 599;

std::optional<BulkRevocationResult> readEntry(const Json& entry, const std::vector<std::string_view>& secrets)
{
    if (!entry.is_object()) {
        return std::nullopt;
    }
    const auto walletId = requiredString(entry, "walletId");
    const auto success = entry.find("success");
    if (!walletId || success == entry.end() || !success->is_boolean()) {
        return std::nullopt;
    }
    BulkRevocationResult result;
    result.walletId = *walletId;
    result.success = success->get<bool>();
    for (const char* name : {"status", "statusCode"}) {
        const auto status = entry.find(name);
        if (status != entry.end() && status->is_number_integer()) {
            const auto number = status->get<std::int64_t>();
            if (number >= lowestStatus && number <= highestStatus) {
                result.status = static_cast<int>(number);
            }
        }
    }
    result.error = parseErrorAnswer(asBytes(dumpJson(entry)), secrets).text;
    return result;
}

bool saysTheSame(const BulkRevocationResult& one, const BulkRevocationResult& other)
{
    return one.success == other.success && one.status == other.status;
}

}  // namespace

RevocationOutcome revocationOutcomeOf(int httpStatus)
{
    if (httpStatus >= 200 && httpStatus <= 299) {
        return RevocationOutcome::Revoked;
    }
    if (httpStatus == 404) {
        return RevocationOutcome::Absent;
    }
    const bool isClientError = httpStatus >= 400 && httpStatus <= 499;
    return isClientError && httpStatus != 429 ? RevocationOutcome::Refused : RevocationOutcome::Pending;
}

Result<std::vector<BulkRevocationResult>> parseBulkRevocation(BytesView body,
                                                              const std::vector<std::string>& asked,
                                                              const std::vector<std::string_view>& secrets)
{
    const auto json = parseJson(asText(body), bulkAnswerLimits);
    const auto entries = json && json->is_object() ? json->find("results") : Json::const_iterator();
    if (!json || !json->is_object() || entries == json->end() || !entries->is_array()) {
        return failure(unintelligible(QStringLiteral("the answer to a bulk revocation has no results")));
    }
    std::map<std::string, BulkRevocationResult> byWallet;
    std::vector<std::string> contradicted;
    for (const Json& entry : *entries) {
        auto result = readEntry(entry, secrets);
        if (!result || std::ranges::find(asked, result->walletId) == asked.end()) {
            continue;
        }
        const auto [known, isNew] = byWallet.try_emplace(result->walletId, *result);
        if (!isNew && !saysTheSame(known->second, *result)) {
            contradicted.push_back(result->walletId);
        }
    }
    for (const std::string& walletId : contradicted) {
        byWallet.erase(walletId);
    }
    std::vector<BulkRevocationResult> results;
    for (auto& [walletId, result] : byWallet) {
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace countersign
