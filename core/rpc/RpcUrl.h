#pragma once

#include "core/base/Result.h"

#include <QStringList>
#include <QUrl>

namespace countersign {

/// Parses the URL of an RPC node. https, or http to loopback; absolute, no user, no fragment, at most 2048
/// characters, the query included. InvalidInput otherwise, and the error does not repeat the text. Providers
/// put the customer's key into the path or the query of the address, so the rule of core/base/ServiceUrl.h is
/// widened by a query, and nothing but the host may be shown or logged.
Result<QUrl> parseRpcUrl(const QString& text);

/// The parts of path and query that may be keys (8 characters or more), as written and decoded: to be struck
/// out of whatever a node says before anybody reads it.
QStringList keysOf(const QUrl& url);

}  // namespace countersign
