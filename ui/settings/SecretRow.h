#pragma once

#include "ui/session/control/SettingsControl.h"
#include "ui/widgets/PassphraseEdit.h"

#include <QLabel>
#include <QPushButton>

namespace countersign {

/// A row of a settings group for a token, which can be replaced and never read back.
class SecretRow : public QWidget
{
    Q_OBJECT

public:
    SecretRow(const QString& kind, const QString& name, const QString& sentence, SettingsControl& control,
              QWidget* parent);
    void show(bool isSet);
    void allow(bool ready);
    PassphraseEdit* field() const { return m_field; }
    QPushButton* saveButton() const { return m_save; }
    QString state() const { return m_state->text(); }

private:
    void save();
    void updateControls();

    QString m_kind;
    SettingsControl& m_control;
    PassphraseEdit* m_field = nullptr;
    QPushButton* m_save = nullptr;
    QLabel* m_state = nullptr;
    bool m_ready = false;
};

}  // namespace countersign
