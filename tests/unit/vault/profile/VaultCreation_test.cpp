#include "core/base/Random.h"
#include "core/vault/Vault.h"
#include "core/vault/database/FileSync.h"
#include "core/vault/profile/ProfileFolder.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/VaultScene.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>

using namespace countersign;
using namespace countersign::testing;

namespace {

std::filesystem::perms permissionsOf(const std::filesystem::path& path)
{
    return std::filesystem::status(path).permissions();
}

}  // namespace

class VaultCreationTest : public QObject, private VaultScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }

    void noProtectionIsRefusedAndLeavesNothing()
    {
        const auto vault = createVault(paths(), protection(none), keys, clock);
        QCOMPARE(vault.error().code, ErrorCode::InvalidInput);
        QVERIFY(everythingBelow().isEmpty());
    }

    void existingProfileIsKept()
    {
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        const auto again = createVault(paths(), protection(os), keys, clock);
        QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
        QCOMPARE(keys->keys.size(), std::size_t{1});
        QVERIFY(unlockVault(**Vault::open(paths(), keys)).has_value());
    }

    void failedCreationLeavesNothing()
    {
        keys->fault = KeychainState::Denied;
        QCOMPARE(createVault(paths("a/b/profile"), protection(os), keys, clock).error().code,
                 ErrorCode::KeychainUnavailable);
        QVERIFY(everythingBelow().isEmpty());
        keys->fault.reset();

        // A file where a folder has to be: the root key is in the keychain by then and must go again.
        QFile blocker(folder->filePath(QStringLiteral("blocker")));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        QCOMPARE(createVault(paths("blocker/profile"), protection(os), keys, clock).error().code,
                 ErrorCode::Storage);
        QVERIFY(keys->keys.empty());
        QCOMPARE(everythingBelow(), QStringList{QStringLiteral("blocker")});
    }

    void oneProgramAtATimeMakesAProfile()
    {
        // Somebody else wants to make one while the root key is being written.
        const auto other = std::make_shared<MemoryRootKeyStore>();
        std::optional<ErrorCode> refused;
        keys->afterWrite = [&] {
            const auto made = createVault(paths(), protection(os), other, clock);
            refused = made ? std::nullopt : std::optional(made.error().code);
        };
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        QCOMPARE(refused, std::optional(ErrorCode::Busy));
        QVERIFY(other->keys.empty());
        QVERIFY(unlockVault(*Vault::open(paths(), keys).value()).has_value());
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
            [&](auto done) { Vault::create(paths(), {}, false, keys, clock, std::move(done), fill); });
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
            Vault::create(paths("a/profile"), {}, false, keys, clock, std::move(done),
                          [](Vault& vault, Database&) -> Status {
                              (void)replaceFile(vault.paths().auditHead(), asBytes("head"));
                              return failure(ErrorCode::Storage, QStringLiteral("no room"));
                          });
        });
        QCOMPARE(made.error().sentence, QStringLiteral("no room"));
        QVERIFY(everythingBelow().isEmpty());
        QVERIFY(keys->keys.empty());
    }

    /// What makers that were killed left is taken back by the next one, keychain items included.
    void whatKilledMakersLeftIsTakenBack()
    {
        const QDir below(folder->path());
        const QString stray = QStringLiteral("00000000-0000-4000-8000-00000000000");
        const Bytes mark = randomBytes(ProfileFolder::markBytes);
        const QString killed = QString::fromStdString(ProfileFolder::profileIdOf(mark));
        for (const QString& name : {QStringLiteral("profile/profile.draft-os-") + killed,
                                    QStringLiteral("profile/profile.draft-os-") + stray + u'1',
                                    QStringLiteral("profile/profile.draft-os-") + stray + u'2',
                                    QStringLiteral("profile/profile.draft-none-") + stray + u'3'}) {
            QVERIFY(below.mkpath(name));
            touch(below.filePath(name + QStringLiteral("/profile.sqlite")));
            // Somebody else's folder with the mark that belongs to another name.
            if (!name.endsWith(stray + u'2')) {
                QVERIFY(replaceFile(below.filePath(name + QStringLiteral("/mark")).toStdString(), mark));
            }
        }
        for (const char* name : {"profile.sqlite.draft-x", "profile.sqlite.draft-x-wal", "audit.head"}) {
            touch(below.filePath(QStringLiteral("profile/") + QLatin1String(name)));
        }
        for (const QString& id : {killed, stray + u'1', stray + u'2', stray + u'4'}) {
            keys->keys.emplace(id, SecretBytes(32));
        }
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        QCOMPARE(filesOfProfile(),
                 (QStringList{QStringLiteral("audit.head"), QStringLiteral("profile.sqlite")}));
        QVERIFY(!keys->keys.contains(killed));
        for (const QChar last : {u'1', u'2', u'4'}) {
            QVERIFY(keys->keys.contains(stray + last));  // another profile's
        }
        QCOMPARE(keys->keys.size(), std::size_t{4});
    }

    /// A kill right behind the publication leaves the profile under two names.
    void aPublishedDraftGoesAndItsProfileStays()
    {
        const auto made = createVault(paths(), protection(os), keys, clock).value();
        const std::filesystem::path draft = paths().root / ("profile.draft-os-" + made->info().profileId);
        std::filesystem::create_directory(draft);
        std::filesystem::create_hard_link(paths().database(), draft / "profile.sqlite");
        QCOMPARE(createVault(paths(), protection(os), keys, clock).error().code, ErrorCode::AlreadyExists);
        QCOMPARE(filesOfProfile(),
                 (QStringList{QStringLiteral("audit.head"), QStringLiteral("profile.sqlite")}));
        QCOMPARE(keys->keys.size(), std::size_t{1});
        QVERIFY(unlockVault(*Vault::open(paths(), keys).value()).has_value());
    }

    void takesOverAnExistingFolderAndGivesItBack()
    {
        QVERIFY(QDir(folder->path()).mkdir(QStringLiteral("profile")));
        std::filesystem::permissions(paths().root, std::filesystem::perms(0755));
        keys->fault = KeychainState::Locked;
        QVERIFY(!createVault(paths(), protection(os), keys, clock));
        QVERIFY(permissionsOf(paths().root) == std::filesystem::perms(0755));
        keys->fault.reset();
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        QVERIFY(permissionsOf(paths().root) == std::filesystem::perms::owner_all);
    }

    void filesAreForTheirOwnerAloneWhateverTheUmask()
    {
        for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
            begin();
            const mode_t former = ::umask(mask);
            const auto vault = createVault(paths(), protection(os), keys, clock);
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
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        QVERIFY(!permissionsProblem(paths()).has_value());
        std::filesystem::permissions(paths().root, std::filesystem::perms(0720));
        QVERIFY(permissionsProblem(paths())->contains(QStringLiteral("chmod 700")));
        std::filesystem::permissions(paths().root, std::filesystem::perms(0700));
        std::filesystem::permissions(paths().database(), std::filesystem::perms(0604));
        QVERIFY(permissionsProblem(paths())->contains(QStringLiteral("chmod 600")));
    }
};

COUNTERSIGN_GUILESS_TEST(VaultCreationTest)
#include "VaultCreation_test.moc"
