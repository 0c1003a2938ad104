#pragma once

#include "ui/settings/ServiceGroup.h"

namespace countersign {

/// The settings of Dynamic: where it is reached, and with what.
class DynamicGroup : public ServiceGroup
{
    Q_OBJECT

public:
    DynamicGroup(SettingsControl& control, QWidget* parent);

protected:
    bool hasToken(const SettingsData& stored) const override { return stored.hasApiToken; }
};

}  // namespace countersign
