#pragma once

#include "core/base/Result.h"
#include "services/relay/store/postgres/PostgresConnectionInfo.h"
#include "services/relay/store/postgres/PostgresValue.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace countersign::relay {

/// A connection to PostgreSQL over libpq, used by one thread: statements are prepared once, parameters and
/// results are binary, and what is queued goes to the server together with the next run(), in one round trip
/// (pipeline mode). libpq alone waits for ever where the relay must not (a server that hangs, a network that
/// swallows packets), prints what a server says, and lets a commit pass that the server itself warned about.
///
/// Errors: Busy (a lock was not to be had in 10 s, deadlock), Storage (everything else; isLost() says whether
/// the connection is gone). Their details name SQLSTATE and the server's primary message, never a parameter.
class PostgresConnection
{
public:
    /// Blocks for some seconds per host at worst. Storage when there is no connection; Unsupported when the
    /// server could not keep the relay's promises (fsync = off, no UTF-8, too old).
    static Result<std::unique_ptr<PostgresConnection>> open(const PostgresConnectionInfo& target);
    ~PostgresConnection();
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// Whether nothing more can be asked: open another.
    bool isLost() const;

    /// sql: a literal, since its address names the prepared statement. values are copied.
    void queue(const char* sql, const std::vector<PostgresValue>& values = {});
    /// What was queued and this: the rows of the last, or the first error. After an error nothing behind it
    /// was done.
    Result<PostgresRows> run(const char* sql, const std::vector<PostgresValue>& values = {});

    /// Queued: costs no round trip of its own. READ COMMITTED, so that each statement behind a lock sees what
    /// the lock's last holder committed.
    void begin();
    /// One snapshot for all its statements.
    void beginReading();
    /// What was queued and COMMIT. Success means that the transaction is on the server's disk: neither an
    /// aborted one nor one that the server acknowledged with a warning counts (it warns when it stops waiting
    /// for its replica).
    Status commit();
    /// If there is one. Nothing to fail: a transaction that cannot be rolled back is a lost connection.
    void rollback();
    /// Whether an error since begin() leaves open whether the transaction was committed.
    bool isCommitUncertain() const { return m_isCommitUncertain; }

    /// Waits for a notification of LISTENed channels or for the other descriptor to become readable; calls
    /// back with each payload. False when the connection is lost.
    bool waitForNotifications(int otherDescriptor, std::chrono::milliseconds patience,
                              const std::function<void(std::string_view payload)>& notified);

private:
    explicit PostgresConnection(PGconn* connection);
    Status setUp();
    std::string prepared(const char* sql, const std::vector<PostgresValue>& values);
    Result<PostgresRows> collect();
    PGresult* nextResult(std::chrono::steady_clock::time_point deadline);
    bool wait(short events, std::chrono::steady_clock::time_point deadline);
    /// Whether there were any.
    bool tellNotifications(const std::function<void(std::string_view payload)>& notified);
    static void onNotice(void* self, const PGresult* notice);
    tl::unexpected<Error> lost(const QString& why) const;

    std::unique_ptr<PGconn, decltype(&PQfinish)> m_connection;
    std::map<const char*, std::string> m_prepared;
    std::map<const char*, std::string> m_preparing;  ///< queued, not known to have worked
    int m_statements = 0;
    bool m_isQueued = false;
    bool m_queueFailed = false;
    bool m_isLost = false;
    bool m_isWarned = false;
    bool m_isCommitUncertain = false;
};

}  // namespace countersign::relay
