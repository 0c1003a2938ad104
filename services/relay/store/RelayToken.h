#pragma once

#include "core/base/Bytes.h"
#include "core/base/SecretBytes.h"

#include <optional>
#include <string>
#include <string_view>

// The relay's bearer tokens. A token has 256 random bits, so a plain hash at rest is enough (there is nothing
// to guess), and its hash identifies it, so that no list of ours shows any part of it.

namespace countersign::relay {

enum class TokenRole {
    Consumer,   ///< reads entries
    Submitter,  ///< posts signing jobs
    Admin,      ///< everything that the inbox allows
};

std::string_view toText(TokenRole role);
std::optional<TokenRole> tokenRoleFromText(std::string_view text);

/// Whether a token of role have may do what role needed may.
bool mayActAs(TokenRole have, TokenRole needed);

/// "cs_" and the base64url of 32 random bytes: 46 characters.
SecretBytes newRelayToken();

/// SHA-256 of the token's text, 32 bytes; nothing when the text cannot be a token.
std::optional<Bytes> relayTokenHash(std::string_view token);

/// What lists and "token revoke" call a token: the hex of the first 8 bytes of its hash.
std::string relayTokenId(BytesView hash);

}  // namespace countersign::relay
