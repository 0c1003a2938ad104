#pragma once

#include "ui/settings/ServiceGroup.h"

namespace countersign {

/// The settings of the relay that webhooks and jobs come through.
class RelayGroup : public ServiceGroup
{
    Q_OBJECT

public:
    RelayGroup(SettingsControl& control, QWidget* parent);

protected:
    bool hasToken(const SettingsData& stored) const override { return stored.hasRelayToken; }
};

}  // namespace countersign
