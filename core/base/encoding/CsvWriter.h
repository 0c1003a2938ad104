#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace countersign {

/// Rows of CSV as RFC 4180 has them (comma, CRLF, UTF-8), for people who open them in a spreadsheet. Much of
/// what is exported was written by strangers, and a spreadsheet takes a cell that begins like a formula for
/// one: such a cell is made text by a leading apostrophe (design.md §9).
class CsvWriter
{
public:
    /// One cell: led by ' where it begins with = + - @, tab, return or line feed; in quotes where it needs
    /// them. Zero bytes, which programs take for an end, are left out.
    static std::string cell(std::string_view text);
    /// The cells with their line end.
    static std::string row(std::span<const std::string> cells);
    static std::string row(std::initializer_list<std::string> cells)
    {
        return row(std::span<const std::string>(cells.begin(), cells.size()));
    }
};

}  // namespace countersign
