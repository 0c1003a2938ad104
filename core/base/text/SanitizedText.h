#pragma once

#include <QString>

#include <string_view>

// Sanitising untrusted text for display. Nodes, servers, submitters and envelopes put words into what people
// read: error sentences, names, logs. Such words must not steer a terminal, turn the direction of writing,
// break a line, or hide something.

namespace countersign {

/// Whether people see a character as what it is. Not so: control, format (direction, zero width), surrogate,
/// private and unassigned characters, line and paragraph separators.
bool isSeen(char32_t character);

/// In one line: white space becomes single blanks, what nobody sees is left out, invalid UTF-8 is U+FFFD.
QString sanitizedText(std::string_view utf8);
/// The same, shortened.
QString sanitizedText(std::string_view utf8, qsizetype maxCharacters);

/// At most so many UTF-16 units (1 or more), the last "…" when there were more; no character is cut in half.
QString shortened(QString text, qsizetype maxCharacters);

}  // namespace countersign
