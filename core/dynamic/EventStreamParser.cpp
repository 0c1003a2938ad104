#include "core/dynamic/EventStreamParser.h"

#include "core/dynamic/ErrorAnswer.h"

#include <string_view>

namespace countersign {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

}  // namespace

void EventStreamParser::fail(const QString& detail)
{
    m_error = unintelligible(detail);
    m_line.clear();
    m_data.clear();
}

std::vector<StreamEvent> EventStreamParser::feed(BytesView bytes)
{
    std::vector<StreamEvent> events;
    for (const std::uint8_t byte : bytes) {
        if (m_error) {
            break;
        }
        if (++m_received > m_limits.maxStreamBytes) {
            fail(QStringLiteral("event stream beyond its limit"));
            break;
        }
        const char c = static_cast<char>(byte);
        const bool belongsToCr = m_afterCr && c == '\n';
        m_afterCr = c == '\r';
        if (belongsToCr) {
            continue;
        }
        if (c == '\r' || c == '\n') {
            endLine(events);
        } else if (m_line.size() == m_limits.maxLineBytes) {
            fail(QStringLiteral("event stream: line beyond its limit"));
        } else {
            m_line.push_back(c);
        }
    }
    return events;
}

void EventStreamParser::endLine(std::vector<StreamEvent>& events)
{
    std::string_view line = m_line;
    if (m_isFirst && line.starts_with(byteOrderMark)) {
        line.remove_prefix(byteOrderMark.size());
    }
    m_isFirst = false;
    if (line.empty()) {
        endEvent(events);
    } else if (line.front() != ':') {
        m_isBegun = true;
        const std::size_t colon = line.find(':');
        const std::string_view field = line.substr(0, colon);
        std::string_view value =
            colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' ')) {
            value.remove_prefix(1);
        }
        if (field == "event") {
            m_type = value;
        } else if (field == "data") {
            m_data.append(value).push_back('\n');
        }
        if (m_type.size() + m_data.size() > m_limits.maxEventBytes) {
            fail(QStringLiteral("event stream: event beyond its limit"));
        }
    }
    m_line.clear();
}

void EventStreamParser::endEvent(std::vector<StreamEvent>& events)
{
    // "data:" alone is an empty line of data, which the standard does dispatch; nobody needs it.
    if (m_data.size() > 1) {
        m_data.pop_back();
        events.push_back({m_type.empty() ? "message" : std::move(m_type), std::move(m_data)});
    }
    m_type.clear();
    m_data.clear();
    m_isBegun = false;
}

Status EventStreamParser::finish() const
{
    if (m_error) {
        return failure(*m_error);
    }
    if (m_isBegun || (!m_line.empty() && m_line.front() != ':')) {
        return failure(unintelligible(QStringLiteral("event stream: the last event is cut off")));
    }
    return {};
}

}  // namespace countersign
