#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace countersign {

/// The body of a refusal by Dynamic (protocol reference §3.7): what it says, made fit to be shown.
struct ErrorAnswer
{
    /// The server's words: at most 500 characters, one line, without control and format characters. Empty:
    /// none.
    QString text;
    QString code;     ///< at most 64 printable ASCII characters; empty: none
    QString payload;  ///< compact JSON, at most 200 characters, for the details fold; empty: none
};

/// error as text or as object {code, message}, or message; code, error_code or error.code, as text or number;
/// payload. What is no such object (an edge's HTML or plain text) is shown as it is, cut short. secrets: what
/// was sent along, printable ASCII; a server that repeats it gets it replaced by "***".
ErrorAnswer parseErrorAnswer(BytesView body, const std::vector<std::string_view>& secrets = {});

/// The sentence of a refusal: Denied (401, 403), NotFound (404), InvalidInput (400, 422), Busy (429, or 422
/// with too_many_requests; retryAfter is in the sentence), Network for the rest.
Error errorOfStatus(int status, const ErrorAnswer& answer,
                    std::optional<std::chrono::milliseconds> retryAfter = {});
/// Network: an answer that somebody in between gave (isFromBetween).
Error errorFromBetween(int status);
/// An "error" event in the place of a room or after it (§3.3): Denied.
Error errorOfEvent(const ErrorAnswer& answer);
/// Busy, for how long nothing more may be asked.
Error busyFor(std::chrono::milliseconds pause);
/// Network: an answer that is no refusal and makes no sense.
Error unintelligible(const QString& detail);

}  // namespace countersign
