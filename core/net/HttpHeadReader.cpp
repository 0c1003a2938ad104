#include "core/net/HttpHeadReader.h"

#include "core/net/RetryAfter.h"

#include <algorithm>
#include <charconv>

namespace countersign {

namespace {

std::string_view trimmedField(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

QByteArray loweredField(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size())).toLower();
}

/// "HTTP/1.1 103 Early Hints"; 0: none.
int statusOfLine(std::string_view line)
{
    const auto blank = line.find(' ');
    int status = 0;
    if (blank == std::string_view::npos || line.size() < blank + 4) {
        return 0;
    }
    const char* const digits = line.data() + blank + 1;
    const auto [end, error] = std::from_chars(digits, digits + 3, status);
    return error == std::errc() && end == digits + 3 && status >= 100 ? status : 0;
}

bool isInterimStatus(int status)
{
    return status >= 100 && status <= 199;
}

bool isRedirectStatus(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

std::optional<HttpBreak> HttpHeadReader::feed(std::string_view line)
{
    m_bytes += line.size();
    if (m_bytes > maxBytes) {
        return HttpBreak::TooLarge;
    }
    if (m_isComplete) {
        return {};  // a trailer
    }
    if (trimmedField(line).empty()) {
        return finishHead();
    }
    if (line.starts_with("HTTP/")) {
        m_head = {};
        m_isEncoded = false;
        m_head.status = statusOfLine(line);
        return m_head.status == 0 ? std::optional(HttpBreak::Malformed) : std::nullopt;
    }
    readField(line);
    return {};
}

std::optional<HttpBreak> HttpHeadReader::finishHead()
{
    if (isInterimStatus(m_head.status)) {
        ++m_interim;
        return m_head.status == 101 || m_interim > maxInterim ? std::optional(HttpBreak::Malformed)
                                                              : std::nullopt;
    }
    m_isComplete = true;
    if (m_head.status == 407) {
        return HttpBreak::ProxyWantsCredentials;
    }
    if (isRedirectStatus(m_head.status)) {
        return HttpBreak::Redirect;
    }
    return m_isEncoded ? std::optional(HttpBreak::Encoded) : std::nullopt;
}

void HttpHeadReader::readField(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    const QByteArray name = loweredField(line.substr(0, colon));
    const std::string_view value = trimmedField(line.substr(colon + 1));
    if (name == "content-type") {
        m_head.contentType = loweredField(trimmedField(value.substr(0, value.find(';'))));
    } else if (name == "content-encoding") {
        const QByteArray coding = loweredField(value);
        m_isEncoded = m_isEncoded || (!coding.isEmpty() && coding != "identity");
    } else if (name == "retry-after") {
        m_head.retryAfter = parseRetryAfter(value, SystemClock().now());
    } else if (name == "date") {
        m_head.date = parseHttpDate(value);
    } else if (name == "proxy-authenticate" || name == "proxy-connection" || name == "x-squid-error") {
        m_head.isOfProxy = true;
    }
}

}  // namespace countersign
