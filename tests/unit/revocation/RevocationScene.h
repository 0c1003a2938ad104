#pragma once

#include "core/revocation/RevocationRunner.h"
#include "tests/support/fakes/RevocationFakes.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

namespace countersign::testing {

using Strings = std::vector<std::string>;

/// What the record tells of a revocation that went straight to its end.
inline const Strings wholeRecord = {"revocation.begun", "revocation.answered", "material.destroyed",
                                    "revocation.ended"};

/// A profile with two delegated wallets, and a runner whose Dynamic and jobs are fakes.
struct RevocationScene : SigningScene
{
    RevocationScript script;
    FakeWalletJobs jobs;
    bool hasApiToken = true;

    RevocationServices services()
    {
        RevocationServices made;
        made.vault = profile.vault;
        made.database = profile.database.get();
        made.clock = &profile.clock;
        made.api = [this]() -> Result<std::unique_ptr<RevocationApi>> {
            if (!hasApiToken) {
                return failure(error(ErrorCode::InvalidInput, "no token"));
            }
            return std::make_unique<FakeRevocationApi>(script);
        };
        made.signingApi = parts().dynamicApi;
        return made;
    }

    std::unique_ptr<RevocationRunner> makeRunner()
    {
        return std::make_unique<RevocationRunner>(services(), jobs);
    }

    static RevocationRequest request(std::vector<std::string> wallets, bool localFirst = false)
    {
        return {.wallets = std::move(wallets), .reason = "lost laptop", .localFirst = localFirst};
    }

    /// Empty where there was nothing to end.
    std::string begin(RevocationRunner& runner, const RevocationRequest& asked)
    {
        const auto plan = runner.plan(asked);
        const auto begun = plan ? runner.begin(asked, *plan) : Result<Revocation>(failure(plan.error()));
        if (!begun) {
            qFatal("not begun: %s", qUtf8Printable(begun.error().sentence + begun.error().detail));
        }
        return begun->id;
    }

    static Status carryOut(RevocationRunner& runner, std::vector<std::string> ids)
    {
        return waitFor<Status>([&](auto done) { runner.carryOut(std::move(ids), std::move(done)); });
    }

    Revocation load(const std::string& id)
    {
        const auto revocation = RevocationStore(*profile.database, *profile.vault).load(id);
        if (!revocation) {
            qFatal("no revocation: %s", qUtf8Printable(revocation.error().sentence));
        }
        return *revocation;
    }

    Wallet wallet(const std::string& walletId) { return *WalletCatalog(*profile.database).find(walletId); }
    bool hasMaterial(const std::string& walletId)
    {
        const auto history = WalletCatalog(*profile.database).history(walletId);
        return std::ranges::any_of(*history, &DelegationRecord::hasMaterial);
    }
    /// Whether the wallet could sign.
    bool isUsable(const std::string& walletId)
    {
        return DelegationStore(*profile.database).currentEvent(walletId).has_value();
    }
    /// Kinds of the record's entries, oldest first, of those that are about revocations.
    std::vector<std::string> recorded()
    {
        std::vector<std::string> kinds;
        const auto page = audit.page(0, 1000);
        for (auto entry = page->rbegin(); entry != page->rend(); ++entry) {
            if (entry->kind.starts_with("revocation.") || entry->kind == "material.destroyed") {
                kinds.push_back(entry->kind);
            }
        }
        return kinds;
    }
};

}  // namespace countersign::testing
