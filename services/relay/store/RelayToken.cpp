#include "services/relay/store/RelayToken.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"

#include <algorithm>
#include <array>

namespace countersign::relay {

namespace {

constexpr std::string_view prefix = "cs_";
constexpr std::size_t randomSize = 32;
constexpr std::size_t tokenSize = prefix.size() + 43;
constexpr std::size_t idBytes = 8;

constexpr std::array<std::pair<TokenRole, std::string_view>, 3> roleNames{
    {{TokenRole::Consumer, "consumer"}, {TokenRole::Submitter, "submitter"}, {TokenRole::Admin, "admin"}}};

}  // namespace

std::string_view toText(TokenRole role)
{
    const auto found = std::find_if(roleNames.begin(), roleNames.end(),
                                    [role](const auto& pair) { return pair.first == role; });
    return found->second;
}

std::optional<TokenRole> tokenRoleFromText(std::string_view text)
{
    const auto found = std::find_if(roleNames.begin(), roleNames.end(),
                                    [text](const auto& pair) { return pair.second == text; });
    return found == roleNames.end() ? std::nullopt : std::optional(found->first);
}

bool mayActAs(TokenRole have, TokenRole needed)
{
    return have == needed || have == TokenRole::Admin;
}

SecretBytes newRelayToken()
{
    const SecretBytes random = SecretBytes::random(randomSize);
    std::string encoded = toBase64Url(random.view());
    SecretBytes token(tokenSize);
    std::copy(prefix.begin(), prefix.end(), token.data());
    std::copy(encoded.begin(), encoded.end(), token.data() + prefix.size());
    wipeMemory(encoded.data(), encoded.size());
    return token;
}

std::optional<Bytes> relayTokenHash(std::string_view token)
{
    if (token.size() != tokenSize || !token.starts_with(prefix)) {
        return std::nullopt;
    }
    return toBytes(sha256(asBytes(token)));
}

std::string relayTokenId(BytesView hash)
{
    return toHex(hash.first(std::min(hash.size(), idBytes)));
}

}  // namespace countersign::relay
