#include "services/relay/SqliteRelayStore.h"

#include "tests/support/TestProgram.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/Database.h>

using namespace countersign;

class SqliteRelayStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("relay.sqlite")).toStdString();
        m_store = SqliteRelayStore::open(m_file, OpenMode::CreateIfMissing).value();
    }

    void opensOnlyItsOwn()
    {
        const auto fresh = m_folder->filePath(QStringLiteral("absent.sqlite")).toStdString();
        QVERIFY(SqliteRelayStore::open(fresh, OpenMode::Existing).error().code == ErrorCode::NotFound);
        QVERIFY(!std::filesystem::exists(fresh));
        const auto foreign = m_folder->filePath(QStringLiteral("foreign.sqlite")).toStdString();
        {
            SQLite::Database database(foreign, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            database.exec("CREATE TABLE t (x)");
        }
        QVERIFY(SqliteRelayStore::open(foreign, OpenMode::Existing).error().code == ErrorCode::Corrupt);
        {
            SQLite::Database database(m_file, SQLite::OPEN_READWRITE);
            database.exec("PRAGMA user_version = 1000");
        }
        QVERIFY(SqliteRelayStore::open(m_file, OpenMode::Existing).error().code == ErrorCode::Corrupt);
    }

    void isReadableByItsOwnerOnlyAndSyncs()
    {
        const auto permissions = std::filesystem::status(m_file).permissions();
        QVERIFY((permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
                std::filesystem::perms::none);
        SQLite::Database database(m_file, SQLite::OPEN_READONLY);
        QCOMPARE(database.execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;
    std::unique_ptr<SqliteRelayStore> m_store;
};

COUNTERSIGN_GUILESS_TEST(SqliteRelayStoreTest)
#include "SqliteRelayStore_test.moc"
