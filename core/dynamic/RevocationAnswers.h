#pragma once

#include "core/base/Bytes.h"
#include "core/dynamic/RevocationApi.h"

#include <string_view>
#include <vector>

namespace countersign {

/// The outcome that a status alone decides (design.md §9): 2xx revoked, 404 absent, 429 and 5xx pending,
/// other 4xx refused. What is none of these (1xx, 3xx) is pending.
RevocationOutcome revocationOutcomeOf(int httpStatus);

/// The body of a bulk revocation, {"results": [{"walletId", "success", "error"?, "status"?}], …}. Entries
/// that are not of such a form, that name a wallet which was not asked about, or one twice with different
/// words are left out, so that the wallet is asked about again; totals are not believed. Network when there
/// is no array. secrets: replaced in the server's words.
Result<std::vector<BulkRevocationResult>> parseBulkRevocation(BytesView body,
                                                              const std::vector<std::string>& asked,
                                                              const std::vector<std::string_view>& secrets);

}  // namespace countersign
