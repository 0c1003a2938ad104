#include "services/http/server/ListenAddress.h"

#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace countersign::http {

namespace {

struct ListenAddressText
{
    Q_DECLARE_TR_FUNCTIONS(ListenAddressText)
};

Result<std::uint16_t> parsePort(std::string_view text)
{
    const bool digits =
        !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), ascii::isDigit);
    const int port = digits ? std::stoi(std::string(text)) : 65536;
    if (port > 65535) {
        return failure(ErrorCode::InvalidInput,
                       ListenAddressText::tr("The port must be a number from 0 to 65535."));
    }
    return static_cast<std::uint16_t>(port);
}

}  // namespace

Result<ListenAddress> parseListenAddress(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    std::string_view host = text.substr(0, std::min(colon, text.size()));
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(
        host == "localhost" ? std::string("127.0.0.1") : std::string(host), error);
    if (colon == std::string_view::npos || error || address.is_v6() != bracketed) {
        return failure(ErrorCode::InvalidInput,
                       ListenAddressText::tr("The address to listen on must be HOST:PORT with a literal IP "
                                             "address, for instance 127.0.0.1:8787 or [::1]:8787."));
    }
    ASSIGN_OR_RETURN(const auto port, parsePort(text.substr(colon + 1)));
    return ListenAddress{address.to_string(), port};
}

bool ListenAddress::isLoopback() const
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

std::string ListenAddress::toString() const
{
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace countersign::http
