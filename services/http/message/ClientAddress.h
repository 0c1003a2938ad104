#pragma once

#include "core/base/Result.h"
#include "services/http/message/HttpHeaders.h"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

// The client's address, for counting who is at the other end: one customer has one IPv4 address or one IPv6
// /64, and what a proxy says about its client counts only where the proxy is one of ours. Free of sockets,
// for the fuzzer too.

namespace countersign::http {

/// Whom to count an address against: IPv4 as it is (also where it came mapped into IPv6), IPv6 cut to its
/// /64, which one customer usually has whole. Empty for what is no address.
std::string addressKey(std::string_view address);

/// The trusted proxies, and the client address that they tell. X-Forwarded-For and Forwarded (RFC 7239) are
/// lists to which every proxy on the way appends the peer that it saw. Whoever comes first can write into
/// them what he likes, so they are read from the right, and only as far as the proxies are known.
class ProxyTrust
{
public:
    /// Trusts nobody.
    ProxyTrust() = default;

    /// "10.0.0.5", "10.0.0.0/8", "2001:db8::/32", or "loopback" for this machine. InvalidInput for anything
    /// else.
    Status add(std::string_view text);

    bool isEmpty() const { return m_ranges.empty(); }
    bool trusts(const boost::asio::ip::address& address) const;

    /// The client of a request that peer sent: the right-most hop that is no trusted proxy, or the left-most
    /// one when all are. A hop that cannot be read ends the walk at the proxy that told of it. Where both
    /// headers are there and name different clients, one of them is the client's own invention: then it is
    /// the peer.
    boost::asio::ip::address clientOf(const boost::asio::ip::address& peer, const HttpHeaders& headers) const;

private:
    struct Range
    {
        boost::asio::ip::address first;
        unsigned prefix = 0;
    };
    /// hops: in the order of the header, each one the text of an address.
    boost::asio::ip::address walk(boost::asio::ip::address peer, const std::vector<std::string>& hops) const;

    std::vector<Range> m_ranges;
};

/// An IPv4 address that was mapped into IPv6 as IPv4; others as they are.
boost::asio::ip::address plainAddress(const boost::asio::ip::address& address);

/// The hops of X-Forwarded-For, and the "for" of every element of Forwarded, from left to right over all
/// fields of that name. An element that cannot be read is an empty text; a field of Forwarded that breaks the
/// grammar is one such element as a whole.
std::vector<std::string> forwardedForHops(const HttpHeaders& headers);
std::vector<std::string> forwardedHops(const HttpHeaders& headers);

}  // namespace countersign::http
