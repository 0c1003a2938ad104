#pragma once

#include "core/base/Clock.h"
#include "core/base/SecretBytes.h"
#include "core/vault/Database.h"

#include <QTemporaryDir>

#include <filesystem>
#include <memory>

namespace countersign::testing {

/// The fixture's present: 2026-02-03T12:00:00Z. Everything it writes is older.
inline constexpr UnixMillis fixtureNow = 1'770'120'000'000;

inline constexpr std::string_view fixturePassphrase = "open sesame";
/// The root key of fixtures that have no passphrase.
SecretBytes fixtureRootKey();

/// Why this class exists: tests and benches of views need profiles with thousands of wallets of every state,
/// without decrypting thousands of envelopes. It writes rows as the ingestor would, by direct SQL, from a
/// fixed seed: the same numbers give the same profile. The vault is genuine (at the cheapest Argon2id cost)
/// and can be unlocked; the sealed columns of delegations are filler that no key opens.
class ProfileFixture
{
public:
    struct Shape
    {
        int wallets = 12;
        int deliveriesPerWallet = 1;  ///< the first is the delegation, the rest are wallet.activity
        bool healthy = false;         ///< every wallet active, no quarantine
        bool demonstration = true;
        bool passphrase = true;  ///< fixturePassphrase and no keychain; else fixtureRootKey and no passphrase
        UnixMillis now = fixtureNow;
    };

    /// A fresh folder with a profile, removed with the fixture.
    ProfileFixture();
    explicit ProfileFixture(const Shape& shape);
    /// In a folder that exists and stays.
    ProfileFixture(const Shape& shape, std::filesystem::path folder);

    std::filesystem::path folder() const { return m_folder; }
    std::filesystem::path databaseFile() const { return folder() / "profile.sqlite"; }
    /// The fixture's own connection.
    Database& database() { return *m_database; }
    UnixMillis now() const { return m_now; }

    /// Appends wallets numbered from the present count on, with their deliveries.
    void addWallets(const Shape& shape);
    /// A delivery without a wallet; returns its row id.
    std::int64_t addDelivery(std::string_view name, std::string_view verdict, std::string_view body,
                             std::string_view headersJson = "[]");
    /// The quarantine's id.
    std::int64_t addQuarantined(std::string_view reasonCode, std::string_view reason);
    /// An entry of the feed that is no webhook; returns the delivery's id.
    std::int64_t addEntry(std::string_view kind, std::string_view verdict, std::string_view body);
    void setContact(UnixMillis at, std::string_view error = {});

private:
    struct Row;
    void create(const Shape& shape);
    void writeProfile(const Shape& shape);
    void addWallet(int number, const Shape& shape);
    std::int64_t insertDelivery(const Row& row);
    void insertQuarantine(std::int64_t deliveryId, std::string_view code, std::string_view reason,
                          std::string_view detail);

    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
    std::unique_ptr<Database> m_database;
    UnixMillis m_now = fixtureNow;
    int m_wallets = 0;
    std::int64_t m_seq = 0;
};

}  // namespace countersign::testing
