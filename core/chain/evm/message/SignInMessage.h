#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/crypto/keys/Address.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// A message of Sign-In with Ethereum (EIP-4361, version 1): who asks, whom, for what and until when. All its
/// texts are printable ASCII.
struct SignInMessage
{
    std::optional<std::string> scheme;  ///< of the origin
    std::string domain;                 ///< an authority of RFC 3986: host, perhaps with user and port
    EvmAddress address{};
    std::optional<std::string> statement;
    std::string uri;
    Uint256 chainId;
    std::string nonce;
    std::string issuedAt;  ///< times: RFC 3339, as written
    std::optional<std::string> expirationTime;
    std::optional<std::string> notBefore;
    std::optional<std::string> requestId;
    std::vector<std::string> resources;  ///< URIs

    bool operator==(const SignInMessage&) const = default;
};

/// The grammar of EIP-4361 and nothing else: lines end with LF, fields stand in their order, the address has
/// EIP-55's checksum, version is 1, the nonce has 8 or more letters and digits, times are ones of the
/// calendar. Stricter than the grammar: the domain's host is not empty, the chain's number has no leading
/// zeros, at most 16 KiB. InvalidInput otherwise, with the line in the detail.
Result<SignInMessage> parseSignInMessage(std::string_view text);

/// Whether a text wants to be a sign-in (of Ethereum or another chain), well-formed or not.
bool looksLikeSignIn(std::string_view text);

}  // namespace countersign
