#include "services/relay/store/FeedHead.h"

#include "core/base/Random.h"
#include "core/base/encoding/Hex.h"

#include <algorithm>
#include <array>

namespace countersign::relay {

namespace {

constexpr std::size_t identityBytes = 16;

std::array<std::uint8_t, 8> bigEndianOf(std::int64_t number)
{
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes.at(i) = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
    }
    return bytes;
}

}  // namespace

Sha256Digest entryDigest(std::string_view kind, UnixMillis receivedAt, std::string_view headersJson,
                         const Sha256Digest& bodyDigest)
{
    // Each part of varying length has its length before it, so that no bytes move from one to the next.
    Sha256 hash;
    hash.add(bigEndianOf(static_cast<std::int64_t>(kind.size()))).add(asBytes(kind));
    hash.add(bigEndianOf(receivedAt));
    hash.add(bigEndianOf(static_cast<std::int64_t>(headersJson.size()))).add(asBytes(headersJson));
    return hash.add(bodyDigest).finish();
}

FeedHead nextFeedHead(const FeedHead& before, std::int64_t seq, const Sha256Digest& digest)
{
    return Sha256().add(before).add(bigEndianOf(seq)).add(digest).finish();
}

std::optional<FeedHead> feedHeadFromBytes(std::string_view bytes)
{
    FeedHead head{};
    if (bytes.size() != head.size()) {
        return std::nullopt;
    }
    std::ranges::copy(asBytes(bytes), head.begin());
    return head;
}

std::string newFeedIdentity()
{
    return toHex(randomBytes(identityBytes));
}

}  // namespace countersign::relay
