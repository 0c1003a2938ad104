#include "services/http/message/HttpMessage.h"

namespace countersign::http {

std::string_view HttpRequest::bearerToken() const
{
    constexpr std::string_view scheme = "bearer ";
    if (headers.count("authorization") != 1) {
        return {};
    }
    const std::string_view value = headers.first("authorization");
    if (value.size() <= scheme.size() || !equalIgnoringCase(value.substr(0, scheme.size()), scheme)) {
        return {};
    }
    const std::size_t start = value.find_first_not_of(' ', scheme.size());
    return start == std::string_view::npos ? std::string_view() : value.substr(start);
}

HttpResponse jsonResponse(unsigned status, const Json& json)
{
    HttpResponse response;
    response.status = status;
    response.headers.add("content-type", "application/json");
    response.body = dumpJson(json);
    return response;
}

HttpResponse textResponse(unsigned status, std::string text)
{
    HttpResponse response;
    response.status = status;
    response.headers.add("content-type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    return response;
}

}  // namespace countersign::http
