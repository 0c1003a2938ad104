#include "core/dynamic/InspectionAnswers.h"
#include "core/inspection/environment/EnvironmentCheck.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

namespace {

bool isPlain(const std::string& text, std::size_t maxBytes)
{
    return text.size() <= maxBytes && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool isPlain(const std::string& text)
{
    return isPlain(text, inspectionTextMaxBytes);
}

template <typename T>
bool isRead(const Result<T>& result)
{
    require(result || (result.error().code == ErrorCode::Network && !result.error().sentence.isEmpty()),
            "a broken answer is the network's");
    return result.has_value();
}

void checkWallets(BytesView body)
{
    if (const auto wallet = parseInspectedWallet(body); isRead(wallet)) {
        require(wallet->pendingChanges.size() <= 3, "only known changes are told");
    }
    if (const auto wallets = parseUserWallets(body); isRead(wallets)) {
        for (const OwnedWallet& wallet : *wallets) {
            require(isPlain(wallet.id) && isPlain(wallet.address), "names are bounded");
            require(!wallet.id.empty() || !wallet.address.empty(), "a wallet has a name");
        }
    }
}

void checkEnvironment(BytesView body)
{
    (void)isRead(parseDelegatedAccess(body));
    if (const auto keys = parseEncryptionKeys(body); isRead(keys)) {
        for (const EncryptionKeyRecord& key : *keys) {
            require(!key.kid.empty() && isPlain(key.kid) && isPlain(key.status), "names are bounded");
        }
    }
    if (const auto webhooks = parseWebhooks(body); isRead(webhooks)) {
        require(webhooks->size() <= inspectionListMax, "lists are bounded");
        for (const RegisteredWebhook& webhook : *webhooks) {
            require(isPlain(webhook.webhookId) && isPlain(webhook.url, inspectionUrlMaxBytes) &&
                        std::ranges::all_of(webhook.events, [](const auto& name) { return isPlain(name); }),
                    "names are bounded");
        }
    }
    if (const auto token = parseToken(body); isRead(token)) {
        require(token->scopes.size() <= inspectionListMax, "lists are bounded");
    }
}

void checkMessages(BytesView body)
{
    if (const auto page = parseWebhookMessages(body); isRead(page)) {
        require(isPlain(page->cursor, inspectionUrlMaxBytes), "a cursor can be sent back");
        for (const WebhookMessageRecord& message : page->messages) {
            require(!message.messageId.empty() && !message.eventId.empty() && isPlain(message.messageId) &&
                        isPlain(message.eventId) && isPlain(message.eventName) && isPlain(message.status),
                    "names are bounded");
            require(!message.sent || isPlain(message.sent->signature), "a signature is bounded");
        }
    }
    if (const auto name = parseEventName(body); isRead(name)) {
        require(!name->empty() && isPlain(*name), "names are bounded");
    }
}

/// What stands in the profile's file.
void checkStored(BytesView text)
{
    if (const auto check = environmentCheckFrom(asText(text))) {
        require(environmentCheckFrom(dumpJson(toJson(*check))) == check, "what is read can be written");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    checkWallets(input);
    checkEnvironment(input);
    checkMessages(input);
    checkStored(input);
    return 0;
}
