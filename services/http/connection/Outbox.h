#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace countersign::http {

/// A bounded queue of outgoing items between producers and a connection. Who produces a streaming answer or a
/// WebSocket's messages works on threads of its own and must neither touch the connection nor wait for a slow
/// client. It puts items in here; the connection takes them out in order, one write each, and says when the
/// client is gone. Thread-safe.
class Outbox
{
public:
    struct Options
    {
        /// More unread bytes than this and put() refuses: a client that stops reading costs no more memory.
        std::size_t maxWaitingBytes = 1024 * 1024;
        /// Of a streaming answer, from its first byte; a WebSocket has its own limits.
        std::chrono::milliseconds maxDuration{60'000};
        /// Written, then the end, when maxDuration is over; may be empty.
        std::string lastWords;
    };

    Outbox() : Outbox(Options{}) {}
    explicit Outbox(Options options) : m_options(std::move(options)) {}

    /// False: nothing was taken, because it has ended, the client is gone, or too much waits already.
    bool put(std::string item);
    /// No more items: the connection ends properly after those that wait. code and reason: of a WebSocket's
    /// close frame (RFC 6455 §7.4); of an answer they mean nothing.
    void finish(std::uint16_t code = 1000, std::string reason = {});
    /// No more items: the connection is cut after those that wait, without a proper end.
    void cut();
    /// Whether put() can still succeed.
    bool isOpen() const;

    // The connection's side.

    enum class Ending { None, Finish, Cut, Abandoned };
    struct Next
    {
        std::optional<std::string> item;
        Ending ending = Ending::None;  ///< None while there is an item
        std::uint16_t code = 1000;
        std::string reason;
    };
    Next take();
    /// The client is gone.
    void abandon();
    /// Called on any thread after every change; empty detaches. At once when something waits already.
    void setWaker(std::function<void()> waker);
    const Options& options() const { return m_options; }

private:
    void end(Ending ending, std::uint16_t code, std::string reason);
    void wake() const;

    const Options m_options;
    mutable std::mutex m_mutex;  ///< guards what follows
    std::deque<std::string> m_items;
    std::size_t m_waitingBytes = 0;
    Ending m_ending = Ending::None;
    std::uint16_t m_code = 1000;
    std::string m_reason;
    std::function<void()> m_waker;
};

}  // namespace countersign::http
