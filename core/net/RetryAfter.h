#pragma once

#include "core/base/Clock.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace countersign {

/// The longest pause that a server can ask for here; more is cut down to it.
constexpr std::chrono::milliseconds maxRetryAfter = std::chrono::hours(24);

/// The value of a Retry-After header (RFC 9110 §10.2.3): seconds, or a date in the form that senders must use
/// ("Sun, 06 Nov 1994 08:49:37 GMT"), counted from now. 0 to maxRetryAfter; anything else is nothing.
std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view value, UnixMillis now);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7); the forms that only old senders have are nothing.
std::optional<UnixMillis> parseHttpDate(std::string_view value);

}  // namespace countersign
