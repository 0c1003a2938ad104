#pragma once

#include "app/relay/RelayOptions.h"

namespace countersign::relay {

/// Serves until SIGTERM or SIGINT; prints {"url"} on standard output when it is ready and nothing else there.
/// An error means that it never became ready.
Status serveRelay(const RelayOptions& options);

}  // namespace countersign::relay
