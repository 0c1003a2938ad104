#pragma once

#include "ui/settings/SecretRow.h"
#include "ui/settings/SettingRow.h"
#include "ui/settings/SettingsGroup.h"

namespace countersign {

/// The base of the groups about a service that this console talks to: its settings and the one token that it
/// is talked to with.
class ServiceGroup : public SettingsGroup
{
    Q_OBJECT

public:
    void show(const SettingsData& stored) override;
    SecretRow* token() const { return m_token; }

protected:
    using SettingsGroup::SettingsGroup;
    SettingRow* addSetting(std::string_view key, const QString& name);
    /// Once.
    void addToken(std::string_view kind, const QString& name, const QString& sentence);
    virtual bool hasToken(const SettingsData& stored) const = 0;
    void allow(bool ready) override;

private:
    QList<SettingRow*> m_settings;
    SecretRow* m_token = nullptr;
};

}  // namespace countersign
