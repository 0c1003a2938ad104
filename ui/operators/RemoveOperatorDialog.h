#pragma once

#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/session/control/OperatorControl.h"

#include <QDialog>

namespace countersign {

/// The question before an operator is taken out of the register. It says what that changes at once, and for
/// how many open jobs.
class RemoveOperatorDialog : public QDialog
{
    Q_OBJECT

public:
    RemoveOperatorDialog(const Operator& one, OperatorControl& control, Reauthentication& reauthentication,
                         const Clock& clock, QWidget* parent = nullptr);

    /// How many open jobs are affected, in a sentence; that it is being counted, before that.
    QString outlook() const { return m_outlook->text(); }
    ReauthenticationPanel* reauthentication() const { return m_again; }
    QPushButton* removeButton() const { return m_remove; }
    QString problem() const { return m_problem->text(); }

private:
    void build(const Operator& one, Reauthentication& reauthentication, const Clock& clock);
    void count(const ed25519::PublicKey& key);
    void update();
    void remove();

    OperatorControl& m_control;
    QString m_name;
    bool m_isRemoving = false;
    QLabel* m_outlook = nullptr;
    ReauthenticationPanel* m_again = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_remove = nullptr;
};

}  // namespace countersign
