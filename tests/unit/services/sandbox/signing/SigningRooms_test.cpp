#include "services/sandbox/signing/SigningRooms.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class SigningRoomsTest : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock{1'767'225'600'000};

    static SigningRoom roomOf(const char* wallet)
    {
        SigningRoom room;
        room.walletId = wallet;
        room.toSign = Bytes(32, 1);
        return room;
    }

private Q_SLOTS:
    void serveOneCeremony()
    {
        SigningRooms rooms(m_clock);
        SigningRoom room = roomOf("w");
        room.events = std::make_shared<http::Outbox>();
        const SigningRoom opened = rooms.open(room);
        QCOMPARE(opened.roomId.size(), std::size_t(32));
        const std::string other = (opened.roomId[0] == '0' ? "1" : "0") + opened.roomId.substr(1);
        QVERIFY(rooms.claim(other, "w").error().code == ErrorCode::NotFound);
        QVERIFY(rooms.claim(opened.roomId, "other").error().code == ErrorCode::NotFound);
        QVERIFY(rooms.claim(opened.roomId, "w").has_value());
        QVERIFY(rooms.claim(opened.roomId, "w").error().code == ErrorCode::Denied);
        rooms.complete(opened.roomId, Json{{"walletId", "w"}});
        QCOMPARE(room.events->take().item.value(),
                 std::string("event: ceremony_complete\ndata: {\"walletId\":\"w\"}\n\n"));
        QVERIFY(room.events->take().ending == http::Outbox::Ending::Finish);
        QVERIFY(rooms.all()[0].status == SigningRoom::Status::Complete);
        QVERIFY(rooms.claim(opened.roomId, "w").error().code == ErrorCode::Denied);
    }

    void takesIdsInAnyCase()
    {
        SigningRooms rooms(m_clock);
        std::string id = rooms.open(roomOf("w")).roomId;
        std::transform(id.begin(), id.end(), id.begin(),
                       [](char c) { return static_cast<char>(std::toupper(c)); });
        QVERIFY(rooms.claim(id, "w").has_value());
    }

    void tellTheCallerOfAFailure()
    {
        SigningRooms rooms(m_clock);
        SigningRoom room = roomOf("w");
        room.events = std::make_shared<http::Outbox>();
        const std::string id = rooms.open(room).roomId;
        rooms.fail(id, Json{{"error", "x"}});
        QCOMPARE(room.events->take().item.value(), std::string("event: error\ndata: {\"error\":\"x\"}\n\n"));
        QVERIFY(rooms.claim(id, "w").error().code == ErrorCode::Denied);
    }

    void expire()
    {
        SigningRooms rooms(m_clock);
        const std::string id = rooms.open(roomOf("w")).roomId;
        m_clock.advance(std::chrono::milliseconds(SigningRooms::lifetime));
        QVERIFY(rooms.claim(id, "w").error().code == ErrorCode::NotFound);
        QVERIFY(rooms.all()[0].status == SigningRoom::Status::Expired);
    }

    void oldOnesAreForgotten()
    {
        SigningRooms rooms(m_clock);
        SigningRoom first = roomOf("w");
        first.events = std::make_shared<http::Outbox>();
        const std::string id = rooms.open(first).roomId;
        for (std::size_t i = 0; i < SigningRooms::maxKept; ++i) {
            rooms.open(roomOf("w"));
        }
        QCOMPARE(rooms.all().size(), SigningRooms::maxKept);
        QVERIFY(!rooms.claim(id, "w").has_value());
        QVERIFY(!first.events->isOpen());
    }
};

COUNTERSIGN_APPLESS_TEST(SigningRoomsTest)
#include "SigningRooms_test.moc"
