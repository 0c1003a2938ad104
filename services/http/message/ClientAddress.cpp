#include "services/http/message/ClientAddress.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <optional>

namespace countersign::http {

namespace {

struct ClientAddressText
{
    Q_DECLARE_TR_FUNCTIONS(ClientAddressText)
};

using IpAddress = boost::asio::ip::address;

std::optional<IpAddress> ipAddress(std::string_view text)
{
    boost::system::error_code error;
    const IpAddress address = boost::asio::ip::make_address(std::string(text), error);
    return error ? std::nullopt : std::optional(plainAddress(address));
}

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711".
std::optional<IpAddress> hopAddress(std::string_view hop)
{
    if (hop.starts_with('[')) {
        const std::size_t end = hop.find(']');
        const bool ends = end != std::string_view::npos && (end + 1 == hop.size() || hop[end + 1] == ':');
        return ends ? ipAddress(hop.substr(1, end - 1)) : std::nullopt;
    }
    if (std::count(hop.begin(), hop.end(), ':') == 1) {
        hop = hop.substr(0, hop.find(':'));
    }
    return ipAddress(hop);
}

std::string_view withoutBlanks(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// At the separators that are not within a quoted string (RFC 9110 §5.6.4).
std::vector<std::string_view> splitOutsideQuotes(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (quoted && text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && text[at] == separator) {
            parts.push_back(text.substr(start, at - start));
            start = at + 1;
        }
    }
    parts.push_back(text.substr(start));
    return parts;
}

/// A token (or what some proxies write without the quotes that it needs) or a quoted string; nothing for the
/// rest: a quotation mark that a client left open must not swallow what the proxy wrote behind it.
std::optional<std::string> pairValue(std::string_view value)
{
    if (!value.starts_with('"')) {
        const bool plain = !value.empty() && value.find_first_of("\"\\ \t") == std::string_view::npos;
        return plain ? std::optional<std::string>(value) : std::nullopt;
    }
    std::string unquoted;
    for (std::size_t at = 1; at < value.size(); ++at) {
        if (value[at] == '"') {
            return at + 1 == value.size() ? std::optional(unquoted) : std::nullopt;
        }
        at += value[at] == '\\' && at + 1 < value.size() ? 1 : 0;
        unquoted += value[at];
    }
    return std::nullopt;
}

/// One element of Forwarded: an empty text when it says nothing about "for", or says it twice; nothing when
/// it is none.
std::optional<std::string> forOfElement(std::string_view element)
{
    std::string found;
    int count = 0;
    for (const std::string_view pair : splitOutsideQuotes(element, ';')) {
        const std::size_t equals = pair.find('=');
        const std::string_view name = withoutBlanks(pair.substr(0, equals));
        const std::optional<std::string> value = equals == std::string_view::npos
                                                     ? std::nullopt
                                                     : pairValue(withoutBlanks(pair.substr(equals + 1)));
        if (!value || !HttpHeaders::isValidName(name)) {
            return std::nullopt;
        }
        if (equalIgnoringCase(name, "for")) {
            found = *value;
            ++count;
        }
    }
    return count == 1 ? found : std::string();
}

/// The first prefix bits of both are the same.
bool sharePrefix(const unsigned char* a, const unsigned char* b, unsigned prefix)
{
    const unsigned whole = prefix / 8;
    const unsigned rest = prefix % 8;
    const auto mask = static_cast<unsigned char>(0xFF00U >> rest);
    return std::equal(a, a + whole, b) && (rest == 0 || (a[whole] & mask) == (b[whole] & mask));
}

bool isWithin(const IpAddress& address, const IpAddress& first, unsigned prefix)
{
    if (address.is_v4() != first.is_v4()) {
        return false;
    }
    if (address.is_v4()) {
        return sharePrefix(address.to_v4().to_bytes().data(), first.to_v4().to_bytes().data(), prefix);
    }
    return sharePrefix(address.to_v6().to_bytes().data(), first.to_v6().to_bytes().data(), prefix);
}

std::optional<unsigned> prefixLength(std::string_view text, unsigned most)
{
    unsigned length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
    return whole && length <= most ? std::optional(length) : std::nullopt;
}

}  // namespace

IpAddress plainAddress(const IpAddress& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    }
    return address;
}

std::string addressKey(std::string_view address)
{
    const std::optional<IpAddress> parsed = ipAddress(address);
    if (!parsed) {
        return {};
    }
    if (parsed->is_v4()) {
        return parsed->to_string();
    }
    auto bytes = parsed->to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6(bytes).to_string();
}

Status ProxyTrust::add(std::string_view text)
{
    if (text == "loopback") {
        m_ranges.push_back({boost::asio::ip::make_address("127.0.0.0"), 8});
        m_ranges.push_back({boost::asio::ip::make_address("::1"), 128});
        return {};
    }
    const std::size_t slash = text.find('/');
    boost::system::error_code error;
    const IpAddress address = boost::asio::ip::make_address(std::string(text.substr(0, slash)), error);
    const unsigned bits = !error && address.is_v6() ? 128 : 32;
    const std::optional<unsigned> prefix =
        slash == std::string_view::npos ? std::optional(bits) : prefixLength(text.substr(slash + 1), bits);
    if (error || !prefix || plainAddress(address) != address) {
        return failure(ErrorCode::InvalidInput,
                       ClientAddressText::tr("A proxy is named by its address or a range of them, for "
                                             "instance 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32: not \"%1\".")
                           .arg(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))));
    }
    m_ranges.push_back({address, *prefix});
    return {};
}

bool ProxyTrust::trusts(const IpAddress& address) const
{
    return std::any_of(m_ranges.begin(), m_ranges.end(), [&address](const Range& range) {
        return isWithin(address, range.first, range.prefix);
    });
}

IpAddress ProxyTrust::clientOf(const IpAddress& peer, const HttpHeaders& headers) const
{
    if (!trusts(peer)) {
        return peer;
    }
    const bool hasForwardedFor = headers.contains("x-forwarded-for");
    const bool hasForwarded = headers.contains("forwarded");
    const IpAddress byForwardedFor = hasForwardedFor ? walk(peer, forwardedForHops(headers)) : peer;
    const IpAddress byForwarded = hasForwarded ? walk(peer, forwardedHops(headers)) : peer;
    if (hasForwardedFor && hasForwarded) {
        return byForwardedFor == byForwarded ? byForwarded : peer;
    }
    return hasForwarded ? byForwarded : byForwardedFor;
}

IpAddress ProxyTrust::walk(IpAddress peer, const std::vector<std::string>& hops) const
{
    for (auto hop = hops.rbegin(); hop != hops.rend() && trusts(peer); ++hop) {
        const std::optional<IpAddress> address = hopAddress(*hop);
        if (!address) {
            break;
        }
        peer = *address;
    }
    return peer;
}

std::vector<std::string> forwardedForHops(const HttpHeaders& headers)
{
    std::vector<std::string> hops;
    for (std::string_view value : headers.all("x-forwarded-for")) {
        while (true) {
            const std::size_t comma = value.find(',');
            hops.emplace_back(withoutBlanks(value.substr(0, comma)));
            if (comma == std::string_view::npos) {
                break;
            }
            value.remove_prefix(comma + 1);
        }
    }
    return hops;
}

std::vector<std::string> forwardedHops(const HttpHeaders& headers)
{
    std::vector<std::string> hops;
    for (const std::string_view value : headers.all("forwarded")) {
        std::vector<std::string> ofField;
        bool proper = true;
        for (const std::string_view element : splitOutsideQuotes(value, ',')) {
            std::optional<std::string> hop = forOfElement(element);
            proper = proper && hop.has_value();
            ofField.push_back(std::move(hop).value_or(std::string()));
        }
        if (!proper) {
            ofField.assign(1, std::string());
        }
        hops.insert(hops.end(), ofField.begin(), ofField.end());
    }
    return hops;
}

}  // namespace countersign::http
