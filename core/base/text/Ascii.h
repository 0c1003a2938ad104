#pragma once

#include <algorithm>
#include <string>
#include <string_view>

/// Characters of ASCII, whatever the locale: <cctype> asks the locale and is undefined for negative values of
/// char.
namespace countersign::ascii {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool isAlphanumeric(char c)
{
    return isDigit(c) || isLetter(c);
}

constexpr bool isLowerHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f');
}

constexpr bool isHexDigit(char c)
{
    return isLowerHexDigit(c) || (c >= 'A' && c <= 'F');
}

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lowered(std::string_view text)
{
    std::string lowerText(text);
    std::ranges::transform(lowerText, lowerText.begin(), lower);
    return lowerText;
}

}  // namespace countersign::ascii
