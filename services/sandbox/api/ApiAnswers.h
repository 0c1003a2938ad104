#pragma once

#include "core/base/Result.h"
#include "services/http/message/HttpMessage.h"

#include <string_view>

// Error responses as Dynamic's API gives them: every refusal has one shape, {"error": "…"} (protocol
// reference §3.7), and one status per kind of error.

namespace countersign::sandbox {

http::HttpResponse errorResponse(unsigned status, std::string_view sentence);
http::HttpResponse errorResponse(const Error& error);
/// A body that is announced and never comes to its end.
http::HttpResponse cutOff();
/// 429 with Retry-After: 1.
http::HttpResponse rateLimited();
http::HttpResponse unknownRoute();
/// 405 with Allow, e.g. "GET, HEAD".
http::HttpResponse wrongMethod(std::string_view allowed);

}  // namespace countersign::sandbox
