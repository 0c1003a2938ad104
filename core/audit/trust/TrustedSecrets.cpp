#include "core/audit/trust/TrustedSecrets.h"

namespace countersign {

namespace {

/// What the row of the secret is instead of what was stored; nothing when it is that, or when both are
/// nothing.
Result<std::optional<TrustFinding>> doubtAboutSecret(const SecretStore& rows, const TrustManifest& manifest,
                                                     std::string_view kind, std::string_view name)
{
    ASSIGN_OR_RETURN(const auto stored, rows.fingerprint(kind, name));
    std::string key = SecretStore::rowKey(kind, name);
    const auto vouched = manifest.value(trustedTables::secret, key);
    if (stored == vouched) {
        return std::optional<TrustFinding>();
    }
    using What = TrustFinding::What;
    const What what = !stored ? What::Removed : vouched ? What::Changed : What::Added;
    return std::optional(TrustFinding{std::string(trustedTables::secret), std::move(key), what});
}

}  // namespace

Result<SecretBytes> TrustedSecrets::get(std::string_view kind, std::string_view name) const
{
    return inSnapshot(m_database, [&]() -> Result<SecretBytes> {
        ASSIGN_OR_RETURN(const auto manifest, m_trusted.manifest());
        ASSIGN_OR_RETURN(const auto doubt, doubtAboutSecret(m_rows, manifest, kind, name));
        return doubt ? Result<SecretBytes>(failure(trustError(*doubt))) : m_rows.get(kind, name);
    });
}

Result<std::vector<SecretBytes>> TrustedSecrets::all(std::string_view kind) const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<SecretBytes>> {
        ASSIGN_OR_RETURN(const auto entries, list(kind));
        std::vector<SecretBytes> secrets;
        for (const SecretStore::Entry& entry : entries) {
            ASSIGN_OR_RETURN(auto secret, m_rows.get(kind, entry.name));
            secrets.push_back(std::move(secret));
        }
        return secrets;
    });
}

Result<std::vector<SecretStore::Entry>> TrustedSecrets::list(std::string_view kind) const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<SecretStore::Entry>> {
        const auto manifest = m_trusted.manifest();
        auto entries =
            manifest ? m_rows.list(kind) : Result<std::vector<SecretStore::Entry>>(failure(manifest.error()));
        if (!entries) {
            return entries;
        }
        std::vector<SecretStore::Entry> genuine;
        for (SecretStore::Entry& entry : *entries) {
            ASSIGN_OR_RETURN(const auto doubt, doubtAboutSecret(m_rows, *manifest, kind, entry.name));
            if (!doubt) {
                genuine.push_back(std::move(entry));
            }
        }
        return genuine;
    });
}

Status TrustedSecrets::put(std::string_view kind, std::string_view name, const SecretBytes& secret,
                           UnixMillis now)
{
    RETURN_IF_ERROR(m_rows.put(kind, name, secret, now));
    ASSIGN_OR_RETURN(const auto fingerprint, m_rows.fingerprint(kind, name));
    return m_trusted.note(trustedTables::secret, SecretStore::rowKey(kind, name), fingerprint);
}

Status TrustedSecrets::remove(std::string_view kind, std::string_view name)
{
    const std::string key = SecretStore::rowKey(kind, name);
    Status removed = m_rows.remove(kind, name);
    if (!removed && removed.error().code != ErrorCode::NotFound) {
        return removed;
    }
    ASSIGN_OR_RETURN(const auto vouched, TrustManifest::read(m_database, m_vault));
    return !removed && !vouched.value(trustedTables::secret, key)
               ? removed
               : m_trusted.note(trustedTables::secret, key, std::nullopt);
}

}  // namespace countersign
