#include "services/sandbox/api/ControlRequests.h"

#include "core/base/encoding/Json.h"

#include <QCoreApplication>

#include <charconv>

namespace countersign::sandbox {

namespace {

struct ControlRequestsText
{
    Q_DECLARE_TR_FUNCTIONS(ControlRequestsText)
};

constexpr JsonLimits controlLimits{16 * 1024, 4, 64};
constexpr std::size_t maxIdText = 64;

bool isIdText(const std::string& id)
{
    return !id.empty() && id.size() <= maxIdText;
}

tl::unexpected<Error> controlRefused(QString sentence)
{
    return failure(ErrorCode::InvalidInput, std::move(sentence));
}

Result<Json> parseObject(std::string_view body)
{
    Result<Json> json = parseJson(body, controlLimits);
    if (json && !json->is_object()) {
        return controlRefused(ControlRequestsText::tr("The body must be a JSON object."));
    }
    return json;
}

Result<std::size_t> parseCount(const Json& value)
{
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() < 1 ||
        value.get<std::uint64_t>() > maxBulkDelegations) {
        return controlRefused(
            ControlRequestsText::tr("count must be an integer from 1 to %1.").arg(maxBulkDelegations));
    }
    return value.get<std::size_t>();
}

}  // namespace

Result<DelegationRequest> parseDelegationRequest(std::string_view body)
{
    ASSIGN_OR_RETURN(const Json json, parseObject(body));
    for (const auto& [member, value] : json.items()) {
        if (member != "chain" && member != "count" && member != "walletId" && member != "userId") {
            return controlRefused(
                ControlRequestsText::tr("Only chain, count, walletId and userId are known here."));
        }
    }
    const Result<std::string> chain = requiredString(json, "chain");
    const std::optional<Chain> known = chain ? chainFromName(*chain) : std::nullopt;
    if (!known) {
        return controlRefused(ControlRequestsText::tr("chain must be \"EVM\" or \"SVM\"."));
    }
    ASSIGN_OR_RETURN(const std::optional<std::string> walletId, optionalString(json, "walletId"));
    ASSIGN_OR_RETURN(const std::optional<std::string> userId, optionalString(json, "userId"));
    DelegationRequest request{*known, 1, walletId, userId};
    if (request.walletId && (json.contains("count") || request.userId)) {
        return controlRefused(
            ControlRequestsText::tr("walletId excludes count and userId: the wallet has its user."));
    }
    if (json.contains("count")) {
        ASSIGN_OR_RETURN(const std::size_t count, parseCount(json["count"]));
        request.count = count;
    }
    if (request.walletId && !isIdText(*request.walletId)) {
        return controlRefused(ControlRequestsText::tr("walletId must be the id of a wallet."));
    }
    if (request.userId && !isIdText(*request.userId)) {
        return controlRefused(ControlRequestsText::tr("userId must be the id of a user."));
    }
    return request;
}

Result<std::string> parseEncryptionKeyRequest(std::string_view body)
{
    ASSIGN_OR_RETURN(const Json json, parseObject(body));
    ASSIGN_OR_RETURN(const std::optional<std::string> algorithm, optionalString(json, "alg"));
    ASSIGN_OR_RETURN(const std::optional<std::string> type, optionalString(json, "type"));
    const std::string alg = algorithm.value_or("HYBRID-RSA-AES-256");
    const std::string owner = type.value_or("external");
    if ((alg != "HYBRID-RSA-AES-256" && alg != "RSA-OAEP-256") ||
        (owner != "external" && owner != "dynamic")) {
        return controlRefused(ControlRequestsText::tr("This algorithm or type of key is not known."));
    }
    return requiredString(json, "publicKey");
}

std::optional<std::int64_t> parseCursor(std::string_view text)
{
    std::int64_t position = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
    if (error != std::errc() || end != text.data() + text.size() || position < 0) {
        return std::nullopt;
    }
    return position;
}

}  // namespace countersign::sandbox
