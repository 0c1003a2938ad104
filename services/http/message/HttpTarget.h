#pragma once

#include "core/base/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::http {

/// A request target (RFC 9112 §3.2) taken apart.
struct HttpTarget
{
    std::string path;                   ///< as sent, without the query; starts with "/"
    std::vector<std::string> segments;  ///< percent-decoded; "/" has none, "/a/" is {"a", ""}
    std::vector<std::pair<std::string, std::string>> query;  ///< percent-decoded, "+" is a space, in order

    /// The value of a parameter that occurs exactly once; nothing when it is absent or repeated (two readers
    /// of a repeated parameter may disagree about it).
    std::optional<std::string_view> parameter(std::string_view name) const;
    std::size_t parameterCount(std::string_view name) const;
};

/// Origin form ("/path?query") and absolute form ("http://host/path", reduced to its path). InvalidInput for
/// everything else, for broken percent escapes, and for decoded segments that are ".", "..", no UTF-8 or that
/// hold
/// "/", "\\" or a control character: what routes must mean what it says.
Result<HttpTarget> parseHttpTarget(std::string_view target);

/// RFC 3986 §2.1, "+" stays; InvalidInput for a broken escape.
Result<std::string> percentDecode(std::string_view text);

}  // namespace countersign::http
