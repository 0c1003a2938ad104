#pragma once

#include "core/base/encoding/Json.h"
#include "core/meaning/Meaning.h"

namespace countersign::meaning {

/// As design.md §10 prints it, "bytes" and "explanation" included.
Json toJson(const Explanation& explanation);

/// {"id","severity","title","detail","addresses"?}
Json toJson(const Finding& finding);

/// RFC 8785 (JCS): members sorted by UTF-16 code units, the shortest escapes, no spaces. Numbers must be
/// integers below 2^53, as nothing else occurs here.
std::string canonicalJson(const Json& json);

/// Lowercase hex SHA-256 of the canonical form without the members "explanation" and "local".
std::string explanationHash(const Json& explanation);

}  // namespace countersign::meaning
