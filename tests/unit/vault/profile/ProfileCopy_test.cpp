#include "core/vault/profile/ProfileCopy.h"

#include "core/vault/database/FileSync.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/VaultScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace fs = std::filesystem;

class ProfileCopyTest : public QObject
{
    Q_OBJECT

    static std::string settingOf(const ProfilePaths& paths)
    {
        const auto database = Database::open(paths.database(), Database::Mode::ReadOnly);
        return database ? (*database)
                              ->handle()
                              .execAndGet("SELECT group_concat(value) FROM setting WHERE key = 'k'")
                              .getString()
                        : std::string();
    }

private Q_SLOTS:
    void init()
    {
        m_scene.begin();
        auto made =
            createVault(m_scene.paths(), VaultScene::protection(VaultScene::os), m_scene.keys, m_scene.clock);
        QVERIFY(made.has_value());
        m_vault = *made;
        m_scene.change("INSERT INTO setting (key, value) VALUES ('k', 'before')");
    }

    void holdsTheProfileOfOneMomentAndOpensWithItsKey()
    {
        const auto copy = ProfileCopy::make(m_scene.paths());
        QVERIFY2(copy.has_value(), copy ? "" : qPrintable(copy.error().sentence + copy.error().detail));
        const ProfilePaths paths = (*copy)->paths();
        QVERIFY(fs::status(paths.root).permissions() == fs::perms(0700));
        QVERIFY(fs::status(paths.database()).permissions() == fs::perms(0600));
        QCOMPARE(readSmallFile(paths.auditHead(), 4096).value(),
                 readSmallFile(m_scene.paths().auditHead(), 4096).value());
        m_scene.change("UPDATE setting SET value = 'after' WHERE key = 'k'");
        QCOMPARE(settingOf(paths), std::string("before"));

        const auto vault = Vault::open(paths, m_scene.keys);
        QVERIFY(vault.has_value() && unlockVault(**vault).has_value());
        const SealedCell cell{"table", "row", "column"};
        const auto box = m_vault->seal(cell, asBytes("secret"));
        QCOMPARE(toBytes((*vault)->unseal(cell, *box)->view()), toBytes(asBytes("secret")));
    }

    void whatIsWrittenIntoItStaysInIt()
    {
        const auto copy = ProfileCopy::make(m_scene.paths());
        {
            const auto database = Database::open((*copy)->paths().database(), Database::Mode::ReadWrite);
            QVERIFY(database.has_value());
            (*database)->handle().exec("UPDATE setting SET value = 'tried' WHERE key = 'k'");
        }
        QCOMPARE(settingOf((*copy)->paths()), std::string("tried"));
        QCOMPARE(settingOf(m_scene.paths()), std::string("before"));
    }

    void nothingOfItStays()
    {
        fs::path kept;
        {
            const auto copy = ProfileCopy::make(m_scene.paths());
            kept = m_scene.paths().root / "kept";
            fs::create_hard_link((*copy)->paths().database(), kept);
            QVERIFY((*copy)->remove().has_value());
            QVERIFY(!fs::exists((*copy)->paths().root));
        }
        const auto size = static_cast<std::size_t>(fs::file_size(kept));
        QCOMPARE(readSmallFile(kept, size).value(), Bytes(size, 0));
        fs::remove(kept);
        QVERIFY(!m_scene.filesOfProfile().contains(QStringLiteral("profile.copy")));
    }

    void oneAtATimeAndAfterAKillAnew()
    {
        {
            const auto first = ProfileCopy::make(m_scene.paths());
            const auto second = ProfileCopy::make(m_scene.paths());
            QCOMPARE(second.error().code, ErrorCode::Busy);
            QVERIFY(fs::exists((*first)->paths().database()));
        }
        const fs::path left = m_scene.paths().root / "profile.copy";
        fs::create_directory(left);
        QVERIFY(replaceFile(left / "profile.sqlite", asBytes("left")).has_value());
        QVERIFY(replaceFile(left / "other", asBytes("left")).has_value());
        const auto copy = ProfileCopy::make(m_scene.paths());
        QVERIFY(copy.has_value());
        QVERIFY(!fs::exists((*copy)->paths().root / "other"));
        QCOMPARE(settingOf((*copy)->paths()), std::string("before"));
    }

    void whatAKillLeftIsSweptAndNothingElse()
    {
        QVERIFY(ProfileCopy::sweep(m_scene.paths()).has_value());
        QVERIFY(ProfileCopy::sweep(m_scene.paths("other")).has_value());
        {
            const auto used = ProfileCopy::make(m_scene.paths());
            QVERIFY(ProfileCopy::sweep(m_scene.paths()).has_value());
            QCOMPARE(settingOf((*used)->paths()), std::string("before"));
        }
        const fs::path left = m_scene.paths().root / "profile.copy";
        const fs::path kept = m_scene.paths().root / "kept";
        fs::create_directory(left);
        QVERIFY(replaceFile(left / "profile.sqlite", asBytes("left")).has_value());
        fs::create_hard_link(left / "profile.sqlite", kept);
        QVERIFY(ProfileCopy::sweep(m_scene.paths()).has_value());
        QVERIFY(!fs::exists(left));
        QCOMPARE(readSmallFile(kept, 10).value(), Bytes(4, 0));
        QCOMPARE(settingOf(m_scene.paths()), std::string("before"));
        // The next copy finds the folder free.
        QVERIFY(ProfileCopy::make(m_scene.paths()).has_value());
    }

    /// Whoever puts a link in its place must not have what it leads to written over.
    void aLinkInItsPlaceIsNotFollowed()
    {
        const fs::path elsewhere = m_scene.paths("elsewhere").root;
        fs::create_directory(elsewhere);
        QVERIFY(replaceFile(elsewhere / "profile.sqlite", asBytes("mine")).has_value());
        fs::create_directory_symlink(elsewhere, m_scene.paths().root / "profile.copy");
        QVERIFY(ProfileCopy::make(m_scene.paths()).has_value());
        QCOMPARE(readSmallFile(elsewhere / "profile.sqlite", 10).value(), toBytes(asBytes("mine")));
    }

    void withoutAProfileThereIsNone()
    {
        QCOMPARE(ProfileCopy::make(m_scene.paths("other")).error().code, ErrorCode::NotFound);
        QVERIFY(!fs::exists(m_scene.paths("other").root));
    }

private:
    VaultScene m_scene;
    std::shared_ptr<Vault> m_vault;
};

COUNTERSIGN_GUILESS_TEST(ProfileCopyTest)
#include "ProfileCopy_test.moc"
