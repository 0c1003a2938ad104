#pragma once

#include "core/addressbook/AddressCatalog.h"
#include "tests/support/Patience.h"
#include "tests/support/Waiting.h"
#include "tests/ui/ConsoleFixture.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace countersign::testing {

inline const std::string shopAddress = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
inline const std::string bankAddress = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/// Begins and ends like the shop's.
inline const std::string likeShopAddress = "0xd8DA000000000000000000000000000000006045";
inline const std::string mintAddress = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";

inline AddressEntry bookEntry(const std::string& chain, const std::string& address, const std::string& name,
                              std::vector<std::string> tags = {}, std::vector<std::string> lists = {})
{
    return {.chain = chain,
            .address = address,
            .name = name,
            .tags = std::move(tags),
            .lists = std::move(lists),
            .changedAt = 0};
}

/// A profile with an address book, and its session, which is unlocked.
struct AddressScene
{
    ProfileFixture profile{{.wallets = 2, .passphrase = false}};
    ManualClock clock{fixtureNow};
    ProfileReader reader{profile.databaseFile()};
    WindowState state{profile.folder()};
    std::unique_ptr<ProfileSession> session;
    QTemporaryDir files;

    explicit AddressScene(bool hasRows = true)
    {
        initialiseSodium();
        unlock();
        if (hasRows) {
            write(
                bookEntry("eip155", shopAddress, "Corner Shop", {"supplier", "vip"}, {"allow", "suppliers"}));
            write(bookEntry("eip155:1", bankAddress, "Bank", {}, {"block"}));
            write(bookEntry("solana", mintAddress, "USD Coin", {"token"}));
        }
    }

    /// As the programs do.
    void write(const AddressEntry& entry)
    {
        QObject context;
        std::optional<Status> answer;
        session->addresses().add(&context, entry, AddressControl::OnLookAlike::Accept,
                                 [&answer](const Status& status) { answer = status; });
        if (!waitUntil([&answer] { return answer.has_value(); }, patienceMs) || !*answer) {
            qFatal("not written");
        }
    }
    /// As somebody else does.
    void put(const std::string& chain, const std::string& address, const std::string& name,
             const std::string& tags, const std::string& lists, UnixMillis at)
    {
        SQLite::Statement row(profile.database().handle(),
                              "INSERT INTO address_entry VALUES (?, ?, ?, ?, ?, ?)");
        int position = 0;
        for (const std::string& text : {chain, address, name, tags, lists}) {
            row.bind(++position, text);
        }
        row.bind(++position, at);
        row.exec();
    }

    /// Ends the session where there is one, and begins another.
    void unlock()
    {
        session = std::make_unique<ProfileSession>(sessionParts(profile.folder(), clock));
        session->start();
        const bool isTrustKnown =
            waitUntil([this] { return session->state() == ProfileSession::State::Open; }, patienceMs);
        if (!isTrustKnown) {
            qFatal("not unlocked");
        }
    }
    void edit(const std::string& sql) { profile.database().handle().exec(sql); }

    /// "kind subject detail" of the newest entry of the record.
    std::string recorded()
    {
        return profile.database()
            .handle()
            .execAndGet("SELECT kind || ' ' || subject || ' ' || detail FROM audit ORDER BY seq DESC LIMIT 1")
            .getString();
    }
    int number(const std::string& where = "1")
    {
        return profile.database()
            .handle()
            .execAndGet("SELECT count(*) FROM address_entry WHERE " + where)
            .getInt();
    }
    /// A file with this text; its name.
    QString file(const std::string& text)
    {
        QFile written(files.filePath(QStringLiteral("addresses.csv")));
        if (!written.open(QIODevice::WriteOnly) ||
            written.write(text.data(), static_cast<qint64>(text.size())) < 0) {
            qFatal("not written");
        }
        return written.fileName();
    }
};

}  // namespace countersign::testing
