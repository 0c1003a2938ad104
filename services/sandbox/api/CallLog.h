#pragma once

#include "services/http/message/HttpMessage.h"

#include <string_view>

namespace countersign::sandbox {

/// Whoever asks the sandbox in Dynamic's place and is none of our consoles says so with this header: tests,
/// and the scripts that set a demonstration up.
inline constexpr std::string_view callMarkHeader = "x-countersign-tool";

/// For tests: where the environment names a file (COUNTERSIGN_CALL_LOG), every call of Dynamic's API that
/// does not carry that header is appended to it as "METHOD /path". A test holds what the whole suite's
/// consoles asked against what they may (tests/integration/calls); a call that forgets how a console
/// introduces itself is there, too.
void logCall(const http::HttpRequest& request);

}  // namespace countersign::sandbox
