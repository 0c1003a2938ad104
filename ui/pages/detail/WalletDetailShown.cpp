#include "core/inspection/wallets/WalletCheckStore.h"
#include "ui/pages/detail/WalletDetail.h"
#include "ui/text/InspectionText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

// What the detail pane of a wallet says of it: its past, what should be done, and the facts.

namespace countersign {

void WalletDetail::showPast(const Known& known)
{
    QList<LifeLine::Mark> marks;
    for (const WalletHappening& happening : known.past) {
        marks.append({happening.at, happening.kind == WalletHappening::Kind::Delegation,
                      TimelineModel::stateOf(happening).tone, TimelineModel::wordsOf(happening)});
    }
    m_lifeLine->setMarks(std::move(marks), m_clock.now());
}

void WalletDetail::showAdvice(const Wallet& wallet)
{
    const StateText health = stateText(wallet.health);
    m_advice->setVisible(!health.remedy.isEmpty());
    m_meaning->setText(health.meaning);
    m_remedy->setText(health.remedy);
    m_toQuarantine->setVisible(wallet.health == WalletHealth::Undecryptable);
}

void WalletDetail::showFacts(const Known& known)
{
    const Wallet& wallet = known.wallet;
    m_facts->clear();
    m_facts->addCode(tr("Wallet id"), visibleText(wallet.walletId));
    if (wallet.userId) {
        m_facts->addCode(tr("User"), visibleText(*wallet.userId));
    } else {
        m_facts->add(tr("User"), tr("unknown"));
    }
    if (wallet.shareSetId) {
        m_facts->addCode(tr("Share set"), visibleText(*wallet.shareSetId));
    }
    m_facts->addTime(tr("Received"), wallet.receivedAt);
    if (!known.history.empty() && known.history.front().kid) {
        m_facts->addCode(tr("Opened with"), visibleText(*known.history.front().kid));
    }
    if (!wallet.healthDetail.empty()) {
        m_facts->add(tr("Detail"), visibleText(wallet.healthDetail));
    }
    m_facts->add(tr("Last event"), visibleText(wallet.lastEvent) + u'\n' + utcTime(wallet.lastEventAt),
                 absoluteTime(wallet.lastEventAt));
    if (known.lastSignature) {
        m_facts->addTime(tr("Last signed"), *known.lastSignature);
    } else {
        m_facts->add(tr("Last signed"), tr("never"));
    }
    if (known.lastRefusal) {
        m_facts->addTime(tr("Last refused"), *known.lastRefusal);
    }
    showCheck(known);
}

void WalletDetail::showCheck(const Known& known)
{
    if (!known.check) {
        m_facts->add(tr("At Dynamic"), tr("never asked"));
        return;
    }
    const StateText verdict = stateText(known.check->verdict, known.check->detail);
    m_facts->add(tr("At Dynamic"), verdict.word + u'\n' + utcTime(known.check->checkedAt), verdict.meaning);
    // Of all others the health's detail says it.
    if (known.check->verdict == WalletVerdict::Ok && !known.check->detail.empty()) {
        m_facts->add(tr("Left open"), visibleText(known.check->detail));
    }
    if (!known.check->pendingChange.empty()) {
        m_facts->add(tr("Will change"), visibleText(known.check->pendingChange),
                     tr("What will end our share set when its owner signs on next"));
    }
}

}  // namespace countersign
