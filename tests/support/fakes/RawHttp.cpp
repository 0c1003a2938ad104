#include "tests/support/fakes/RawHttp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace countersign::testing {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string trim(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string() : std::string(text.substr(first));
}

RawResponse parseHead(std::string_view head)
{
    RawResponse response;
    std::size_t line = head.find("\r\n");
    response.status = head.size() > 12 ? std::atoi(std::string(head.substr(9, 3)).c_str()) : 0;
    while (line != std::string_view::npos && line + 2 < head.size()) {
        const std::size_t start = line + 2;
        line = head.find("\r\n", start);
        const std::string_view field =
            head.substr(start, line == std::string_view::npos ? line : line - start);
        const std::size_t colon = field.find(':');
        if (colon != std::string_view::npos) {
            response.headers[lower(field.substr(0, colon))] = trim(field.substr(colon + 1));
        }
    }
    return response;
}

}  // namespace

RawHttp::RawHttp(std::uint16_t port, bool v6)
{
    m_socket = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!v6) {
        connectTo(port);
        return;
    }
    sockaddr_in6 address6{};
    address6.sin6_family = AF_INET6;
    address6.sin6_port = htons(port);
    address6.sin6_addr = in6addr_loopback;
    if (::connect(m_socket, reinterpret_cast<const sockaddr*>(&address6), sizeof(address6)) != 0) {
        ::close(std::exchange(m_socket, -1));
    }
}

RawHttp::RawHttp(std::uint16_t port, FromLoopback source)
{
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + source.n);
    if (::bind(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        ::close(std::exchange(m_socket, -1));
        return;
    }
    connectTo(port);
}

void RawHttp::connectTo(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        ::close(std::exchange(m_socket, -1));
    }
}

RawHttp::~RawHttp()
{
    if (m_socket >= 0) {
        ::close(m_socket);
    }
}

bool RawHttp::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

RawHttp::Read RawHttp::readSome(std::chrono::steady_clock::time_point deadline)
{
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
            .count();
    pollfd waiting{m_socket, POLLIN, 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) {
        return Read::Timeout;
    }
    std::array<char, 65536> chunk;
    const ssize_t size = ::recv(m_socket, chunk.data(), chunk.size(), 0);
    if (size <= 0) {
        return Read::Closed;
    }
    m_buffer.append(chunk.data(), static_cast<std::size_t>(size));
    return Read::Some;
}

std::optional<RawResponse> RawHttp::receive(bool withoutBody, std::chrono::milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::size_t end = std::string::npos;
    while ((end = m_buffer.find("\r\n\r\n")) == std::string::npos) {
        if (readSome(deadline) != Read::Some) {
            return std::nullopt;
        }
    }
    RawResponse response = parseHead(std::string_view(m_buffer).substr(0, end));
    const auto length = response.headers.find("content-length");
    const std::size_t size = withoutBody || length == response.headers.end() ? 0 : std::stoul(length->second);
    while (m_buffer.size() < end + 4 + size) {
        if (readSome(deadline) != Read::Some) {
            return std::nullopt;
        }
    }
    response.body = m_buffer.substr(end + 4, size);
    m_buffer.erase(0, end + 4 + size);
    return response;
}

std::optional<std::string> RawHttp::receiveUntilClosed(std::chrono::milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        switch (readSome(deadline)) {
            case Read::Some:
                break;
            case Read::Closed:
                return std::exchange(m_buffer, {});
            case Read::Timeout:
                return std::nullopt;
        }
    }
}

std::optional<RawResponse> RawHttp::exchange(std::uint16_t port, std::string_view request)
{
    RawHttp client(port);
    if (!client.isConnected()) {
        return std::nullopt;
    }
    client.send(request);
    return client.receive(request.starts_with("HEAD "));
}

std::string RawHttp::post(std::string_view path, std::string_view body, std::string_view extraHeaders)
{
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(extraHeaders) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string RawHttp::get(std::string_view path, std::string_view token)
{
    const std::string authorization =
        token.empty() ? std::string() : "Authorization: Bearer " + std::string(token) + "\r\n";
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + authorization + "\r\n";
}

}  // namespace countersign::testing
