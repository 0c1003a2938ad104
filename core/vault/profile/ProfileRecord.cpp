#include "core/vault/profile/ProfileRecord.h"

#include "core/crypto/envelopes/Sealing.h"
#include "core/vault/AssociatedData.h"
#include "core/vault/KeyWrapping.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct ProfileRecordText
{
    Q_DECLARE_TR_FUNCTIONS(ProfileRecordText)
};

constexpr std::size_t uuidCharacters = 36;
constexpr std::int64_t maxOperations = 16;
constexpr std::int64_t minMemory = 8LL * 1024 * 1024;
constexpr std::int64_t maxMemory = 1024LL * 1024 * 1024;
constexpr const char* keychainOs = "os";
constexpr const char* keychainNone = "none";

tl::unexpected<Error> damaged(const char* what)
{
    return failure(
        ErrorCode::Corrupt,
        ProfileRecordText::tr("The profile's description is damaged. Restore the profile from a backup."),
        QString::fromLatin1(what));
}

bool isUuid(std::string_view text)
{
    if (text.size() != uuidCharacters) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !digit) {
            return false;
        }
    }
    return true;
}

bool isFlag(std::int64_t value)
{
    return value == 0 || value == 1;
}

// Bounded here already: a blob of SQLite may have a gigabyte.
Bytes blob(const SQLite::Column& column)
{
    constexpr std::size_t most = 4096;
    const BytesView view = blobView(column);
    return toBytes(view.first(std::min(view.size(), most)));
}

// How the table spells a cost; no passphrase is an empty salt and zeros.
struct StoredCost
{
    std::string_view salt = "";
    std::int64_t operations = 0;
    std::int64_t memory = 0;
};

StoredCost storedCost(const std::optional<PasswordKdfParameters>& cost)
{
    if (!cost.has_value()) {
        return {};
    }
    return {asText(cost->salt), static_cast<std::int64_t>(cost->operations),
            static_cast<std::int64_t>(cost->memoryBytes)};
}

}  // namespace

Result<ProfileRecord> ProfileRecord::fromRow(const ProfileRow& row)
{
    if (!isUuid(row.profileId)) {
        return damaged("profile_id is no UUID");
    }
    if (row.keychain != keychainOs && row.keychain != keychainNone) {
        return damaged("keychain is neither os nor none");
    }
    if (!isFlag(row.hasPassphrase) || !isFlag(row.demonstration) || !isFlag(row.settingsSealed)) {
        return damaged("a flag is neither 0 nor 1");
    }
    const bool os = row.keychain == keychainOs;
    const bool passphrase = row.hasPassphrase == 1;
    if (!os && !passphrase) {
        return damaged("neither keychain nor passphrase");
    }
    if (row.wrappedKey.size() != vaultKeyBytes + sealOverheadBytes) {
        return damaged("wrapped_key has a wrong length");
    }
    const bool costly = row.kdfSalt.size() == passwordSaltBytes && row.kdfOperations >= 1 &&
                        row.kdfOperations <= maxOperations && row.kdfMemory >= minMemory &&
                        row.kdfMemory <= maxMemory;
    const bool free = row.kdfSalt.empty() && row.kdfOperations == 0 && row.kdfMemory == 0;
    if (passphrase ? !costly : !free) {
        return damaged("the cost of the passphrase is out of bounds");
    }
    ProfileRecord record;
    record.info.profileId = row.profileId;
    record.info.createdAt = row.createdAt;
    record.info.keychain = os ? VaultProtection::Keychain::Os : VaultProtection::Keychain::None;
    record.info.hasPassphrase = passphrase;
    record.info.demonstration = row.demonstration == 1;
    record.info.settingsSealed = row.settingsSealed == 1;
    if (passphrase) {
        PasswordKdfParameters& cost = record.passphraseCost.emplace();
        cost.operations = static_cast<std::uint32_t>(row.kdfOperations);
        cost.memoryBytes = static_cast<std::uint64_t>(row.kdfMemory);
        std::copy(row.kdfSalt.begin(), row.kdfSalt.end(), cost.salt.begin());
    }
    record.wrappedKey = row.wrappedKey;
    return record;
}

Result<ProfileRecord> ProfileRecord::read(Database& database)
{
    return attempt([&]() -> Result<ProfileRecord> {
        SQLite::Statement query(database.handle(),
                                "SELECT profile_id, created_at, keychain, has_passphrase, kdf_salt, "
                                "kdf_operations, kdf_memory, wrapped_key, demonstration, settings_sealed "
                                "FROM profile");
        if (!query.executeStep()) {
            return damaged("the table profile is empty");
        }
        ProfileRow row;
        row.profileId = query.getColumn(0).getString();
        row.createdAt = query.getColumn(1).getInt64();
        row.keychain = query.getColumn(2).getString();
        row.hasPassphrase = query.getColumn(3).getInt64();
        row.kdfSalt = blob(query.getColumn(4));
        row.kdfOperations = query.getColumn(5).getInt64();
        row.kdfMemory = query.getColumn(6).getInt64();
        row.wrappedKey = blob(query.getColumn(7));
        row.demonstration = query.getColumn(8).getInt64();
        row.settingsSealed = query.getColumn(9).getInt64();
        if (query.executeStep()) {
            return damaged("the table profile has several rows");
        }
        return fromRow(row);
    });
}

Status ProfileRecord::write(Database& database) const
{
    return transact(database, [&]() -> Status {
        SQLite::Statement insert(database.handle(),
                                 "INSERT INTO profile (id, profile_id, created_at, keychain, has_passphrase, "
                                 "kdf_salt, kdf_operations, kdf_memory, wrapped_key, demonstration, "
                                 "settings_sealed) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        const bool os = info.keychain == VaultProtection::Keychain::Os;
        const StoredCost row = storedCost(passphraseCost);
        insert.bind(1, info.profileId);
        insert.bind(2, info.createdAt);
        insert.bind(3, os ? keychainOs : keychainNone);
        insert.bind(4, info.hasPassphrase ? 1 : 0);
        insert.bind(5, row.salt.data(), static_cast<int>(row.salt.size()));
        insert.bind(6, row.operations);
        insert.bind(7, row.memory);
        insert.bind(8, wrappedKey.data(), static_cast<int>(wrappedKey.size()));
        insert.bind(9, info.demonstration ? 1 : 0);
        insert.bind(10, info.settingsSealed ? 1 : 0);
        insert.exec();
        return {};
    });
}

Status ProfileRecord::replaceUnsealed(Database& database) const
{
    return attempt([&]() -> Status {
        SQLite::Statement update(database.handle(),
                                 "UPDATE profile SET settings_sealed = 1, wrapped_key = ? "
                                 "WHERE id = 1 AND profile_id = ? AND settings_sealed = 0");
        update.bind(1, wrappedKey.data(), static_cast<int>(wrappedKey.size()));
        update.bind(2, info.profileId);
        return update.exec() == 1 ? Status() : damaged("the table profile was changed meanwhile");
    });
}

Bytes ProfileRecord::binding() const
{
    const StoredCost row = storedCost(passphraseCost);
    AssociatedData data("countersign vault key 1");
    data.add(info.profileId)
        .add(info.createdAt)
        .add(info.keychain == VaultProtection::Keychain::Os ? keychainOs : keychainNone)
        .add(std::int64_t{info.hasPassphrase ? 1 : 0})
        .add(row.salt)
        .add(row.operations)
        .add(row.memory)
        .add(std::int64_t{info.demonstration ? 1 : 0});
    // A field more rather than another value, so that keys that were wrapped before there was one still open.
    if (info.settingsSealed) {
        data.add("settings sealed");
    }
    return toBytes(data.bytes());
}

}  // namespace countersign
