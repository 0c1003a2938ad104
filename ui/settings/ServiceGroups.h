#pragma once

#include "ui/settings/SettingRow.h"
#include "ui/settings/SettingsGroup.h"
#include "ui/widgets/PassphraseEdit.h"

namespace countersign {

/// A token that can be replaced and never read back.
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
    PassphraseEdit* m_field;
    QPushButton* m_save;
    QLabel* m_state;
    bool m_ready = false;
};

/// Where Dynamic is reached, and with what.
class DynamicGroup : public SettingsGroup
{
    Q_OBJECT

public:
    DynamicGroup(SettingsControl& control, QWidget* parent);
    void show(const SettingsData& stored) override;
    SecretRow* token() const { return m_token; }

protected:
    void allow(bool ready) override;

private:
    QList<SettingRow*> m_settings;
    SecretRow* m_token;
};

/// The relay that webhooks and jobs come through.
class RelayGroup : public SettingsGroup
{
    Q_OBJECT

public:
    RelayGroup(SettingsControl& control, QWidget* parent);
    void show(const SettingsData& stored) override;

protected:
    void allow(bool ready) override;

private:
    QList<SettingRow*> m_settings;
    SecretRow* m_token;
};

}  // namespace countersign
