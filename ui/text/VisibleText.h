#pragma once

#include <QString>

#include <cstddef>
#include <string_view>

// Untrusted text made safe to show: event names, bodies and headers come from outside and must not be able to
// fool the eye (direction overrides, invisible characters, line breaks in one-line places) or be taken for
// markup.

namespace countersign {

/// Invalid UTF-8 as \xNN; control, format (direction, zero-width) and private characters as \u{N}. Tab and
/// newline stay when multiline. At most maxBytes of the text are used; the caller says so when it was longer.
QString visibleText(std::string_view utf8, bool multiline = false, std::size_t maxBytes = 64 * 1024);

/// For tool tips: always read as plain text by Qt, line breaks kept.
QString plainToolTip(const QString& text);

/// Offset, bytes and ASCII column in lines of 16, at most maxBytes.
QString hexDump(std::string_view bytes, std::size_t maxBytes);

}  // namespace countersign
