#pragma once

#include "core/base/Bytes.h"
#include "core/meaning/Meaning.h"

#include <string>
#include <string_view>

// What the messages of every chain have in common: how their text is shown, and why bytes are no message.

namespace countersign::meaning {

/// The text as fields "message" of this label, in full: a field has less than finished() shows of it, and a
/// longer text is cut behind a blank, else between two characters.
void addMessageText(std::string_view label, std::string_view text, Meaning& meaning);
/// The message's words, or its bytes as hex digits where they are none; message.text.hidden for characters
/// that look like nothing, which are shown by their numbers.
void addMessageFields(BytesView message, Meaning& meaning);

// Why bytes are no words to agree to, each critical but for the last.

/// "message.hash"; what a signature for a hash may be taken for.
Finding hashAsMessage(std::string_view consequence);
/// "message.transaction"; a sentence.
Finding transactionAsMessage(std::string what);
/// "message.signIn.malformed"; standard: whose form it does not have.
Finding malformedSignIn(std::string_view standard);
/// "message.bytes", a warning.
Finding bytesAsMessage(BytesView message);

}  // namespace countersign::meaning
