#include "core/chain/evm/message/SignInSyntax.h"

#include "core/base/text/Ascii.h"

#include <algorithm>
#include <array>
#include <vector>

namespace countersign {

namespace {

bool isOneOf(char c, std::string_view set)
{
    return set.find(c) != std::string_view::npos;
}

/// Unreserved characters, sub-delims, percent-encoded ones, and what else is allowed in this place.
bool isMadeOf(std::string_view text, std::string_view others)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3 || !ascii::isHexDigit(text[i + 1]) || !ascii::isHexDigit(text[i + 2])) {
                return false;
            }
            i += 2;
        } else if (!ascii::isAlphanumeric(c) && !isOneOf(c, "-._~!$&'()*+,;=") && !isOneOf(c, others)) {
            return false;
        }
    }
    return true;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find(separator, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) {
            return parts;
        }
        begin = end + 1;
    }
}

bool isIpv4(std::string_view text)
{
    const auto parts = split(text, '.');
    return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
               const bool isShort =
                   !part.empty() && part.size() <= 3 && std::ranges::all_of(part, ascii::isDigit);
               if (!isShort || (part.size() > 1 && part.front() == '0')) {
                   return false;
               }
               int value = 0;
               for (const char c : part) {
                   value = value * 10 + (c - '0');
               }
               return value <= 255;
           });
}

/// How many groups of 16 bits a part of an IPv6 address has; nothing where it is none.
std::optional<std::size_t> countGroups(std::string_view text, bool mayEndWithIpv4)
{
    if (text.empty()) {
        return 0;
    }
    const auto parts = split(text, ':');
    std::size_t groups = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (mayEndWithIpv4 && i + 1 == parts.size() && isIpv4(parts[i])) {
            groups += 2;
        } else if (!parts[i].empty() && parts[i].size() <= 4 &&
                   std::ranges::all_of(parts[i], ascii::isHexDigit)) {
            ++groups;
        } else {
            return std::nullopt;
        }
    }
    return groups;
}

bool isIpv6(std::string_view text)
{
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        return countGroups(text, true) == 8U;
    }
    const auto before = countGroups(text.substr(0, gap), false);
    const auto behind = countGroups(text.substr(gap + 2), true);
    return before && behind && *before + *behind <= 7;
}

bool isIpLiteral(std::string_view text)
{
    if (!text.starts_with('[') || !text.ends_with(']')) {
        return false;
    }
    text = text.substr(1, text.size() - 2);
    if (!text.starts_with('v') && !text.starts_with('V')) {
        return isIpv6(text);
    }
    const std::size_t dot = text.find('.');
    return dot != std::string_view::npos && dot > 1 && dot + 1 < text.size() &&
           std::ranges::all_of(text.substr(1, dot - 1), ascii::isHexDigit) &&
           text.find('%') == std::string_view::npos && isMadeOf(text.substr(dot + 1), ":");
}

/// As parseUriAuthority, but the host may be empty.
std::optional<UriAuthority> splitAuthority(std::string_view text)
{
    UriAuthority authority;
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        authority.userInfo = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    authority.host = text.substr(0, colon);
    if (colon != std::string_view::npos) {
        authority.port = text.substr(colon + 1);
    }
    const bool isHost =
        authority.host.starts_with('[') ? isIpLiteral(authority.host) : isMadeOf(authority.host, "");
    const bool isRest = isMadeOf(authority.userInfo.value_or(""), ":") &&
                        std::ranges::all_of(authority.port.value_or(""), ascii::isDigit);
    return isHost && isRest ? std::optional(authority) : std::nullopt;
}

int signInNumberOf(std::string_view digits)
{
    int value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
    }
    return value;
}

/// Digits where the pattern has 0, else the same character; letters of either case.
bool fits(std::string_view text, std::string_view pattern)
{
    return text.size() == pattern.size() && std::ranges::equal(text, pattern, [](char c, char wanted) {
               return wanted == '0' ? ascii::isDigit(c)
                                    : c == wanted || (ascii::isLetter(wanted) && c == (wanted | 0x20));
           });
}

int daysOf(int year, int month)
{
    static constexpr std::array days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && isLeap ? 29 : days.at(static_cast<std::size_t>(month - 1));
}

bool isOffset(std::string_view text)
{
    if (text == "Z" || text == "z") {
        return true;
    }
    return (fits(text, "+00:00") || fits(text, "-00:00")) && signInNumberOf(text.substr(1, 2)) <= 23 &&
           signInNumberOf(text.substr(4, 2)) <= 59;
}

}  // namespace

std::optional<UriAuthority> parseUriAuthority(std::string_view text)
{
    const auto authority = splitAuthority(text);
    return authority && !authority->host.empty() ? authority : std::nullopt;
}

bool isUriScheme(std::string_view text)
{
    return !text.empty() && ascii::isLetter(text.front()) &&
           std::ranges::all_of(text, [](char c) { return ascii::isAlphanumeric(c) || isOneOf(c, "+-."); });
}

bool isUri(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !isUriScheme(text.substr(0, colon))) {
        return false;
    }
    const auto authority = authorityOfUri(text);
    text.remove_prefix(colon + 1);
    if (authority) {
        text.remove_prefix(2 + authority->size());
    }
    const std::size_t hash = text.find('#');
    const std::string_view fragment = hash == std::string_view::npos ? "" : text.substr(hash + 1);
    const std::string_view rest = text.substr(0, hash);
    const std::size_t mark = rest.find('?');
    const std::string_view query = mark == std::string_view::npos ? "" : rest.substr(mark + 1);
    return (!authority || splitAuthority(*authority)) && isMadeOf(rest.substr(0, mark), "/:@") &&
           isMadeOf(query, "/?:@") && isMadeOf(fragment, "/?:@");
}

std::optional<std::string_view> authorityOfUri(std::string_view uri)
{
    const std::size_t colon = uri.find(':');
    if (colon == std::string_view::npos || !uri.substr(colon + 1).starts_with("//")) {
        return std::nullopt;
    }
    const std::string_view rest = uri.substr(colon + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

bool isUriSegment(std::string_view text)
{
    return isMadeOf(text, ":@");
}

bool isRfc3339Time(std::string_view text)
{
    static constexpr std::string_view seconds = "0000-00-00T00:00:00";
    if (text.size() <= seconds.size() || !fits(text.substr(0, seconds.size()), seconds)) {
        return false;
    }
    const auto part = [text](std::size_t at, std::size_t size) {
        return signInNumberOf(text.substr(at, size));
    };
    const int month = part(5, 2);
    const int second = part(17, 2);
    const bool isDay =
        month >= 1 && month <= 12 && part(8, 2) >= 1 && part(8, 2) <= daysOf(part(0, 4), month);
    const bool isTime =
        part(11, 2) <= 23 && part(14, 2) <= 59 && (second <= 59 || (second == 60 && part(14, 2) == 59));
    std::string_view rest = text.substr(seconds.size());
    if (rest.starts_with('.')) {
        const std::size_t end = rest.find_first_not_of("0123456789", 1);
        if (end == std::string_view::npos || end == 1) {
            return false;
        }
        rest.remove_prefix(end);
    }
    return isDay && isTime && isOffset(rest);
}

}  // namespace countersign
