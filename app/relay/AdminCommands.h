#pragma once

#include "app/relay/RelayOptions.h"

namespace countersign::relay {

/// inbox create|list|secret|trim and token create|list|revoke: works on the database, also while the relay
/// serves it. Prints JSON on standard output.
Status runAdminCommand(const RelayOptions& options);

}  // namespace countersign::relay
