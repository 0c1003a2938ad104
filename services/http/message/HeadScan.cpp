#include "services/http/message/HeadScan.h"

namespace countersign::http {

HeadScan::State HeadScan::feed(std::string_view bytes)
{
    while (m_state == State::NeedsMore && m_next < bytes.size()) {
        m_state = take(bytes[m_next]);
        ++m_next;
    }
    return m_state;
}

HeadScan::State HeadScan::take(char c)
{
    if (m_afterReturn) {
        if (c != '\n') {
            return refuse("A carriage return stands alone.");
        }
        m_afterReturn = false;
        const bool isEmptyLine = m_next == m_lineStart + 1;
        m_lineStart = m_next + 1;
        return isEmptyLine ? State::Complete : State::NeedsMore;
    }
    if (c == '\r') {
        m_afterReturn = true;
        return State::NeedsMore;
    }
    if (c == '\n') {
        return refuse("Lines end with CR LF.");
    }
    if (m_next == m_lineStart && (c == ' ' || c == '\t')) {
        return refuse("A line must not begin with a blank: folded headers are not understood.");
    }
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
        return refuse("There is a control character in the head.");
    }
    return State::NeedsMore;
}

HeadScan::State HeadScan::refuse(const char* reason)
{
    m_reason = reason;
    return State::Refused;
}

std::size_t HeadScan::emptyLineBytes(std::string_view bytes)
{
    std::size_t size = 0;
    while (bytes.substr(size).starts_with("\r\n")) {
        size += 2;
    }
    return size;
}

}  // namespace countersign::http
