#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace countersign::http {

class HttpConnection;

/// One connection's idle state: whether it only waits for its client, and since when. It is written by the
/// connection's strand at every request and read by the one that looks for a place: without a lock between
/// them.
class ConnectionPlace
{
public:
    ConnectionPlace() { wait(); }

    /// No complete request is under way: nothing is lost to the client but time when it goes.
    void wait() { m_waitingSince.store(now(), std::memory_order_relaxed); }
    void serve() { m_waitingSince.store(0, std::memory_order_relaxed); }
    bool isWaiting() const { return waitingSince() != 0; }
    /// Of a monotonic clock; 0 while a request is served.
    std::int64_t waitingSince() const { return m_waitingSince.load(std::memory_order_relaxed); }

private:
    static std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

    std::atomic<std::int64_t> m_waitingSince{0};
};

/// The limiter of open connections, in all and per address. Places for connections are few and strangers can
/// take them without saying a word. It knows who has one and from where, gives no address more than its
/// share, and when all are taken lets the one go that has waited longest without a request. Not thread-safe:
/// the server's lock guards it.
class ConnectionLedger
{
public:
    struct Limits
    {
        std::size_t connections = 1024;
        std::size_t perAddress = 128;
    };

    explicit ConnectionLedger(Limits limits) : m_limits(limits) {}

    struct Room
    {
        bool isThere = false;
        std::shared_ptr<HttpConnection> givesWay;  ///< has lost its place and is to be told; mostly null
    };
    /// A place for a connection from address (an addressKey; empty: not counted by address).
    Room makeRoom(const std::string& address);
    void add(const std::shared_ptr<HttpConnection>& connection, std::string address);
    /// When it is gone, whether it had to give way or not.
    void remove(const HttpConnection* connection);

    /// All that are not gone yet, also those that gave way.
    std::vector<std::shared_ptr<HttpConnection>> connections() const;
    std::size_t size() const { return m_entries.size(); }
    bool isEmpty() const { return m_entries.empty(); }

private:
    struct Entry
    {
        std::weak_ptr<HttpConnection> connection;
        std::shared_ptr<const ConnectionPlace> place;
        std::string address;
        bool gaveWay = false;
    };
    using Entries = std::unordered_map<const HttpConnection*, Entry>;

    /// address: null for any.
    Room letLongestWaitingGo(const std::string* address);
    void release(Entry& entry);

    Limits m_limits;
    Entries m_entries;
    std::unordered_map<std::string, std::size_t> m_perAddress;
    std::size_t m_taken = 0;  ///< places; less than the entries where some gave way and are not gone yet
};

}  // namespace countersign::http
