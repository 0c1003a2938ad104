#pragma once

#include "core/base/Expected.h"
#include "services/http/message/HttpMessage.h"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include <string>

// The checks of a request's head beyond the grammar that Beast enforces. Free of coroutines and sockets, so
// that the fuzzer reaches exactly what the server runs.

namespace countersign::http {

struct HttpRefusal
{
    unsigned status = 400;
    std::string detail;
};

struct RequestHead
{
    HttpRequest request;  ///< body, peerAddress and peerIsLoopback are still open
    bool isHead = false;
    bool expectsContinue = false;
};

/// Refuses with the status to answer: 400 for a version of HTTP/1.1 without exactly one Host, for
/// Content-Length beside Transfer-Encoding, for a coding in HTTP/1.0 and for a bad target; 501 for a coding
/// other than one "chunked" (RFC 9112 §6.1); 417 for an expectation other than 100-continue; 505 for a
/// version other than 1.0 and 1.1.
tl::expected<RequestHead, HttpRefusal> checkRequestHead(const boost::beast::http::request_header<>& header);

}  // namespace countersign::http
