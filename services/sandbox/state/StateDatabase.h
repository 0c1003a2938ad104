#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace countersign::sandbox {

/// The sandbox's state in one SQLite file: WAL, synchronous FULL, STRICT tables, secure_delete, mode 0600,
/// held exclusively by one process. What the sandbox promised (a delegation, a delivery) must survive kill
/// -9. The simulated server's keys lie in it in clear: this is a simulator and never for real funds. Not
/// thread-safe; Sandbox serialises.
class StateDatabase
{
public:
    /// Opens or creates; an empty path keeps the state in memory for this run only. Storage, Busy (another
    /// sandbox has the file) or Unsupported (written by a newer version).
    static Result<std::unique_ptr<StateDatabase>> open(const std::filesystem::path& file);

    /// Commits when work succeeds, rolls back otherwise. Not nestable.
    Status transaction(const std::function<Status()>& work);

    SQLite::Database& handle() { return m_database; }

private:
    explicit StateDatabase(const std::string& name);
    Status prepare();

    SQLite::Database m_database;
};

/// Runs body, turning SQLite's exceptions into Storage errors: none leaves a store.
template <typename Body>
auto storageCall(Body&& body) -> decltype(body());

tl::unexpected<Error> storageFailure(const char* detail);

void bindBytes(SQLite::Statement& statement, int index, BytesView bytes);
Bytes bytesOf(const SQLite::Column& column);
SecretBytes secretOf(const SQLite::Column& column);

template <typename Body>
auto storageCall(Body&& body) -> decltype(body())
{
    try {
        return body();
    } catch (const std::exception& error) {
        return storageFailure(error.what());
    }
}

}  // namespace countersign::sandbox
