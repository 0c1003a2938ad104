#pragma once

#include "core/base/Result.h"

#include <QUrl>

namespace countersign {

enum class ServiceScheme {
    Http,       ///< https, or http to loopback
    WebSocket,  ///< wss, or ws to loopback
};

/// Parses and validates a service's URL. Tokens and shares are sent to addresses that an operator typed. One
/// rule for all of them (design.md §5 and §7): encrypted, or to this machine alone. Strict: absolute, with a
/// host, without user, query and fragment, at most 2048 characters; a trailing slash is dropped. Loopback is
/// "localhost", 127.0.0.0/8 or [::1] as written; names are not looked up. InvalidInput otherwise.
Result<QUrl> parseServiceUrl(const QString& text, ServiceScheme scheme = ServiceScheme::Http);

}  // namespace countersign
