#pragma once

#include <QString>

#include <optional>
#include <string_view>

// Strict UTF-8 validation and decoding. Qt reads UTF-8 leniently: what is not well-formed becomes U+FFFD, so
// that different bytes become one text, and a byte-order mark at the beginning disappears. What is signed,
// named or recorded must be read as it is.

namespace countersign {

/// RFC 3629: no overlong forms, no surrogates, nothing cut off.
bool isWellFormedUtf8(std::string_view text);

/// Every character of it, a byte-order mark (U+FEFF) included; nothing when it is not well-formed.
std::optional<QString> textFromUtf8(std::string_view text);

/// For a sentence: what is not well-formed becomes U+FFFD. Never to be used as a name.
QString shownUtf8(std::string_view text);

}  // namespace countersign
