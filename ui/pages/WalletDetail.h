#pragma once

#include "core/delegation/WalletCatalog.h"
#include "ui/models/DeliveryModel.h"
#include "ui/widgets/AddressView.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CopyButton.h"
#include "ui/widgets/DataTable.h"
#include "ui/widgets/FactGrid.h"

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// Everything known of one wallet, and what to do when something is wrong with it. Reads no sealed column.
class WalletDetail : public QWidget
{
    Q_OBJECT

public:
    WalletDetail(ProfileReader& reader, const Clock& clock, QWidget* parent = nullptr);

    /// 0: nothing is selected.
    void setWallet(std::int64_t id);
    void refresh();
    std::int64_t walletRow() const { return m_id; }
    void sign();
    /// The profile is unlocked.
    void setSigningAllowed(bool allowed);
    QPushButton* signButton() const { return m_sign; }
    bool isSettled() const { return m_id == 0 || (!m_loading && m_events->isSettled()); }

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void quarantineChosen();
    void signWanted(const QString& walletId);

private:
    struct Known
    {
        Wallet wallet;
        std::vector<DelegationRecord> history;
    };
    void take(const Result<Known>& known);
    void showFacts(const Wallet& wallet);
    void showAdvice(const Wallet& wallet);
    void fitEvents();
    void showHistory(const std::vector<DelegationRecord>& history);

    ProfileReader& m_reader;
    std::int64_t m_id = 0;
    std::uint64_t m_generation = 0;
    bool m_loading = false;
    QLabel* m_placeholder;
    QWidget* m_content;
    QLabel* m_identicon;
    AddressView* m_address;
    CopyButton* m_copy;
    ChipLabel* m_status;
    ChipLabel* m_health;
    QLabel* m_chain;
    QFrame* m_advice;
    QLabel* m_meaning;
    QLabel* m_remedy;
    QPushButton* m_toQuarantine;
    QPushButton* m_sign;
    QString m_signable;  ///< the wallet's id while something can be signed with it
    bool m_signingAllowed = false;
    FactGrid* m_facts;
    QWidget* m_history;
    QVBoxLayout* m_historyRows;
    DeliveryModel* m_events;
    DataTable* m_eventTable;
};

}  // namespace countersign
