#pragma once

#include "services/http/message/HttpMessage.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/Sandbox.h"

#include <optional>
#include <string>

namespace countersign::sandbox {

/// The calls by which a developer ends delegations (protocol reference §5, refresh §1): one wallet, one share
/// set, or up to 100 wallets. Each is followed by the webhook, as a user's revocation is.
class RevocationCalls
{
public:
    /// Both must outlive it.
    RevocationCalls(Sandbox& sandbox, Faults& faults) : m_sandbox(sandbox), m_faults(faults) {}

    /// DELETE …/waas/{walletId}/delegatedAccess, and with shareSetId …/delegatedAccess/{shareSetId}.
    http::HttpResponse revokeOne(const std::string& walletId,
                                 const std::optional<std::string>& shareSetId = {});
    /// POST …/waas/delegatedAccess/revoke
    http::HttpResponse revokeMany(const http::HttpRequest& request);

private:
    /// results: of each wallet what the answer says.
    http::HttpResponse bulkAnswer(const Json& results) const;
    Json revokeEach(const std::vector<std::string>& walletIds);
    http::HttpResponse faultyMany(RevocationFault fault, const std::vector<std::string>& walletIds);

    Sandbox& m_sandbox;
    Faults& m_faults;
};

}  // namespace countersign::sandbox
