#pragma once

#include "core/audit/AuditLog.h"
#include "core/audit/TrustedKeys.h"
#include "core/audit/TrustedSecrets.h"
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

inline Status storeSecret(Database& database, const Vault& vault, const Clock& clock, std::string_view kind,
                          std::string_view name, std::string_view secret)
{
    return changeTrusted(database, vault, clock, "secret.stored", name, [&] {
        return TrustedSecrets(database, vault).put(kind, name, SecretBytes::copyOf(secret), clock.now());
    });
}

inline Status storeSecret(TestProfile& profile, std::string_view kind, std::string_view name,
                          std::string_view secret)
{
    return storeSecret(*profile.database, *profile.vault, profile.clock, kind, name, secret);
}

inline Status removeSecret(TestProfile& profile, std::string_view kind, std::string_view name)
{
    return changeTrusted(*profile.database, *profile.vault, profile.clock, "secret.removed", name, [&] {
        return TrustedSecrets(*profile.database, *profile.vault).remove(kind, name);
    });
}

inline Status addKey(Database& database, const Vault& vault, const Clock& clock, std::string_view kid,
                     const RsaPrivateKey& key)
{
    return changeTrusted(database, vault, clock, "key.imported", kid, [&]() -> Status {
        const auto added = TrustedKeys(database, vault).add(kid, key, false, clock.now());
        return added ? Status() : failure(added.error());
    });
}

inline Status addKey(TestProfile& profile, std::string_view kid, const RsaPrivateKey& key)
{
    return addKey(*profile.database, *profile.vault, profile.clock, kid, key);
}

}  // namespace countersign
