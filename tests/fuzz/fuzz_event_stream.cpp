#include "core/dynamic/EventStreamParser.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

namespace {

// Small enough that the fuzzer reaches them.
constexpr EventStreamLimits limits{.maxLineBytes = 64, .maxEventBytes = 96, .maxStreamBytes = 1024};

struct Reading
{
    std::vector<StreamEvent> events;
    bool isBroken = false;
    bool isWhole = false;

    bool operator==(const Reading&) const = default;
};

/// pieces: the length of each piece, one after the other and around again; empty: all at once.
Reading read(BytesView stream, BytesView pieces)
{
    EventStreamParser parser(limits);
    Reading reading;
    std::size_t piece = 0;
    for (std::size_t at = 0; at < stream.size();) {
        std::size_t length = stream.size() - at;
        if (!pieces.empty()) {
            length = std::min<std::size_t>(length, std::size_t{1} + pieces[piece++ % pieces.size()] % 8);
        }
        for (StreamEvent& event : parser.feed(stream.subspan(at, length))) {
            reading.events.push_back(std::move(event));
        }
        at += length;
    }
    reading.isBroken = parser.error().has_value();
    reading.isWhole = parser.finish().has_value();
    return reading;
}

/// The stream without a byte order mark, with every line end as LF, must say the same.
Bytes normalised(BytesView stream)
{
    Bytes text;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        if (stream[i] == '\r') {
            text.push_back('\n');
            i += i + 1 < stream.size() && stream[i + 1] == '\n' ? 1 : 0;
        } else {
            text.push_back(stream[i]);
        }
    }
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    const std::size_t pieceCount = size == 0 ? 0 : std::min<std::size_t>(size - 1, data[0] % 8);
    const BytesView stream = size == 0 ? input : input.subspan(1 + pieceCount);
    const Reading whole = read(stream, {});
    require(read(stream, size == 0 ? input : input.subspan(1, pieceCount)) == whole,
            "pieces make no difference");
    const Bytes one{0};
    require(read(stream, one) == whole, "single bytes make no difference");
    require(!whole.isBroken || !whole.isWhole, "what breaks a limit is not whole");
    require(stream.size() <= limits.maxStreamBytes || whole.isBroken, "streams are bounded");
    for (const StreamEvent& event : whole.events) {
        require(!event.type.empty() && !event.data.empty(), "an event has a type and data");
        require(event.type.size() + event.data.size() <=
                    limits.maxEventBytes + std::string_view("message").size(),
                "events are bounded");
    }
    if (stream.size() <= limits.maxStreamBytes) {
        require(read(normalised(stream), {}) == whole, "line ends make no difference");
    }
    return 0;
}
