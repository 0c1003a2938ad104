#pragma once

#include "ui/session/control/RecordControl.h"

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace countersign {

/// The dialog of the freeze: asks for the reason, then freezes all signing of this desk, or lifts that. Says
/// what it will do, and stays open with a sentence where it could not.
class FreezeDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Purpose { Freeze, Unfreeze };
    FreezeDialog(RecordControl& record, Purpose purpose, QWidget* parent = nullptr);

    QLineEdit* reasonField() const { return m_reason; }
    QPushButton* actionButton() const { return m_action; }
    QString obstacle() const { return m_obstacle->text(); }

private:
    void act();

    RecordControl& m_record;
    Purpose m_purpose;
    QLineEdit* m_reason = nullptr;
    QLabel* m_obstacle = nullptr;
    QPushButton* m_action = nullptr;
};

}  // namespace countersign
