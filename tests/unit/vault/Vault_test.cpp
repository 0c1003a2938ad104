#include "core/vault/Vault.h"

#include "core/base/Random.h"
#include "core/vault/FileSync.h"
#include "core/vault/KeyWrapping.h"
#include "core/vault/ProfileFolder.h"
#include "core/vault/ProfileRecord.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/TestProfile.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>

#include <atomic>
#include <thread>

using namespace countersign;

namespace {

VaultProtection protection(VaultProtection::Keychain keychain, std::string_view passphrase = {})
{
    return {keychain, SecretBytes::copyOf(passphrase)};
}

constexpr auto os = VaultProtection::Keychain::Os;
constexpr auto none = VaultProtection::Keychain::None;

std::filesystem::perms permissionsOf(const std::filesystem::path& path)
{
    return std::filesystem::status(path).permissions();
}

}  // namespace

class VaultTest : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock{1'700'000'000'000};
    std::shared_ptr<MemoryRootKeyStore> m_keys;
    std::unique_ptr<QTemporaryDir> m_folder;

    ProfilePaths paths(const char* name = "profile") const
    {
        return ProfilePaths(std::filesystem::path(m_folder->path().toStdString()) / name);
    }

    QStringList everythingBelow() const
    {
        return QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    // Argon2id takes its time, so the tests that damage a profile with a passphrase share one.
    void copyOfPassphraseProfile()
    {
        static const QTemporaryDir folder;
        static const ProfilePaths original(std::filesystem::path(folder.path().toStdString()) / "profile");
        if (!std::filesystem::exists(original.database())) {
            QVERIFY(createVault(original, protection(none, "secret"), m_keys, m_clock).has_value());
        }
        std::filesystem::copy(original.root, paths().root, std::filesystem::copy_options::recursive);
    }

    QStringList filesOfProfile() const
    {
        return QDir(QString::fromStdString(paths().root.string()))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    static void touch(const QString& name)
    {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

    void change(const char* sql)
    {
        const auto database = Database::open(paths().database(), Database::Mode::ReadWrite);
        QVERIFY(database.has_value());
        (*database)->handle().exec(sql);
    }

private Q_SLOTS:
    void init()
    {
        m_keys = std::make_shared<MemoryRootKeyStore>();
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void createdVaultIsUnlockedAndTellsItsFacts()
    {
        const auto vault = createVault(paths(), protection(os), m_keys, m_clock);
        QVERIFY(vault.has_value());
        QVERIFY((*vault)->isUnlocked());
        const auto opened = Vault::open(paths(), nullptr);
        QVERIFY(opened.has_value());
        QVERIFY(!(*opened)->isUnlocked());
        const ProfileInfo& info = (*opened)->info();
        QCOMPARE(info.profileId, (*vault)->info().profileId);
        QCOMPARE(info.createdAt, m_clock.now());
        QVERIFY(info.keychain == os && !info.hasPassphrase && !info.demonstration);
        QCOMPARE(m_keys->keys.size(), std::size_t{1});
        QCOMPARE(m_keys->keys.begin()->second.size(), std::size_t{32});
        QCOMPARE(m_keys->keys.begin()->first.toStdString(), info.profileId);
    }

    void demonstrationIsMarked()
    {
        const auto vault = waitFor<Result<std::shared_ptr<Vault>>>(
            [&](auto done) { Vault::create(paths(), {}, true, m_keys, m_clock, std::move(done)); });
        QVERIFY((*vault)->info().demonstration);
        QVERIFY((*Vault::open(paths(), m_keys))->info().demonstration);
    }

    void eachWayOfProtectionUnlocks_data()
    {
        QTest::addColumn<bool>("keychain");
        QTest::addColumn<QByteArray>("passphrase");
        QTest::newRow("keychain") << true << QByteArray();
        QTest::newRow("passphrase") << false << QByteArray("correct horse");
        QTest::newRow("both") << true << QByteArray("correct horse");
    }

    void eachWayOfProtectionUnlocks()
    {
        QFETCH(const bool, keychain);
        QFETCH(const QByteArray, passphrase);
        const std::string_view text = passphrase.toStdString().empty() ? "" : "correct horse";
        const SealedCell cell{"t", "r", "c"};
        Bytes box;
        Bytes derived;
        {
            const auto vault = createVault(paths(), protection(keychain ? os : none, text), m_keys, m_clock);
            QVERIFY(vault.has_value());
            box = (*vault)->seal(cell, asBytes("content")).value();
            derived = toBytes((*vault)->deriveKey("audit-v1")->view());
            QCOMPARE(m_keys->keys.size(), std::size_t{keychain ? 1U : 0U});
        }
        const auto vault = Vault::open(paths(), m_keys).value();
        QCOMPARE(vault->unseal(cell, box).error().code, ErrorCode::Locked);
        QCOMPARE(vault->seal(cell, box).error().code, ErrorCode::Locked);
        QCOMPARE(vault->deriveKey("audit-v1").error().code, ErrorCode::Locked);
        QVERIFY(unlockVault(*vault, text).has_value());
        QCOMPARE(vault->unseal(cell, box)->text(), std::string_view("content"));
        QVERIFY(vault->deriveKey("audit-v1")->equals(derived));
        QVERIFY(!vault->deriveKey("other-v1")->equals(derived));
        vault->lock();
        QVERIFY(!vault->isUnlocked());
        QCOMPARE(vault->unseal(cell, box).error().code, ErrorCode::Locked);
    }

    void eitherPartAloneIsUseless()
    {
        QVERIFY(createVault(paths(), protection(os, "right"), m_keys, m_clock).has_value());
        const auto vault = Vault::open(paths(), m_keys).value();
        QCOMPARE(unlockVault(*vault, "wrong").error().code, ErrorCode::WrongPassphrase);
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::WrongPassphrase);
        const SecretBytes rootKey = m_keys->keys.begin()->second.clone();
        m_keys->keys.begin()->second = SecretBytes::random(32);
        QCOMPARE(unlockVault(*vault, "right").error().code, ErrorCode::WrongPassphrase);
        m_keys->keys.begin()->second = rootKey.clone();
        QVERIFY(unlockVault(*vault, "right").has_value());
        // Asking again for the passphrase must not lock a vault in use.
        QCOMPARE(unlockVault(*vault, "wrong").error().code, ErrorCode::WrongPassphrase);
        QVERIFY(vault->isUnlocked());
    }

    void aPassphraseThatIsNotNeededIsRefused()
    {
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        const auto vault = Vault::open(paths(), m_keys).value();
        QCOMPARE(unlockVault(*vault, "surplus").error().code, ErrorCode::WrongPassphrase);
    }

    void keychainFaultsReachTheCaller()
    {
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        const auto vault = Vault::open(paths(), m_keys).value();
        for (const KeychainState state : {KeychainState::Locked, KeychainState::Absent, KeychainState::Denied,
                                          KeychainState::TimedOut, KeychainState::NoBus}) {
            m_keys->fault = state;
            const auto unlocked = unlockVault(*vault);
            QCOMPARE(unlocked.error().code, ErrorCode::KeychainUnavailable);
            QCOMPARE(unlocked.error().sentence, keychainSentence(state));
        }
        m_keys->fault.reset();
        m_keys->keys.begin()->second = SecretBytes::random(31);
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::Corrupt);
        m_keys->keys.clear();
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::NotFound);
        const auto withoutStore = Vault::open(paths(), nullptr).value();
        QCOMPARE(unlockVault(*withoutStore).error().code, ErrorCode::KeychainUnavailable);
    }

    void sentencesDifferAndSayWhatToDo()
    {
        QSet<QString> sentences;
        for (const KeychainState state :
             {KeychainState::Available, KeychainState::Locked, KeychainState::Absent, KeychainState::Denied,
              KeychainState::TimedOut, KeychainState::NoBus}) {
            sentences.insert(keychainSentence(state));
        }
        QCOMPARE(sentences.size(), 6);
        QVERIFY(keychainSentence(KeychainState::Absent).contains(QStringLiteral("--keychain none")));
    }

    void noProtectionIsRefusedAndLeavesNothing()
    {
        const auto vault = createVault(paths(), protection(none), m_keys, m_clock);
        QCOMPARE(vault.error().code, ErrorCode::InvalidInput);
        QVERIFY(everythingBelow().isEmpty());
    }

    void existingProfileIsKept()
    {
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        const auto again = createVault(paths(), protection(os), m_keys, m_clock);
        QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
        QCOMPARE(m_keys->keys.size(), std::size_t{1});
        QVERIFY(unlockVault(**Vault::open(paths(), m_keys)).has_value());
    }

    void failedCreationLeavesNothing()
    {
        m_keys->fault = KeychainState::Denied;
        QCOMPARE(createVault(paths("a/b/profile"), protection(os), m_keys, m_clock).error().code,
                 ErrorCode::KeychainUnavailable);
        QVERIFY(everythingBelow().isEmpty());
        m_keys->fault.reset();

        // A file where a folder has to be: the root key is in the keychain by then and must go again.
        QFile blocker(m_folder->filePath(QStringLiteral("blocker")));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        QCOMPARE(createVault(paths("blocker/profile"), protection(os), m_keys, m_clock).error().code,
                 ErrorCode::Storage);
        QVERIFY(m_keys->keys.empty());
        QCOMPARE(everythingBelow(), QStringList{QStringLiteral("blocker")});
    }

    void oneProgramAtATimeMakesAProfile()
    {
        // Somebody else wants to make one while the root key is being written.
        const auto other = std::make_shared<MemoryRootKeyStore>();
        std::optional<ErrorCode> refused;
        m_keys->afterWrite = [&] {
            const auto made = createVault(paths(), protection(os), other, m_clock);
            refused = made ? std::nullopt : std::optional(made.error().code);
        };
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        QCOMPARE(refused, std::optional(ErrorCode::Busy));
        QVERIFY(other->keys.empty());
        QVERIFY(unlockVault(*Vault::open(paths(), m_keys).value()).has_value());
        QCOMPARE(filesOfProfile(),
                 (QStringList{QStringLiteral("audit.head"), QStringLiteral("profile.sqlite")}));
    }

    void aProfileAppearsFilled()
    {
        bool appeared = true;
        const auto fill = [&](Vault& vault, Database& database) -> Status {
            appeared = std::filesystem::exists(paths().database());
            database.handle().exec("INSERT INTO setting VALUES ('a', 'b')");
            return replaceFile(vault.paths().auditHead(), asBytes("head"));
        };
        const auto made = waitFor<Result<std::shared_ptr<Vault>>>(
            [&](auto done) { Vault::create(paths(), {}, false, m_keys, m_clock, std::move(done), fill); });
        QVERIFY(made.has_value());
        QVERIFY(!appeared);
        QVERIFY((*made)->paths().root == paths().root);
        const auto database = Database::open(paths().database(), Database::Mode::ReadWrite);
        QCOMPARE((*database)->handle().execAndGet("SELECT value FROM setting").getString(), std::string("b"));
        QVERIFY(std::filesystem::exists(paths().auditHead()));
    }

    void aProfileThatCannotBeFilledIsNotMade()
    {
        const auto made = waitFor<Result<std::shared_ptr<Vault>>>([&](auto done) {
            Vault::create(paths("a/profile"), {}, false, m_keys, m_clock, std::move(done),
                          [](Vault& vault, Database&) -> Status {
                              (void)replaceFile(vault.paths().auditHead(), asBytes("head"));
                              return failure(ErrorCode::Storage, QStringLiteral("no room"));
                          });
        });
        QCOMPARE(made.error().sentence, QStringLiteral("no room"));
        QVERIFY(everythingBelow().isEmpty());
        QVERIFY(m_keys->keys.empty());
    }

    /// What makers that were killed left is taken back by the next one, keychain items included.
    void whatKilledMakersLeftIsTakenBack()
    {
        const QDir folder(m_folder->path());
        const QString stray = QStringLiteral("00000000-0000-4000-8000-00000000000");
        const Bytes mark = randomBytes(ProfileFolder::markBytes);
        const QString killed = QString::fromStdString(ProfileFolder::profileIdOf(mark));
        for (const QString& name : {QStringLiteral("profile/profile.draft-os-") + killed,
                                    QStringLiteral("profile/profile.draft-os-") + stray + u'1',
                                    QStringLiteral("profile/profile.draft-os-") + stray + u'2',
                                    QStringLiteral("profile/profile.draft-none-") + stray + u'3'}) {
            QVERIFY(folder.mkpath(name));
            touch(folder.filePath(name + QStringLiteral("/profile.sqlite")));
            // Somebody else's folder with the mark that belongs to another name.
            if (!name.endsWith(u'2')) {
                QVERIFY(replaceFile(folder.filePath(name + QStringLiteral("/mark")).toStdString(), mark));
            }
        }
        for (const char* name : {"profile.sqlite.draft-x", "profile.sqlite.draft-x-wal", "audit.head"}) {
            touch(folder.filePath(QStringLiteral("profile/") + QLatin1String(name)));
        }
        for (const QString& id : {killed, stray + u'1', stray + u'2', stray + u'4'}) {
            m_keys->keys.emplace(id, SecretBytes(32));
        }
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        QCOMPARE(filesOfProfile(),
                 (QStringList{QStringLiteral("audit.head"), QStringLiteral("profile.sqlite")}));
        QVERIFY(!m_keys->keys.contains(killed));
        for (const QChar last : {u'1', u'2', u'4'}) {
            QVERIFY(m_keys->keys.contains(stray + last));  // another profile's
        }
        QCOMPARE(m_keys->keys.size(), std::size_t{4});
    }

    /// A kill right behind the publication leaves the profile under two names.
    void aPublishedDraftGoesAndItsProfileStays()
    {
        const auto made = createVault(paths(), protection(os), m_keys, m_clock).value();
        const std::filesystem::path draft = paths().root / ("profile.draft-os-" + made->info().profileId);
        std::filesystem::create_directory(draft);
        std::filesystem::create_hard_link(paths().database(), draft / "profile.sqlite");
        QCOMPARE(createVault(paths(), protection(os), m_keys, m_clock).error().code,
                 ErrorCode::AlreadyExists);
        QCOMPARE(filesOfProfile(),
                 (QStringList{QStringLiteral("audit.head"), QStringLiteral("profile.sqlite")}));
        QCOMPARE(m_keys->keys.size(), std::size_t{1});
        QVERIFY(unlockVault(*Vault::open(paths(), m_keys).value()).has_value());
    }

    void theSameTextInAnotherFormUnlocks()
    {
        QVERIFY(createVault(paths(), protection(none, "scho\xcc\x88n"), m_keys, m_clock).has_value());
        for (const char* text : {"sch\xc3\xb6n", "scho\xcc\x88n", "\xef\xbb\xbfsch\xc3\xb6n"}) {
            QVERIFY(unlockVault(*Vault::open(paths(), m_keys).value(), text).has_value());
        }
        QCOMPARE(unlockVault(*Vault::open(paths(), m_keys).value(), "schon").error().code,
                 ErrorCode::WrongPassphrase);
    }

    /// Which took the bytes as they came.
    void profilesOfAnOlderVersionOpenWithTheirBytes()
    {
        for (const char* bytes : {"scho\xcc\x88n", "\xef\xbb\xbfopen", "\xff\xfeo\x01", "plain"}) {
            init();
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
            QVERIFY(unlockVault(*Vault::open(paths(), m_keys).value(), bytes).has_value());
            QCOMPARE(unlockVault(*Vault::open(paths(), m_keys).value(), "sch\xc3\xb6n").error().code,
                     ErrorCode::WrongPassphrase);
        }
    }

    void takesOverAnExistingFolderAndGivesItBack()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("profile")));
        std::filesystem::permissions(paths().root, std::filesystem::perms(0755));
        m_keys->fault = KeychainState::Locked;
        QVERIFY(!createVault(paths(), protection(os), m_keys, m_clock));
        QVERIFY(permissionsOf(paths().root) == std::filesystem::perms(0755));
        m_keys->fault.reset();
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        QVERIFY(permissionsOf(paths().root) == std::filesystem::perms::owner_all);
    }

    void filesAreForTheirOwnerAloneWhateverTheUmask()
    {
        for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
            init();
            const mode_t former = ::umask(mask);
            const auto vault = createVault(paths(), protection(os), m_keys, m_clock);
            const auto database = Database::open(paths().database(), Database::Mode::ReadWrite);
            (*database)->handle().exec("INSERT INTO setting VALUES ('a', 'b')");
            ::umask(former);
            QVERIFY(permissionsOf(paths().root) == std::filesystem::perms(0700));
            int files = 0;
            for (const auto& file : std::filesystem::directory_iterator(paths().root)) {
                QVERIFY2(file.status().permissions() == std::filesystem::perms(0600), file.path().c_str());
                ++files;
            }
            QVERIFY(files >= 3);  // the database, -wal and -shm
            QVERIFY(!permissionsProblem(paths()).has_value());
        }
    }

    void permissionsProblemIsTold()
    {
        QVERIFY(permissionsProblem(paths()).has_value());  // no such folder
        QVERIFY(createVault(paths(), protection(os), m_keys, m_clock).has_value());
        QVERIFY(!permissionsProblem(paths()).has_value());
        std::filesystem::permissions(paths().root, std::filesystem::perms(0720));
        QVERIFY(permissionsProblem(paths())->contains(QStringLiteral("chmod 700")));
        std::filesystem::permissions(paths().root, std::filesystem::perms(0700));
        std::filesystem::permissions(paths().database(), std::filesystem::perms(0604));
        QVERIFY(permissionsProblem(paths())->contains(QStringLiteral("chmod 600")));
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
        const auto vault = Vault::open(paths(), m_keys);
        QVERIFY2(vault.has_value(), qPrintable(vault ? QString() : vault.error().detail));
        QCOMPARE(unlockVault(**vault, "secret").error().code, ErrorCode::WrongPassphrase);
    }

    void droppingThePassphraseFromTheRecordDoesNotHelp()
    {
        QVERIFY(createVault(paths(), protection(os, "secret"), m_keys, m_clock).has_value());
        change("UPDATE profile SET has_passphrase = 0, kdf_salt = x'', kdf_operations = 0, kdf_memory = 0");
        QCOMPARE(unlockVault(**Vault::open(paths(), m_keys)).error().code, ErrorCode::WrongPassphrase);
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
        const auto vault = Vault::open(paths(), m_keys);
        QVERIFY(!vault.has_value());
        QCOMPARE(vault.error().code, ErrorCode::Corrupt);
    }

    void aBoxOpensInItsOwnCellOnly()
    {
        const auto vault = createVault(paths(), protection(os), m_keys, m_clock).value();
        const SealedCell cell{"table", "row", "column", 1};
        const Bytes box = vault->seal(cell, asBytes("x")).value();
        QVERIFY(vault->unseal(cell, box).has_value());
        for (const SealedCell& other :
             {SealedCell{"tabl", "erow", "column", 1}, SealedCell{"table", "ro", "wcolumn", 1},
              SealedCell{"table", "row2", "column", 1}, SealedCell{"table", "row", "colum", 1},
              SealedCell{"table", "row", "column", 2}}) {
            QCOMPARE(vault->unseal(other, box).error().code, ErrorCode::Corrupt);
        }
        for (std::size_t i = 0; i < box.size(); ++i) {
            Bytes changed = box;
            changed[i] ^= 1U;
            QCOMPARE(vault->unseal(cell, changed).error().code, ErrorCode::Corrupt);
            QCOMPARE(vault->unseal(cell, BytesView(box).first(i)).error().code, ErrorCode::Corrupt);
        }
        const auto otherKeys = std::make_shared<MemoryRootKeyStore>();
        const auto foreign = createVault(paths("other"), protection(os), otherKeys, m_clock).value();
        QCOMPARE(foreign->unseal(cell, box).error().code, ErrorCode::Corrupt);
        QVERIFY(vault->seal(cell, asBytes("x")).value() != box);  // a fresh nonce every time
    }

    void lockingWhileUnlockingCancels()
    {
        QVERIFY(createVault(paths(), protection(os, "secret"), m_keys, m_clock).has_value());
        const auto vault = Vault::open(paths(), m_keys).value();
        const auto status = waitFor<Status>([&](auto done) {
            vault->unlock(SecretBytes::copyOf(std::string_view("secret")), std::move(done));
            vault->lock();
        });
        QCOMPARE(status.error().code, ErrorCode::Cancelled);
        QVERIFY(!vault->isUnlocked());
        QVERIFY(unlockVault(*vault, "secret").has_value());
    }

    void callbacksComeOnceLaterAndHere()
    {
        QVERIFY(createVault(paths(), protection(none, "secret"), m_keys, m_clock).has_value());
        auto vault = Vault::open(paths(), m_keys).value();
        int calls = 0;
        bool foreignThread = false;
        const auto count = [&](const Status&) {
            ++calls;
            foreignThread = foreignThread || QThread::currentThread() != thread();
        };
        vault->unlock(SecretBytes::copyOf(std::string_view("secret")), count);
        vault->unlock(SecretBytes::copyOf(std::string_view("wrong")), count);
        vault->unlock({}, count);
        QCOMPARE(calls, 0);
        QTRY_COMPARE_WITH_TIMEOUT(calls, 3, patienceMs);
        vault->lock();
        vault->unlock(SecretBytes::copyOf(std::string_view("secret")), count);
        vault.reset();  // dropped: the callback still comes
        QTRY_COMPARE_WITH_TIMEOUT(calls, 4, patienceMs);
        QTest::qWait(20);
        QCOMPARE(calls, 4);
        QVERIFY(!foreignThread);
    }

    void sealsFromManyThreadsWhileLocking()
    {
        const auto vault = createVault(paths(), protection(os), m_keys, m_clock).value();
        const SealedCell cell{"t", "r", "c"};
        std::atomic<bool> wrong = false;
        std::atomic<int> sealed = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (;;) {
                    const auto box = vault->seal(cell, asBytes("content"));
                    if (!box) {
                        wrong = wrong || box.error().code != ErrorCode::Locked;
                        return;
                    }
                    const auto opened = vault->unseal(cell, *box);
                    wrong = wrong ||
                            (opened ? opened->text() != "content" : opened.error().code != ErrorCode::Locked);
                    ++sealed;
                }
            });
        }
        while (sealed < 200) {
            std::this_thread::yield();
        }
        vault->lock();
        for (std::thread& thread : threads) {
            thread.join();
        }
        QVERIFY(!wrong);
    }

    void standardPathsFollowTheEnvironment()
    {
        qputenv("COUNTERSIGN_PROFILE", "/somewhere/else");
        QCOMPARE(ProfilePaths::standard().database().string(), std::string("/somewhere/else/profile.sqlite"));
        qunsetenv("COUNTERSIGN_PROFILE");
        QVERIFY(ProfilePaths::standard().root.string().ends_with("countersign/default"));
    }
};

COUNTERSIGN_GUILESS_TEST(VaultTest)
#include "Vault_test.moc"
