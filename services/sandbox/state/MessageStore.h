#pragma once

#include "core/base/Result.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

class StateDatabase;

/// What became of one attempt to deliver a message, and what follows from it.
struct AttemptOutcome
{
    std::string messageId;
    UnixMillis startedAt = 0;
    int httpStatus = 0;  ///< 0: no HTTP answer
    std::string error;   ///< English; empty after a success
    bool delivered = false;
};

/// The transactional outbox of webhook messages. They are promises: written in the transaction of the event
/// that they announce and every attempt is recorded, so that a restart goes on where the last process
/// stopped.
class MessageStore
{
public:
    explicit MessageStore(StateDatabase& database) : m_database(database) {}

    Status add(const Message& message);
    Result<std::optional<Message>> message(const std::string& messageId) const;
    /// Replaces everything but identity, body and creation time.
    Status update(const Message& message);

    /// Newest last, and without bodies unless they are wanted; after: position of the last one known (0: from
    /// the start), see page's cursor.
    struct Page
    {
        std::vector<Message> messages;
        std::int64_t cursor = 0;  ///< position of the last message of the page
        bool more = false;
    };
    Result<Page> page(std::int64_t after, int limit, bool withBodies = false) const;

    struct Due
    {
        std::string messageId;
        UnixMillis at = 0;
    };
    Result<std::vector<Due>> pending() const;

    /// The newest message of an event.
    Result<std::optional<Message>> ofEvent(const std::string& eventId) const;
    /// Messages that are failed now and whose last attempt was then or later.
    Result<std::int64_t> countFailed(UnixMillis since) const;
    /// What waits is given up, for this reason.
    Status failPending(const std::string& error);
    /// What was made before, and does not wait, is gone.
    Status forget(UnixMillis before);

private:
    StateDatabase& m_database;
};

}  // namespace countersign::sandbox
