#include "core/audit/trust/TrustedSettings.h"

namespace countersign {

Result<std::optional<std::string>> TrustedSettings::get(std::string_view key) const
{
    return get(std::vector{key}).map([](const auto& values) { return values.front(); });
}

Result<std::vector<std::optional<std::string>>> TrustedSettings::get(
    const std::vector<std::string_view>& keys) const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<std::optional<std::string>>> {
        ASSIGN_OR_RETURN(const auto manifest, m_trusted.manifest());
        std::vector<std::optional<std::string>> values;
        for (const std::string_view key : keys) {
            ASSIGN_OR_RETURN(auto stored, m_rows.get(key));
            const auto vouched = manifest.value(trustedTables::setting, key);
            if (isTrustedSetting(key) && stored != vouched) {
                using What = TrustFinding::What;
                const What what = !stored ? What::Removed : vouched ? What::Changed : What::Added;
                return failure(trustError({std::string(trustedTables::setting), std::string(key), what}));
            }
            values.push_back(std::move(stored));
        }
        return values;
    });
}

Status TrustedSettings::set(std::string_view key, std::string_view value)
{
    if (isTrustedSetting(key)) {
        RETURN_IF_ERROR(m_trusted.note(trustedTables::setting, key, std::string(value)));
    }
    return m_rows.set(key, value);
}

Status TrustedSettings::remove(std::string_view key)
{
    if (isTrustedSetting(key)) {
        RETURN_IF_ERROR(m_trusted.note(trustedTables::setting, key, std::nullopt));
    }
    return m_rows.remove(key);
}

}  // namespace countersign
