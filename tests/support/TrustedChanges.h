#pragma once

#include "core/audit/AuditLog.h"
#include "core/audit/TrustedSettings.h"
#include "tests/support/TestProfile.h"

#include <string_view>

namespace countersign {

/// Runs change as the programs do: in one transaction behind its entry in the record.
template <typename Change>
Status changeTrusted(Database& database, const Vault& vault, const Clock& clock, std::string_view kind,
                     std::string_view subject, Change&& change)
{
    AuditLog audit(database, vault, clock);
    const Status written = transact(database, [&]() -> Status {
        if (auto entry = audit.appendWithin(kind, subject, "{}"); !entry) {
            return entry;
        }
        return std::forward<Change>(change)();
    });
    return written ? audit.sealHead() : written;
}

inline Status changeSetting(TestProfile& profile, std::string_view key, std::string_view value)
{
    return changeTrusted(*profile.database, *profile.vault, profile.clock, "setting.changed", key,
                         [&] { return TrustedSettings(*profile.database, *profile.vault).set(key, value); });
}

inline Status removeSetting(TestProfile& profile, std::string_view key)
{
    return changeTrusted(*profile.database, *profile.vault, profile.clock, "setting.removed", key,
                         [&] { return TrustedSettings(*profile.database, *profile.vault).remove(key); });
}

inline void setSetting(TestProfile& profile, std::string_view key, std::string_view value)
{
    if (const auto set = changeSetting(profile, key, value); !set) {
        qFatal("not set: %s", qUtf8Printable(set.error().sentence + set.error().detail));
    }
}

}  // namespace countersign
