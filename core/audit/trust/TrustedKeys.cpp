#include "core/audit/trust/TrustedKeys.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct TrustedKeysText
{
    Q_DECLARE_TR_FUNCTIONS(TrustedKeysText)
};

bool isAmong(const std::vector<std::string>& kids, const std::string& kid)
{
    return std::find(kids.begin(), kids.end(), kid) != kids.end();
}

}  // namespace

Result<std::vector<std::string>> TrustedKeys::genuine() const
{
    const auto manifest = m_trusted.manifest();
    const auto rows =
        manifest ? KeyRing::fingerprints(m_database) : Result<TrustManifest::Rows>(failure(manifest.error()));
    if (!rows) {
        return failure(rows.error());
    }
    std::vector<std::string> kids;
    for (const auto& [kid, fingerprint] : *rows) {
        if (manifest->value(trustedTables::key, kid) == fingerprint) {
            kids.push_back(kid);
        }
    }
    return kids;
}

Result<std::vector<KeyInfo>> TrustedKeys::list() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<KeyInfo>> {
        const auto kids = genuine();
        auto keys = kids ? m_rows.list() : Result<std::vector<KeyInfo>>(failure(kids.error()));
        if (keys) {
            std::erase_if(*keys, [&](const KeyInfo& key) { return !isAmong(*kids, key.kid); });
        }
        return keys;
    });
}

Result<std::vector<KeyRing::NamedKey>> TrustedKeys::privateKeys() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<KeyRing::NamedKey>> {
        ASSIGN_OR_RETURN(const auto kids, genuine());
        return m_rows.privateKeys([&](const std::string& kid) { return isAmong(kids, kid); });
    });
}

Result<KeyInfo> TrustedKeys::add(std::string_view kid, const RsaPrivateKey& key, bool generated,
                                 UnixMillis now)
{
    auto added = m_rows.add(kid, key, generated, now);
    const auto rows =
        added ? KeyRing::fingerprints(m_database) : Result<TrustManifest::Rows>(failure(added.error()));
    if (!rows) {
        return failure(rows.error());
    }
    RETURN_IF_ERROR(m_trusted.note(trustedTables::key, kid, rows->at(added->kid)));
    return added;
}

Status TrustedKeys::removeForeign(std::string_view kid)
{
    // Whether it is the newest is looked at by note(): the change's own entry lies behind it already.
    ASSIGN_OR_RETURN(const auto vouched, TrustManifest::read(m_database, m_vault));
    if (vouched.value(trustedTables::key, kid)) {
        return failure(
            ErrorCode::InvalidInput,
            TrustedKeysText::tr(
                "Only a key that was put in outside Countersign can be removed: a key of the profile is the "
                "only way to open what was encrypted to it."),
            QString::fromStdString(std::string(kid)));
    }
    const Status removed = m_rows.remove(kid);
    return removed ? m_trusted.note(trustedTables::key, kid, std::nullopt) : removed;
}

}  // namespace countersign
