#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <cstdint>
#include <functional>

class QNetworkProxy;

// Proxy settings from the environment, read as curl reads them. Everybody who sets a proxy tries it with curl
// first, so the environment has to mean here what it means there. Qt reads it otherwise, and a proxy that is
// silently passed by, or silently used, is found late.

namespace countersign {

struct Proxy
{
    enum class Kind { None, Http, Https, Socks4, Socks4a, Socks5, Socks5h };

    Kind kind = Kind::None;
    QString host;  ///< without brackets
    std::uint16_t port = 0;
    QString user;  ///< both empty: none
    QString password;

    bool isUsed() const { return kind != Kind::None; }
    /// "host:port", all of it that may be shown.
    QString shown() const;
    bool operator==(const Proxy&) const = default;
};

/// "[scheme://][user:password@]host[:port]": http (also without a scheme), https, socks4 (socks), socks4a,
/// socks5, socks5h; the port is 1080 where none is given, 443 for https. Nothing that was written is in the
/// error.
Result<Proxy> parseProxy(const QString& text);

/// Whether no_proxy (a list with commas or blanks) excepts a host: "*" alone all of them; a name itself and
/// what ends in it behind a dot, with or without a dot in front; an address itself, or its network
/// ("10.0.0.0/8").
bool isExceptedFromProxies(const QString& host, const QByteArray& noProxy);

using Environment = std::function<QByteArray(const char* name)>;

/// The proxy for an address as curl reads the environment: https_proxy or HTTPS_PROXY for https and wss;
/// http_proxy, only in small letters (a web server's CGI sets the other), for http and ws; then all_proxy or
/// ALL_PROXY; not for what no_proxy or NO_PROXY excepts. Small letters win, an empty value is none.
/// Never for loopback, whatever is set. Where the environment says nothing at all, the desktop's settings.
/// InvalidInput where the value is no proxy; the sentence names the variable.
Result<Proxy> proxyFor(const QUrl& url);
Result<Proxy> proxyFor(const QUrl& url, const Environment& environment);

/// For Qt's sockets. Unsupported: https and SOCKS 4, which Qt has not.
Result<QNetworkProxy> socketProxy(const Proxy& proxy);

}  // namespace countersign
