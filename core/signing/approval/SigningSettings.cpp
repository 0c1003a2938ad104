#include "core/signing/approval/SigningSettings.h"

#include "core/audit/trust/TrustedSettings.h"
#include "core/settings/KnownSettings.h"

#include <QString>

#include <vector>

namespace countersign {

Result<std::string> SigningSettings::value(std::string_view key) const
{
    return TrustedSettings(m_database, m_vault).get(key).map([](const std::optional<std::string>& stored) {
        return stored.value_or(std::string());
    });
}

Result<int> SigningSettings::confirmations() const
{
    // Whatever stands in the file: what is no number of blocks is the default.
    return value(settingKeys::rpcConfirmations).map([](const std::string& text) {
        const std::string_view fallback = settingDefault(settingKeys::rpcConfirmations);
        const auto checked = checkSetting(settingKeys::rpcConfirmations, text.empty() ? fallback : text);
        return QString::fromStdString(checked.value_or(std::string(fallback))).toInt();
    });
}

Result<EngineKind> SigningSettings::engine(std::optional<EngineKind> wanted) const
{
    if (wanted) {
        return *wanted;
    }
    return value(settingKeys::engine).map([](const std::string& text) {
        return engineKindFrom(text).value_or(defaultEngine());
    });
}

Result<std::string> SigningSettings::relayDomain() const
{
    return value(settingKeys::mpcRelayDomain).map([](const std::string& text) {
        return text.empty() ? std::string(settingDefault(settingKeys::mpcRelayDomain)) : text;
    });
}

Status SigningSettings::check(std::optional<EngineKind> wanted) const
{
    ASSIGN_OR_RETURN(const auto kind, engine(wanted));
    std::vector<std::string_view> keys = {settingKeys::environment, settingKeys::apiBase, settingKeys::engine,
                                          settingKeys::mpcRelayDomain, settingKeys::rpcConfirmations};
    if (kind == EngineKind::Enclave) {
        keys.insert(keys.end(), {settingKeys::enclaveUrl, settingKeys::enclaveRoot, settingKeys::enclavePcr8,
                                 settingKeys::enclaveTimeout});
    }
    return TrustedSettings(m_database, m_vault).get(keys).map([](const auto&) {});
}

}  // namespace countersign
