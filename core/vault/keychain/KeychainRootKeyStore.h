#pragma once

#include "core/vault/keychain/RootKeyStore.h"

#include <chrono>

namespace countersign {

/// The root key in the desktop's keychain (gnome-keyring, KWallet or any other Secret Service), where it
/// belongs, reached through QtKeychain: one item per profile, service "Countersign", account "profile/<id>",
/// 32 bytes. Never falls back to a file. No D-Bus before the first call. Must be used from a thread with an
/// event loop of GLib's (Qt's default on Linux), and always the same, as QtKeychain asks.
class KeychainRootKeyStore final : public RootKeyStore
{
public:
    /// What a person needs to find and type a password, and what a settings page may wait for an answer.
    static constexpr std::chrono::milliseconds usualPatience{60'000};
    static constexpr std::chrono::milliseconds usualProbePatience{3'000};

    explicit KeychainRootKeyStore(std::chrono::milliseconds patience = usualPatience,
                                  std::chrono::milliseconds probePatience = usualProbePatience)
        : m_patience(patience), m_probePatience(probePatience)
    {}

    void read(const QString& profileId, ReadCallback done) override;
    void write(const QString& profileId, const SecretBytes& key, DoneCallback done) override;
    void overwrite(const QString& profileId, const SecretBytes& key, DoneCallback done) override;
    void remove(const QString& profileId, DoneCallback done) override;
    void probe(StateCallback done) override;

private:
    enum class Late { Removed, Kept };
    /// What becomes of an item that is written after the caller was told that it failed.
    void put(const QString& profileId, const SecretBytes& key, Late late, DoneCallback done) const;

    std::chrono::milliseconds m_patience;
    std::chrono::milliseconds m_probePatience;
};

}  // namespace countersign
