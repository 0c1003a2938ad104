#include "core/delegation/KeyShare.h"
#include "core/inbox/delivery/DeliveryReader.h"
#include "core/inbox/delivery/WebhookEvent.h"
#include "core/inbox/quarantine/EndedCopies.h"
#include "core/inbox/source/EntriesPage.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

namespace {

bool isBounded(std::string_view text)
{
    return text.size() <= webhookMaxIdCharacters &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void checkCreated(const WebhookEvent& event)
{
    require(event.walletId && !event.walletId->empty(), "created names a wallet");
    require(!event.address.text.empty() && !event.address.bytes.empty(), "created has an address");
    require(event.address.chain != evmChain || event.address.bytes.size() == 20,
            "EVM addresses have 20 bytes");
    require(event.address.chain != solanaChain || event.address.bytes.size() == 32,
            "Solana addresses have 32 bytes");
    require(event.shareEnvelope.is_object() && event.walletApiKeyEnvelope.is_object(),
            "both envelopes are there");
}

void checkBody(BytesView body)
{
    const WebhookReading reading = readWebhook(body);
    const WebhookEvent& event = reading.event;
    require(isBounded(event.eventId) && isBounded(event.eventName), "ids are bounded");
    for (const auto& text :
         {event.messageId, event.environmentId, event.walletId, event.userId, event.shareSetId}) {
        require(!text || isBounded(*text), "ids are bounded");
    }
    // What an unverified body claims is read from the same bytes, and bounded alike.
    if (const auto claim = delegationClaim(webhookDeliveryKind, body)) {
        require(isBounded(claim->walletId) && isBounded(claim->point.eventId) && claim->point.at != 0,
                "claims are bounded and whole");
    }
    const auto redacted = withoutCiphertexts(body);
    if (reading.error) {
        return;
    }
    require(!event.eventName.empty(), "what is accepted has a name");
    require(!event.eventId.empty() || event.kind == WebhookKind::Ping || event.kind == WebhookKind::Other,
            "what takes effect has an id");
    if (event.kind == WebhookKind::DelegationCreated) {
        checkCreated(event);
    }
    if (event.kind == WebhookKind::DelegationRevoked) {
        require(event.walletId.has_value(), "revoked names a wallet");
    }
    if (!redacted) {
        return;
    }
    const WebhookReading again = readWebhook(*redacted);
    // A revocation's own id may be made of the body.
    require(!again.error && (again.event.eventId == event.eventId || event.eventId.starts_with("sha256:")) &&
                again.event.timestamp == event.timestamp && again.event.walletId == event.walletId,
            "blanking keeps what the event says");
    require(withoutCiphertexts(*redacted) == redacted, "blanking twice changes nothing");
}

void checkPage(BytesView json)
{
    const FeedPosition after{3, "feed", "head"};
    constexpr int limit = 4;
    require(wholeEntriesIn(json) >= 0, "counting never fails");
    const auto page = parseEntriesPage(json, after, limit);
    if (!page) {
        require(page.error().code == ErrorCode::Network, "a broken answer is the network's");
        return;
    }
    if (!page->identity.empty() && page->identity != after.identity) {
        require(page->entries.empty(), "nothing of another feed is read");
        return;
    }
    require(page->entries.size() <= limit && page->removed >= 0, "no more than was asked for");
    std::int64_t last = after.cursor + (page->entries.empty() ? 0 : page->removed);
    for (const FeedEntry& entry : page->entries) {
        require(entry.seq == last + 1 && entry.seq <= feedMaxSeq, "entries have no gap");
        last = entry.seq;
        require(entry.headers.size() <= entryMaxHeaders, "headers are bounded");
    }
    require(page->cursor == last, "the cursor is where the entries end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    checkBody(input);
    const KeyShareFacts share = inspectKeyShare(input);
    require(share.form != KeyShareForm::Plain || asText(input).find("secretShare") != std::string_view::npos,
            "a plain share has its member");
    checkPage(input);
    return 0;
}
