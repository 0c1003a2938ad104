#include "core/dynamic/EventStreamParser.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

using Events = std::vector<StreamEvent>;

struct Reading
{
    Events events;
    bool isWhole = false;
    bool isBroken = false;

    bool operator==(const Reading&) const = default;
};

Reading read(std::string_view text, std::size_t pieceBytes, const EventStreamLimits& limits = {})
{
    EventStreamParser parser(limits);
    Reading reading;
    for (std::size_t at = 0; at < text.size(); at += pieceBytes) {
        for (StreamEvent& event : parser.feed(asBytes(text.substr(at, pieceBytes)))) {
            reading.events.push_back(std::move(event));
        }
    }
    reading.isBroken = parser.error().has_value();
    reading.isWhole = parser.finish().has_value();
    return reading;
}

}  // namespace

Q_DECLARE_METATYPE(Events)

class EventStreamParserTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAnyPieces_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<Events>("events");
        QTest::addColumn<bool>("isWhole");
        const Events room = {{"room_created", R"({"roomId":"x"})"}};
        const auto row = [](const char* name, std::string text, Events events, bool isWhole = true) {
            QTest::newRow(name) << std::move(text) << std::move(events) << isWhole;
        };
        row("LF", "event: room_created\ndata: {\"roomId\":\"x\"}\n\n", room);
        row("CRLF", "event: room_created\r\ndata: {\"roomId\":\"x\"}\r\n\r\n", room);
        row("CR", "event: room_created\rdata: {\"roomId\":\"x\"}\r\r", room);
        row("mixed", "event: room_created\rdata: {\"roomId\":\"x\"}\r\n\n", room);
        row("data first", "data: {\"roomId\":\"x\"}\nevent: room_created\n\n", room);
        row("no space", "event:room_created\ndata:{\"roomId\":\"x\"}\n\n", room);
        row("byte order mark",
            "\xEF\xBB\xBF"
            "event: room_created\ndata: {\"roomId\":\"x\"}\n\n",
            room);
        row("second byte order mark",
            "\xEF\xBB\xBF\xEF\xBB\xBF"
            "event: a\ndata: 1\n\n",
            {{"message", "1"}});
        row("comments", ": hello\n\n:\nevent: room_created\n: in between\ndata: {\"roomId\":\"x\"}\n\n: end",
            room);
        row("several lines", "data: a\ndata:\ndata:  b\n\n", {{"message", "a\n\n b"}});
        row("several events", "data: 1\n\ndata: 2\n\n\nevent: e\ndata: 3\n\n",
            {{"message", "1"}, {"message", "2"}, {"e", "3"}});
        row("type does not last", "event: e\ndata: 1\n\ndata: 2\n\n", {{"e", "1"}, {"message", "2"}});
        row("type without data", "event: e\n\ndata: 1\n\n", {{"message", "1"}});
        row("empty data", "event: e\ndata\n\ndata:\n\n", {});
        row("unknown fields", "id: 7\nretry: 1\nEvent: e\nnothing\ndata: 1\n\n", {{"message", "1"}});
        row("two bytes to a character", "data: \xC3\xA9\xE2\x82\xAC\n\n",
            {{"message", "\xC3\xA9\xE2\x82\xAC"}});
        row("empty", "", {});
        row("cut off in a line", "data: 1\n\ndata: 2", {{"message", "1"}}, false);
        row("cut off after a line", "event: room_created\ndata: 1\n", {}, false);
        row("cut off after CR", "data: 1\r", {}, false);
        row("cut off in a byte order mark", "\xEF\xBB", {}, false);
    }

    void readsAnyPieces()
    {
        QFETCH(const std::string, text);
        QFETCH(const Events, events);
        QFETCH(const bool, isWhole);
        for (std::size_t pieceBytes = 1; pieceBytes <= text.size() + 1; ++pieceBytes) {
            const Reading reading = read(text, pieceBytes);
            QCOMPARE(reading.events, events);
            QCOMPARE(reading.isWhole, isWhole);
            QVERIFY(!reading.isBroken);
        }
    }

    void keepsItsLimits()
    {
        const EventStreamLimits limits{.maxLineBytes = 10, .maxEventBytes = 12, .maxStreamBytes = 40};
        const Events one = {{"message", "1"}};
        QCOMPARE(read("data: 1\n\ndata: 1234\n\n", 3, limits).events.size(), std::size_t{2});
        for (const std::size_t pieceBytes : {1U, 3U, 100U}) {
            QCOMPARE(read("data: 1\n\ndata: 12345\n\n", pieceBytes, limits), (Reading{one, false, true}));
            QCOMPARE(read("data: 1\n\ndata: 123\ndata: 123\ndata: 123\ndata: 1\n\n", pieceBytes, limits),
                     (Reading{one, false, true}));
            QCOMPARE(read("data: 1\n\n:23456789\n:23456789\n:23456789\n:\ndata: 1\n\n", pieceBytes, limits),
                     (Reading{one, false, true}));
        }
    }

    void readsNothingAfterAnError()
    {
        EventStreamParser parser({.maxLineBytes = 10});
        QVERIFY(parser.feed(asBytes("data: 12345")).empty());
        QVERIFY(parser.error().has_value());
        QCOMPARE(parser.error()->code, ErrorCode::Network);
        QVERIFY(parser.feed(asBytes("\n\ndata: 1\n\n")).empty());
        QCOMPARE(parser.finish().error(), *parser.error());
    }
};

COUNTERSIGN_GUILESS_TEST(EventStreamParserTest)
#include "EventStreamParser_test.moc"
