#pragma once

#include "services/http/message/HttpMessage.h"

#include <string_view>

// Problem details (RFC 9457): every refusal of ours is one machine-readable shape, application/problem+json.

namespace countersign::http {

/// {"type": "about:blank", "title": the status's phrase, "status": …, "detail": detail}. detail is for the
/// caller, English; it never holds what the caller sent as a credential.
HttpResponse problemResponse(unsigned status, std::string_view detail);

/// 405 with Allow, e.g. allowed "GET, HEAD".
HttpResponse methodNotAllowed(std::string_view allowed);

/// The reason phrase of a status code (RFC 9110 §15), "Unknown" for others.
std::string_view reasonPhrase(unsigned status);

}  // namespace countersign::http
