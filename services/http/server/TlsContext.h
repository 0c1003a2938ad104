#pragma once

#include "core/base/Result.h"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>

namespace countersign::http {

struct TlsFiles
{
    std::filesystem::path certificateChain;  ///< PEM, the server's certificate first
    std::filesystem::path privateKey;        ///< PEM, not encrypted
};

/// TLS 1.2 or newer, AEAD suites with forward secrecy, no renegotiation, no compression. InvalidInput when a
/// file cannot be read or key and certificate do not belong together.
Result<std::shared_ptr<boost::asio::ssl::context>> makeServerTlsContext(const TlsFiles& files);

}  // namespace countersign::http
