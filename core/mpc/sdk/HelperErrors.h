#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>

// The error messages around mpc-helper. "Signing failed" helps nobody: everything that can go wrong around
// the helper has its own sentence that says what to do. The library speaks in messages without codes, so they
// are known by their text (docs/mpc-helper.md).

namespace countersign {

/// What happens to the process, seen from outside.
enum class HelperFailure {
    Unsupported,    ///< no such library for this system
    NodeMissing,    ///< no Node.js
    ScriptMissing,  ///< no mpc-helper.mjs
    NotStarted,     ///< the system refuses to start it
    Crashed,        ///< ended by a signal
    NoAnswer,       ///< ended by itself and said nothing
    Garbage,        ///< said something else than one answer
    TooMuchOutput,  ///< said more than an answer has
    TimedOut,
    Cancelled,
};

/// detail: English, without secrets.
Error helperError(HelperFailure what, const QString& detail = {});

/// What the helper reports itself: its code and, for code "library", the library's message. Of the message
/// only short words of printable ASCII reach the detail: a long run of letters and digits could be a piece of
/// a share.
Error explainHelperRefusal(std::string_view code, std::string_view message);

}  // namespace countersign
