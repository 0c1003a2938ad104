#pragma once

#include "core/base/Result.h"
#include "core/crypto/keys/RsaPublicKey.h"
#include "services/sandbox/signing/KeyShares.h"
#include "services/sandbox/state/SandboxTypes.h"
#include "services/sandbox/webhooks/WebhookMessages.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

/// A wallet and, of the user's own share set, both shares.
struct NewWallet
{
    Wallet wallet;
    KeyShares ownShares;
};

/// What an approval results in: the service's half of the new share set, and the message with the console's
/// half.
struct NewDelegation
{
    ShareSet shareSet;
    Message message;
};

/// Makes wallets and delegations: keys, resharing and encryption. That is pure computation and most of the
/// work of a bulk delegation, so it is apart from the state and its lock and uses every core.
class DelegationFactory
{
public:
    DelegationFactory(const WebhookMessages& messages, RsaPublicKey key, std::string kid);

    static Result<NewWallet> makeWallet(Chain chain, UnixMillis time);

    /// The approval: new shares of the wallet's key, the holder's half and a new wallet API key encrypted as
    /// in protocol reference §2.1 (the kid only on the latter, §2.2).
    Result<NewDelegation> delegate(const Wallet& wallet, const KeyShares& ownShares, UnixMillis time) const;

    struct Both
    {
        NewWallet wallet;
        NewDelegation delegation;
    };
    /// count new wallets, each delegated; of this user, or each of a new one.
    Result<std::vector<Both>> makeMany(Chain chain, std::size_t count, UnixMillis time,
                                       const std::optional<std::string>& userId = {}) const;

private:
    const WebhookMessages& m_messages;
    RsaPublicKey m_key;
    std::string m_kid;
};

}  // namespace countersign::sandbox
