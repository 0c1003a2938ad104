#include "core/vault/profile/ProfileRecord.h"

#include "core/vault/KeyWrapping.h"
#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace countersign;

namespace {

// The bounds as they are written down, not as the code computes them.
ProfileRow acceptable()
{
    ProfileRow row;
    row.profileId = "6a1f2f3e-5a57-4a8e-9c0f-2b1d3c4e5f60";
    row.createdAt = 5;
    row.keychain = "os";
    row.hasPassphrase = 1;
    row.kdfSalt = Bytes(16, 1);
    row.kdfOperations = 3;
    row.kdfMemory = 128 * 1024 * 1024;
    row.wrappedKey = Bytes(1 + 24 + 32 + 16, 2);
    return row;
}

}  // namespace

class ProfileRecordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsItsBoundsAndNothingBeyond()
    {
        const auto accepted = [](const std::function<void(ProfileRow&)>& change) {
            ProfileRow row = acceptable();
            change(row);
            return ProfileRecord::fromRow(row).has_value();
        };
        QVERIFY(accepted([](ProfileRow&) {}));
        QVERIFY(accepted([](ProfileRow& row) { row.kdfMemory = 1024LL * 1024 * 1024; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.kdfMemory = 1024LL * 1024 * 1024 + 1; }));
        QVERIFY(accepted([](ProfileRow& row) { row.kdfMemory = 8LL * 1024 * 1024; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.kdfMemory = 8LL * 1024 * 1024 - 1; }));
        QVERIFY(accepted([](ProfileRow& row) { row.kdfOperations = 16; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.kdfOperations = 17; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.kdfOperations = 3 + (std::int64_t{1} << 32); }));
        QVERIFY(!accepted([](ProfileRow& row) { row.keychain = "OS"; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.profileId[0] = 'A'; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.profileId.push_back('0'); }));
        QVERIFY(accepted([](ProfileRow& row) { row.settingsSealed = 1; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.settingsSealed = 2; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.hasPassphrase = 2; }));
        QVERIFY(!accepted([](ProfileRow& row) { row.hasPassphrase = 0; }));  // but a cost
        QVERIFY(!accepted([](ProfileRow& row) { row.wrappedKey.pop_back(); }));
    }

    void comesBackAsItWasWritten()
    {
        const QTemporaryDir folder;
        const auto database = Database::open(
            std::filesystem::path(folder.path().toStdString()) / "profile.sqlite", Database::Mode::Create);
        const auto written = ProfileRecord::fromRow(acceptable()).value();
        QVERIFY(written.write(**database).has_value());
        const auto read = ProfileRecord::read(**database).value();
        QCOMPARE(read.binding(), written.binding());
        QCOMPARE(read.wrappedKey, written.wrappedKey);
        QCOMPARE(read.passphraseCost->salt, written.passphraseCost->salt);
        QVERIFY(!written.write(**database));  // one profile in a file
    }

    void everyWayOfProtectionHasItsOwnWrapping()
    {
        ProfileRecord record;
        record.info.profileId = acceptable().profileId;
        std::set<Bytes> bindings;
        const SecretBytes vaultKey = SecretBytes::random(vaultKeyBytes);
        const SecretBytes rootKey = SecretBytes::random(rootKeyBytes);
        QVERIFY(wrapVaultKey(record, vaultKey, rootKey, {}).has_value());
        bindings.insert(record.binding());
        QVERIFY(unwrapVaultKey(record, rootKey, {})->equals(vaultKey.view()));
        QCOMPARE(unwrapVaultKey(record, {}, {}).error().code, ErrorCode::Corrupt);
        record.info.keychain = VaultProtection::Keychain::None;
        bindings.insert(record.binding());
        record.info.hasPassphrase = true;
        record.passphraseCost = PasswordKdfParameters::fresh();
        bindings.insert(record.binding());
        record.info.demonstration = true;
        bindings.insert(record.binding());
        record.info.settingsSealed = true;
        bindings.insert(record.binding());
        QCOMPARE(bindings.size(), std::size_t{5});
    }
};

COUNTERSIGN_APPLESS_TEST(ProfileRecordTest)
#include "ProfileRecord_test.moc"
