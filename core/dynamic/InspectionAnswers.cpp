#include "core/dynamic/InspectionAnswers.h"

#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"
#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/WaasAnswers.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace countersign {

namespace {

constexpr JsonLimits inspectionLimits{
    .maxBytes = inspectionAnswerMaxBytes, .maxDepth = 32, .maxValues = 200'000, .maxMembers = 2'000};
constexpr std::size_t maxEncryptionKeyBytes = std::size_t{16} * 1024;
constexpr std::size_t maxMessagesOfPage = 10'000;

/// Changes of a wallet that end the delegated share set (refresh §1).
constexpr std::array pendingSettings = {"revokeOnNextSignOn", "shouldRefreshOnNextSignOn",
                                        "reshareOnNextSignOn"};

/// The headers that carry a webhook's signature (§1.1), the one of today first.
constexpr std::array<std::string_view, 2> signatureNames = {"x-dynamic-signature-256", "x-dynamic-signature"};

tl::unexpected<Error> notUnderstood(const char* what)
{
    return failure(unintelligible(QString::fromLatin1(what)));
}

const Json* memberOf(const Json* json, const char* name)
{
    if (json == nullptr || !json->is_object()) {
        return nullptr;
    }
    const auto found = json->find(name);
    return found == json->end() || found->is_null() ? nullptr : &*found;
}

/// Text that can be shown and compared: printable ASCII, bounded; nothing for all else.
std::optional<std::string> plainText(const Json* json, std::size_t maxBytes = inspectionTextMaxBytes)
{
    if (json == nullptr || !json->is_string()) {
        return std::nullopt;
    }
    const auto& text = json->get_ref<const std::string&>();
    const bool isPlain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return !text.empty() && text.size() <= maxBytes && isPlain ? std::optional(text) : std::nullopt;
}

std::string textOrNothing(const Json* json)
{
    return plainText(json).value_or(std::string());
}

std::optional<bool> flagOf(const Json* json)
{
    return json != nullptr && json->is_boolean() ? std::optional(json->get<bool>()) : std::nullopt;
}

UnixMillis timeOf(const Json* json)
{
    const auto text = plainText(json);
    return text ? fromIso8601(*text).value_or(0) : 0;
}

std::vector<std::string> pendingChangesOf(const Json* settings)
{
    std::vector<std::string> pending;
    for (const char* name : pendingSettings) {
        if (flagOf(memberOf(settings, name)) == true) {
            pending.emplace_back(name);
        }
    }
    return pending;
}

/// Whether an entry of this list says so of itself.
bool anyEntryIs(const Json& list, const char* member, std::string_view value)
{
    return std::ranges::any_of(list, [&](const Json& entry) {
        const Json* const told = memberOf(&entry, member);
        return told != nullptr && told->is_string() && told->get_ref<const std::string&>() == value;
    });
}

/// Of a wallet or of a credential's properties: the old model lists shares, the new one share sets.
std::optional<bool> isDelegatedBy(const Json* properties)
{
    const Json* const shares = memberOf(properties, "keyShares");
    const Json* const sets = memberOf(properties, "otherShareSets");
    const bool hasShares = shares != nullptr && shares->is_array();
    const bool hasSets = sets != nullptr && sets->is_array();
    if (!hasShares && !hasSets) {
        return std::nullopt;
    }
    return (hasShares && anyEntryIs(*shares, "backupLocation", "delegated")) ||
           (hasSets && anyEntryIs(*sets, "shareSetType", "delegated"));
}

ListedShareSets shareSetsOf(const Json* properties)
{
    const Json* const sets = memberOf(properties, "otherShareSets");
    ListedShareSets listed;
    listed.areListed = sets != nullptr && sets->is_array();
    if (!listed.areListed) {
        return listed;
    }
    for (const Json& set : *sets) {
        auto id = textOrNothing(memberOf(&set, "shareSetId"));
        if (!id.empty() && textOrNothing(memberOf(&set, "shareSetType")) == "delegated" &&
            listed.delegated.size() < inspectionListMax) {
            listed.delegated.push_back(std::move(id));
        }
    }
    return listed;
}

std::optional<OwnedWallet> ownedWalletOf(const Json& credential)
{
    const Json* const properties = memberOf(&credential, "walletProperties");
    OwnedWallet wallet;
    wallet.id = textOrNothing(memberOf(&credential, "id"));
    wallet.address = textOrNothing(memberOf(&credential, "address"));
    if (textOrNothing(memberOf(&credential, "format")) != "blockchain" ||
        (wallet.id.empty() && wallet.address.empty())) {
        return std::nullopt;
    }
    wallet.isDelegated = isDelegatedBy(properties);
    wallet.pendingChanges = pendingChangesOf(memberOf(properties, "settings"));
    wallet.shareSets = shareSetsOf(properties);
    return wallet;
}

std::optional<EncryptionKeyRecord> encryptionKeyOf(const Json& json)
{
    EncryptionKeyRecord key;
    const auto kid = plainText(memberOf(&json, "kid"));
    if (!kid) {
        return std::nullopt;
    }
    key.kid = *kid;
    key.status = textOrNothing(memberOf(&json, "status"));
    for (const char* name : {"publicKeyPemB64", "publicKey"}) {
        const Json* const text = memberOf(&json, name);
        if (key.publicKey.empty() && text != nullptr && text->is_string() &&
            text->get_ref<const std::string&>().size() <= maxEncryptionKeyBytes) {
            key.publicKey = text->get<std::string>();
        }
    }
    key.createdAt = timeOf(memberOf(&json, "createdAt"));
    key.expiresAt = timeOf(memberOf(&json, "expiresAt"));
    return key;
}

std::optional<std::vector<std::string>> namesOf(const Json* list)
{
    if (list == nullptr || !list->is_array() || list->size() > inspectionListMax) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Json& entry : *list) {
        auto name = plainText(&entry);
        if (!name) {
            return std::nullopt;
        }
        names.push_back(*std::move(name));
    }
    return names;
}

std::optional<RegisteredWebhook> webhookOf(const Json& json)
{
    const auto id = plainText(memberOf(&json, "webhookId"));
    const auto url = plainText(memberOf(&json, "url"), inspectionUrlMaxBytes);
    auto events = namesOf(memberOf(&json, "events"));
    const auto isEnabled = flagOf(memberOf(&json, "isEnabled"));
    if (!id || !url || !events || !isEnabled) {
        return std::nullopt;
    }
    return RegisteredWebhook{*id, *url, *std::move(events), *isEnabled};
}

/// request: {body, headers}, as one would expect it; its shape is not documented.
std::optional<WebhookMessageRecord::Sent> sentOf(const Json* request)
{
    const Json* const body = memberOf(request, "body");
    const Json* const headers = memberOf(request, "headers");
    if (body == nullptr || !body->is_string() || headers == nullptr || !headers->is_object()) {
        return std::nullopt;
    }
    for (const std::string_view wanted : signatureNames) {
        for (const auto& [name, value] : headers->items()) {
            const auto signature = plainText(&value);
            if (signature && ascii::lowered(name) == wanted) {
                return WebhookMessageRecord::Sent{body->get<std::string>(), std::string(wanted), *signature};
            }
        }
    }
    return std::nullopt;
}

std::optional<WebhookMessageRecord> messageOf(const Json& json)
{
    const auto messageId = plainText(memberOf(&json, "messageId"));
    const auto eventId = plainText(memberOf(&json, "eventId"));
    if (!messageId || !eventId) {
        return std::nullopt;
    }
    WebhookMessageRecord message;
    message.messageId = *messageId;
    message.eventId = *eventId;
    message.eventName = textOrNothing(memberOf(&json, "eventName"));
    message.status = textOrNothing(memberOf(&json, "status"));
    for (const char* name : {"messageCreatedAt", "createdAt", "eventCreatedAt"}) {
        if (message.createdAt == 0) {
            message.createdAt = timeOf(memberOf(&json, name));
        }
    }
    message.sent = sentOf(memberOf(&json, "request"));
    return message;
}

Result<Json> parseInspection(BytesView body)
{
    auto json = parseJson(asText(body), inspectionLimits);
    return json ? std::move(json) : notUnderstood("the answer is no JSON, or too large");
}

}  // namespace

Result<InspectedWallet> parseInspectedWallet(BytesView body)
{
    ASSIGN_OR_RETURN(auto wallet, parseWaasWallet(body));
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* const wrapped = memberOf(&json, "wallet");
    const Json* const object = wrapped != nullptr ? wrapped : &json;
    return InspectedWallet{std::move(wallet), isDelegatedBy(object),
                           pendingChangesOf(memberOf(object, "settings")), shareSetsOf(object)};
}

Result<std::vector<OwnedWallet>> parseUserWallets(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* const wrapped = memberOf(&json, "user");
    const Json* const credentials = memberOf(wrapped != nullptr ? wrapped : &json, "verifiedCredentials");
    if (credentials == nullptr || !credentials->is_array()) {
        return notUnderstood("the user has no credentials");
    }
    std::vector<OwnedWallet> wallets;
    for (const Json& credential : *credentials) {
        if (auto wallet = ownedWalletOf(credential)) {
            wallets.push_back(*std::move(wallet));
        }
    }
    return wallets;
}

Result<DelegatedAccessSettings> parseDelegatedAccess(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    if (!json.is_object()) {
        return notUnderstood("the settings are no object");
    }
    const Json* const access = memberOf(memberOf(memberOf(&json, "sdk"), "waas"), "delegatedAccess");
    const auto enabled = flagOf(memberOf(access, "enabled"));
    if (!enabled) {
        return notUnderstood("the settings do not say whether delegated access is enabled");
    }
    return DelegatedAccessSettings{*enabled, flagOf(memberOf(access, "promptUsersOnSignIn")),
                                   flagOf(memberOf(access, "requiresDelegation"))};
}

Result<std::vector<EncryptionKeyRecord>> parseEncryptionKeys(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* const list = memberOf(&json, "keys");
    const Json* const one = memberOf(&json, "key");
    const bool hasList = list != nullptr && list->is_array();
    if (!json.is_object() || (list != nullptr && (!hasList || list->size() > inspectionListMax)) ||
        (one != nullptr && !one->is_object())) {
        return notUnderstood("the encryption keys are no list");
    }
    std::vector<EncryptionKeyRecord> keys;
    const auto add = [&keys](const Json& entry) {
        auto key = encryptionKeyOf(entry);
        if (!key) {
            return false;
        }
        if (std::ranges::find(keys, key->kid, &EncryptionKeyRecord::kid) == keys.end()) {
            keys.push_back(*std::move(key));
        }
        return true;
    };
    const bool isRead = (!hasList || std::ranges::all_of(*list, add)) && (one == nullptr || add(*one));
    return isRead ? Result<std::vector<EncryptionKeyRecord>>(std::move(keys))
                  : notUnderstood("an encryption key has no kid");
}

Result<std::vector<RegisteredWebhook>> parseWebhooks(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* list = &json;
    for (const char* name : {"webhooks", "data"}) {
        if (list == &json && memberOf(&json, name) != nullptr) {
            list = memberOf(&json, name);
        }
    }
    if (!list->is_array() || list->size() > inspectionListMax) {
        return notUnderstood("the webhooks are no list");
    }
    std::vector<RegisteredWebhook> webhooks;
    for (const Json& entry : *list) {
        auto webhook = webhookOf(entry);
        if (!webhook) {
            return notUnderstood("a webhook without id, url, events or isEnabled");
        }
        webhooks.push_back(*std::move(webhook));
    }
    return webhooks;
}

Result<TokenRecord> parseToken(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* const wrapped = memberOf(&json, "token");
    const Json* const token = wrapped != nullptr ? wrapped : &json;
    auto scopes = namesOf(memberOf(token, "scopes"));
    if (!scopes) {
        return notUnderstood("the token has no scopes");
    }
    return TokenRecord{*std::move(scopes), textOrNothing(memberOf(token, "projectEnvironmentId"))};
}

Result<WebhookMessagePage> parseWebhookMessages(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* const data = memberOf(&json, "data");
    const Json* const cursor = memberOf(&json, "cursor");
    if (data == nullptr || !data->is_array() || data->size() > maxMessagesOfPage) {
        return notUnderstood("the messages are no list");
    }
    WebhookMessagePage page;
    // An empty cursor is none; one that cannot be sent back would end the list in silence.
    const bool hasCursor =
        cursor != nullptr && !(cursor->is_string() && cursor->get_ref<const std::string&>().empty());
    if (hasCursor) {
        const auto text = plainText(cursor, inspectionUrlMaxBytes);
        if (!text) {
            return notUnderstood("the cursor is no text");
        }
        page.cursor = *text;
    }
    for (const Json& entry : *data) {
        if (auto message = messageOf(entry)) {
            page.messages.push_back(*std::move(message));
        } else {
            ++page.unreadable;
        }
    }
    return page;
}

Result<std::string> parseEventName(BytesView body)
{
    ASSIGN_OR_RETURN(const Json json, parseInspection(body));
    const Json* const wrapped = memberOf(&json, "event");
    const auto name = plainText(memberOf(wrapped != nullptr ? wrapped : &json, "eventName"));
    return name ? Result<std::string>(*name) : notUnderstood("the event has no name");
}

}  // namespace countersign
