#include "services/sandbox/signing/SigningRooms.h"

#include "core/base/Random.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::sandbox {

namespace {

struct SigningRoomsText
{
    Q_DECLARE_TR_FUNCTIONS(SigningRoomsText)
};

/// Room ids are compared without regard to case: the official codec passes on what it got.
bool isSameRoom(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        const auto lower = ascii::lower;
        return lower(x) == lower(y);
    });
}

}  // namespace

std::string_view roomStatusName(SigningRoom::Status status)
{
    switch (status) {
        case SigningRoom::Status::Open:
            return "open";
        case SigningRoom::Status::Claimed:
            return "claimed";
        case SigningRoom::Status::Complete:
            return "complete";
        case SigningRoom::Status::Failed:
            return "failed";
        case SigningRoom::Status::Expired:
            break;
    }
    return "expired";
}

std::string eventText(std::string_view event, const Json& data)
{
    return "event: " + std::string(event) + "\ndata: " + dumpJson(data) + "\n\n";
}

SigningRoom SigningRooms::open(SigningRoom room)
{
    room.roomId = toHex(randomBytes(16));
    room.createdAt = m_clock.now();
    room.expiresAt = room.createdAt + lifetime;
    const std::scoped_lock lock(m_mutex);
    m_rooms.push_back(room);
    if (m_rooms.size() > maxKept) {
        if (m_rooms.front().events) {
            m_rooms.front().events->finish();
        }
        m_rooms.pop_front();
    }
    return room;
}

SigningRoom* SigningRooms::find(std::string_view roomId)
{
    const auto found = std::find_if(m_rooms.begin(), m_rooms.end(),
                                    [&](const SigningRoom& room) { return isSameRoom(room.roomId, roomId); });
    return found == m_rooms.end() ? nullptr : &*found;
}

Result<SigningRoom> SigningRooms::claim(std::string_view roomId, std::string_view walletId)
{
    const std::scoped_lock lock(m_mutex);
    SigningRoom* room = find(roomId);
    if (room == nullptr || room->walletId != walletId ||
        (room->status == SigningRoom::Status::Open && m_clock.now() >= room->expiresAt)) {
        return failure(ErrorCode::NotFound,
                       SigningRoomsText::tr("The wallet has no such room, or its time is over."));
    }
    if (room->status != SigningRoom::Status::Open) {
        return failure(ErrorCode::Denied, SigningRoomsText::tr("This room has served its ceremony already."));
    }
    room->status = SigningRoom::Status::Claimed;
    return *room;
}

void SigningRooms::complete(const std::string& roomId, const Json& data)
{
    settle(roomId, SigningRoom::Status::Complete, "ceremony_complete", data);
}

void SigningRooms::fail(const std::string& roomId, const Json& data)
{
    settle(roomId, SigningRoom::Status::Failed, "error", data);
}

void SigningRooms::settle(const std::string& roomId, SigningRoom::Status status, std::string_view event,
                          const Json& data)
{
    std::shared_ptr<http::Outbox> events;
    {
        const std::scoped_lock lock(m_mutex);
        if (SigningRoom* room = find(roomId)) {
            room->status = status;
            events = std::move(room->events);
            room->events.reset();
        }
    }
    if (events) {
        events->put(eventText(event, data));
        events->finish();
    }
}

std::vector<SigningRoom> SigningRooms::all() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<SigningRoom> rooms(m_rooms.begin(), m_rooms.end());
    for (SigningRoom& room : rooms) {
        if (room.status == SigningRoom::Status::Open && m_clock.now() >= room.expiresAt) {
            room.status = SigningRoom::Status::Expired;
        }
    }
    return rooms;
}

}  // namespace countersign::sandbox
