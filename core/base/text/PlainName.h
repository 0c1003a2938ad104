#pragma once

#include <QString>

#include <string_view>

namespace countersign {

/// UTF-16 units of a name of somebody or something, at most.
inline constexpr qsizetype maxNameCharacters = 64;

/// Whether operators can tell things apart by this name: well-formed UTF-8 of 1 to 64 UTF-16 units without
/// blanks at its ends, and nothing in it that is invisible, changes the direction of text or breaks a line.
bool isPlainName(std::string_view utf8);

}  // namespace countersign
