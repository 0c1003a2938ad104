#include "core/audit/TrustedSecrets.h"

namespace countersign {

namespace {

/// What the row of the secret is instead of what was stored; nothing when it is that, or when both are
/// nothing.
Result<std::optional<TrustFinding>> doubtAboutSecret(const SecretStore& rows, const TrustManifest& manifest,
                                                     std::string_view kind, std::string_view name)
{
    const auto stored = rows.fingerprint(kind, name);
    if (!stored) {
        return failure(stored.error());
    }
    std::string key = SecretStore::rowKey(kind, name);
    const auto vouched = manifest.value(trustedTables::secret, key);
    if (*stored == vouched) {
        return std::optional<TrustFinding>();
    }
    using What = TrustFinding::What;
    const What what = !*stored ? What::Removed : vouched ? What::Changed : What::Added;
    return std::optional(TrustFinding{std::string(trustedTables::secret), std::move(key), what});
}

}  // namespace

Result<SecretBytes> TrustedSecrets::get(std::string_view kind, std::string_view name) const
{
    return inSnapshot(m_database, [&]() -> Result<SecretBytes> {
        const auto manifest = m_trusted.manifest();
        const auto doubt = manifest ? doubtAboutSecret(m_rows, *manifest, kind, name)
                                    : Result<std::optional<TrustFinding>>(failure(manifest.error()));
        if (!doubt) {
            return failure(doubt.error());
        }
        return *doubt ? Result<SecretBytes>(failure(trustError(**doubt))) : m_rows.get(kind, name);
    });
}

Result<std::vector<SecretBytes>> TrustedSecrets::all(std::string_view kind) const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<SecretBytes>> {
        const auto entries = list(kind);
        if (!entries) {
            return failure(entries.error());
        }
        std::vector<SecretBytes> secrets;
        for (const SecretStore::Entry& entry : *entries) {
            auto secret = m_rows.get(kind, entry.name);
            if (!secret) {
                return failure(secret.error());
            }
            secrets.push_back(*std::move(secret));
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
            const auto doubt = doubtAboutSecret(m_rows, *manifest, kind, entry.name);
            if (!doubt) {
                return failure(doubt.error());
            }
            if (!*doubt) {
                genuine.push_back(std::move(entry));
            }
        }
        return genuine;
    });
}

Status TrustedSecrets::put(std::string_view kind, std::string_view name, const SecretBytes& secret,
                           UnixMillis now)
{
    if (auto stored = m_rows.put(kind, name, secret, now); !stored) {
        return stored;
    }
    const auto fingerprint = m_rows.fingerprint(kind, name);
    return fingerprint ? m_trusted.note(trustedTables::secret, SecretStore::rowKey(kind, name), *fingerprint)
                       : failure(fingerprint.error());
}

Status TrustedSecrets::remove(std::string_view kind, std::string_view name)
{
    const std::string key = SecretStore::rowKey(kind, name);
    Status removed = m_rows.remove(kind, name);
    if (!removed && removed.error().code != ErrorCode::NotFound) {
        return removed;
    }
    const auto vouched = TrustManifest::read(m_database, m_vault);
    if (!vouched) {
        return failure(vouched.error());
    }
    return !removed && !vouched->value(trustedTables::secret, key)
               ? removed
               : m_trusted.note(trustedTables::secret, key, std::nullopt);
}

}  // namespace countersign
