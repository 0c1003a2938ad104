#pragma once

#include "core/base/Result.h"
#include "services/relay/store/RelayDatabase.h"

#include <array>
#include <filesystem>
#include <optional>
#include <utility>

namespace countersign::relay {

/// The identity of an open database's files: it knows the three files of a database in WAL mode by device and
/// inode, which nobody else can get while they are open. A database whose file was deleted, moved away or
/// replaced goes on working for whoever has it open, and everything that is acknowledged from then on is gone
/// with the process. (A file that has lost its last link is not at its path any more either.)
class SqliteFiles
{
public:
    /// Of an open database: whatever lies there now.
    explicit SqliteFiles(const std::filesystem::path& file);

    /// Storage when one of them is not where it was.
    Status check() const;

    /// The file itself, made with mode 0600 when there is none and mode says so: it can hold webhook secrets.
    /// An existing one is not opened: closing a descriptor drops every POSIX lock that this process has on
    /// the file, also those of SQLite's connections, and another process would then delete the WAL under
    /// them.
    static Status ensure(const std::filesystem::path& file, OpenMode mode);

private:
    using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< device and inode
    static std::optional<Identity> identityOf(const std::filesystem::path& file);

    /// With the link that leads there, if it is one.
    std::array<std::filesystem::path, 4> m_paths;
    std::array<std::optional<Identity>, 4> m_identities;
};

/// The right to serve one SQLite database, which the kernel takes back when the process ends, however it
/// ends. Two relays on one file would each wake only their own pollers and keep quotas and rates twice. Must
/// outlive every connection of this process: see SqliteFiles::ensure.
class SqliteServingRight final : public ServingRight
{
public:
    /// Busy when another process has it. The file must exist.
    static Result<std::unique_ptr<ServingRight>> claim(const std::filesystem::path& file);
    SqliteServingRight(const SqliteServingRight&) = delete;
    SqliteServingRight& operator=(const SqliteServingRight&) = delete;
    ~SqliteServingRight() override;

private:
    explicit SqliteServingRight(int descriptor) : m_descriptor(descriptor) {}

    int m_descriptor = -1;
};

}  // namespace countersign::relay
