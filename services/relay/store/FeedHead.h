#pragma once

#include "core/base/Clock.h"
#include "core/crypto/primitives/Sha256.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// A feed's hash chain: each entry's head is a hash over everything before it, so that two histories that
// differ anywhere have different heads from there on. Numbers alone cannot tell a feed from an older backup
// of itself that has caught up.

namespace countersign::relay {

using FeedHead = Sha256Digest;

/// What a feed begins with: the head at 0.
inline constexpr FeedHead firstFeedHead{};

/// Of all that a reader sees of an entry but its number. bodyDigest: SHA-256 of the body.
Sha256Digest entryDigest(std::string_view kind, UnixMillis receivedAt, std::string_view headersJson,
                         const Sha256Digest& bodyDigest);

/// SHA-256(before || seq, 8 bytes big endian || digest).
FeedHead nextFeedHead(const FeedHead& before, std::int64_t seq, const Sha256Digest& digest);

/// Nothing when the bytes are no head (32 bytes).
std::optional<FeedHead> feedHeadFromBytes(std::string_view bytes);

/// A feed's identity: 32 random lower-case hex digits.
std::string newFeedIdentity();

}  // namespace countersign::relay
