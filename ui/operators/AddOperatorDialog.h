#pragma once

#include "ui/operators/KeyView.h"
#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/session/control/OperatorControl.h"

#include <QCheckBox>
#include <QDialog>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace countersign {

/// The dialog that registers an operator: the name, the key as it was pasted or scanned, the groups. From
/// then on their approvals are counted, so the key is compared by voice first, and whoever sits here shows
/// once more that they may.
class AddOperatorDialog : public QDialog
{
    Q_OBJECT

public:
    AddOperatorDialog(OperatorControl& control, Reauthentication& reauthentication, const Clock& clock,
                      QWidget* parent = nullptr);

    QLineEdit* nameField() const { return m_name; }
    QPlainTextEdit* keyField() const { return m_key; }
    QLineEdit* groupsField() const { return m_groups; }
    KeyView* shownKey() const { return m_shown; }
    QCheckBox* comparedBox() const { return m_compared; }
    ReauthenticationPanel* reauthentication() const { return m_again; }
    QPushButton* addButton() const { return m_add; }
    /// What is wrong; empty where nothing is.
    QString problem() const { return m_problem->text(); }

private:
    void build(Reauthentication& reauthentication, const Clock& clock);
    QWidget* buildComparison();
    void onKeyEdited();
    void update();
    /// As high as what is shown needs.
    void grow();
    void add();

    OperatorControl& m_control;
    std::optional<ed25519::PublicKey> m_typed;  ///< a key is in the field
    bool m_isAdding = false;
    QLineEdit* m_name = nullptr;
    QPlainTextEdit* m_key = nullptr;
    QLineEdit* m_groups = nullptr;
    QWidget* m_comparison = nullptr;
    KeyView* m_shown = nullptr;
    QCheckBox* m_compared = nullptr;
    ReauthenticationPanel* m_again = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_add = nullptr;
};

}  // namespace countersign
