#pragma once

#include "core/base/Result.h"

#include <QUrl>

namespace countersign {

/// Why an exchange ended without a complete answer.
enum class HttpBreak {
    Refused,      ///< nobody listens there
    UnknownHost,  ///< no such name
    Untrusted,    ///< TLS: the certificate
    Unencrypted,  ///< TLS: anything else
    Failed,       ///< the connection, in another way
    Silence,      ///< nothing came for too long
    TooSlow,      ///< the whole took too long
    TooLarge,     ///< more bytes than allowed
    Redirect,     ///< the answer names another address
    Encoded,      ///< compressed, though that was refused
    Malformed,    ///< no answer as HTTP has them
    Incomplete,   ///< the connection ended before the answer did
    ProxyUnreachable,
    ProxySilent,
    ProxyRefuses,  ///< it answered, and opened no way
    ProxyWantsCredentials,
};

struct HttpBreakFacts
{
    QString proxy = {};   ///< as Proxy::shown(); empty: none
    int proxyStatus = 0;  ///< of its answer to CONNECT; 0: it had none
    QString detail = {};  ///< English; a server's words among them are made fit to be shown
};

/// "host" or "host:port", for sentences. Never the path or the query: some services keep a key there.
QString shownHost(const QUrl& url);

/// Errors: Timeout for the silences and TooSlow, Network for the rest. The sentence tells who is to blame, as
/// far as that can be known. The detail names no path and no query.
Error httpFailure(HttpBreak reason, const QUrl& url, const HttpBreakFacts& facts = {});

}  // namespace countersign
