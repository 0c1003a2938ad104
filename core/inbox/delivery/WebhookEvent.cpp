#include "core/inbox/delivery/WebhookEvent.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct WebhookEventText
{
    Q_DECLARE_TR_FUNCTIONS(WebhookEventText)
};

constexpr std::array shareNames = {"encryptedDelegatedShare", "encryptedDelegatedKeyShare", "encryptedShare",
                                   "encryptedKeyShare"};
constexpr std::array walletApiKeyNames = {"encryptedWalletApiKey"};
constexpr std::array addressNames = {"publicKey", "walletAddress"};

/// What a body of that length can hold, but for nonsense: members that nobody reads must not make a genuine
/// event unreadable.
constexpr JsonLimits bodyLimits{
    .maxBytes = webhookMaxBodyBytes, .maxDepth = 200, .maxValues = 140'000, .maxMembers = 60'000};

tl::unexpected<Error> unreadable(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, WebhookEventText::tr("The webhook's body cannot be understood."),
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

bool isId(const Json* json)
{
    return json != nullptr && json->is_string() && isBoundedPrintable(json->get_ref<const std::string&>());
}

/// A member that nothing depends on: what cannot be read counts as absent.
std::optional<std::string> idOrNothing(const Json* json)
{
    return isId(json) ? std::optional(json->get<std::string>()) : std::nullopt;
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

    /// The first that is an id.
    std::optional<std::string> readable(const char* name) const
    {
        auto inside = idOrNothing(m_data != nullptr ? memberOf(*m_data, name) : nullptr);
        return inside ? inside : idOrNothing(memberOf(m_body, name));
    }

private:
    const Json& m_body;
    const Json* m_data;
};

Status required(std::string& target, const Json* json, const char* name)
{
    if (json == nullptr) {
        return unreadable(missing(name));
    }
    if (!isId(json)) {
        return unreadable(
            QStringLiteral("member '%1' is not a short printable text").arg(QLatin1String(name)));
    }
    target = json->get<std::string>();
    return {};
}

/// Fills a WebhookEvent member by member; what was filled stays, whatever is wrong with the rest.
class Reader
{
public:
    Reader(const Json& body, WebhookEvent& event) : m_body(body), m_members(body), m_event(event) {}

    Status read()
    {
        if (!m_body.is_object()) {
            return unreadable(QStringLiteral("not an object"));
        }
        // All members first, so that a quarantined event shows as much of itself as it has.
        const Status eventName = required(m_event.eventName, memberOf(m_body, "eventName"), "eventName");
        m_event.kind = kindOf(m_event.eventName);
        const Status eventId = required(m_event.eventId, memberOf(m_body, "eventId"), "eventId");
        const Status timestamp = readTimestamp();
        m_event.messageId = idOrNothing(memberOf(m_body, "messageId"));
        m_event.environmentId = idOrNothing(memberOf(m_body, "environmentId"));
        m_event.walletId = m_members.readable("walletId");
        // The owner stands inside the data; the outer userId is whoever triggered the event.
        m_event.userId = m_members.readable("userId");
        m_event.shareSetId = m_members.readable("shareSetId");
        if (!eventName) {
            return eventName;
        }
        switch (m_event.kind) {
            case WebhookKind::DelegationCreated:
                return eventId && timestamp ? readCreated() : (eventId ? timestamp : eventId);
            case WebhookKind::DelegationRevoked:
                return readRevoked();
            case WebhookKind::Ping:
            case WebhookKind::Other:
                break;
        }
        return {};
    }

private:
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

    Status readCreated()
    {
        if (m_members.hasOddData()) {
            return unreadable(QStringLiteral("member 'data' is not an object"));
        }
        std::string walletId;
        RETURN_IF_ERROR(required(walletId, m_members.find("walletId"), "walletId"));
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

    /// Only the wallet's id is needed, wherever it stands: nothing else that cannot be read may keep a
    /// revocation from taking effect.
    Status readRevoked()
    {
        if (!m_event.walletId) {
            return unreadable(missing("walletId"));
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
    const auto json = parseJson(asText(body), bodyLimits);
    if (!json) {
        reading.error = json.error();
        return reading;
    }
    if (auto read = Reader(*json, reading.event).read(); !read) {
        reading.error = read.error();
    } else if (reading.event.kind == WebhookKind::DelegationRevoked && reading.event.eventId.empty()) {
        // The same body is the same event.
        reading.event.eventId = "sha256:" + toHex(sha256(body));
    }
    return reading;
}

std::optional<Bytes> withoutCiphertexts(BytesView body)
{
    auto json = parseJson(asText(body), bodyLimits);
    if (!json || !blank(*json)) {
        return std::nullopt;
    }
    const std::string text = dumpJson(*json);
    return toBytes(asBytes(text));
}

}  // namespace countersign
