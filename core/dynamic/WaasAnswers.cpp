#include "core/dynamic/WaasAnswers.h"

#include "core/base/text/Ascii.h"
#include "core/dynamic/ErrorAnswer.h"

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr std::size_t maxWaasIdCharacters = 128;
constexpr std::size_t maxPathBytes = 1024;
constexpr std::size_t maxPathLevels = 32;
constexpr std::size_t roomIdCharacters = 32;

constexpr JsonLimits answerLimits{.maxBytes = 256 * 1024, .maxDepth = 16, .maxValues = 10'000};

bool isName(std::string_view text)
{
    return !text.empty() && text.size() <= maxWaasIdCharacters &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

tl::unexpected<Error> broken(const char* what)
{
    return failure(unintelligible(QString::fromLatin1(what)));
}

Result<std::vector<std::uint32_t>> readPath(const std::string& text)
{
    if (text.empty()) {
        return std::vector<std::uint32_t>();
    }
    const auto json = parseJson(text, {.maxBytes = maxPathBytes, .maxDepth = 1, .maxMembers = maxPathLevels});
    if (!json || !json->is_object()) {
        return broken("derivationPath is no object");
    }
    std::vector<std::uint32_t> path;
    for (std::size_t i = 0; i < json->size(); ++i) {
        const auto level = json->find(std::to_string(i));
        if (level == json->end() || !level->is_number_unsigned() ||
            level->get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
            return broken("derivationPath has a gap or no number");
        }
        path.push_back(level->get<std::uint32_t>());
    }
    return path;
}

}  // namespace

Result<WaasWallet> parseWaasWallet(BytesView body)
{
    const auto json = parseJson(asText(body), answerLimits);
    if (!json || !json->is_object()) {
        return broken("the wallet is no object");
    }
    const auto wrapped = json->find("wallet");
    const Json& object = wrapped == json->end() ? *json : *wrapped;
    WaasWallet wallet;
    for (const auto& [name, target] :
         {std::pair{"walletId", &wallet.walletId}, std::pair{"accountAddress", &wallet.accountAddress},
          std::pair{"chainName", &wallet.chainName}}) {
        auto text = requiredString(object, name);
        if (!text || !isName(*text)) {
            return broken("walletId, accountAddress or chainName");
        }
        *target = *std::move(text);
    }
    auto scheme = optionalString(object, "thresholdSignatureScheme");
    if (!scheme || (*scheme && !isName(**scheme))) {
        return broken("thresholdSignatureScheme");
    }
    wallet.thresholdSignatureScheme = scheme->value_or(std::string());
    const auto pathText = optionalString(object, "derivationPath");
    if (!pathText) {
        return broken("derivationPath is no string");
    }
    ASSIGN_OR_RETURN(auto path, readPath(pathText->value_or(std::string())));
    wallet.derivationPath = std::move(path);
    return wallet;
}

Result<bool> parseVerifiedApiKey(BytesView body, std::string_view environmentId)
{
    const auto json = parseJson(asText(body), answerLimits);
    if (!json || !json->is_object()) {
        return broken("the verification is no object");
    }
    const auto environment = requiredString(*json, "environmentId");
    const auto verified = json->find("verified");
    if (!environment || verified == json->end() || !verified->is_boolean()) {
        return broken("environmentId or verified");
    }
    return verified->get<bool>() && *environment == environmentId;
}

Result<std::string> parseRoomId(BytesView text)
{
    const auto json = parseJson(asText(text), answerLimits);
    if (!json || !json->is_object()) {
        return broken("the room is no object");
    }
    const auto given = requiredString(*json, "roomId");
    if (!given) {
        return broken("roomId is missing");
    }
    std::string room = *given;
    std::erase(room, '-');
    std::ranges::transform(room, room.begin(), ascii::lower);
    const bool isHex = std::ranges::all_of(room, ascii::isLowerHexDigit);
    if (!isHex || room.size() != roomIdCharacters) {
        return broken("roomId has not 32 hex digits");
    }
    return room;
}

}  // namespace countersign
