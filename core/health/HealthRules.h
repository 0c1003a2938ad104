#pragma once

#include "core/audit/trust/TrustedRows.h"
#include "core/health/HealthFinding.h"
#include "core/inspection/environment/EnvironmentCheck.h"

#include <chrono>
#include <vector>

// The rules of the health board as pure functions of facts. Whether a wallet is of a rule is decided by set
// in SQL (HealthReader), for 100,000 of them; what is said about one, and everything that is not about a
// wallet, is decided here.

namespace countersign {

/// What is known of a wallet to which a rule applies. Texts are as somebody wrote them; the rules make them
/// fit to be shown.
struct WalletFacts
{
    std::int64_t row = 0;
    std::string walletId;
    std::string address;
    std::string healthDetail;
    UnixMillis receivedAt = 0;  ///< when the relay took the current delegation
    std::string verdict;        ///< of the last verify; empty: never asked
    std::string verdictDetail;
    std::string pendingChange;  ///< as WalletCheck has it
    UnixMillis checkedAt = 0;
};

struct KeyFacts
{
    std::string kid;
    std::string fingerprint;
    UnixMillis createdAt = 0;
    std::int64_t wallets = 0;  ///< active ones whose current delegation it opened
};

/// The feed that is followed.
struct RelayFacts
{
    std::string url;
    std::optional<UnixMillis> lastContactAt;
    std::string lastError;
};

/// A wallet that Dynamic says is delegated to us, and of which nothing arrived.
struct MissedWallet
{
    std::string walletId;
    UnixMillis checkedAt = 0;
};

/// Everything that is not about one row of the table wallet.
struct ProfileFacts
{
    UnixMillis now = 0;
    std::vector<TrustFinding> tampered;  ///< of settings, submitters, secrets and keys
    QString trustProblem;                ///< a sentence when nothing can be vouched for
    std::vector<KeyFacts> keys;
    std::optional<EnvironmentCheck>
        environment;                       ///< nothing: `dynamic check` was never run, or is unreadable
    bool isEnvironmentUnreadable = false;  ///< there is an answer, and it is none of ours
    std::optional<RelayFacts> relay;       ///< nothing: no relay is set
    /// By how much the relay's clock was ahead of ours when deliveries came, at most; negative: never ahead.
    UnixMillis relayAhead = -1;
    std::vector<MissedWallet> missed;
};

/// What is called old or stale. Dynamic documents no expiry: these limits are ours.
struct HealthLimits
{
    std::optional<std::chrono::days> maxAge;  ///< of a delegation, and then of a key; nothing: no limit
    std::chrono::days keyAge{365};            ///< of a key where maxAge is not given
    std::chrono::minutes relaySilence{15};
    std::chrono::hours relayLoss{24};  ///< a silence that is critical
    std::chrono::seconds clockSkew{60};
};

/// What a rule says about a wallet to which it applies.
HealthFinding walletFinding(HealthRule rule, const WalletFacts& wallet, UnixMillis now);

/// The gravest first; rules in their order.
std::vector<HealthFinding> profileFindings(const ProfileFacts& facts, const HealthLimits& limits);

/// The key of a finding about a wallet, and back.
std::int64_t walletFindingId(HealthRule rule, std::int64_t row);
HealthRule ruleOfFinding(std::int64_t id);
std::int64_t rowOfFinding(std::int64_t id);

/// Whether the key is among them and active, by its fingerprint where that is known, else by its kid.
bool isRegisteredKey(const KeyFacts& key, const std::vector<RegisteredKey>& registered);

/// The events without which a delegation or its end is missed.
std::vector<std::string> neededEvents();

}  // namespace countersign
