#include "services/http/message/RequestHead.h"

#include "core/base/text/Ascii.h"

#include <algorithm>

namespace countersign::http {

namespace {

namespace beast_http = boost::beast::http;

std::string_view toView(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

tl::unexpected<HttpRefusal> refuse(unsigned status, const char* detail)
{
    return tl::unexpected<HttpRefusal>(HttpRefusal{status, detail});
}

bool isNumber(std::string_view text)
{
    return !text.empty() && text.size() <= 19 && std::all_of(text.begin(), text.end(), ascii::isDigit);
}

bool isUsableHost(std::string_view host)
{
    return std::none_of(host.begin(), host.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '/' ||
               c == '@' || c == ',';
    });
}

/// What Beast tolerates and RFC 9112 §6 allows to refuse: any doubt about where the body ends.
tl::expected<void, HttpRefusal> checkFraming(const HttpHeaders& headers, unsigned version)
{
    const std::size_t lengths = headers.count("content-length");
    const std::size_t codings = headers.count("transfer-encoding");
    if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0)) {
        return refuse(400, "The length of the body is stated more than once.");
    }
    if (lengths == 1 && !isNumber(headers.first("content-length"))) {
        return refuse(400, "Content-Length is not a number.");
    }
    if (codings == 1 && version == 10) {
        return refuse(400, "HTTP/1.0 knows no Transfer-Encoding.");
    }
    if (codings == 1 && !equalIgnoringCase(headers.first("transfer-encoding"), "chunked")) {
        return refuse(501, "The only transfer coding understood is chunked.");
    }
    return {};
}

tl::expected<void, HttpRefusal> checkHost(const HttpHeaders& headers, unsigned version)
{
    if (headers.count("host") > 1 || (version == 11 && !headers.contains("host"))) {
        return refuse(400, "Exactly one Host is needed.");
    }
    if (!isUsableHost(headers.first("host"))) {
        return refuse(400, "Host is malformed.");
    }
    return {};
}

}  // namespace

tl::expected<RequestHead, HttpRefusal> checkRequestHead(const beast_http::request_header<>& header)
{
    const unsigned version = header.version();
    if (version != 10 && version != 11) {
        return refuse(505, "HTTP/1.1 and HTTP/1.0 are understood.");
    }
    RequestHead head;
    for (const auto& field : header) {
        head.request.headers.add(toView(field.name_string()), toView(field.value()));
    }
    if (const auto framing = checkFraming(head.request.headers, version); !framing) {
        return tl::unexpected<HttpRefusal>(framing.error());
    }
    if (const auto host = checkHost(head.request.headers, version); !host) {
        return tl::unexpected<HttpRefusal>(host.error());
    }
    if (version == 11 && head.request.headers.contains("expect")) {
        if (head.request.headers.count("expect") != 1 ||
            !equalIgnoringCase(head.request.headers.first("expect"), "100-continue")) {
            return refuse(417, "The only expectation understood is 100-continue.");
        }
        head.expectsContinue = true;
    }
    auto target = parseHttpTarget(toView(header.target()));
    if (!target) {
        return refuse(400, "The target of the request is malformed.");
    }
    head.request.target = std::move(*target);
    head.isHead = header.method() == beast_http::verb::head;
    head.request.method = head.isHead ? std::string("GET") : std::string(toView(header.method_string()));
    return head;
}

}  // namespace countersign::http
