#include "ui/settings/DescriptorsGroup.h"

#include "core/settings/KnownSettings.h"
#include "core/vault/Settings.h"

namespace countersign {

DescriptorsGroup::DescriptorsGroup(SettingsControl& control, QWidget* parent)
    : SettingsGroup(
          tr("Descriptors"),
          tr("Who puts files into this folder has a say in what this console calls understood. What "
             "the console knows itself, no descriptor overrules."),
          control, parent)
{
    const std::string_view key = settingKeys::descriptorsFolder;
    m_folder = new SettingRow(QString::fromLatin1(key.data(), qsizetype(key.size())), tr("Folder"),
                              settingSentence(key), control, this);
    m_folder->setPlaceholder(tr("none"));
    addRow(m_folder);
    allowNow();
}

void DescriptorsGroup::show(const SettingsData& stored)
{
    m_folder->showValue(stored.value(m_folder->key()));
}

void DescriptorsGroup::allow(bool ready)
{
    m_folder->allow(ready);
}

}  // namespace countersign
