#pragma once

#include "ui/session/control/OperatorControl.h"

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace countersign {

/// The dialog that makes this desk's operator: a name, and a key pair that is made with it. It is made once,
/// since the other desks know the key that was.
class NewIdentityDialog : public QDialog
{
    Q_OBJECT

public:
    NewIdentityDialog(OperatorControl& control, QWidget* parent = nullptr);

    QLineEdit* nameField() const { return m_name; }
    QPushButton* makeButton() const { return m_make; }
    QString problem() const { return m_problem->text(); }

private:
    void make();
    void update();

    OperatorControl& m_control;
    bool m_isMaking = false;
    QLineEdit* m_name = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_make = nullptr;
};

}  // namespace countersign
