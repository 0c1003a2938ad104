#pragma once

#include "app/cli/ExitStatus.h"
#include "core/base/encoding/Json.h"
#include "core/revocation/Revocation.h"

namespace countersign::cli {

/// {"walletId", "atDynamic", "detail"?, "material", "jobsStopped"} (design.md §9).
Json revocationItemJson(const RevocationItem& item);
/// {"id", "reason", "done", "wallets"}.
Json revocationJson(const Revocation& revocation);
/// With what a proof would say, and what waits: for `revocations show`.
Json revocationDetailsJson(const Revocation& revocation);
/// {"id", "reason", "done", "startedAt", "endedAt"?, "wallets": {"revoked": n, …}}: for `revocations list`.
Json revocationSummaryJson(const Revocation& revocation);

/// Failed while something is pending; else Refused, if anything was; else Done.
ExitStatus revocationStatus(const std::vector<RevocationItem>& items);

}  // namespace countersign::cli
