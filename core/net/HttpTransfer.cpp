#include "core/net/HttpTransfer.h"

#include "core/base/text/SanitizedText.h"
#include "core/net/SendableRequest.h"

#include <QCoreApplication>

#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace countersign {

namespace {

struct HttpTransferText
{
    Q_DECLARE_TR_FUNCTIONS(HttpTransferText)
};

constexpr qsizetype maxTransferWords = 200;

const char* proxyScheme(Proxy::Kind kind)
{
    switch (kind) {
        case Proxy::Kind::Https:
            return "https://";
        case Proxy::Kind::Socks4:
            return "socks4://";
        case Proxy::Kind::Socks4a:
            return "socks4a://";
        case Proxy::Kind::Socks5:
            return "socks5://";
        case Proxy::Kind::Socks5h:
            return "socks5h://";
        default:
            return "http://";
    }
}

/// libcurl writes every connection's keys into a file where the environment asks for it; ours it does not.
CURLcode keepKeys(CURL*, void* context, void*)
{
    SSL_CTX_set_keylog_callback(static_cast<SSL_CTX*>(context), nullptr);
    return CURLE_OK;
}

}  // namespace

HttpTransfer::HttpTransfer(std::shared_ptr<TransferLoop> loop, HttpRequest request,
                           std::function<void()> changed)
    : m_loop(std::move(loop)), m_request(std::move(request)), m_changed(std::move(changed))
{}

HttpTransfer::~HttpTransfer()
{
    if (m_isAdded) {
        m_loop->remove(m_handle.get());
    }
}

Status HttpTransfer::start()
{
    RETURN_IF_ERROR(checkSendable(m_request));
    ASSIGN_OR_RETURN(auto proxy, proxyFor(m_request.url));
    m_proxy = std::move(proxy);
    m_handle.reset(newTransferHandle());
    if (m_handle) {
        setUp();
        m_isAdded = m_isReady && m_loop->add(m_handle.get());
    }
    if (!m_isAdded) {
        return failure(ErrorCode::Internal, HttpTransferText::tr("This request cannot be sent."),
                       QStringLiteral("libcurl does not take it"));
    }
    return {};
}

void HttpTransfer::setUp()
{
    set(CURLOPT_PRIVATE, static_cast<Transfer*>(this));
    set(CURLOPT_ERRORBUFFER, m_words.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // dropping a call does not wait for a name server
    set(CURLOPT_URL, m_request.url.toEncoded(QUrl::RemoveFragment).constData());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_FRESH_CONNECT, mayBeRepeated() ? 0L : 1L);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFODATA, this);
    set(
        CURLOPT_XFERINFOFUNCTION, +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
            static_cast<HttpTransfer*>(self)->noteUpload(sent);
            return 0;
        });
    set(CURLOPT_HEADERDATA, this);
    set(
        CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* self) {
            return static_cast<HttpTransfer*>(self)->noteHeader({data, size * count});
        });
    set(CURLOPT_WRITEDATA, this);
    set(
        CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* self) {
            return static_cast<HttpTransfer*>(self)->noteBody(data, size * count);
        });
    setUpTrust();
    setUpProxy();
    setUpBody();
    for (const auto& [name, value] : m_request.headers) {
        addHeader(headerText(name), headerText(value));
    }
    for (const auto& [name, value] : m_request.secretHeaders) {
        addHeader(headerText(name), value.text());
    }
    m_request.secretHeaders.clear();
    set(CURLOPT_HTTPHEADER, m_headers.get());
}

void HttpTransfer::setUpTrust()
{
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_CTX_FUNCTION, &keepKeys);
    const QByteArray file = qgetenv("SSL_CERT_FILE");
    const QByteArray folder = qgetenv("SSL_CERT_DIR");
    if (!file.isEmpty()) {
        set(CURLOPT_CAINFO, file.constData());
    }
    if (!folder.isEmpty()) {
        set(CURLOPT_CAPATH, folder.constData());
    }
}

void HttpTransfer::setUpProxy()
{
    // Said in full, so that libcurl does not read the environment itself.
    set(CURLOPT_NOPROXY, "");
    if (!m_proxy.isUsed()) {
        set(CURLOPT_PROXY, "");
        return;
    }
    set(CURLOPT_PROXY, (proxyScheme(m_proxy.kind) + m_proxy.shown().toUtf8()).constData());
    set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // ours are not for the proxy
    set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
    if (!m_proxy.user.isEmpty() || !m_proxy.password.isEmpty()) {
        set(CURLOPT_PROXYUSERNAME, m_proxy.user.toUtf8().constData());
        set(CURLOPT_PROXYPASSWORD, m_proxy.password.toUtf8().constData());
    }
}

void HttpTransfer::setUpBody()
{
    // Compression would let a small answer grow without bound; the language would be the environment's.
    addHeader("Accept-Encoding", "identity");
    addHeader("Accept-Language", "*");
    addHeader("User-Agent", "Countersign/" COUNTERSIGN_VERSION);
    const bool hasBody = m_request.method == "POST" || m_request.method == "PUT";
    if (hasBody) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDS, m_request.body.constData());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_request.body.size()));
        const bool isNamed = std::ranges::any_of(m_request.headers, [](const auto& header) {
            return header.first.compare("Content-Type", Qt::CaseInsensitive) == 0;
        });
        if (!isNamed) {
            addHeader("Content-Type",
                      m_request.body.isEmpty() ? std::string_view() : "application/octet-stream");
        }
        addHeader("Expect", {});  // the body goes with the head
    }
    if (m_request.method == "PUT" || m_request.method == "DELETE") {
        set(CURLOPT_CUSTOMREQUEST, m_request.method.constData());
    }
}

/// An empty value takes libcurl's own header of that name away.
void HttpTransfer::addHeader(std::string_view name, std::string_view value)
{
    SecretBytes line(name.size() + value.size() + 3);
    std::uint8_t* end = std::ranges::copy(asBytes(name), line.data()).out;
    end = std::ranges::copy(asBytes(value.empty() ? std::string_view(":") : std::string_view(": ")), end).out;
    std::ranges::copy(asBytes(value), end);
    curl_slist* const longer = curl_slist_append(m_headers.get(), reinterpret_cast<const char*>(line.data()));
    m_isReady = m_isReady && longer != nullptr;
    if (longer != nullptr) {
        (void)m_headers.release();
        m_headers.reset(longer);
    }
}

std::optional<HttpHead> HttpTransfer::takeHead()
{
    if (m_isHeadTaken || m_break || !m_head.isComplete()) {
        return {};
    }
    m_isHeadTaken = true;
    return m_head.head();
}

QByteArray HttpTransfer::takeBody()
{
    return std::exchange(m_body, {});
}

std::optional<Status> HttpTransfer::end() const
{
    return m_end;
}

void HttpTransfer::noteEnd(CURLcode code)
{
    m_end = outcome(code);
    m_changed();
}

std::size_t HttpTransfer::noteHeader(std::string_view line)
{
    m_break = m_head.feed(line);
    m_changed();
    return m_break ? 0 : line.size();
}

std::size_t HttpTransfer::noteBody(const char* data, std::size_t size)
{
    m_received += static_cast<qint64>(size);
    if (m_received > m_request.maxAnswerBytes) {
        m_break = HttpBreak::TooLarge;
        return 0;
    }
    m_body.append(data, static_cast<qsizetype>(size));
    m_changed();
    return size;
}

void HttpTransfer::noteUpload(curl_off_t sent)
{
    if (sent != m_sent) {
        m_sent = sent;
        m_changed();
    }
}

long HttpTransfer::info(CURLINFO which) const
{
    long value = 0;
    return m_handle && curl_easy_getinfo(m_handle.get(), which, &value) == CURLE_OK ? value : 0;
}

bool HttpTransfer::isBeforeTunnel() const
{
    const bool tunnels = m_proxy.kind == Proxy::Kind::Http || m_proxy.kind == Proxy::Kind::Https;
    const long status = info(CURLINFO_HTTP_CONNECTCODE);
    return tunnels && info(CURLINFO_NUM_CONNECTS) > 0 && (status < 200 || status > 299) &&
           !m_head.isComplete();
}

Status HttpTransfer::outcome(CURLcode code) const
{
    if (m_break) {
        return failure(failureOf(*m_break));
    }
    if (code == CURLE_OK) {
        return m_head.isComplete() ? Status() : failure(failureOf(HttpBreak::Incomplete));
    }
    return failure(failureOf(breakOf(code)));
}

/// What a SOCKS proxy said (RFC 1928 §6), or that it said nothing.
HttpBreak HttpTransfer::breakOfSocks() const
{
    switch (info(CURLINFO_PROXY_ERROR)) {
        case CURLPX_REPLY_CONNECTION_REFUSED:
            return HttpBreak::Refused;
        case CURLPX_RESOLVE_HOST:
            return HttpBreak::UnknownHost;
        case CURLPX_REPLY_HOST_UNREACHABLE:
        case CURLPX_REPLY_NETWORK_UNREACHABLE:
        case CURLPX_REPLY_TTL_EXPIRED:
        case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
            return HttpBreak::Failed;
        case CURLPX_NO_AUTH:
        case CURLPX_USER_REJECTED:
            return HttpBreak::ProxyWantsCredentials;
        case CURLPX_REPLY_NOT_ALLOWED:
        case CURLPX_REPLY_COMMAND_NOT_SUPPORTED:
        case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
        case CURLPX_REQUEST_FAILED:
            return HttpBreak::ProxyRefuses;
        default:
            return HttpBreak::ProxyUnreachable;
    }
}

HttpBreak HttpTransfer::breakOf(CURLcode code) const
{
    switch (code) {
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HttpBreak::ProxyUnreachable;
        case CURLE_PROXY:
            return breakOfSocks();
        case CURLE_COULDNT_RESOLVE_HOST:
            return HttpBreak::UnknownHost;
        case CURLE_COULDNT_CONNECT:
            if (m_proxy.isUsed()) {
                return HttpBreak::ProxyUnreachable;
            }
            return info(CURLINFO_OS_ERRNO) == ECONNREFUSED ? HttpBreak::Refused : HttpBreak::Failed;
        case CURLE_OPERATION_TIMEDOUT:
            return HttpBreak::Silence;
        default:
            break;
    }
    const bool isOfTls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
    if (isBeforeTunnel() && isOfTls && m_proxy.kind == Proxy::Kind::Https) {
        return HttpBreak::ProxyUnreachable;
    }
    if (isBeforeTunnel()) {
        return info(CURLINFO_HTTP_CONNECTCODE) == 407 ? HttpBreak::ProxyWantsCredentials
                                                      : HttpBreak::ProxyRefuses;
    }
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
            return HttpBreak::Untrusted;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_CIPHER:
            return HttpBreak::Unencrypted;
        case CURLE_OUT_OF_MEMORY:  // libcurl's word for a field that is too long, too
            return HttpBreak::TooLarge;
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_SEND_FAIL_REWIND:
            return HttpBreak::Incomplete;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:  // no status line at all
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_WRITE_ERROR:
            return HttpBreak::Malformed;
        default:
            return HttpBreak::Failed;
    }
}

Error HttpTransfer::failureOf(HttpBreak reason) const
{
    if (reason == HttpBreak::Silence && isBeforeTunnel()) {
        reason = HttpBreak::ProxySilent;
    }
    HttpBreakFacts facts;
    facts.proxy = m_proxy.isUsed() ? m_proxy.shown() : QString();
    if (reason == HttpBreak::ProxyRefuses || reason == HttpBreak::ProxyWantsCredentials) {
        facts.proxyStatus = static_cast<int>(info(CURLINFO_HTTP_CONNECTCODE));
    }
    const bool isOfProxysTls = reason == HttpBreak::ProxyUnreachable && m_proxy.kind == Proxy::Kind::Https;
    if (reason == HttpBreak::Untrusted || reason == HttpBreak::Unencrypted || isOfProxysTls) {
        facts.detail =
            sanitizedText({m_words.data(), ::strnlen(m_words.data(), m_words.size())}, maxTransferWords);
    }
    return httpFailure(reason, m_request.url, facts);
}

}  // namespace countersign
