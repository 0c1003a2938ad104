#pragma once

#include "core/base/Bytes.h"
#include "core/vault/database/Database.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// A statement while it is used; gives it back clean, so that no read stays open.
class StatementLease
{
public:
    explicit StatementLease(SQLite::Statement& statement) : m_statement(statement) {}
    ~StatementLease() { m_statement.tryReset(); }
    StatementLease(const StatementLease&) = delete;
    StatementLease& operator=(const StatementLease&) = delete;

    SQLite::Statement* operator->() { return &m_statement; }
    SQLite::Statement& operator*() { return m_statement; }

private:
    SQLite::Statement& m_statement;
};

/// A cache of prepared SQL statements. Taking in thousands of deliveries runs the same dozen statements again
/// and again, and preparing one costs more than running it. Lives as long as its connection's user; one
/// thread.
class StatementCache
{
public:
    explicit StatementCache(Database& database) : m_database(database) {}

    /// sql must be a literal (its address is the key). Throws what SQLiteCpp throws; used inside attempt().
    /// One statement must not be leased twice at a time.
    StatementLease use(const char* sql);

private:
    Database& m_database;
    std::map<const char*, SQLite::Statement> m_statements;
};

/// Binds text; bytes without a copy (they must outlive the step); nothing as NULL.
void bindText(SQLite::Statement& statement, int index, std::string_view text);
void bindOptional(SQLite::Statement& statement, int index, const std::optional<std::string>& text);
void bindBytes(SQLite::Statement& statement, int index, BytesView bytes);

}  // namespace countersign
