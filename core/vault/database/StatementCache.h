#pragma once

#include "core/base/Bytes.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace countersign {

/// A prepared statement while it is used; gives it back clean, so that no read stays open.
class StatementLease
{
public:
    StatementLease(SQLite::Statement& statement, bool& isLeased)
        : m_statement(&statement), m_isLeased(&isLeased)
    {
        isLeased = true;
    }
    /// One of its own: the cached one is in use.
    explicit StatementLease(std::unique_ptr<SQLite::Statement> own)
        : m_own(std::move(own)), m_statement(m_own.get())
    {}
    ~StatementLease()
    {
        m_statement->tryReset();
        if (m_isLeased != nullptr) {
            *m_isLeased = false;
        }
    }
    StatementLease(const StatementLease&) = delete;
    StatementLease& operator=(const StatementLease&) = delete;

    SQLite::Statement* operator->() { return m_statement; }
    SQLite::Statement& operator*() { return *m_statement; }

private:
    std::unique_ptr<SQLite::Statement> m_own;
    SQLite::Statement* m_statement;
    bool* m_isLeased = nullptr;
};

/// A cache of prepared SQL statements, one a connection (Database::statement). A delivery and a signature run
/// the same dozens of statements again and again, and preparing one costs more than running it.
class StatementCache
{
public:
    explicit StatementCache(SQLite::Database& database) : m_database(database) {}

    /// sql must stay where it is, a literal or a constant: its address is the key. Throws what SQLiteCpp
    /// throws; used inside attempt().
    StatementLease use(const char* sql);

private:
    struct Entry
    {
        explicit Entry(SQLite::Statement made) : statement(std::move(made)) {}

        SQLite::Statement statement;
        bool isLeased = false;
    };

    SQLite::Database& m_database;
    std::map<const char*, Entry> m_statements;
};

/// Binds text; bytes without a copy (they must outlive the step); nothing as NULL.
void bindText(SQLite::Statement& statement, int index, std::string_view text);
void bindOptional(SQLite::Statement& statement, int index, const std::optional<std::string>& text);
void bindBytes(SQLite::Statement& statement, int index, BytesView bytes);

}  // namespace countersign
