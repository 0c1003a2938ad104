#pragma once

#include "core/vault/Schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>
#include <vector>

// Why: profiles of earlier versions have to open for ever, and this program makes none any more.

namespace countersign {

/// A new file as the program of an earlier version made it, without a row.
inline void makeOldDatabase(const std::filesystem::path& file, int version,
                            const std::string& encoding = "UTF-8")
{
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA synchronous=OFF");
    database.exec("PRAGMA encoding='" + encoding + "'");
    database.exec("PRAGMA journal_mode=WAL");
    for (int i = 0; i < version; ++i) {
        for (const SchemaStep& step : schemaVersions().at(static_cast<std::size_t>(i))) {
            database.exec(step.sql);
        }
    }
    database.exec("PRAGMA application_id=" + std::to_string(profileApplicationId));
    database.exec("PRAGMA user_version=" + std::to_string(version));
}

/// Copies every row that the earlier version has a place for.
inline void copyRows(SQLite::Database& old)
{
    std::vector<std::string> inserts;
    SQLite::Statement tables(old,
                             "SELECT t.name, group_concat(c.name) FROM main.sqlite_master AS t, "
                             "pragma_table_info(t.name) AS c WHERE t.type = 'table' GROUP BY t.name");
    while (tables.executeStep()) {
        const std::string name = tables.getColumn(0).getString();
        const std::string columns = tables.getColumn(1).getString();
        inserts.push_back("INSERT INTO main." + name + " (" + columns + ") SELECT " + columns +
                          " FROM newer." + name);
    }
    tables.reset();
    for (const std::string& insert : inserts) {
        old.exec(insert);
    }
}

/// Makes of a database, which nobody has open, one of an earlier version.
inline void rewriteAsOld(const std::filesystem::path& file, int version)
{
    const std::filesystem::path old = file.string() + ".old";
    makeOldDatabase(old, version);
    {
        SQLite::Database database(old.string(), SQLite::OPEN_READWRITE);
        database.exec("ATTACH DATABASE '" + file.string() + "' AS newer");
        copyRows(database);
        database.exec("DETACH DATABASE newer");
    }
    for (const char* suffix : {"-wal", "-shm"}) {
        std::filesystem::remove(file.string() + suffix);
    }
    std::filesystem::rename(old, file);
}

}  // namespace countersign
