#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// One server-sent event; bytes as they came, without any claim that they are valid UTF-8.
struct StreamEvent
{
    std::string type;  ///< "message" where the stream names none
    std::string data;  ///< never empty; several lines are joined by "\n"

    bool operator==(const StreamEvent&) const = default;
};

struct EventStreamLimits
{
    std::size_t maxLineBytes = std::size_t{64} * 1024;
    std::size_t maxEventBytes = std::size_t{256} * 1024;  ///< type and data of one event
    std::size_t maxStreamBytes = std::size_t{4} * 1024 * 1024;
};

/// An incremental parser for server-sent events (HTML standard §9.2.6). A stream arrives in pieces that end
/// anywhere, from a server that is trusted with nothing. Read as the standard says (CRLF, LF or CR, comments,
/// one byte order mark, data of several lines, events without data dropped, unknown fields ignored), with
/// bounds; the pieces' borders make no difference to what is read. Lines of the last event without the blank
/// line after them are refused by finish().
class EventStreamParser
{
public:
    explicit EventStreamParser(const EventStreamLimits& limits = {}) : m_limits(limits) {}

    /// The events that these bytes complete. After an error nothing is read any more.
    std::vector<StreamEvent> feed(BytesView bytes);
    /// Network when a limit was broken.
    const std::optional<Error>& error() const { return m_error; }
    /// At the stream's end: the error of before, or Network when an event was cut off.
    Status finish() const;

private:
    void endLine(std::vector<StreamEvent>& events);
    void endEvent(std::vector<StreamEvent>& events);
    void fail(const QString& detail);

    EventStreamLimits m_limits;
    std::string m_line;
    std::string m_type;
    std::string m_data;      ///< each line with a "\n" after it
    bool m_isBegun = false;  ///< a field came since the last blank line
    bool m_isFirst = true;   ///< the first line, which may begin with a byte order mark
    bool m_afterCr = false;  ///< a "\n" now belongs to the line end before it
    std::size_t m_received = 0;
    std::optional<Error> m_error;
};

}  // namespace countersign
