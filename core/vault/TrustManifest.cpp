#include "core/vault/TrustManifest.h"

#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Sealing.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct TrustManifestText
{
    Q_DECLARE_TR_FUNCTIONS(TrustManifestText)
};

constexpr std::size_t maxManifestBytes = 4 * 1024 * 1024;
constexpr std::size_t hexHashCharacters = 64;
constexpr JsonLimits limits{
    .maxBytes = maxManifestBytes, .maxDepth = 3, .maxValues = 20'000, .maxMembers = 5'000};

const SealedCell& manifestCell()
{
    static const SealedCell cell{"trust", "manifest", "sealed"};
    return cell;
}

tl::unexpected<Error> notGenuine(const QString& detail)
{
    return failure(ErrorCode::BadSignature,
                   TrustManifestText::tr(
                       "The seal of this profile's settings and secrets was changed or removed outside "
                       "Countersign, so none is used. Check every setting, submitter, secret and key, then "
                       "confirm them with \"countersign-cli settings seal --reason …\"."),
                   detail);
}

tl::unexpected<Error> malformed(const char* what)
{
    return failure(ErrorCode::InvalidInput, TrustManifestText::tr("The seal of the settings is malformed."),
                   QString::fromLatin1(what));
}

std::optional<TrustManifest::Rows> rowsFrom(const Json& json)
{
    TrustManifest::Rows rows;
    if (!json.is_object()) {
        return std::nullopt;
    }
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string()) {
            return std::nullopt;
        }
        rows.emplace(key, value.get<std::string>());
    }
    return rows;
}

}  // namespace

TrustManifest TrustManifest::ofNewProfile()
{
    TrustManifest manifest;
    for (const std::string_view table :
         {trustedTables::setting, trustedTables::submitter, trustedTables::secret, trustedTables::key}) {
        manifest.tables.emplace(table, Rows());
    }
    return manifest;
}

std::optional<std::string> TrustManifest::value(std::string_view table, std::string_view key) const
{
    const auto rows = tables.find(table);
    if (rows == tables.end()) {
        return std::nullopt;
    }
    const auto row = rows->second.find(key);
    return row == rows->second.end() ? std::nullopt : std::optional(row->second);
}

std::string TrustManifest::encode() const
{
    Json json = {{"entry", entry}};
    if (!entryHash.empty()) {
        json["hash"] = entryHash;
    }
    json["tables"] = Json::object();
    for (const auto& [table, rows] : tables) {
        Json& inner = json["tables"][table] = Json::object();
        for (const auto& [key, value] : rows) {
            inner[key] = value;
        }
    }
    return dumpJson(json);
}

Result<TrustManifest> TrustManifest::decode(std::string_view text)
{
    ASSIGN_OR_RETURN(const auto json, parseJson(text, limits));
    const auto hash = optionalString(json, "hash");
    const std::size_t members = hash && *hash ? 3 : 2;
    if (!json.is_object() || !hash || json.size() != members || !json.contains("entry") ||
        !json.contains("tables") || !json.at("entry").is_number_unsigned() ||
        !json.at("tables").is_object()) {
        return malformed("members");
    }
    TrustManifest manifest;
    if (*hash && (*hash)->size() != hexHashCharacters) {
        return malformed("hash");
    }
    manifest.entryHash = hash->value_or(std::string());
    manifest.entry = json.at("entry").get<std::int64_t>();
    if (manifest.entry < 0) {
        return malformed("entry");
    }
    for (const auto& [table, inner] : json.at("tables").items()) {
        auto rows = rowsFrom(inner);
        if (!rows) {
            return malformed("rows");
        }
        manifest.tables.emplace(table, *std::move(rows));
    }
    return manifest;
}

Result<TrustManifest> TrustManifest::read(Database& database, const Vault& vault)
{
    return attempt([&]() -> Result<TrustManifest> {
        auto query = database.statement("SELECT sealed FROM trust WHERE id = 1");
        if (!query->executeStep()) {
            return notGenuine(QStringLiteral("the table trust is empty"));
        }
        const BytesView box = blobView(query->getColumn(0));
        if (box.size() > maxManifestBytes + sealOverheadBytes) {
            return notGenuine(QStringLiteral("too large"));
        }
        const auto content = vault.unsealPublic(manifestCell(), box);
        if (!content) {
            return content.error().code == ErrorCode::Corrupt ? notGenuine(content.error().detail)
                                                              : failure(content.error());
        }
        auto manifest = decode(asText(*content));
        return manifest ? manifest : notGenuine(manifest.error().detail);
    });
}

Status TrustManifest::write(Database& database, const Vault& vault) const
{
    const std::string text = encode();
    if (!decode(text)) {
        return failure(
            ErrorCode::InvalidInput,
            TrustManifestText::tr(
                "There are too many settings, submitters and secrets. Remove some that are not needed."));
    }
    ASSIGN_OR_RETURN(const auto box, vault.seal(manifestCell(), asBytes(text)));
    return attempt([&]() -> Status {
        auto upsert = database.statement(
            "INSERT INTO trust (id, sealed) VALUES (1, ?) "
            "ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed");
        upsert->bind(1, box.data(), static_cast<int>(box.size()));
        upsert->exec();
        return {};
    });
}

}  // namespace countersign
