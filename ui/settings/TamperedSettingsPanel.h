#pragma once

#include "ui/session/control/SettingsControl.h"
#include "ui/settings/SettingsData.h"

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// The panel of tampered settings: those that somebody changed behind the console's back are not used, and
/// each has to be looked at and confirmed or set right by an operator who sees what it is now. Hidden while
/// there is none.
class TamperedSettingsPanel : public QFrame
{
    Q_OBJECT

public:
    explicit TamperedSettingsPanel(SettingsControl& control, QWidget* parent = nullptr);

    void show(const SettingsData& stored);

private:
    void build();
    void addRow(const TrustFinding& finding);
    QPushButton* offer(const QString& words, const QString& accessibleName, const QString& key,
                       const QString& value, QWidget* row);

    SettingsControl& m_control;
    SettingsData m_stored;
    QVBoxLayout* m_rows = nullptr;
    QLabel* m_problem = nullptr;
};

}  // namespace countersign
