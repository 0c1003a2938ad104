#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::http {

/// An address to listen on: a literal IP address, because a name could resolve to more than was meant.
struct ListenAddress
{
    std::string host = "127.0.0.1";  ///< IPv4 or IPv6 literal without brackets
    std::uint16_t port = 0;          ///< 0: the system picks one

    bool isLoopback() const;
    /// "127.0.0.1:80", "[::1]:80"
    std::string toString() const;
};

/// "127.0.0.1:8787", "[::1]:8787", "localhost:8787" (means 127.0.0.1). InvalidInput for anything else.
Result<ListenAddress> parseListenAddress(std::string_view text);

}  // namespace countersign::http
