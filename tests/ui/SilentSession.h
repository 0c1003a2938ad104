#pragma once

#include "tests/support/fixtures/signing/SigningScene.h"
#include "ui/session/worker/SessionWorker.h"

#include <atomic>

namespace countersign::testing {

/// A session over the scene's profile, whose engine is silent: a ceremony stays in its room until it is
/// answered. The relay cannot be reached.
struct SilentSession : SigningScene
{
    std::atomic<bool> isInRoom = false;
    Job job = message();

    SilentSession()
    {
        engine.isSilent = true;
        engine.whenAsked = [this] { isInRoom = true; };
    }

    SessionParts sessionParts()
    {
        SessionParts session{profile.paths, &profile.clock};
        // One of the session's thread: it answers on the thread that made it.
        session.rootKeys = [this] {
            auto keys = std::make_shared<MemoryRootKeyStore>();
            for (const auto& [profileId, key] : profile.rootKeys->keys) {
                keys->keys.emplace(profileId, key.clone());
            }
            return keys;
        };
        session.relaySource = [](const std::string&, const std::string&,
                                 SecretBytes) -> Result<std::unique_ptr<RelaySource>> {
            return failure(ErrorCode::Unsupported, QStringLiteral("Not in this test."));
        };
        session.jobParts = [this](std::shared_ptr<Vault> vault, Database& database, const Clock& clock) {
            SigningServices made = parts();
            made.vault = std::move(vault);
            made.database = &database;
            made.clock = &clock;
            return made;
        };
        return session;
    }

    Job stored() { return *store.load(job.jobId); }
};

}  // namespace countersign::testing
