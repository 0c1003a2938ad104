#include "core/vault/KeyRing.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/vault/AssociatedData.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct KeyRingText
{
    Q_DECLARE_TR_FUNCTIONS(KeyRingText)
};

constexpr std::size_t maxKidBytes = 256;

SealedCell keyCell(std::string_view kid)
{
    return {"rsa_key", std::string(kid), "sealed"};
}

// An envelope names its key by kid, so two keys of one kid, or one key under two, would be ambiguous.
Status checkUnused(Database& database, const KeyInfo& info)
{
    SQLite::Statement query(database.handle(), "SELECT kid FROM rsa_key WHERE kid = ? OR fingerprint = ?");
    query.bind(1, info.kid);
    query.bind(2, info.fingerprint);
    if (!query.executeStep()) {
        return {};
    }
    const std::string kid = query.getColumn(0).getString();
    return failure(ErrorCode::AlreadyExists,
                   kid == info.kid
                       ? KeyRingText::tr("A key with the id \"%1\" exists already. Choose another id.")
                             .arg(QString::fromStdString(kid))
                       : KeyRingText::tr("This key is in the profile already, with the id \"%1\".")
                             .arg(QString::fromStdString(kid)));
}

}  // namespace

Result<KeyInfo> KeyRing::add(std::string_view kid, const RsaPrivateKey& key, bool generated, UnixMillis now)
{
    if (kid.empty() || kid.size() > maxKidBytes) {
        return failure(ErrorCode::InvalidInput, KeyRingText::tr("A key's id has 1 to 256 characters."));
    }
    const RsaPublicKey publicKey = key.publicKey();
    KeyInfo info{std::string(kid), key.bits(), generated, publicKey.spkiPem(), publicKey.fingerprint(), now};
    return attempt([&]() -> Result<KeyInfo> {
        RETURN_IF_ERROR(checkUnused(m_database, info));
        ASSIGN_OR_RETURN(const auto sealed, m_vault.seal(keyCell(kid), key.pkcs8Der().view()));
        SQLite::Statement insert(m_database.handle(),
                                 "INSERT INTO rsa_key (kid, bits, origin, public_pem, fingerprint, sealed, "
                                 "created_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, info.kid);
        insert.bind(2, info.bits);
        insert.bind(3, info.generated ? "generated" : "imported");
        insert.bind(4, info.publicKeyPem);
        insert.bind(5, info.fingerprint);
        insert.bind(6, sealed.data(), static_cast<int>(sealed.size()));
        insert.bind(7, info.createdAt);
        insert.exec();
        return info;
    });
}

Result<std::vector<KeyInfo>> KeyRing::list() const
{
    return attempt([&]() -> Result<std::vector<KeyInfo>> {
        std::vector<KeyInfo> keys;
        SQLite::Statement query(m_database.handle(),
                                "SELECT kid, bits, origin, public_pem, fingerprint, created_at FROM rsa_key "
                                "ORDER BY created_at DESC, id DESC");
        while (query.executeStep()) {
            keys.push_back({query.getColumn(0).getString(), query.getColumn(1).getInt(),
                            query.getColumn(2).getString() == "generated", query.getColumn(3).getString(),
                            query.getColumn(4).getString(), query.getColumn(5).getInt64()});
        }
        return keys;
    });
}

Result<std::vector<KeyRing::NamedKey>> KeyRing::privateKeys(
    const std::function<bool(const std::string& kid)>& wanted) const
{
    if (!m_vault.isUnlocked()) {
        return failure(ErrorCode::Locked, KeyRingText::tr("The vault is locked. Unlock it first."));
    }
    return attempt([&]() -> Result<std::vector<NamedKey>> {
        std::vector<NamedKey> keys;
        SQLite::Statement query(m_database.handle(),
                                "SELECT kid, sealed FROM rsa_key ORDER BY created_at DESC, id DESC");
        while (query.executeStep()) {
            std::string kid = query.getColumn(0).getString();
            if (wanted && !wanted(kid)) {
                continue;
            }
            ASSIGN_OR_RETURN(const auto der, m_vault.unseal(keyCell(kid), blobView(query.getColumn(1))));
            ASSIGN_OR_RETURN(auto key, RsaPrivateKey::fromPkcs8Der(der));
            keys.push_back({std::move(kid), std::make_shared<const RsaPrivateKey>(std::move(key))});
        }
        return keys;
    });
}

Status KeyRing::remove(std::string_view kid)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(m_database.handle(), "DELETE FROM rsa_key WHERE kid = ?");
        statement.bind(1, std::string(kid));
        if (statement.exec() == 0) {
            return failure(ErrorCode::NotFound, KeyRingText::tr("There is no key with the id \"%1\".")
                                                    .arg(QString::fromStdString(std::string(kid))));
        }
        return {};
    });
}

Result<TrustManifest::Rows> KeyRing::fingerprints(Database& database)
{
    return attempt([&]() -> Result<TrustManifest::Rows> {
        TrustManifest::Rows rows;
        SQLite::Statement query(database.handle(),
                                "SELECT kid, bits, origin, public_pem, fingerprint, sealed, created_at "
                                "FROM rsa_key");
        while (query.executeStep()) {
            // All of it: the public half is what an operator registers at Dynamic.
            AssociatedData data("countersign key row 1");
            data.add(query.getColumn(0).getString())
                .add(query.getColumn(1).getInt64())
                .add(query.getColumn(2).getString())
                .add(query.getColumn(3).getString())
                .add(query.getColumn(4).getString())
                .add(blobView(query.getColumn(5)))
                .add(query.getColumn(6).getInt64());
            rows.emplace(query.getColumn(0).getString(), toHex(sha256(data.bytes())));
        }
        return rows;
    });
}

}  // namespace countersign
