#pragma once

#include "core/audit/AuditLog.h"
#include "core/inspection/WalletCheckStore.h"
#include "tests/support/fakes/InspectionFakes.h"
#include "tests/support/fixtures/IngestorDesk.h"

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
    void delegate(const std::string& walletId)
    {
        DelegationParts parts;
        parts.walletId = walletId;
        take({webhooks.created(parts)});
        InspectedWallet known;
        known.wallet = {walletId, parts.address, "EVM", {44, 60, 0, 0, 0}, "TWO_OF_TWO"};
        known.isDelegated = true;
        script.wallets[walletId].always = known;
    }
    InspectedWallet& known(const std::string& walletId) { return *script.wallets[walletId].always; }

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
