#pragma once

#include "services/http/message/HttpMessage.h"

namespace countersign::sandbox {

/// For tests: where the environment names a file (COUNTERSIGN_CALL_LOG), a call that a console of ours made
/// is appended to it as "METHOD /path". A test holds what the whole suite's consoles asked against what they
/// may (tests/integration/calls). Consoles are told from tests by the header that every call of theirs
/// carries (x-dyn-wallet-sdk-version).
void logCall(const http::HttpRequest& request);

}  // namespace countersign::sandbox
