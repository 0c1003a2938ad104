#pragma once

#include "core/signing/intake/Submitters.h"
#include "core/vault/database/Database.h"

#include <map>
#include <string>

namespace countersign {

/// What the settings page shows; no secret, only whether there is one.
struct SettingsData
{
    std::map<std::string, std::string> values;
    std::vector<Submitter> submitters;
    bool hasApiToken = false;
    bool hasRelayToken = false;

    QString value(const QString& key) const
    {
        const auto found = values.find(key.toStdString());
        return found == values.end() ? QString() : QString::fromStdString(found->second);
    }

    static Result<SettingsData> read(Database& database);
};

}  // namespace countersign
