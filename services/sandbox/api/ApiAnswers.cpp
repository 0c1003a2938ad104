#include "services/sandbox/api/ApiAnswers.h"

#include "services/http/connection/Outbox.h"

#include <memory>

namespace countersign::sandbox {

namespace {

unsigned statusOf(ErrorCode code)
{
    switch (code) {
        case ErrorCode::InvalidInput:
            return 400;
        case ErrorCode::Denied:
            return 403;
        case ErrorCode::NotFound:
            return 404;
        case ErrorCode::Unsupported:
        case ErrorCode::Busy:
            return 409;
        case ErrorCode::Storage:
            return 503;
        default:
            return 500;
    }
}

}  // namespace

http::HttpResponse errorResponse(unsigned status, std::string_view sentence)
{
    return http::jsonResponse(status, Json{{"error", std::string(sentence)}});
}

http::HttpResponse errorResponse(const Error& error)
{
    return errorResponse(statusOf(error.code), error.sentence.toStdString());
}

http::HttpResponse cutOff()
{
    const auto body = std::make_shared<http::Outbox>(http::Outbox::Options{});
    body->cut();
    http::HttpResponse response;
    response.headers.set("content-type", "application/json");
    response.stream = body;
    return response;
}

http::HttpResponse rateLimited()
{
    http::HttpResponse response =
        http::jsonResponse(429, Json{{"message", "Rate limit exceeded"}, {"code", 429}});
    response.headers.set("retry-after", "1");
    return response;
}

http::HttpResponse unknownRoute()
{
    return errorResponse(404, "There is no such path.");
}

http::HttpResponse wrongMethod(std::string_view allowed)
{
    http::HttpResponse response = errorResponse(405, "This method does not exist here.");
    response.headers.set("allow", allowed);
    return response;
}

}  // namespace countersign::sandbox
