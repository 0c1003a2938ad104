#include "services/sandbox/state/InspectionTypes.h"

#include "services/sandbox/state/SandboxTypes.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::sandbox {

namespace {

struct InspectionTypesText
{
    Q_DECLARE_TR_FUNCTIONS(InspectionTypesText)
};

constexpr JsonLimits inspectionControlLimits{16 * 1024, 3, 256};
constexpr std::size_t maxTold = 256;
constexpr std::size_t maxScopes = 50;
constexpr std::size_t maxScope = 100;
constexpr std::int64_t maxNumber = std::int64_t{10} * 365 * 24 * 3600;

bool isPrintable(const std::string& text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// Members of a control body, each of which may be absent. What is wrong is told once, by status().
class ControlMembers
{
public:
    explicit ControlMembers(std::string_view body) : m_json(parseJson(body, inspectionControlLimits))
    {
        if (!m_json || !m_json->is_object()) {
            m_wrong = "the body";
        }
    }

    bool has(const char* name)
    {
        m_known.emplace_back(name);
        return m_wrong.empty() && m_json->contains(name);
    }
    void read(const char* name, bool& flag)
    {
        if (has(name)) {
            take(name, (*m_json)[name].is_boolean(), [&](const Json& json) { flag = json.get<bool>(); });
        }
    }
    void read(const char* name, std::int64_t& number)
    {
        if (has(name)) {
            const Json& json = (*m_json)[name];
            const bool isGood = json.is_number_unsigned() &&
                                json.get<std::uint64_t>() <= static_cast<std::uint64_t>(maxNumber);
            take(name, isGood, [&](const Json& good) { number = good.get<std::int64_t>(); });
        }
    }
    void read(const char* name, std::string& text, std::size_t maxBytes = maxTold)
    {
        if (has(name)) {
            const Json& json = (*m_json)[name];
            const bool isGood = json.is_string() && json.get_ref<const std::string&>().size() <= maxBytes &&
                                isPrintable(json.get_ref<const std::string&>());
            take(name, isGood, [&](const Json& good) { text = good.get<std::string>(); });
        }
    }
    void read(const char* name, std::vector<std::string>& texts)
    {
        if (has(name)) {
            const Json& json = (*m_json)[name];
            const bool isGood = json.is_array() && json.size() <= maxScopes &&
                                std::ranges::all_of(json, [](const Json& entry) {
                                    return entry.is_string() &&
                                           !entry.get_ref<const std::string&>().empty() &&
                                           entry.get_ref<const std::string&>().size() <= maxScope &&
                                           isPrintable(entry.get_ref<const std::string&>());
                                });
            take(name, isGood, [&](const Json& good) { texts = good.get<std::vector<std::string>>(); });
        }
    }

    /// After every member was asked for.
    Status status() const
    {
        std::string wrong = m_wrong;
        if (wrong.empty()) {
            for (const auto& [name, value] : m_json->items()) {
                wrong = std::ranges::find(m_known, name) == m_known.end() ? name : wrong;
            }
        }
        return wrong.empty() ? Status()
                             : failure(ErrorCode::InvalidInput,
                                       InspectionTypesText::tr("This is not as it should be: %1.")
                                           .arg(QString::fromStdString(wrong)));
    }

private:
    template <typename Assign>
    void take(const char* name, bool isGood, const Assign& assign)
    {
        if (isGood) {
            assign((*m_json)[name]);
        } else {
            m_wrong = name;
        }
    }

    Result<Json> m_json;
    std::vector<std::string> m_known;
    std::string m_wrong;
};

template <typename T>
Result<T> readBy(ControlMembers& members, T value)
{
    RETURN_IF_ERROR(members.status());
    return value;
}

}  // namespace

Result<DelegatedAccess> DelegatedAccess::changedBy(std::string_view body) const
{
    DelegatedAccess changed = *this;
    ControlMembers members(body);
    members.read("enabled", changed.enabled);
    members.read("promptUsersOnSignIn", changed.promptUsersOnSignIn);
    members.read("requiresDelegation", changed.requiresDelegation);
    return readBy(members, changed);
}

Json DelegatedAccess::toJson() const
{
    return Json{{"enabled", enabled},
                {"promptUsersOnSignIn", promptUsersOnSignIn},
                {"requiresDelegation", requiresDelegation}};
}

Result<WebhookState> WebhookState::changedBy(std::string_view body) const
{
    WebhookState changed = *this;
    ControlMembers members(body);
    members.read("isEnabled", changed.isEnabled);
    members.read("disableAfterFailures", changed.disableAfterFailures);
    members.read("retentionSeconds", changed.retentionSeconds);
    members.read("logsBodies", changed.logsBodies);
    members.read("events", changed.events);
    members.read("shownUrl", changed.shownUrl);
    return readBy(members, std::move(changed));
}

Json WebhookState::toJson() const
{
    return Json{{"isEnabled", isEnabled},
                {"disableAfterFailures", disableAfterFailures},
                {"retentionSeconds", retentionSeconds},
                {"logsBodies", logsBodies},
                {"events", events},
                {"shownUrl", shownUrl}};
}

Result<WalletSettings> WalletSettings::changedBy(std::string_view body) const
{
    WalletSettings changed = *this;
    ControlMembers members(body);
    members.read("revokeOnNextSignOn", changed.revokeOnNextSignOn);
    members.read("shouldRefreshOnNextSignOn", changed.shouldRefreshOnNextSignOn);
    members.read("reshareOnNextSignOn", changed.reshareOnNextSignOn);
    members.read("hasDeniedDelegatedAccess", changed.hasDeniedDelegatedAccess);
    members.read("isHidden", changed.isHidden);
    members.read("isShownInPart", changed.isShownInPart);
    members.read("toldAddress", changed.toldAddress);
    members.read("toldChain", changed.toldChain);
    members.read("toldPath", changed.toldPath);
    return readBy(members, std::move(changed));
}

Json WalletSettings::shownJson() const
{
    return Json{{"revokeOnNextSignOn", revokeOnNextSignOn},
                {"shouldRefreshOnNextSignOn", shouldRefreshOnNextSignOn},
                {"reshareOnNextSignOn", reshareOnNextSignOn},
                {"hasDeniedDelegatedAccess", hasDeniedDelegatedAccess}};
}

Json WalletSettings::toJson() const
{
    Json json = shownJson();
    json["isHidden"] = isHidden;
    json["isShownInPart"] = isShownInPart;
    json["toldAddress"] = toldAddress;
    json["toldChain"] = toldChain;
    json["toldPath"] = toldPath;
    return json;
}

const std::vector<std::string>& consoleScopes()
{
    static const std::vector<std::string> scopes = {
        "waas.delegatedAccess.signMessage", "environment.settings.read", "environment.webhooks.read",
        "environment.webhooks.write",       "environment.events.read",   "environment.users.read"};
    return scopes;
}

Result<TokenRequest> parseTokenRequest(std::string_view body)
{
    TokenRequest request;
    ControlMembers members(body);
    if (!members.has("scopes")) {
        RETURN_IF_ERROR(members.status());
        return failure(ErrorCode::InvalidInput, InspectionTypesText::tr("scopes is missing."));
    }
    members.read("scopes", request.scopes);
    members.read("note", request.note, maxScope);
    return readBy(members, std::move(request));
}

Result<MessagesRequest> parseMessagesRequest(std::string_view body)
{
    MessagesRequest request;
    std::int64_t count = 1;
    ControlMembers members(body);
    members.read("eventName", request.eventName, maxScope);
    members.read("count", count);
    RETURN_IF_ERROR(members.status());
    if (request.eventName.empty() || request.eventName.starts_with("wallet.delegation.") || count < 1 ||
        count > static_cast<std::int64_t>(maxBulkDelegations)) {
        return failure(ErrorCode::InvalidInput,
                       InspectionTypesText::tr(
                           "eventName must be that of another event than a delegation's, count from 1 to %1.")
                           .arg(maxBulkDelegations));
    }
    request.count = static_cast<std::size_t>(count);
    return request;
}

}  // namespace countersign::sandbox
