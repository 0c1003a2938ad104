#pragma once

#include "core/audit/AuditLog.h"
#include "core/inspection/wallets/WalletCheckStore.h"
#include "tests/support/fakes/InspectionFakes.h"
#include "tests/support/fixtures/inbox/IngestorDesk.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <vector>

namespace countersign::testing {

/// A profile that takes webhooks in, and a Dynamic that is a script.
struct InspectionScene : IngestorDesk
{
    InspectionScript script;
    AuditLog audit{*profile.database, *profile.vault, profile.clock};
    WalletCheckStore checks{*profile.database};

    InspectionServices services()
    {
        InspectionServices made;
        made.vault = profile.vault;
        made.database = profile.database.get();
        made.clock = &profile.clock;
        made.api = [this]() -> Result<std::unique_ptr<InspectionApi>> {
            if (!script.hasToken) {
                return failure(ErrorCode::InvalidInput, QStringLiteral("no token"));
            }
            return std::make_unique<FakeInspectionApi>(script);
        };
        return made;
    }

    static Error said(ErrorCode code) { return {code, QStringLiteral("said the test"), {}}; }

    /// Delegates a wallet, which Dynamic knows as it is.
    void delegate(const std::string& walletId, const std::optional<std::string>& shareSetId = {})
    {
        DelegationParts parts;
        parts.walletId = walletId;
        parts.shareSetId = shareSetId;
        take({webhooks.created(parts)});
        InspectedWallet known;
        known.wallet = {walletId, parts.address, "EVM", {44, 60, 0, 0, 0}, "TWO_OF_TWO"};
        known.isDelegated = true;
        script.wallets[walletId].always = known;
    }
    InspectedWallet& known(const std::string& walletId) { return *script.wallets[walletId].always; }

    /// Dynamic shows the wallet's owner with this wallet.
    OwnedWallet& owned(const std::string& walletId, std::optional<bool> isDelegated)
    {
        OwnedWallet shown;
        shown.id = walletId;
        shown.isDelegated = isDelegated;
        auto& wallets = script.users["user-of-" + walletId].always;
        wallets = std::vector{shown};
        return wallets->front();
    }

    /// The wallet's row can no longer be read: it is larger than what SQLite takes from now on.
    void damage(const std::string& walletId)
    {
        constexpr int longest = 1'000'000;
        profile.database->handle().exec(
            "UPDATE wallet SET health_detail = printf('%.*c', 2000000, 'x') "
            "WHERE wallet_id = '" +
            walletId + '\'');
        sqlite3_limit(profile.database->handle().getHandle(), SQLITE_LIMIT_LENGTH, longest);
    }

    std::string healthOf(const std::string& walletId) { return std::string(toText(wallet(walletId).health)); }
    std::string statusOf(const std::string& walletId) { return std::string(toText(wallet(walletId).status)); }

    int recorded(std::string_view kind)
    {
        const auto page = audit.page(0, 1000);
        return static_cast<int>(std::ranges::count(*page, kind, &AuditEntry::kind));
    }
    int asked(std::string_view call)
    {
        return static_cast<int>(std::ranges::count_if(
            script.asked, [&](const std::string& words) { return words.starts_with(call); }));
    }
};

}  // namespace countersign::testing
