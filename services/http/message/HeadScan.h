#pragma once

#include <cstddef>
#include <string_view>

namespace countersign::http {

/// An incremental check of the framing of a request's head: two readers of the same bytes must not find two
/// different requests in them. Beast takes some heads that RFC 9112 lets a server refuse (folded lines, §5.2)
/// and would have to see a head whole; this looks at every byte of the head as it arrives, before Beast does.
/// Lines end with CR LF and nothing else, no line is continued on the next, and no control character is in it
/// but the tab. Free of sockets, for the fuzzer too.
class HeadScan
{
public:
    enum class State { NeedsMore, Complete, Refused };

    /// bytes: everything from the first byte of the request line on, at every call; what was looked at before
    /// is not looked at again. Once it is Complete or Refused it stays so.
    State feed(std::string_view bytes);
    /// Of a complete head, with the empty line at its end.
    std::size_t size() const { return m_next; }
    /// Of a refused one, for the client.
    const char* reason() const { return m_reason; }

    /// RFC 9112 §2.2: how many bytes of empty lines come before the request line. More than maxEmptyLines are
    /// not a client that is a little off, and to be refused.
    static std::size_t emptyLineBytes(std::string_view bytes);
    static constexpr std::size_t maxEmptyLines = 8;

private:
    State refuse(const char* reason);
    State take(char c);

    std::size_t m_next = 0;
    std::size_t m_lineStart = 0;
    bool m_afterReturn = false;
    State m_state = State::NeedsMore;
    const char* m_reason = "";
};

}  // namespace countersign::http
