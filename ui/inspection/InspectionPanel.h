#pragma once

#include "ui/session/control/InspectionControl.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace countersign {

/// A panel for asking Dynamic at the operator's request: what can be asked, how far it has come, how it
/// ended. It shows the session's one run, which goes on without it.
class InspectionPanel : public QWidget
{
    Q_OBJECT

public:
    explicit InspectionPanel(InspectionControl& control, QWidget* parent = nullptr);

    QPushButton* verifyButton() const { return m_verify; }
    QPushButton* checkButton() const { return m_check; }
    QPushButton* messagesButton() const { return m_messages; }
    QPushButton* cancelButton() const { return m_cancel; }
    QProgressBar* bar() const { return m_bar; }
    QString sentence() const { return m_sentence->text(); }

Q_SIGNALS:
    void messagesWanted();

private:
    void build();
    void showRun();
    void showProgress();

    InspectionControl& m_control;
    QPushButton* m_verify = nullptr;
    QPushButton* m_check = nullptr;
    QPushButton* m_messages = nullptr;
    QPushButton* m_cancel = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_sentence = nullptr;
};

}  // namespace countersign
