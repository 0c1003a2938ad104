#include "core/vault/database/Schema.h"

#include "core/vault/database/Database.h"
#include "core/vault/database/SchemaCheck.h"
#include "core/vault/database/versions/SchemaVersions.h"

#include <QCoreApplication>

#include <string>

namespace countersign {

namespace {

struct SchemaText
{
    Q_DECLARE_TR_FUNCTIONS(SchemaText)
};

int userVersion(SQLite::Database& database)
{
    return database.execAndGet("PRAGMA main.user_version").getInt();
}

struct Examined
{
    int version = 0;
    int cookie = 0;
};

/// Of one moment.
Result<Examined> examineNow(SQLite::Database& database)
{
    const SQLite::Transaction snapshot(database);
    return examineSchema(database).map([&](int version) {
        return Examined{version, database.execAndGet("PRAGMA main.schema_version").getInt()};
    });
}

/// From this version to the next one.
void upgradeFrom(SQLite::Database& database, int version)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::EXCLUSIVE);
    // Another process may have done it while this one waited.
    if (userVersion(database) != version) {
        return;
    }
    for (const SchemaStep& step : schemaVersions().at(static_cast<std::size_t>(version))) {
        database.exec(step.sql);
    }
    database.exec("PRAGMA main.application_id=" + std::to_string(profileApplicationId));
    database.exec("PRAGMA main.user_version=" + std::to_string(version + 1));
    transaction.commit();
}

}  // namespace

const std::vector<SchemaVersion>& schemaVersions()
{
    static const std::vector<SchemaVersion> versions = {schemaVersion1(), schemaVersion2(), schemaVersion3(),
                                                        schemaVersion4(), schemaVersion5(), schemaVersion6(),
                                                        schemaVersion7(), schemaVersion8(), schemaVersion9()};
    return versions;
}

int currentSchemaVersion()
{
    return static_cast<int>(schemaVersions().size());
}

Result<int> migrate(Database& database, bool mayWrite)
{
    return attempt([&]() -> Result<int> {
        for (;;) {
            ASSIGN_OR_RETURN(const auto examined, examineNow(database.handle()));
            if (examined.version == currentSchemaVersion()) {
                return examined.cookie;
            }
            if (!mayWrite) {
                return failure(
                    ErrorCode::Busy,
                    SchemaText::tr("This profile has to be brought up to date first; open it for writing."));
            }
            upgradeFrom(database.handle(), examined.version);
        }
    });
}

}  // namespace countersign
