#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What an inspecting console asks of the simulated service, beside wallets and messages: settings, scopes,
// pending changes. Parsers and their opposites as plain functions, for the control calls and for what is
// stored; unknown members are InvalidInput, since a misspelt one would silently mean something else.

namespace countersign::sandbox {

/// Of the environment (protocol reference §0).
struct DelegatedAccess
{
    bool enabled = true;
    bool promptUsersOnSignIn = true;
    bool requiresDelegation = false;

    /// What is absent stays as it is here.
    Result<DelegatedAccess> changedBy(std::string_view body) const;
    Json toJson() const;
};

/// Of the one webhook (§1.3, §1.9). The numbers are those of sandbox environments.
struct WebhookState
{
    static constexpr std::int64_t usualRetention = std::int64_t{30} * 24 * 3600;
    static constexpr std::int64_t usualFailures = 250;

    bool isEnabled = true;
    std::int64_t disableAfterFailures = usualFailures;  ///< messages that failed within 30 days
    std::int64_t retentionSeconds = usualRetention;     ///< messages that are older are gone
    bool logsBodies = false;                            ///< whether messages tell what was sent
    std::vector<std::string> events;
    std::string shownUrl;  ///< told in place of the address that is used; empty: that one

    Result<WebhookState> changedBy(std::string_view body) const;
    Json toJson() const;
};

/// Of one wallet (refresh §1): what happens when its owner signs on next, and what is told of it instead of
/// the truth.
struct WalletSettings
{
    bool revokeOnNextSignOn = false;
    bool shouldRefreshOnNextSignOn = false;
    bool reshareOnNextSignOn = false;
    bool hasDeniedDelegatedAccess = false;
    bool isHidden = false;  ///< told to be unknown
    /// Told with other shares than the delegated one and without a list of share sets, as to somebody who may
    /// see a part.
    bool isShownInPart = false;
    std::string toldAddress;
    std::string toldChain;
    std::string toldPath;

    Result<WalletSettings> changedBy(std::string_view body) const;
    Json toJson() const;
    /// The members that Dynamic has, for wallets and credentials.
    Json shownJson() const;
    bool endsOnSignOn() const
    {
        return revokeOnNextSignOn || shouldRefreshOnNextSignOn || reshareOnNextSignOn;
    }
};

/// The scopes that a console of ours uses (design.md §9), which the sandbox's own token has.
const std::vector<std::string>& consoleScopes();

/// POST /sandbox/tokens: {"scopes": […], "note"?}.
struct TokenRequest
{
    std::vector<std::string> scopes;  ///< at most 50 of 1 to 100 printable characters
    std::string note;                 ///< at most 100 characters
};
Result<TokenRequest> parseTokenRequest(std::string_view body);

/// POST /sandbox/messages: {"eventName", "count"?}: events that have nothing to do with delegations.
struct MessagesRequest
{
    std::string eventName;
    std::size_t count = 1;  ///< 1 to maxBulkDelegations
};
Result<MessagesRequest> parseMessagesRequest(std::string_view body);

}  // namespace countersign::sandbox
