#pragma once

#include "services/relay/store/RelayDatabase.h"
#include "services/relay/store/postgres/PostgresConnectionInfo.h"

#include <thread>

namespace countersign::relay {

class PostgresConnection;

/// A LISTEN thread for new entries, with a connection of its own. What one relay stores must wake the
/// consumers that poll another one. It LISTENs for what PostgresEntries notifies; the server delivers that
/// with the commit. While it has no connection nothing wakes the pollers, so it says so when it has one
/// again.
class PostgresListener final : public NewEntryListener
{
public:
    PostgresListener(PostgresConnectionInfo target, NewEntryCallbacks callbacks);
    PostgresListener(const PostgresListener&) = delete;
    PostgresListener& operator=(const PostgresListener&) = delete;
    ~PostgresListener() override;

private:
    void run();
    void listen(PostgresConnection& connection);
    /// True when the listener is to end.
    bool isStopped(std::chrono::milliseconds patience) const;

    PostgresConnectionInfo m_target;
    NewEntryCallbacks m_callbacks;
    int m_stop = -1;  ///< an eventfd, readable when the thread is to end
    std::thread m_thread;
};

}  // namespace countersign::relay
