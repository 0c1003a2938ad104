#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

// Why: whoever can write the profile's file while it is locked is not bound to rows. These are the changes of
// its schema that somebody with SQLite's tools can make, drawn at random over everything that is in the file.

namespace countersign {

/// As sqlite3 would open it.
inline SQLite::Database rawDatabase(const std::filesystem::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.setBusyTimeout(10'000);
    database.exec("PRAGMA synchronous=OFF");
    return database;
}

class DatabaseTampering
{
public:
    DatabaseTampering(const std::filesystem::path& file, unsigned seed)
        : m_database(rawDatabase(file)), m_random(seed)
    {
        read();
    }

    static constexpr int kinds = 16;

    /// Makes one change and says which.
    std::string change(int kind)
    {
        const Table& table = any(m_tables);
        const std::string column = any(table.columns);
        const std::string name = any(names());
        switch (kind) {
            case 0:
                return run("CREATE TRIGGER " + name + " " + any(strings({"BEFORE", "AFTER"})) + " " +
                           any(strings({"INSERT", "UPDATE", "DELETE"})) + " ON " + table.name +
                           " BEGIN SELECT RAISE(IGNORE); END");
            case 1:
                return run("CREATE TRIGGER " + name +
                           " AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE seq = "
                           "NEW.seq; END");
            case 2:
                return run("CREATE VIEW " + name + " AS SELECT * FROM " + table.name);
            case 3:
                return run("CREATE TABLE " + name + " (a, b)");
            case 4:
                return run("CREATE INDEX " + name + " ON " + table.name + " (" + column + ")");
            case 5:
                return run("CREATE INDEX " + name + " ON " + table.name + " (" + column + ") WHERE " +
                           column + " IS NULL");
            case 6:
                return run("CREATE INDEX " + name + " ON " + table.name + " (hex(" + column + "))");
            case 7:
                return run("ALTER TABLE " + table.name + " ADD COLUMN " + name + " TEXT AS (hex(" + column +
                           ")) VIRTUAL");
            case 8:
                return run("ALTER TABLE " + table.name + " ADD COLUMN " + name + " TEXT");
            case 9:
                return run("DROP INDEX " + any(m_indexes));
            case 10:
                return rewrite("NOT NULL", any(strings({"NOT NULL ON CONFLICT IGNORE", "NOT NULL CHECK (1)",
                                                        "NOT NULL DEFAULT 7", ""})));
            case 11:
                return rewrite(" REFERENCES", any(strings({" UNIQUE REFERENCES", " NOT NULL REFERENCES"})));
            case 12:
                return rewrite("INTEGER", any(strings({"INT", "TEXT", "ANY"})));
            case 13:
                return rewrite(any(strings({" STRICT", "STRICT, WITHOUT ROWID", "PRIMARY KEY"})),
                               any(strings({"", " STRICT, STRICT", "PRIMARY KEY ON CONFLICT IGNORE"})));
            case 14:
                return run("ANALYZE");
            default:
                return samePlace();
        }
    }

private:
    struct Table
    {
        std::string name;
        std::vector<std::string> columns;
    };
    using Strings = std::vector<std::string>;
    static Strings strings(std::initializer_list<const char*> list) { return {list.begin(), list.end()}; }
    static Strings names()
    {
        return strings({"a", "audit_2", "x y", "sqlit", "\xc3\xa4\xc3\xb6", "trust_", "AUDIT1"});
    }

    template <typename Value>
    const Value& any(const std::vector<Value>& values)
    {
        return values[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(m_random)];
    }
    std::string any(Strings&& values) { return any(static_cast<const Strings&>(values)); }

    void read()
    {
        SQLite::Statement tables(m_database,
                                 "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        while (tables.executeStep()) {
            Table table{tables.getColumn(0).getString(), {}};
            SQLite::Statement columns(m_database, "SELECT name FROM pragma_table_info(?)");
            columns.bind(1, table.name);
            while (columns.executeStep()) {
                table.columns.push_back(columns.getColumn(0).getString());
            }
            m_tables.push_back(std::move(table));
        }
        SQLite::Statement indexes(m_database,
                                  "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL");
        while (indexes.executeStep()) {
            m_indexes.push_back(indexes.getColumn(0).getString());
        }
    }

    std::string run(std::string sql)
    {
        if (const auto blank = sql.find("x y"); blank != std::string::npos) {
            sql.replace(blank, 3, "\"x y\"");
        }
        m_database.exec(sql);
        return sql;
    }

    /// Changes the statement of a table where it lies, as "PRAGMA writable_schema" lets anybody.
    std::string rewrite(const std::string& from, const std::string& to)
    {
        Strings tables;
        SQLite::Statement query(m_database,
                                "SELECT name FROM sqlite_master WHERE type = 'table' AND instr(sql, ?) > 0");
        query.bind(1, from);
        while (query.executeStep()) {
            tables.push_back(query.getColumn(0).getString());
        }
        query.reset();
        const std::string table = any(tables);
        m_database.exec("PRAGMA writable_schema=ON");
        SQLite::Statement update(m_database,
                                 "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?");
        update.bind(1, from);
        update.bind(2, to);
        update.bind(3, table);
        update.exec();
        bumpVersion();
        return table + ": " + from + " -> " + to;
    }

    std::string samePlace()
    {
        m_database.exec("PRAGMA writable_schema=ON");
        m_database.exec(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = "
            "'job_step') "
            "WHERE name = 'audit'");
        bumpVersion();
        return "audit lies where job_step lies";
    }

    void bumpVersion()
    {
        const int cookie = m_database.execAndGet("PRAGMA schema_version").getInt();
        m_database.exec("PRAGMA schema_version=" + std::to_string(cookie + 1));
    }

    SQLite::Database m_database;
    std::mt19937 m_random;
    std::vector<Table> m_tables;
    std::vector<std::string> m_indexes;
};

}  // namespace countersign
