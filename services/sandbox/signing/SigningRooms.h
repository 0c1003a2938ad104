#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "services/http/connection/Outbox.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::sandbox {

struct SigningRoom
{
    enum class Status { Open, Claimed, Complete, Failed, Expired };

    std::string roomId;  ///< 32 hex digits, lower case
    std::string walletId;
    std::string shareSetId;
    Bytes toSign;  ///< EVM: the digest; SVM: the message
    std::string digest;
    Json context;
    UnixMillis createdAt = 0;
    UnixMillis expiresAt = 0;
    Status status = Status::Open;
    std::shared_ptr<http::Outbox> events;  ///< the caller's event stream; may be null
};

std::string_view roomStatusName(SigningRoom::Status status);

/// One event of a stream (protocol reference §3.3): "event: …\ndata: …\n\n".
std::string eventText(std::string_view event, const Json& data);

/// The rooms of signing ceremonies. A room is bound to its wallet, share set and bytes, and serves one
/// ceremony. Rooms live in memory: after a restart there are none, and a caller opens a new one. Thread-safe.
class SigningRooms
{
public:
    static constexpr UnixMillis lifetime = 60'000;
    static constexpr std::size_t maxKept = 500;

    explicit SigningRooms(const Clock& clock) : m_clock(clock) {}

    /// Gives the room its id and times and keeps it; the oldest one beyond maxKept is forgotten.
    SigningRoom open(SigningRoom room);
    /// The room, which nobody else can claim from now on. NotFound (never there, expired, or of another
    /// wallet: it stays as it is) or Denied (it served its ceremony already).
    Result<SigningRoom> claim(std::string_view roomId, std::string_view walletId);
    /// After a claim: tells the stream and ends it.
    void complete(const std::string& roomId, const Json& data);
    void fail(const std::string& roomId, const Json& data);
    /// In order of creation, with their state now.
    std::vector<SigningRoom> all() const;

private:
    SigningRoom* find(std::string_view roomId);
    void settle(const std::string& roomId, SigningRoom::Status status, std::string_view event,
                const Json& data);

    const Clock& m_clock;
    mutable std::mutex m_mutex;
    std::deque<SigningRoom> m_rooms;
};

}  // namespace countersign::sandbox
