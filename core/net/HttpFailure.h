#pragma once

#include "core/base/Result.h"

#include <QNetworkReply>
#include <QStringList>
#include <QUrl>

namespace countersign {

/// Why an exchange ended without a complete answer, where Qt does not say it.
enum class HttpBreak {
    Silence,     ///< nothing came for too long
    TooSlow,     ///< the whole took too long
    TooLarge,    ///< more bytes than allowed
    Redirect,    ///< the answer names another address
    Encoded,     ///< compressed, though that was refused
    Incomplete,  ///< the connection ended before the answer did
};

/// "host" or "host:port", for sentences. Never the path or the query: some services keep a key there.
QString shownHost(const QUrl& url);

/// Errors: Timeout for Silence and TooSlow, Network for the rest.
Error httpFailure(HttpBreak reason, const QUrl& url);

/// True when Qt speaks of the transport and not of a status code, which is an answer.
bool isTransportError(QNetworkReply::NetworkError error);

/// The sentence tells refused connections, unknown hosts, TLS failures, proxies and early ends apart.
/// tlsErrors: what the certificate check complained about, English, for the detail. The detail names no path
/// and no query.
Error httpFailure(QNetworkReply::NetworkError error, const QUrl& url, const QStringList& tlsErrors);

}  // namespace countersign
