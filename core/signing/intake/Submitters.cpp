#include "core/signing/intake/Submitters.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/PlainName.h"
#include "core/vault/database/StatementCache.h"

#include <QCoreApplication>
#include <QString>

#include <algorithm>

namespace countersign {

namespace {

struct SubmittersText
{
    Q_DECLARE_TR_FUNCTIONS(SubmittersText)
};

Submitter submitterFrom(SQLite::Statement& row)
{
    Submitter submitter;
    submitter.name = row.getColumn(0).getString();
    const BytesView key = blobView(row.getColumn(1));
    std::copy_n(key.begin(), std::min(key.size(), submitter.publicKey.size()), submitter.publicKey.begin());
    submitter.createdAt = row.getColumn(2).getInt64();
    return submitter;
}

}  // namespace

std::optional<ed25519::PublicKey> publicKeyBytes(std::string_view hex)
{
    ed25519::PublicKey key{};
    const auto bytes = fromHex(hex);
    if (!bytes || bytes->size() != key.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, key.begin());
    return key;
}

Result<ed25519::PublicKey> parseEd25519PublicKey(std::string_view hex)
{
    const auto key = publicKeyBytes(hex);
    if (!key || !ed25519::isValidPublicKey(*key)) {
        return failure(ErrorCode::InvalidInput,
                       SubmittersText::tr("This is not an Ed25519 public key: 64 hex digits are expected."),
                       QStringLiteral("%1 characters").arg(hex.size()));
    }
    return *key;
}

Status Submitters::add(const std::string& name, const ed25519::PublicKey& key, UnixMillis now)
{
    if (!isPlainName(name)) {
        return failure(ErrorCode::InvalidInput,
                       SubmittersText::tr(
                           "A submitter's name has 1 to 64 visible characters, without spaces at its ends."));
    }
    return attempt([&]() -> Status {
        SQLite::Statement query(m_database.handle(),
                                "SELECT name FROM submitter WHERE name = ? OR public_key = ?");
        query.bind(1, name);
        bindBytes(query, 2, key);
        if (query.executeStep()) {
            return failure(ErrorCode::AlreadyExists,
                           SubmittersText::tr("The name or the key belongs to the submitter \"%1\" already.")
                               .arg(QString::fromStdString(query.getColumn(0).getString())));
        }
        SQLite::Statement insert(m_database.handle(),
                                 "INSERT INTO submitter (name, public_key, created_at) VALUES (?, ?, ?)");
        insert.bind(1, name);
        bindBytes(insert, 2, key);
        insert.bind(3, now);
        insert.exec();
        return m_trusted.note(trustedTables::submitter, name, toHex(key));
    });
}

Status Submitters::remove(const std::string& name)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(m_database.handle(), "DELETE FROM submitter WHERE name = ?");
        statement.bind(1, name);
        const bool wasThere = statement.exec() == 1;
        ASSIGN_OR_RETURN(const auto vouched, TrustManifest::read(m_database, m_vault));
        if (!wasThere && !vouched.value(trustedTables::submitter, name)) {
            return failure(ErrorCode::NotFound, SubmittersText::tr("There is no submitter of this name."));
        }
        return m_trusted.note(trustedTables::submitter, name, std::nullopt);
    });
}

Result<Submitters::Registered> Submitters::registered() const
{
    return inSnapshot(m_database, [&]() -> Result<Registered> {
        ASSIGN_OR_RETURN(const auto vouched, m_trusted.manifest());
        ASSIGN_OR_RETURN(const auto all, rows(m_database));
        Registered registered;
        for (const Submitter& one : all) {
            const bool genuine = vouched.value(trustedTables::submitter, one.name) == toHex(one.publicKey);
            (genuine ? registered.trusted : registered.doubted).push_back(one);
        }
        return registered;
    });
}

Result<std::vector<Submitter>> Submitters::rows(Database& database)
{
    return attempt([&]() -> Result<std::vector<Submitter>> {
        SQLite::Statement query(database.handle(),
                                "SELECT name, public_key, created_at FROM submitter ORDER BY name");
        std::vector<Submitter> submitters;
        while (query.executeStep()) {
            submitters.push_back(submitterFrom(query));
        }
        return submitters;
    });
}

}  // namespace countersign
