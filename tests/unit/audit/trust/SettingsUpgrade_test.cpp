#include "core/audit/trust/SettingsUpgrade.h"

#include "core/audit/AuditHead.h"
#include "core/vault/KeyWrapping.h"
#include "core/vault/profile/ProfileRecord.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/OldSchema.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

#include <filesystem>

using namespace countersign;
namespace fs = std::filesystem;

namespace {

constexpr const char* profileId = "6a1f2f3e-5a57-4a8e-9c0f-2b1d3c4e5f60";

/// A profile as the version before wrote it: nothing sealed, a record with entries and its head of 40 bytes.
struct OldProfile
{
    QTemporaryDir folder;
    ProfilePaths paths{fs::path(folder.path().toStdString()) / "profile"};
    ManualClock clock{1'750'000'000'000};
    std::shared_ptr<MemoryRootKeyStore> rootKeys = std::make_shared<MemoryRootKeyStore>();

    explicit OldProfile(std::string_view passphrase = {})
    {
        ProfileRecord record;
        record.info.profileId = profileId;
        record.info.createdAt = clock.now();
        if (!passphrase.empty()) {
            record.info.hasPassphrase = true;
            record.passphraseCost = PasswordKdfParameters::fresh();
            record.passphraseCost->operations = 1;
            record.passphraseCost->memoryBytes = 8ULL * 1024 * 1024;
        }
        const SecretBytes rootKey = SecretBytes::random(rootKeyBytes);
        rootKeys->write(QString::fromLatin1(profileId), rootKey, [](const Status&) {});
        QVERIFY(
            wrapVaultKey(record, SecretBytes::random(vaultKeyBytes), rootKey, SecretBytes::copyOf(passphrase))
                .has_value());
        fs::create_directories(paths.root);
        {
            const auto database = Database::open(paths.database(), Database::Mode::Create);
            QVERIFY(record.write(**database).has_value());
            (*database)->handle().exec(
                "INSERT INTO setting VALUES ('api.base', 'https://a.example'), ('engine', 'sdk');"
                "INSERT INTO submitter (name, public_key, created_at) VALUES ('shop', zeroblob(32), 0)");
        }
        {
            const auto vault = open(passphrase);
            const auto database = connect();
            AuditLog log(*database, *vault, clock);
            for (const char* kind : {"profile.created", "setting.changed"}) {
                QVERIFY(log.append(kind, "x", "{}").has_value());
            }
            QCOMPARE(fs::file_size(paths.auditHead()), std::uintmax_t{40 + 41});
        }
        rewriteAsOld(paths.database(), 2);
    }

    std::unique_ptr<Database> connect() const
    {
        return Database::open(paths.database(), Database::Mode::ReadWrite).value();
    }

    std::shared_ptr<Vault> open(std::string_view passphrase = {})
    {
        const auto vault = Vault::open(paths, rootKeys).value();
        if (const auto opened = unlockVault(*vault, passphrase); !opened) {
            qFatal("not unlocked: %s", qUtf8Printable(opened.error().sentence));
        }
        return vault;
    }

    /// What every program does after it has unlocked.
    std::shared_ptr<Vault> start(std::string_view passphrase = {})
    {
        auto vault = open(passphrase);
        const auto sealed = sealSettingsOnce(*vault, *connect(), clock);
        if (!sealed) {
            qFatal("not sealed: %s", qUtf8Printable(sealed.error().sentence + sealed.error().detail));
        }
        return vault;
    }

    std::optional<ErrorCode> refusal(const Vault& vault) const
    {
        const auto value = TrustedSettings(*connect(), vault).get(settingKeys::apiBase);
        return value ? std::nullopt : std::optional(value.error().code);
    }

    int sealings() const
    {
        return connect()->handle().execAndGet("SELECT count(*) FROM audit WHERE kind = 'settings.sealed'");
    }
};

}  // namespace

class SettingsUpgradeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sealsOnceWhatIsThere_data()
    {
        QTest::addColumn<QByteArray>("passphrase");
        QTest::newRow("keychain") << QByteArray();
        QTest::newRow("keychain and passphrase") << QByteArray("open sesame");
    }

    void sealsOnceWhatIsThere()
    {
        QFETCH(const QByteArray, passphrase);
        OldProfile profile(passphrase.toStdString());
        {
            const auto vault = profile.start(passphrase.toStdString());
            QVERIFY(vault->info().settingsSealed);
            QCOMPARE(profile.refusal(*vault), std::nullopt);
            const auto database = profile.connect();
            QVERIFY(TrustedRows(*database, *vault).findings()->empty());
            AuditLog log(*database, *vault, profile.clock);
            const auto entry = log.page(0, 1)->at(0);
            QCOMPARE(entry.kind, std::string("settings.sealed"));
            for (const char* name : {"api.base", "engine", "shop"}) {
                QVERIFY(entry.detail.find(name) != std::string::npos);
            }
            QVERIFY(log.verify()->intact);
            // Unlocking goes on working in this program.
            vault->lock();
            QVERIFY(unlockVault(*vault, passphrase.toStdString()).has_value());
            QVERIFY(!vault->recordWithSealedSettings());
        }
        const auto vault = profile.start(passphrase.toStdString());
        QCOMPARE(profile.sealings(), 1);
        profile.connect()->handle().exec("UPDATE setting SET value = 'x' WHERE key = 'api.base'");
        QCOMPARE(profile.refusal(*profile.start(passphrase.toStdString())),
                 std::optional(ErrorCode::BadSignature));
        QCOMPARE(profile.sealings(), 1);
    }

    void twoProgramsSealOnce()
    {
        OldProfile profile;
        const auto first = profile.open();
        const auto second = profile.open();
        QVERIFY(sealSettingsOnce(*first, *profile.connect(), profile.clock).has_value());
        QVERIFY(sealSettingsOnce(*second, *profile.connect(), profile.clock).has_value());
        QCOMPARE(profile.sealings(), 1);
        QVERIFY(first->info().settingsSealed && second->info().settingsSealed);
        QCOMPARE(profile.refusal(*second), std::nullopt);
    }

    /// Rolling the version back leaves a description that the wrapped key does not fit.
    void theVersionAloneCannotBeRolledBack()
    {
        OldProfile profile;
        (void)profile.start();
        rewriteAsOld(profile.paths.database(), 2);
        profile.connect()->handle().exec("UPDATE setting SET value = 'https://evil' WHERE key = 'api.base'");
        const auto vault = Vault::open(profile.paths, profile.rootKeys).value();
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::WrongPassphrase);
        profile.connect()->handle().exec("UPDATE profile SET settings_sealed = 1");
        const auto again = profile.start();
        QCOMPARE(profile.refusal(*again), std::optional(ErrorCode::BadSignature));
        QCOMPARE(profile.sealings(), 1);
    }

    /// Even with the description and the head of before: the record knows that it was sealed.
    void anOlderDescriptionDoesNotSealAgain()
    {
        OldProfile profile;
        const Bytes wrapped = toBytes(asBytes(
            profile.connect()->handle().execAndGet("SELECT hex(wrapped_key) FROM profile").getString()));
        const fs::path head = profile.paths.auditHead();
        fs::copy_file(head, head.string() + ".old");
        (void)profile.start();
        rewriteAsOld(profile.paths.database(), 2);
        profile.connect()->handle().exec(
            "UPDATE setting SET value = 'https://evil' WHERE key = 'api.base';"
            "UPDATE profile SET wrapped_key = x'" +
            std::string(asText(wrapped)) + "'");
        {
            const auto vault = profile.start();
            QVERIFY(!vault->info().settingsSealed);
            QCOMPARE(profile.refusal(*vault), std::optional(ErrorCode::BadSignature));
        }
        fs::copy_file(head.string() + ".old", head, fs::copy_options::overwrite_existing);
        const auto vault = profile.start();
        QCOMPARE(profile.refusal(*vault), std::optional(ErrorCode::BadSignature));
        QCOMPARE(profile.sealings(), 1);
        // The operator's way out also mends the description.
        QVERIFY(sealSettingsAnew(*vault, *profile.connect(), profile.clock, "looked").has_value());
        QCOMPARE(profile.refusal(*vault), std::nullopt);
        QVERIFY(profile.open()->info().settingsSealed);
    }

    /// An old profile with keys had a record: without one it is not begun anew, and not sealed either.
    void aProfileWithKeysHadARecord()
    {
        OldProfile profile;
        profile.connect()->handle().exec(
            "DELETE FROM audit;"
            "INSERT INTO secret (kind, name, sealed, created_at) VALUES ('relay-token', 'main', x'00', 0)");
        fs::remove(profile.paths.auditHead());
        const auto vault = profile.start();
        const auto database = profile.connect();
        AuditLog log(*database, *vault, profile.clock);
        QCOMPARE(log.append("a", "b", "{}").error().code, ErrorCode::Corrupt);
        QVERIFY(!log.verify()->intact);
        QCOMPARE(profile.sealings(), 0);
        QVERIFY(log.reseal("looked").has_value());
        QVERIFY(profile.start()->info().settingsSealed);
        QVERIFY(log.verify()->intact);
    }

    /// A record that contradicts its head takes no entry: first it has to be mended.
    void aContradictingRecordWaits()
    {
        OldProfile profile;
        fs::remove(profile.paths.auditHead());
        const auto vault = profile.start();
        QCOMPARE(profile.refusal(*vault), std::optional(ErrorCode::Corrupt));
        QCOMPARE(profile.sealings(), 0);
        QVERIFY(AuditLog(*profile.connect(), *vault, profile.clock).reseal("looked").has_value());
        QCOMPARE(profile.refusal(*vault), std::optional(ErrorCode::BadSignature));
        QCOMPARE(profile.refusal(*profile.start()), std::nullopt);
        QCOMPARE(profile.sealings(), 1);
    }
};

COUNTERSIGN_GUILESS_TEST(SettingsUpgradeTest)
#include "SettingsUpgrade_test.moc"
