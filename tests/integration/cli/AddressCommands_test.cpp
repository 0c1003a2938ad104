#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/DatabaseTampering.h"
#include "tests/support/processes/CliProcess.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `addresses` and `wallets tag` (design.md §10), over a profile without a keychain.
class AddressCommandsTest : public QObject
{
    Q_OBJECT

    CliProcess::Outcome run(const QStringList& words, const QByteArray& input = {}) const
    {
        return m_cli.inProfile(words, input);
    }
    CliProcess::Outcome import(const QByteArray& csv, const QStringList& more = {}) const
    {
        return run(QStringList{u"addresses"_s, u"import"_s, u"-"_s} + more, csv);
    }
    Json list() const { return run({u"addresses"_s, u"list"_s}).json(); }
    void edit(const std::string& sql) const
    {
        rawDatabase((m_cli.profile() + u"/profile.sqlite"_s).toStdString()).exec(sql);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_cli = CliProcess(m_folder->filePath(u"profile"_s), m_folder->filePath(u"passphrase"_s));
        writePrivateFile(m_cli.passphraseFile(), "correct horse\n");
        writePrivateFile(m_folder->filePath(u"token"_s), "relay token\n");
        const auto made = run({u"init"_s, u"--relay"_s, u"https://127.0.0.1:1"_s, u"--inbox"_s, u"main"_s,
                               u"--environment"_s, u"env-1"_s, u"--relay-token-file"_s,
                               m_folder->filePath(u"token"_s), u"--keychain"_s, u"none"_s});
        QVERIFY2(made.exitCode == 0, made.errors.constData());
        QVERIFY(m_cli.makeCheapToOpen());
    }

    void importsListsAndRemoves()
    {
        QCOMPARE(list(), Json::array());
        const auto imported = import(shop + mint);
        QVERIFY2(imported.exitCode == 0, imported.errors.constData());
        QVERIFY(imported.json() ==
                (Json{{"added", 2}, {"changed", 0}, {"unchanged", 0}, {"lookAlikes", Json::array()}}));
        const Json listed = list();
        QCOMPARE(listed.size(), 2U);
        QVERIFY(listed[0]["tags"] == Json({"hot", "shop"}));
        QVERIFY(listed[0]["lists"] == Json({"allow"}));
        QVERIFY(listed[1]["chain"] == Json("solana"));

        const auto csv = run({u"addresses"_s, u"list"_s, u"--format"_s, u"csv"_s});
        QVERIFY(import(csv.output).json()["unchanged"] == Json(2));

        const QString address = u"0xd8da6bf26964af9d7eed9e03e53415d37aa96045"_s;
        const auto removed = run({u"addresses"_s, u"remove"_s, address});
        QVERIFY(removed.json()["chain"] == Json("eip155:1"));
        QCOMPARE(run({u"addresses"_s, u"remove"_s, address}).exitCode, 3);
        QCOMPARE(list().size(), 1U);
    }

    void refusesFilesAndLookAlikes()
    {
        const auto refused = import(shop + "0x12,eip155:1,Bank,,\n");
        QCOMPARE(refused.exitCode, 3);
        QVERIFY(refused.errors.contains("Line 3"));
        QCOMPARE(list().size(), 0U);

        QCOMPARE(import(shop).exitCode, 0);
        const QByteArray poisoned = "0xD8DA000000000000000000000000000000006045,eip155,Shop,,\n";
        QCOMPARE(import(poisoned).exitCode, 3);
        QCOMPARE(list().size(), 1U);
        const auto accepted = import(poisoned, {u"--accept-look-alikes"_s});
        QVERIFY(accepted.json()["lookAlikes"].size() == 1);
    }

    void aForeignChangeIsNamed()
    {
        QCOMPARE(import(shop).exitCode, 0);
        edit("UPDATE address_entry SET lists = ''");
        const auto listed = run({u"addresses"_s, u"list"_s});
        QCOMPARE(listed.exitCode, 0);
        QVERIFY(listed.errors.contains("settings seal"));
        QCOMPARE(import(mint).exitCode, 3);
        QCOMPARE(run({u"settings"_s, u"seal"_s, u"--reason"_s, u"looked"_s}).exitCode, 0);
        QCOMPARE(import(mint).exitCode, 0);
        QVERIFY(run({u"addresses"_s, u"list"_s}).errors.isEmpty());
    }

    void tagsWallets()
    {
        QCOMPARE(run({u"wallets"_s, u"tag"_s, u"w-1"_s, u"hot"_s}).exitCode, 3);
        edit(
            "INSERT INTO wallet (wallet_id, chain, address, address_bytes, status, health, received_at, "
            "last_event_at, last_event) VALUES ('w-1', 'EVM', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', "
            "x'70997970C51812dc3A010C7d01b50e0d17dc79C8', 'active', 'ok', 1, 1, "
            "'wallet.delegation.created')");
        QCOMPARE(run({u"wallets"_s, u"tag"_s, u"w-1"_s, u"hot"_s}).exitCode, 0);
        const auto tagged = run({u"wallets"_s, u"tag"_s, u"w-1"_s, u"cold"_s});
        QVERIFY(tagged.json()["walletId"] == Json("w-1"));
        QVERIFY(tagged.json()["tags"] == Json({"cold", "hot"}));
        QCOMPARE(run({u"wallets"_s, u"tag"_s, u"w-1"_s, u"no tag"_s}).exitCode, 3);
        QVERIFY(list()[0]["chain"] == Json("eip155"));
    }

private:
    const QByteArray shop =
        "address,chain,name,tags,lists\n"
        "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045,eip155:1,Shop,shop;hot,allow\n";
    const QByteArray mint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v,solana,USDC mint,,\n";
    std::unique_ptr<QTemporaryDir> m_folder;
    CliProcess m_cli{QString(), QString()};
};

COUNTERSIGN_GUILESS_TEST(AddressCommandsTest)
#include "AddressCommands_test.moc"
