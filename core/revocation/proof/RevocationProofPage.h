#pragma once

#include "core/base/encoding/Json.h"

#include <string>
#include <string_view>

namespace countersign {

/// The proof of a revocation as one HTML page that can be read and printed: what it says, in words and
/// tables, how to check it, and the signed envelope itself. Nothing is loaded from anywhere, no script runs,
/// and every text out of the statement is escaped. statement: of the envelope (revocationStatement). deskKey:
/// the public key, hex.
std::string revocationProofPage(const Json& statement, std::string_view envelope, std::string_view deskKey);

}  // namespace countersign
