#include "core/inspection/environment/EnvironmentCheck.h"

#include <algorithm>
#include <functional>

namespace countersign {

namespace {

constexpr std::size_t maxStoredText = 2048;  ///< of one text; a webhook's address is the longest
constexpr std::size_t maxStoredItems = 200;  ///< of one list
constexpr JsonLimits storedCheckLimits{.maxBytes = 512 * 1024, .maxDepth = 6, .maxValues = 40'000};

Json toJson(const DelegatedAccessSettings& settings)
{
    Json json = {{"enabled", settings.enabled}};
    if (settings.promptUsersOnSignIn) {
        json["promptUsersOnSignIn"] = *settings.promptUsersOnSignIn;
    }
    if (settings.requiresDelegation) {
        json["requiresDelegation"] = *settings.requiresDelegation;
    }
    return json;
}

Json toJson(const RegisteredKey& key)
{
    return {{"kid", key.kid},
            {"status", key.status},
            {"fingerprint", key.fingerprint},
            {"createdAt", key.createdAt},
            {"expiresAt", key.expiresAt}};
}

Json toJson(const RegisteredWebhook& webhook)
{
    return {{"webhookId", webhook.webhookId},
            {"url", webhook.url},
            {"events", webhook.events},
            {"isEnabled", webhook.isEnabled}};
}

Json toJson(const ClockReading& clock)
{
    return {{"theirs", clock.theirs}, {"ours", clock.ours}};
}

Json toJson(const std::string& text)
{
    return text;
}

template <typename T>
Json toJson(const std::vector<T>& items)
{
    Json json = Json::array();
    for (const T& item : items) {
        json.push_back(toJson(item));
    }
    return json;
}

template <typename T>
Json toJson(const Answer<T>& answer)
{
    return answer.value ? Json{{"value", toJson(*answer.value)}} : Json{{"why", answer.why}};
}

/// Reads members of one stored object. The first that is not as it was written spoils all: isGood.
class StoredMembers
{
public:
    explicit StoredMembers(const Json& json) : m_json(json), m_isGood(json.is_object()) {}

    bool isGood() const { return m_isGood; }
    const Json* find(const char* name) const
    {
        if (!m_isGood) {
            return nullptr;
        }
        const auto found = m_json.find(name);
        return found == m_json.end() ? nullptr : &*found;
    }

    void read(const char* name, std::string& text)
    {
        if (const Json* const member = needed(name)) {
            readText(*member, text);
        }
    }
    void read(const char* name, bool& flag)
    {
        const Json* const member = needed(name);
        m_isGood = m_isGood && member->is_boolean();
        if (m_isGood) {
            flag = member->get<bool>();
        }
    }
    void read(const char* name, std::optional<bool>& flag)
    {
        if (find(name) != nullptr) {
            read(name, flag.emplace());
        }
    }
    void read(const char* name, UnixMillis& time)
    {
        const Json* const member = needed(name);
        m_isGood = m_isGood && member->is_number_integer() &&
                   (!member->is_number_unsigned() ||
                    member->get<std::uint64_t>() <= std::uint64_t{253'402'300'799'999});
        if (m_isGood) {
            time = std::max<UnixMillis>(member->get<UnixMillis>(), 0);
        }
    }
    void read(const char* name, DelegatedAccessSettings& settings)
    {
        readObject(name, [&](StoredMembers& members) {
            members.read("enabled", settings.enabled);
            members.read("promptUsersOnSignIn", settings.promptUsersOnSignIn);
            members.read("requiresDelegation", settings.requiresDelegation);
        });
    }
    void read(const char* name, ClockReading& clock)
    {
        readObject(name, [&](StoredMembers& members) {
            members.read("theirs", clock.theirs);
            members.read("ours", clock.ours);
        });
    }
    template <typename T>
    void read(const char* name, std::vector<T>& items)
    {
        const Json* const member = needed(name);
        m_isGood = m_isGood && member->is_array() && member->size() <= maxStoredItems;
        if (!m_isGood) {
            return;
        }
        for (const Json& item : *member) {
            readItem(item, items.emplace_back());
        }
    }
    template <typename T>
    void read(const char* name, Answer<T>& answer)
    {
        readObject(name, [&](StoredMembers& members) {
            if (members.find("why") != nullptr) {
                members.read("why", answer.why);
            } else {
                members.read("value", answer.value.emplace());
            }
        });
    }

private:
    const Json* needed(const char* name)
    {
        const Json* const member = find(name);
        m_isGood = member != nullptr;
        return member;
    }
    void readText(const Json& json, std::string& text)
    {
        m_isGood = m_isGood && json.is_string() && json.get_ref<const std::string&>().size() <= maxStoredText;
        if (m_isGood) {
            text = json.get<std::string>();
        }
    }
    template <typename Read>
    void readObject(const char* name, const Read& read)
    {
        if (const Json* const member = needed(name)) {
            readMembers(*member, read);
        }
    }
    template <typename Read>
    void readMembers(const Json& json, const Read& read)
    {
        StoredMembers members(json);
        if (members.isGood()) {
            read(members);
        }
        m_isGood = m_isGood && members.isGood();
    }
    void readItem(const Json& json, std::string& text) { readText(json, text); }
    void readItem(const Json& json, RegisteredKey& key)
    {
        readMembers(json, [&](StoredMembers& members) {
            members.read("kid", key.kid);
            members.read("status", key.status);
            members.read("fingerprint", key.fingerprint);
            members.read("createdAt", key.createdAt);
            members.read("expiresAt", key.expiresAt);
        });
    }
    void readItem(const Json& json, RegisteredWebhook& webhook)
    {
        readMembers(json, [&](StoredMembers& members) {
            members.read("webhookId", webhook.webhookId);
            members.read("url", webhook.url);
            members.read("events", webhook.events);
            members.read("isEnabled", webhook.isEnabled);
        });
    }

    const Json& m_json;
    bool m_isGood;
};

}  // namespace

const RegisteredWebhook* EnvironmentCheck::ourWebhook() const
{
    if (webhookId.empty() || !webhooks.value) {
        return nullptr;
    }
    const auto found = std::ranges::find(*webhooks.value, webhookId, &RegisteredWebhook::webhookId);
    return found == webhooks.value->end() ? nullptr : &*found;
}

Json toJson(const EnvironmentCheck& check)
{
    return {{"checkedAt", check.checkedAt},
            {"environmentId", check.environmentId},
            {"delegatedAccess", toJson(check.delegatedAccess)},
            {"keys", toJson(check.keys)},
            {"webhooks", toJson(check.webhooks)},
            {"webhookId", check.webhookId},
            {"scopes", toJson(check.scopes)},
            {"clock", toJson(check.clock)}};
}

std::optional<EnvironmentCheck> environmentCheckFrom(std::string_view text)
{
    const auto json = parseJson(text, storedCheckLimits);
    if (!json) {
        return std::nullopt;
    }
    EnvironmentCheck check;
    StoredMembers members(*json);
    members.read("checkedAt", check.checkedAt);
    members.read("environmentId", check.environmentId);
    members.read("delegatedAccess", check.delegatedAccess);
    members.read("keys", check.keys);
    members.read("webhooks", check.webhooks);
    members.read("webhookId", check.webhookId);
    members.read("scopes", check.scopes);
    members.read("clock", check.clock);
    return members.isGood() ? std::optional(std::move(check)) : std::nullopt;
}

}  // namespace countersign
