#include "ui/settings/ServiceGroup.h"

#include "core/settings/KnownSettings.h"

namespace countersign {

SettingRow* ServiceGroup::addSetting(std::string_view key, const QString& name)
{
    const QString keyText = QString::fromLatin1(key.data(), qsizetype(key.size()));
    auto* row = new SettingRow(keyText, name, settingSentence(key), control(), this);
    m_settings.append(row);
    addRow(row);
    return row;
}

void ServiceGroup::addToken(std::string_view kind, const QString& name, const QString& sentence)
{
    const QString kindText = QString::fromLatin1(kind.data(), qsizetype(kind.size()));
    m_token = new SecretRow(kindText, name, sentence, control(), this);
    addRow(m_token);
}

void ServiceGroup::show(const SettingsData& stored)
{
    for (SettingRow* row : m_settings) {
        row->showValue(stored.value(row->key()));
    }
    m_token->show(hasToken(stored));
}

void ServiceGroup::allow(bool ready)
{
    for (SettingRow* row : m_settings) {
        row->allow(ready);
    }
    m_token->allow(ready);
}

}  // namespace countersign
