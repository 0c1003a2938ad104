#pragma once

#include "ui/revocation/ProofSaver.h"
#include "ui/revocation/models/RevocationItemsModel.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/table/DataTable.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace countersign {

/// A panel with how far a revocation came, wallet by wallet, and what can be done with it: saving its proof,
/// trying again what waits, revoking anew what was delegated again. Looking at it changes nothing about it.
class RevocationProgress : public QWidget
{
    Q_OBJECT

public:
    RevocationProgress(RevocationControl& control, const Clock& clock, QWidget* parent = nullptr);

    /// Empty: none.
    void watch(const QString& revocationId);
    QString revocationId() const { return m_id; }
    void refresh();
    /// As it was last read; nullptr before that.
    const RevocationControl::RevocationPtr& revocation() const { return m_revocation; }
    bool isSettled() const { return !m_isLoading; }
    void repaintTimes() { showState(); }

    DataTable* table() const { return m_table; }
    QPushButton* proofButton() const { return m_proof; }
    QPushButton* retryButton() const { return m_retry; }
    QPushButton* anewButton() const { return m_anew; }
    QPushButton* keepButton() const { return m_keep; }
    ProofSaver* saver() const { return m_saver; }
    QString headline() const { return m_headline->text(); }
    QString note() const { return m_note->text(); }

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    /// It was read anew.
    void wasRead();
    /// It was delegated again, and the new delegation is to end, too.
    void revokeWanted(const QString& walletId);

private:
    void build();
    void take(const Result<RevocationControl::RevocationPtr>& revocation);
    void showState();
    void showSelection();
    void keep();

    RevocationControl& m_control;
    const Clock& m_clock;
    QString m_id;
    RevocationControl::RevocationPtr m_revocation;
    bool m_isLoading = false;
    bool m_isStale = false;  ///< it changed while it was read
    std::uint64_t m_generation = 0;
    RevocationItemsModel* m_items = nullptr;
    ProofSaver* m_saver = nullptr;
    ChipLabel* m_chip = nullptr;
    QLabel* m_headline = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_reason = nullptr;
    QProgressBar* m_bar = nullptr;
    DataTable* m_table = nullptr;
    QLabel* m_selected = nullptr;
    QLabel* m_note = nullptr;
    QPushButton* m_proof = nullptr;
    QPushButton* m_retry = nullptr;
    QPushButton* m_anew = nullptr;
    QPushButton* m_keep = nullptr;
};

}  // namespace countersign
