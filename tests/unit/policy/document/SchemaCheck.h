#pragma once

#include "core/base/encoding/Json.h"

#include <string>

namespace countersign {

/// As much of JSON Schema 2020-12 as docs/policy.schema.json uses: a keyword that is not known here makes
/// every value wrong, so that none is passed over. Empty where the value is right, else where it is not.
std::string schemaFault(const Json& root, const Json& schema, const Json& value,
                        const std::string& path = {});

}  // namespace countersign
