#pragma once

#include "core/net/HttpExchange.h"
#include "core/net/HttpFailure.h"

#include <string_view>

namespace countersign {

/// A bounded reader for the head of an HTTP answer, line by line as it comes. It reads the heads of any
/// number of interim answers (1xx, RFC 9110 §15.2), which are passed over, and of the one that counts. A
/// server may send neither without end. Internal to core/net.
class HttpHeadReader
{
public:
    static constexpr int maxInterim = 32;
    static constexpr std::size_t maxBytes = std::size_t{256} * 1024;  ///< of all heads, and trailers

    /// Malformed (101 too: nobody asked for another protocol), TooLarge, Redirect, Encoded,
    /// ProxyWantsCredentials (407): the answer is not wanted.
    std::optional<HttpBreak> feed(std::string_view line);
    bool isComplete() const { return m_isComplete; }
    const HttpHead& head() const { return m_head; }

private:
    std::optional<HttpBreak> finishHead();
    void readField(std::string_view line);

    HttpHead m_head;
    std::size_t m_bytes = 0;
    int m_interim = 0;
    bool m_isEncoded = false;
    bool m_isComplete = false;
};

}  // namespace countersign
