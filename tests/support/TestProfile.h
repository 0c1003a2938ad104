#pragma once

#include "core/vault/Vault.h"
#include "tests/support/MemoryRootKeyStore.h"
#include "tests/support/Patience.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <cstdlib>
#include <memory>
#include <optional>

namespace countersign {

/// Runs the event loop until the callback has come (the tests' way to wait; production code never does).
template <typename Value>
Value waitFor(const std::function<void(std::function<void(Value)>)>& start)
{
    const auto answer = std::make_shared<std::optional<Value>>();
    start([answer](Value value) { answer->emplace(std::move(value)); });
    QElapsedTimer timer;
    timer.start();
    while (!answer->has_value() && timer.elapsed() < patienceMs) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
    }
    if (!answer->has_value()) {
        std::abort();  // the promise "exactly once" is broken; no test can go on
    }
    return std::move(**answer);
}

inline Result<std::shared_ptr<Vault>> createVault(const ProfilePaths& paths, VaultProtection protection,
                                                  const std::shared_ptr<RootKeyStore>& keys,
                                                  const Clock& clock)
{
    return waitFor<Result<std::shared_ptr<Vault>>>(
        [&](auto done) { Vault::create(paths, std::move(protection), false, keys, clock, std::move(done)); });
}

inline Status unlockVault(Vault& vault, std::string_view passphrase = {})
{
    return waitFor<Status>(
        [&](auto done) { vault.unlock(SecretBytes::copyOf(passphrase), std::move(done)); });
}

/// Why this class exists: most tests above the vault need an unlocked profile in a folder of its own, at once
/// (root key in memory, no passphrase, so no Argon2id). Needs a QCoreApplication (QTEST_GUILESS_MAIN).
class TestProfile
{
public:
    TestProfile() : paths(std::filesystem::path(m_folder.path().toStdString()) / "profile")
    {
        auto made = createVault(paths, {}, rootKeys, clock);
        if (!made) {
            qFatal("no test profile: %s", qUtf8Printable(made.error().sentence + made.error().detail));
        }
        vault = *made;
        database = openDatabase();
    }

    std::unique_ptr<Database> openDatabase(Database::Mode mode = Database::Mode::ReadWrite) const
    {
        auto opened = Database::open(paths.database(), mode);
        if (!opened) {
            qFatal("no test database: %s", qUtf8Printable(opened.error().sentence + opened.error().detail));
        }
        return std::move(*opened);
    }

private:
    QTemporaryDir m_folder;

public:
    ProfilePaths paths;
    ManualClock clock{1'750'000'000'000};
    std::shared_ptr<MemoryRootKeyStore> rootKeys = std::make_shared<MemoryRootKeyStore>();
    std::shared_ptr<Vault> vault;
    std::unique_ptr<Database> database;
};

}  // namespace countersign
