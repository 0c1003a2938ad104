#pragma once

#include <optional>
#include <string>
#include <string_view>

// The parts of RFC 3986 (URI) and RFC 3339 (time) that sign-in messages are made of.

namespace countersign {

/// An authority of RFC 3986, taken apart; the views point into what was parsed.
struct UriAuthority
{
    std::optional<std::string_view> userInfo;  ///< before an @
    std::string_view host;                     ///< with its brackets, where it is an IP literal
    std::optional<std::string_view> port;
};

/// Nothing for what is no authority, and for one without a host.
std::optional<UriAuthority> parseUriAuthority(std::string_view text);
/// ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
bool isUriScheme(std::string_view text);
/// scheme ":" hier-part [ "?" query ] [ "#" fragment ]; an authority's host may be empty (file:///…).
bool isUri(std::string_view text);
/// The authority of a URI; nothing where it has none.
std::optional<std::string_view> authorityOfUri(std::string_view uri);
/// *pchar
bool isUriSegment(std::string_view text);

/// date-time of RFC 3339 with a day of the calendar; a second of 60 only at the end of an hour.
bool isRfc3339Time(std::string_view text);

}  // namespace countersign
