#include "core/net/Proxy.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QNetworkProxy>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <utility>

namespace countersign {

namespace {

struct ProxyText
{
    Q_DECLARE_TR_FUNCTIONS(ProxyText)
};

constexpr std::uint16_t defaultProxyPort = 1080;
constexpr std::uint16_t defaultHttpsProxyPort = 443;
constexpr qsizetype maxProxyCharacters = 2048;
constexpr qsizetype maxNoProxyBytes = 64 * 1024;

std::optional<Proxy::Kind> proxyKindOf(const QString& scheme)
{
    using Kind = Proxy::Kind;
    static const std::array<std::pair<QLatin1StringView, Kind>, 7> kinds = {{
        {QLatin1StringView("http"), Kind::Http},
        {QLatin1StringView("https"), Kind::Https},
        {QLatin1StringView("socks"), Kind::Socks4},
        {QLatin1StringView("socks4"), Kind::Socks4},
        {QLatin1StringView("socks4a"), Kind::Socks4a},
        {QLatin1StringView("socks5"), Kind::Socks5},
        {QLatin1StringView("socks5h"), Kind::Socks5h},
    }};
    const auto found = std::ranges::find_if(
        kinds, [&](const auto& kind) { return scheme.compare(kind.first, Qt::CaseInsensitive) == 0; });
    return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

QString withoutDots(QString name)
{
    if (name.endsWith(u'.')) {
        name.chop(1);
    }
    return name;
}

bool isOfName(const QString& host, const QString& token)
{
    QString name = withoutDots(token);
    if (name.startsWith(u'.')) {
        name.remove(0, 1);
    }
    return !name.isEmpty() &&
           (host.compare(name, Qt::CaseInsensitive) == 0 || host.endsWith(u'.' + name, Qt::CaseInsensitive));
}

bool isOfNetwork(const QHostAddress& host, QString token)
{
    const qsizetype slash = token.indexOf(u'/');
    const QString bits = slash < 0 ? QString() : token.mid(slash + 1);
    token.truncate(slash < 0 ? token.size() : slash);
    if (token.startsWith(u'[') && token.endsWith(u']')) {
        token = token.mid(1, token.size() - 2);
    }
    const QHostAddress network(token);
    if (network.isNull() || network.protocol() != host.protocol()) {
        return false;
    }
    if (slash < 0) {
        return network == host;
    }
    // As curl: digits up to the first that is none, and without a length, or with 0, the address itself.
    const int length = std::atoi(bits.toLatin1().constData());  // NOLINT(cert-err34-c)
    const int most = host.protocol() == QAbstractSocket::IPv4Protocol ? 32 : 128;
    return length == 0 ? network == host : length > 0 && length <= most && host.isInSubnet(network, length);
}

bool isLoopbackProxyTarget(const QUrl& url)
{
    return url.host() == QStringLiteral("localhost") || QHostAddress(url.host()).isLoopback();
}

struct Variable
{
    const char* name = nullptr;
    QByteArray value;
};

Variable firstOf(std::initializer_list<const char*> names, const Environment& environment)
{
    for (const char* name : names) {
        if (QByteArray value = environment(name); !value.isEmpty()) {
            return {name, std::move(value)};
        }
    }
    return {};
}

/// Set to nothing is set: no proxy is meant. HTTP_PROXY means nothing to curl, but the library that knows the
/// desktop's proxies would follow it.
bool speaksOfProxies(const Environment& environment)
{
    constexpr std::array names{"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                               "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    return std::ranges::any_of(names, [&](const char* name) { return !environment(name).isNull(); });
}

Proxy proxyOfTheDesktop(QUrl url)
{
    // Rules are written for what browsers ask for.
    if (url.scheme() == QStringLiteral("wss")) {
        url.setScheme(QStringLiteral("https"));
    }
    for (const QNetworkProxy& proxy : QNetworkProxyFactory::systemProxyForQuery(
             QNetworkProxyQuery(url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery)))) {
        const bool isSocks = proxy.type() == QNetworkProxy::Socks5Proxy;
        if (isSocks || proxy.type() == QNetworkProxy::HttpProxy ||
            proxy.type() == QNetworkProxy::HttpCachingProxy) {
            return {isSocks ? Proxy::Kind::Socks5h : Proxy::Kind::Http, proxy.hostName(), proxy.port(),
                    proxy.user(), proxy.password()};
        }
        if (proxy.type() == QNetworkProxy::NoProxy) {
            return {};
        }
    }
    return {};
}

}  // namespace

QString Proxy::shown() const
{
    return (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
}

Result<Proxy> parseProxy(const QString& text)
{
    const auto bad = [] {
        return failure(ErrorCode::InvalidInput, ProxyText::tr("This is no address of a proxy."));
    };
    const QString trimmed = text.trimmed();
    const qsizetype schemeEnd = trimmed.indexOf(QStringLiteral("://"));
    const auto kind = proxyKindOf(schemeEnd < 0 ? QStringLiteral("http") : trimmed.left(schemeEnd));
    if (trimmed.size() > maxProxyCharacters || !kind) {
        return bad();
    }
    const QUrl url(QStringLiteral("http://") + (schemeEnd < 0 ? trimmed : trimmed.mid(schemeEnd + 3)));
    const int fallback = *kind == Proxy::Kind::Https ? defaultHttpsProxyPort : defaultProxyPort;
    const int port = url.port(fallback);
    if (!url.isValid() || url.host().isEmpty() || port <= 0) {
        return bad();
    }
    return Proxy{*kind, url.host(), static_cast<std::uint16_t>(port), url.userName(QUrl::FullyDecoded),
                 url.password(QUrl::FullyDecoded)};
}

bool isExceptedFromProxies(const QString& host, const QByteArray& noProxy)
{
    const QString list = QString::fromUtf8(noProxy.left(maxNoProxyBytes)).trimmed();
    if (list == QStringLiteral("*")) {
        return true;
    }
    const QString name = withoutDots(host);
    const QHostAddress address(name);
    QString separated = list;
    separated.replace(u'\t', u',').replace(u' ', u',');
    const QStringList tokens = separated.split(u',', Qt::SkipEmptyParts);
    return !name.isEmpty() && std::ranges::any_of(tokens, [&](const QString& token) {
        return address.isNull() ? isOfName(name, token) : isOfNetwork(address, token);
    });
}

Result<Proxy> proxyFor(const QUrl& url)
{
    return proxyFor(url, [](const char* name) { return qgetenv(name); });
}

Result<Proxy> proxyFor(const QUrl& url, const Environment& environment)
{
    if (isLoopbackProxyTarget(url)) {
        return Proxy();
    }
    if (!speaksOfProxies(environment)) {
        return proxyOfTheDesktop(url);
    }
    if (isExceptedFromProxies(url.host(), firstOf({"no_proxy", "NO_PROXY"}, environment).value)) {
        return Proxy();
    }
    const bool isSecure = url.scheme() == QStringLiteral("https") || url.scheme() == QStringLiteral("wss");
    Variable set = isSecure ? firstOf({"https_proxy", "HTTPS_PROXY"}, environment)
                            : firstOf({"http_proxy"}, environment);
    if (set.name == nullptr) {
        set = firstOf({"all_proxy", "ALL_PROXY"}, environment);
    }
    if (set.name == nullptr) {
        return Proxy();
    }
    auto proxy = parseProxy(QString::fromUtf8(set.value));
    if (!proxy) {
        return failure(ErrorCode::InvalidInput,
                       ProxyText::tr("The proxy in the environment's variable %1 cannot be used. Write it as "
                                     "http://host:port, or take the variable away.")
                           .arg(QLatin1StringView(set.name)),
                       QStringLiteral("no proxy address"));
    }
    return proxy;
}

Result<QNetworkProxy> socketProxy(const Proxy& proxy)
{
    switch (proxy.kind) {
        case Proxy::Kind::None:
            return QNetworkProxy(QNetworkProxy::NoProxy);
        case Proxy::Kind::Http:
            return QNetworkProxy(QNetworkProxy::HttpProxy, proxy.host, proxy.port, proxy.user,
                                 proxy.password);
        case Proxy::Kind::Socks5:
        case Proxy::Kind::Socks5h:
            return QNetworkProxy(QNetworkProxy::Socks5Proxy, proxy.host, proxy.port, proxy.user,
                                 proxy.password);
        default:
            return failure(
                ErrorCode::Unsupported,
                ProxyText::tr("A proxy of this kind cannot be used for this connection. Set one of the kind "
                              "http:// or socks5://."),
                QStringLiteral("https or SOCKS 4"));
    }
}

}  // namespace countersign
