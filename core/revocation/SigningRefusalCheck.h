#pragma once

#include "core/audit/AuditLog.h"
#include "core/base/SecretBytes.h"
#include "core/dynamic/DynamicApi.h"
#include "core/revocation/Revocation.h"
#include "core/vault/Vault.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace countersign {

/// Finds out whether Dynamic refuses to sign for a delegation that is over: asks for the wallet once more,
/// and then for a signing room with the wallet's API key, which is held back for this in memory alone. The
/// share is not held back, and no ceremony takes place: even a room that is opened signs nothing.
class SigningRefusalCheck
{
public:
    using MakeApi = std::function<Result<std::unique_ptr<DynamicApi>>()>;

    /// All outlive it. makeApi may be empty: then nothing can be tried.
    SigningRefusalCheck(Database& database, const Vault& vault, const Clock& clock, MakeApi makeApi);

    /// Opens the delegation's wallet API key (recorded: "material.opened") and keeps it until it is used, let
    /// go, too old (holdTime), or this is destroyed. Where it cannot be opened, or mostHeld are held already,
    /// the check will say that it was not tried: that is no reason not to revoke. Locked is one.
    Status holdBack(const RevocationItem& item);
    void letGo(const RevocationItem& item) { m_held.erase(item.eventId); }
    /// Of all that have been held for longer than holdTime.
    void letOldGo();

    static constexpr std::size_t mostHeld = 100;  ///< they lie in guarded memory
    static constexpr UnixMillis holdTime = 60LL * 60 * 1000;

    struct Outcome
    {
        SigningCheck check = SigningCheck::NotTried;
        QString detail;  ///< what Dynamic answered, or why it was not tried
    };
    /// answered comes once, never within the call, unless stop() comes first. Lets the key go.
    void check(const RevocationItem& item, std::function<void(const Outcome&)> answered);
    void stop();

private:
    struct Held
    {
        SecretBytes walletApiKey;
        std::optional<std::string> shareSetId;
        UnixMillis since = 0;
    };
    void openRoom(const std::string& walletId);
    void answer(SigningCheck check, const QString& detail);

    Database& m_database;
    const Vault& m_vault;
    const Clock& m_clock;
    AuditLog m_audit;
    MakeApi m_makeApi;
    std::map<std::string, Held> m_held;  ///< by the event that brought the delegation
    std::unique_ptr<DynamicApi> m_api;
    PendingCallPtr m_call;
    PendingCallPtr m_lookUp;  ///< outlives its own callback
    Held m_used;
    std::function<void(const Outcome&)> m_answered;
};

}  // namespace countersign
