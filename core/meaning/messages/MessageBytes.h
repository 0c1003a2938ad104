#pragma once

#include "core/base/Bytes.h"

#include <string>
#include <string_view>

// What the bytes of a message look like, before anybody takes them for words.

namespace countersign::meaning {

/// Valid UTF-8 without control characters other than LF, CR and TAB.
bool isPlainText(std::string_view text);

/// 32 bytes, or a text that is nothing but them: 64 hex digits (within quotes or brackets, in pairs or lines,
/// behind one short word, with 0x or without), their base64, or a decimal number as long. A contract can take
/// the signature for one of whatever has this hash.
bool looksLikeHash(BytesView message);

/// What else than a message these bytes, or the bytes that a text of hex digits stands for, could be: "an EVM
/// transaction", "a Solana transaction", "typed data", "an EVM account's delegation"; empty: nothing known.
/// Broader than the decoders on purpose: a list of RLP with as many items as a transaction has is one.
std::string_view transactionLike(BytesView message);

/// The text with every character that is seen as nothing or a blank, although it counts as a letter or a
/// mark, as "[U+3164]"; changed tells whether there was one. What isSeen() tells of is left as it is, and so
/// are the variation selectors of emoji.
std::string withBlankLettersNamed(std::string_view utf8, bool& changed);

}  // namespace countersign::meaning
