#pragma once

#include "tests/support/Patience.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::testing {

struct RawResponse
{
    int status = 0;
    std::map<std::string, std::string> headers;  ///< lower-case names
    std::string body;
};

/// A raw HTTP client: a blocking TCP connection to 127.0.0.1 (or ::1) that sends exactly the given bytes and
/// reads what comes. Servers must be shown broken, slow and hostile requests, which no proper client sends.
class RawHttp
{
public:
    explicit RawHttp(std::uint16_t port, bool v6 = false);
    /// From 127.0.0.n: many clients on one machine.
    struct FromLoopback
    {
        std::uint8_t n = 1;
    };
    RawHttp(std::uint16_t port, FromLoopback source);
    ~RawHttp();
    RawHttp(const RawHttp&) = delete;
    RawHttp& operator=(const RawHttp&) = delete;

    bool isConnected() const { return m_socket >= 0; }
    /// False when the peer closed meanwhile.
    bool send(std::string_view bytes);
    /// The next response by its Content-Length; nothing when the peer closes or nothing complete comes in
    /// time. A response to HEAD needs withoutBody.
    std::optional<RawResponse> receive(
        bool withoutBody = false, std::chrono::milliseconds patience = std::chrono::milliseconds(patienceMs));
    /// Everything until the peer closes; nothing if it does not.
    std::optional<std::string> receiveUntilClosed(
        std::chrono::milliseconds patience = std::chrono::milliseconds(patienceMs));

    /// One request on a connection of its own.
    static std::optional<RawResponse> exchange(std::uint16_t port, std::string_view request);
    static std::string post(std::string_view path, std::string_view body, std::string_view extraHeaders = {});
    static std::string get(std::string_view path, std::string_view token = {});

private:
    enum class Read { Some, Closed, Timeout };
    Read readSome(std::chrono::steady_clock::time_point deadline);
    void connectTo(std::uint16_t port);

    int m_socket = -1;
    std::string m_buffer;
};

}  // namespace countersign::testing
