#include "core/vault/KeyWrapping.h"
#include "core/vault/Vault.h"
#include "core/vault/profile/ProfileRecord.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/VaultScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class VaultRecordTest : public QObject, private VaultScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }

    /// Which took the bytes as they came.
    void profilesOfAnOlderVersionOpenWithTheirBytes()
    {
        for (const char* bytes : {"scho\xcc\x88n", "\xef\xbb\xbfopen", "\xff\xfeo\x01", "plain"}) {
            begin();
            ProfileRecord record;
            record.info.profileId = "6a1f2f3e-5a57-4a8e-9c0f-2b1d3c4e5f60";
            record.info.keychain = none;
            record.info.hasPassphrase = true;
            record.passphraseCost = PasswordKdfParameters::fresh();
            record.passphraseCost->operations = 1;
            record.passphraseCost->memoryBytes = 8ULL * 1024 * 1024;
            QVERIFY(wrapVaultKey(record, SecretBytes::random(vaultKeyBytes), {},
                                 SecretBytes::copyOf(std::string_view(bytes)))
                        .has_value());
            std::filesystem::create_directories(paths().root);
            const auto database = Database::open(paths().database(), Database::Mode::Create);
            QVERIFY(record.write(**database).has_value());
            QVERIFY(unlockVault(*Vault::open(paths(), keys).value(), bytes).has_value());
            QCOMPARE(unlockVault(*Vault::open(paths(), keys).value(), "sch\xc3\xb6n").error().code,
                     ErrorCode::WrongPassphrase);
        }
    }

    void everyFactOfTheProfileIsBoundToItsKey_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("id") << QByteArray(
            "UPDATE profile SET profile_id = '00000000-0000-4000-8000-000000000000'");
        QTest::newRow("creation") << QByteArray("UPDATE profile SET created_at = created_at + 1");
        QTest::newRow("demonstration") << QByteArray("UPDATE profile SET demonstration = 1");
        QTest::newRow("salt") << QByteArray("UPDATE profile SET kdf_salt = zeroblob(16)");
        QTest::newRow("operations") << QByteArray("UPDATE profile SET kdf_operations = 1");
        QTest::newRow("memory") << QByteArray("UPDATE profile SET kdf_memory = 8388608");
        QTest::newRow("key") << QByteArray(
            "UPDATE profile SET wrapped_key = CAST(x'01' || "
            "substr(wrapped_key, 3) || x'00' AS BLOB)");
    }

    void everyFactOfTheProfileIsBoundToItsKey()
    {
        QFETCH(const QByteArray, sql);
        copyOfPassphraseProfile();
        change(sql.constData());
        const auto vault = Vault::open(paths(), keys);
        QVERIFY2(vault.has_value(), qPrintable(vault ? QString() : vault.error().detail));
        QCOMPARE(unlockVault(**vault, "secret").error().code, ErrorCode::WrongPassphrase);
    }

    void droppingThePassphraseFromTheRecordDoesNotHelp()
    {
        QVERIFY(createVault(paths(), protection(os, "secret"), keys, clock).has_value());
        change("UPDATE profile SET has_passphrase = 0, kdf_salt = x'', kdf_operations = 0, kdf_memory = 0");
        QCOMPARE(unlockVault(**Vault::open(paths(), keys)).error().code, ErrorCode::WrongPassphrase);
    }

    void hostileRecordsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("10 GB") << QByteArray("UPDATE profile SET kdf_memory = 10000000000");
        QTest::newRow("an hour") << QByteArray("UPDATE profile SET kdf_operations = 1000000");
        QTest::newRow("negative") << QByteArray("UPDATE profile SET kdf_operations = -1");
        QTest::newRow("free") << QByteArray("UPDATE profile SET kdf_operations = 0");
        QTest::newRow("weak") << QByteArray("UPDATE profile SET kdf_memory = 1024");
        QTest::newRow("short salt") << QByteArray("UPDATE profile SET kdf_salt = x'00'");
        QTest::newRow("huge salt") << QByteArray("UPDATE profile SET kdf_salt = zeroblob(50000000)");
        QTest::newRow("huge key") << QByteArray("UPDATE profile SET wrapped_key = zeroblob(50000000)");
        QTest::newRow("no key") << QByteArray("UPDATE profile SET wrapped_key = x''");
        QTest::newRow("no id") << QByteArray("UPDATE profile SET profile_id = ''");
        QTest::newRow("path as id") << QByteArray(
            "UPDATE profile SET profile_id = '../../../../../../../../../../../xyz'");
        QTest::newRow("no protection") << QByteArray("UPDATE profile SET has_passphrase = 0");
        QTest::newRow("no row") << QByteArray("DELETE FROM profile");
    }

    void hostileRecordsAreRefused()
    {
        QFETCH(const QByteArray, sql);
        copyOfPassphraseProfile();
        change(sql.constData());
        const auto vault = Vault::open(paths(), keys);
        QVERIFY(!vault.has_value());
        QCOMPARE(vault.error().code, ErrorCode::Corrupt);
    }
};

COUNTERSIGN_GUILESS_TEST(VaultRecordTest)
#include "VaultRecord_test.moc"
