#include "core/inbox/WebhookEvent.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace countersign {

namespace {

constexpr std::array shareNames = {"encryptedDelegatedShare", "encryptedDelegatedKeyShare", "encryptedShare",
                                   "encryptedKeyShare"};
constexpr std::array walletApiKeyNames = {"encryptedWalletApiKey"};
constexpr std::array addressNames = {"publicKey", "walletAddress"};

tl::unexpected<Error> unreadable(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   QCoreApplication::translate("WebhookEvent", "The webhook's body cannot be understood."),
                   detail);
}

QString missing(const char* member)
{
    return QStringLiteral("member '%1' is missing").arg(QLatin1String(member));
}

bool isBoundedPrintable(std::string_view text)
{
    return !text.empty() && text.size() <= webhookMaxIdCharacters &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

const Json* memberOf(const Json& object, const char* name)
{
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Where an event's own members are: in "data", and on the Python page at the top.
class Members
{
public:
    explicit Members(const Json& body) : m_body(body), m_data(memberOf(body, "data")) {}

    bool hasOddData() const { return m_data != nullptr && !m_data->is_object(); }

    const Json* find(std::span<const char* const> names) const
    {
        for (const char* name : names) {
            if (const Json* found = m_data != nullptr ? memberOf(*m_data, name) : nullptr) {
                return found;
            }
        }
        for (const char* name : names) {
            if (const Json* found = memberOf(m_body, name)) {
                return found;
            }
        }
        return nullptr;
    }

    const Json* find(const char* name) const { return find(std::array{name}); }

private:
    const Json& m_body;
    const Json* m_data;
};

/// Turns one JSON value into text within bounds.
Result<std::optional<std::string>> boundedText(const Json* json, const char* name)
{
    if (json == nullptr) {
        return std::optional<std::string>();
    }
    if (!json->is_string() || !isBoundedPrintable(json->get_ref<const std::string&>())) {
        return unreadable(
            QStringLiteral("member '%1' is not a short printable text").arg(QLatin1String(name)));
    }
    return std::optional(json->get<std::string>());
}

/// Fills a WebhookEvent member by member and stops at the first violation; what was filled stays.
class Reader
{
public:
    Reader(const Json& body, WebhookEvent& event) : m_body(body), m_members(body), m_event(event) {}

    Status read()
    {
        if (auto head = readHead(); !head) {
            return head;
        }
        switch (m_event.kind) {
            case WebhookKind::DelegationCreated:
                return readCreated();
            case WebhookKind::DelegationRevoked:
                return readRevoked();
            case WebhookKind::Ping:
            case WebhookKind::Other:
                break;
        }
        readOther();
        return {};
    }

private:
    Status readHead()
    {
        if (!m_body.is_object()) {
            return unreadable(QStringLiteral("not an object"));
        }
        // All members first, so that a quarantined event shows as much of itself as it has.
        const Status eventName = required(m_event.eventName, memberOf(m_body, "eventName"), "eventName");
        m_event.kind = kindOf(m_event.eventName);
        const Status eventId = required(m_event.eventId, memberOf(m_body, "eventId"), "eventId");
        const Status timestamp = readTimestamp();
        const Status messageId = optional(m_event.messageId, memberOf(m_body, "messageId"), "messageId");
        const Status environmentId =
            optional(m_event.environmentId, memberOf(m_body, "environmentId"), "environmentId");
        if (m_event.kind == WebhookKind::Ping) {
            return {};
        }
        for (const Status& status : {eventName, eventId, timestamp, messageId, environmentId}) {
            if (!status) {
                return status;
            }
        }
        return {};
    }

    static WebhookKind kindOf(std::string_view name)
    {
        if (name == delegationCreatedName) {
            return WebhookKind::DelegationCreated;
        }
        if (name == delegationRevokedName) {
            return WebhookKind::DelegationRevoked;
        }
        return name == pingName ? WebhookKind::Ping : WebhookKind::Other;
    }

    Status readTimestamp()
    {
        const Json* json = memberOf(m_body, "timestamp");
        if (json == nullptr) {
            return unreadable(missing("timestamp"));
        }
        const auto time = json->is_string() ? fromIso8601(json->get_ref<const std::string&>()) : std::nullopt;
        if (!time) {
            return unreadable(QStringLiteral("member 'timestamp' is not an ISO 8601 time"));
        }
        m_event.timestamp = *time;
        return {};
    }

    /// The owner stands inside the data; the outer userId is whoever triggered the event.
    Status readWallet()
    {
        if (m_members.hasOddData()) {
            return unreadable(QStringLiteral("member 'data' is not an object"));
        }
        const Status walletId = optional(m_event.walletId, m_members.find("walletId"), "walletId");
        const Status userId = optional(m_event.userId, m_members.find("userId"), "userId");
        const Status shareSetId = optional(m_event.shareSetId, m_members.find("shareSetId"), "shareSetId");
        for (const Status& status : {walletId, userId, shareSetId}) {
            if (!status) {
                return status;
            }
        }
        return m_event.walletId ? Status() : unreadable(missing("walletId"));
    }

    Status readCreated()
    {
        if (auto wallet = readWallet(); !wallet) {
            return wallet;
        }
        const Json* chain = m_members.find("chain");
        const Json* address = m_members.find(addressNames);
        if (chain == nullptr || !chain->is_string()) {
            return unreadable(missing("chain"));
        }
        if (address == nullptr || !address->is_string()) {
            return unreadable(missing("publicKey"));
        }
        auto read = readAddress(chain->get_ref<const std::string&>(), address->get_ref<const std::string&>());
        if (!read) {
            return unreadable(QStringLiteral("member 'publicKey' or 'chain': %1").arg(read.error().detail));
        }
        m_event.address = *std::move(read);
        const Json* share = m_members.find(shareNames);
        const Json* walletApiKey = m_members.find(walletApiKeyNames);
        if (share == nullptr || !share->is_object()) {
            return unreadable(missing("encryptedDelegatedShare"));
        }
        if (walletApiKey == nullptr || !walletApiKey->is_object()) {
            return unreadable(missing("encryptedWalletApiKey"));
        }
        m_event.shareEnvelope = *share;
        m_event.walletApiKeyEnvelope = *walletApiKey;
        return {};
    }

    /// Only the wallet's id is needed; a chain or address that cannot be read must not keep a revocation from
    /// taking effect.
    Status readRevoked()
    {
        if (auto wallet = readWallet(); !wallet) {
            return wallet;
        }
        const Json* chain = m_members.find("chain");
        const Json* address = m_members.find(addressNames);
        if (chain != nullptr && chain->is_string() && address != nullptr && address->is_string()) {
            if (auto read = readAddress(chain->get_ref<const std::string&>(),
                                        address->get_ref<const std::string&>())) {
                m_event.address = *std::move(read);
            }
        }
        return {};
    }

    /// Events without an effect here: what can be shown of them, and nothing can be wrong with them.
    void readOther()
    {
        (void)optional(m_event.walletId, m_members.find("walletId"), "walletId");
        (void)optional(m_event.userId, m_members.find("userId"), "userId");
    }

    static Status optional(std::optional<std::string>& target, const Json* json, const char* name)
    {
        auto text = boundedText(json, name);
        if (!text) {
            return failure(text.error());
        }
        target = *std::move(text);
        return {};
    }

    static Status required(std::string& target, const Json* json, const char* name)
    {
        auto text = boundedText(json, name);
        if (!text) {
            return failure(text.error());
        }
        if (!text->has_value()) {
            return unreadable(missing(name));
        }
        target = **std::move(text);
        return {};
    }

    const Json& m_body;
    Members m_members;
    WebhookEvent& m_event;
};

/// Blanks every object that looks like an envelope, wherever it is. The depth is bounded by parseJson.
bool blank(Json& json)
{
    bool changed = false;
    if (json.is_object() && (json.contains("ct") || json.contains("ek"))) {
        for (const char* name : {"iv", "ct", "tag", "ek"}) {
            if (const auto found = json.find(name); found != json.end()) {
                *found = "";
                changed = true;
            }
        }
    }
    if (json.is_structured()) {
        for (Json& element : json) {
            changed = blank(element) || changed;
        }
    }
    return changed;
}

}  // namespace

WebhookReading readWebhook(BytesView body)
{
    WebhookReading reading;
    const auto json = parseJson(asText(body), {.maxBytes = webhookMaxBodyBytes});
    if (!json) {
        reading.error = json.error();
        return reading;
    }
    if (auto read = Reader(*json, reading.event).read(); !read) {
        reading.error = read.error();
    }
    return reading;
}

std::optional<Bytes> withoutCiphertexts(BytesView body)
{
    auto json = parseJson(asText(body), {.maxBytes = webhookMaxBodyBytes});
    if (!json || !blank(*json)) {
        return std::nullopt;
    }
    const std::string text = dumpJson(*json);
    return toBytes(asBytes(text));
}

}  // namespace countersign
