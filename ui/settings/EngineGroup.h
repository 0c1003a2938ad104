#pragma once

#include "core/mpc/SigningEngine.h"
#include "ui/settings/SettingRow.h"
#include "ui/settings/SettingsGroup.h"

#include <QRadioButton>

namespace countersign {

/// The settings of the engine: which one signs, with the sentence what leaves the machine with each; and what
/// the enclave is known by.
class EngineGroup : public SettingsGroup
{
    Q_OBJECT

public:
    EngineGroup(SettingsControl& control, QWidget* parent);
    void show(const SettingsData& stored) override;
    QRadioButton* choice(EngineKind engine) const { return engine == EngineKind::Sdk ? m_sdk : m_enclave; }
    const QList<SettingRow*>& settingRows() const { return m_settings; }

protected:
    void allow(bool ready) override;

private:
    QRadioButton* addChoice(EngineKind engine);
    SettingRow* add(const QString& key, const QString& name, const QString& sentence,
                    SettingRow::Shape shape = SettingRow::Shape::Line);
    void choose(EngineKind engine);

    QRadioButton* m_sdk = nullptr;
    QRadioButton* m_enclave = nullptr;
    QLabel* m_warning = nullptr;
    QLabel* m_fingerprint = nullptr;
    QList<SettingRow*> m_settings;
    EngineKind m_stored = defaultEngine();
};

}  // namespace countersign
