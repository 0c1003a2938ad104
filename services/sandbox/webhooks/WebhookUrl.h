#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>

namespace countersign::sandbox {

/// The webhook's parsed URL: where webhooks go is decided once, strictly, so that the client never has to
/// guess.
struct WebhookUrl
{
    bool tls = false;
    std::string host;  ///< a name or an IP literal without brackets
    std::string port;
    std::string target;  ///< path and query, starts with "/"

    /// http://… (to loopback only) or https://…, at most 2048 characters, without user name and fragment.
    /// InvalidInput otherwise.
    static Result<WebhookUrl> parse(std::string_view text);

    /// Value of the Host header: the port only where it is not the scheme's own.
    std::string hostHeader() const;
};

}  // namespace countersign::sandbox
