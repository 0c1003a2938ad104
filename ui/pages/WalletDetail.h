#pragma once

#include "core/delegation/WalletCatalog.h"
#include "ui/models/DeliveryModel.h"
#include "ui/pages/DetailPane.h"
#include "ui/widgets/AddressView.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CopyButton.h"
#include "ui/widgets/DataTable.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/StateRows.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// Everything known of one wallet, and what to do when something is wrong with it. Reads no sealed column.
class WalletDetail : public DetailPane
{
    Q_OBJECT

public:
    WalletDetail(ProfileReader& reader, const Clock& clock, QWidget* parent = nullptr);

    void sign();
    /// The profile is unlocked.
    void setSigningAllowed(bool allowed);
    QPushButton* signButton() const { return m_sign; }
    bool isSettled() const override
    {
        return DetailPane::isSettled() && (row() == 0 || m_events->isSettled());
    }

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void quarantineChosen();
    void signWanted(const QString& walletId);

protected:
    void read() override;

private:
    struct Known
    {
        Wallet wallet;
        std::vector<DelegationRecord> history;
    };
    void build(const Clock& clock);
    QWidget* buildAdvice();
    static Result<Known> known(Database& database, std::int64_t id);
    void take(const Known& known);
    void showFacts(const Wallet& wallet);
    void showAdvice(const Wallet& wallet);
    void fitEvents();
    void showHistory(const std::vector<DelegationRecord>& history);

    ProfileReader& m_reader;
    QLabel* m_identicon = nullptr;
    AddressView* m_address = nullptr;
    CopyButton* m_copy = nullptr;
    ChipLabel* m_status = nullptr;
    ChipLabel* m_health = nullptr;
    QLabel* m_chain = nullptr;
    QFrame* m_advice = nullptr;
    QLabel* m_meaning = nullptr;
    QLabel* m_remedy = nullptr;
    QPushButton* m_toQuarantine = nullptr;
    QPushButton* m_sign = nullptr;
    QString m_signable;  ///< the wallet's id while something can be signed with it
    bool m_signingAllowed = false;
    FactGrid* m_facts = nullptr;
    StateRows* m_history = nullptr;
    DeliveryModel* m_events = nullptr;
    DataTable* m_eventTable = nullptr;
};

}  // namespace countersign
