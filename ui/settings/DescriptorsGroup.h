#pragma once

#include "ui/settings/SettingRow.h"
#include "ui/settings/SettingsGroup.h"

namespace countersign {

/// The setting of what explains jobs beside the programs' own knowledge.
class DescriptorsGroup : public SettingsGroup
{
    Q_OBJECT

public:
    DescriptorsGroup(SettingsControl& control, QWidget* parent);
    void show(const SettingsData& stored) override;

protected:
    void allow(bool ready) override;

private:
    SettingRow* m_folder = nullptr;
};

}  // namespace countersign
