#pragma once

#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// A message of Sign-In with Solana (wallet-standard's solana:signIn): who asks, whom, for what and until
/// when. All its texts are printable ASCII; unlike Ethereum's, only domain and address must be there.
struct SolanaSignIn
{
    std::string domain;  ///< an authority of RFC 3986: host, perhaps with user and port
    SolanaAddress address{};
    std::optional<std::string> statement;
    std::optional<std::string> uri;
    std::optional<std::string> version;  ///< "1"
    std::optional<std::string> chainId;  ///< "mainnet", "solana:devnet"
    std::optional<std::string> nonce;
    std::optional<std::string> issuedAt;  ///< times: RFC 3339, as written
    std::optional<std::string> expirationTime;
    std::optional<std::string> notBefore;
    std::optional<std::string> requestId;
    std::optional<std::vector<std::string>> resources;  ///< URIs

    bool operator==(const SolanaSignIn&) const = default;
};

/// The specification's grammar and nothing else: lines end with LF, fields stand in their order, version is
/// 1, the nonce has 8 or more letters and digits, times are ones of the calendar, chains are mainnet,
/// testnet, devnet, localnet or one of the first three behind "solana:". Stricter than the grammar: the
/// domain's host is not empty, the address is one, no empty line at the end, no statement that reads like a
/// field (two readers would see two messages), at most 16 KiB. InvalidInput otherwise, with the part in the
/// detail.
Result<SolanaSignIn> parseSolanaSignIn(std::string_view text);

/// The inverse: what parseSolanaSignIn accepted comes out byte for byte.
std::string toText(const SolanaSignIn& signIn);

}  // namespace countersign
