#pragma once

#include "ui/compose/ComposeForms.h"
#include "ui/compose/DraftView.h"
#include "ui/models/WalletModel.h"
#include "ui/session/control/JobControl.h"
#include "ui/widgets/table/DataTable.h"

#include <QComboBox>
#include <QDialog>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>

namespace countersign {

/// The dialog in which a job is made by hand. It makes a job document like anybody else's and submits it;
/// approving it is the review's work, so that one's own job is read before it is signed, too.
class ComposeDialog : public QDialog
{
    Q_OBJECT

public:
    ComposeDialog(ProfileReader& reader, JobControl& control, const Clock& clock, QWidget* parent = nullptr);

    /// Narrows the list of wallets to this one and selects it.
    void setWallet(const QString& walletId);
    /// Shows the form with this name (composeForms).
    void setKind(const QString& name);

    WalletModel* wallets() const { return m_wallets; }
    DataTable* walletTable() const { return m_table; }
    QLineEdit* searchField() const { return m_search; }
    QComboBox* kindBox() const { return m_kinds; }
    ComposeForm* form() const;
    QLineEdit* reasonField() const { return m_reason; }
    QComboBox* expiryBox() const { return m_expiry; }
    QCheckBox* broadcastBox() const { return m_broadcast; }
    QPushButton* submitButton() const { return m_submit; }
    QString problem() const { return m_problem->text(); }
    /// What it would mean, once it is complete.
    DraftView* draftView() const { return m_draft; }
    bool isSettled() const { return m_wallets->isSettled(); }

Q_SIGNALS:
    /// The job is in the profile now.
    void submitted(const QString& jobId);

private:
    QWidget* buildWallets();
    QWidget* buildFrame();
    void search();
    void chooseWallet(int row);
    ComposeForm* formAt(int index) const;
    void setChain(const QString& chain);
    void tellForms();
    /// No higher than the wallets that are listed.
    void fitTable();
    /// Grows, as far as the screen allows, until the form is seen whole.
    void makeRoom();
    void showKind();
    DraftFrame frame() const;
    void explainDraft();
    void submit();
    void updateControls();

    JobControl& m_control;
    const Clock& m_clock;
    WalletModel* m_wallets;
    DataTable* m_table = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_noWallet = nullptr;
    QComboBox* m_kinds = nullptr;
    QStackedWidget* m_forms = nullptr;
    QCheckBox* m_broadcast = nullptr;
    QLineEdit* m_reason = nullptr;
    QComboBox* m_expiry = nullptr;
    DraftView* m_draft = nullptr;
    QTimer m_explainSoon;
    QLabel* m_problem = nullptr;
    QPushButton* m_submit = nullptr;
    std::optional<Wallet> m_wallet;
    QString m_chain;
    bool m_submitting = false;
};

}  // namespace countersign
