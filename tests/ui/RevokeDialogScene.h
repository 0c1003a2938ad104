#pragma once

#include "tests/support/Patience.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/ui/FakeRevocationControl.h"
#include "ui/revocation/RevokeDialog.h"

#include <QTest>

namespace countersign::testing {

/// Items of revocations that look like real ones.
inline RevocationItem revocationItem(int number, RevocationOutcome outcome = RevocationOutcome::Pending)
{
    RevocationItem item;
    item.walletId = "wallet-" + std::to_string(number);
    item.address = number % 2 == 0 ? "0x52908400098527886E0F7030069857D2E4169EE7"
                                   : "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV";
    item.chain = number % 2 == 0 ? "EVM" : "SVM";
    item.eventId = "event-" + std::to_string(number);
    item.delegatedAt = fixtureNow - 1000;
    item.shareSetIds = {"set-" + std::to_string(number)};
    item.outcome = outcome;
    if (item.isSettled()) {
        item.answeredAt = fixtureNow;
        item.httpStatus = outcome == RevocationOutcome::Absent ? 404 : 200;
        item.destroyedAt = outcome == RevocationOutcome::Refused ? 0 : fixtureNow;
    }
    return item;
}

inline Revocation revocationOf(std::vector<RevocationItem> items)
{
    Revocation revocation;
    revocation.id = "9c2f6a52-1d1c-4a70-8a55-2f0f4c8b7a11";
    revocation.reason = "lost laptop";
    revocation.startedAt = fixtureNow;
    revocation.items = std::move(items);
    revocation.endedAt = revocation.isDone() ? fixtureNow : 0;
    return revocation;
}

/// A plan in which each fate occurs.
inline RevocationPreviewPtr previewOf(int ends, int goesOn = 0, int over = 0)
{
    auto preview = std::make_shared<RevocationPreview>();
    for (int i = 0; i < ends; ++i) {
        preview->plan.toEnd.push_back(revocationItem(i));
    }
    for (int i = 0; i < goesOn; ++i) {
        preview->plan.pending.emplace_back("earlier", "wallet-" + std::to_string(ends + i));
        preview->pendingItems.push_back(revocationItem(ends + i));
    }
    for (int i = 0; i < over; ++i) {
        preview->plan.ended.push_back(revocationItem(ends + goesOn + i, RevocationOutcome::Revoked));
    }
    using Fate = RevocationPreview::Fate;
    const auto add = [&](Fate fate, const std::vector<RevocationItem>& items) {
        for (const RevocationItem& item : items) {
            preview->rows.push_back({.fate = fate, .item = &item});
        }
    };
    add(Fate::Ends, preview->plan.toEnd);
    add(Fate::GoesOn, preview->pendingItems);
    add(Fate::Over, preview->plan.ended);
    return preview;
}

/// A dialog over a control that the test plays.
struct RevokeDialogScene
{
    FakeRevocationControl control;
    FakeReauthentication reauthentication;
    ManualClock clock{fixtureNow};
    std::unique_ptr<RevokeDialog> dialog;

    explicit RevokeDialogScene(bool asksForPassphrase = true)
    {
        reauthentication.asks = asksForPassphrase;
        reauthentication.at = fixtureNow;
        dialog = std::make_unique<RevokeDialog>(control, reauthentication, clock);
        dialog->show();
    }
    void plan(const RevocationPreviewPtr& preview)
    {
        dialog->choose(EveryWallet());
        control.planned(preview);
    }
    void type(const QString& passphrase) const
    {
        QTest::keyClicks(dialog->form()->panel()->field(), passphrase);
    }
    QPushButton& revoke() const { return *dialog->revokeButton(); }
};

}  // namespace countersign::testing
