#pragma once

#include "core/delegation/WalletCatalog.h"
#include "core/inspection/wallets/WalletCheck.h"
#include "ui/models/TimelineModel.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/LifeLine.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/identity/CopyButton.h"
#include "ui/widgets/identity/QrCode.h"
#include "ui/widgets/table/DataTable.h"

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QUrl>

namespace countersign {

class InspectionControl;

/// The detail pane of a wallet, with everything known of it: who it is, what is wrong with it and what to do
/// about that, facts, and the time line of all its lives. Reads no sealed column.
class WalletDetail : public DetailPane
{
    Q_OBJECT

public:
    WalletDetail(ProfileReader& reader, const Clock& clock, QWidget* parent = nullptr);

    void sign();
    /// The profile is unlocked.
    void setSigningAllowed(bool allowed);
    /// There is something that carries revocations out.
    void setRevokingAllowed(bool allowed);
    /// The address book can be written.
    void setNamingAllowed(bool allowed);
    /// Asks for the wallet's name and tags.
    void nameWallet();
    QToolButton* namingButton() const { return m_naming; }
    /// Once: the wallet can be verified at Dynamic.
    void setInspection(InspectionControl& control);
    QPushButton* verifyButton() const { return m_verify; }
    /// The settings are as they were set: a link that somebody else wrote is not offered.
    void setExplorerTrusted(bool trusted);
    QPushButton* explorerButton() const { return m_explorer; }
    QToolButton* codeButton() const { return m_showCode; }
    QrCode* code() const { return m_code; }
    QString verifySentence() const { return m_verifying->text(); }
    QPushButton* signButton() const { return m_sign; }
    QPushButton* revokeButton() const { return m_revoke; }
    LifeLine* lifeLine() const { return m_lifeLine; }
    TimelineModel* timeline() const { return m_timeline; }
    DataTable* timelineTable() const { return m_timelineTable; }
    /// Another thing that can be done with the wallet, beside Sign; Revoke stays at the other end.
    void addAction(QPushButton* action) { m_actions->insertWidget(m_actions->count() - 2, action); }
    bool isSettled() const override
    {
        return DetailPane::isSettled() && (row() == 0 || m_timeline->isSettled());
    }

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void quarantineChosen();
    void signWanted(const QString& walletId);
    /// For the address book.
    void nameWanted(const countersign::Wallet& wallet);
    void explorerWanted(const QUrl& link);
    void jobChosen(const QString& jobId);
    void revocationChosen(const QString& revocationId);
    /// By its row of the wallets.
    void revokeWanted(qint64 row);

protected:
    void read() override;

private:
    struct Known
    {
        Wallet wallet;
        std::vector<DelegationRecord> history;
        std::optional<UnixMillis> lastSignature;
        std::optional<UnixMillis> lastRefusal;  ///< of a job, by us or by Dynamic
        std::optional<WalletCheck> check;       ///< what Dynamic said of it last
        std::optional<QUrl> explorer;           ///< where a browser shows its address
        std::vector<WalletHappening> past;      ///< the first and the newest that happened
        bool isOver = false;                    ///< nothing is left to revoke
    };
    void build(const Clock& clock);
    QWidget* buildAdvice();
    QLayout* buildActions();
    QLayout* buildHead();
    void showExplorer();
    void buildTimeline(const Clock& clock);
    static Result<Known> known(Database& database, std::int64_t id);
    void take(const Known& known);
    static Status readPast(Database& database, Known& known);
    void showFacts(const Known& known);
    void showCheck(const Known& known);
    void showVerifying();
    void showPast(const Known& known);
    void showAdvice(const Wallet& wallet);
    void fitTimeline();
    void openHappening(const QModelIndex& index);

    ProfileReader& m_reader;
    const Clock& m_clock;
    QLabel* m_identicon = nullptr;
    AddressView* m_address = nullptr;
    CopyButton* m_copy = nullptr;
    QToolButton* m_showCode = nullptr;
    QrCode* m_code = nullptr;  ///< of the address, to be read by another device
    QPushButton* m_explorer = nullptr;
    std::optional<QUrl> m_link;
    bool m_isLinkTrusted = false;
    ChipLabel* m_status = nullptr;
    ChipLabel* m_health = nullptr;
    QLabel* m_chain = nullptr;
    QFrame* m_advice = nullptr;
    QLabel* m_meaning = nullptr;
    QLabel* m_remedy = nullptr;
    QPushButton* m_toQuarantine = nullptr;
    QBoxLayout* m_actions = nullptr;
    QPushButton* m_sign = nullptr;
    QPushButton* m_revoke = nullptr;
    InspectionControl* m_inspection = nullptr;
    QPushButton* m_verify = nullptr;  ///< with m_inspection
    QLabel* m_verifying = nullptr;    ///< how the verification stands that was asked for here
    QString m_walletId;
    QString m_signable;  ///< the wallet's id while something can be signed with it
    bool m_signingAllowed = false;
    FactGrid* m_facts = nullptr;
    LifeLine* m_lifeLine = nullptr;
    TimelineModel* m_timeline = nullptr;
    DataTable* m_timelineTable = nullptr;
    QToolButton* m_naming = nullptr;
    Wallet m_shown;
};

}  // namespace countersign
