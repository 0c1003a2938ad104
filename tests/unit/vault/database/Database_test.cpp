#include "core/vault/database/Database.h"

#include "core/vault/database/Schema.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/OldSchema.h"

#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace countersign;

class DatabaseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void createsOpensAndRefuses()
    {
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "profile.sqlite";
        QCOMPARE(Database::open(file, Database::Mode::ReadWrite).error().code, ErrorCode::NotFound);
        {
            const auto database = Database::open(file, Database::Mode::Create);
            QVERIFY(database.has_value());
            SQLite::Database& handle = (*database)->handle();
            QCOMPARE(handle.execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
            QCOMPARE(handle.execAndGet("PRAGMA synchronous").getInt(), 2);
            QCOMPARE(handle.execAndGet("PRAGMA secure_delete").getInt(), 1);
            QCOMPARE(handle.execAndGet("PRAGMA user_version").getInt(), currentSchemaVersion());
        }
        QCOMPARE(Database::open(file, Database::Mode::Create).error().code, ErrorCode::AlreadyExists);
        const auto reader = Database::open(file, Database::Mode::ReadOnly);
        QVERIFY(reader.has_value());
        const auto written = attempt([&]() -> Status {
            (*reader)->handle().exec("DELETE FROM setting");
            return {};
        });
        QVERIFY(!written);
    }

    /// The table of feeds is made anew in version 4, and what came from a feed goes on belonging to it.
    void feedsOfEarlierVersionsKeepTheirDeliveries()
    {
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "old.sqlite";
        makeOldDatabase(file, 3);
        {
            SQLite::Database old(file.string(), SQLite::OPEN_READWRITE);
            old.exec(
                "INSERT INTO source (id, url, inbox, cursor) VALUES (3, 'u', 'i', 7);"
                "INSERT INTO delivery (source_id, seq, kind, received_at, stored_at, headers, body, "
                "body_sha256, verdict) VALUES (3, 7, 'webhook', 1, 1, '[]', x'', x'00', 'ping')");
        }
        const auto database = Database::open(file, Database::Mode::ReadWrite);
        QVERIFY2(database.has_value(), database ? "" : qUtf8Printable(database.error().detail));
        SQLite::Database& handle = (*database)->handle();
        QCOMPARE(handle
                     .execAndGet("SELECT cursor FROM source WHERE id = 3 AND url = 'u' AND inbox = 'i' AND "
                                 "identity = '' AND history = '' AND ended_at IS NULL")
                     .getInt(),
                 7);
        QCOMPARE(handle.execAndGet("SELECT source_id FROM delivery").getInt(), 3);
        QCOMPARE(handle.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt(), 0);
        const auto removed = attempt([&]() -> Status {
            handle.exec("DELETE FROM source");
            return {};
        });
        QVERIFY(!removed);
    }

    void refusesForeignAndNewerFiles()
    {
        const QTemporaryDir folder;
        const std::filesystem::path root(folder.path().toStdString());
        {
            SQLite::Database foreign((root / "foreign").string(),
                                     SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            foreign.exec("CREATE TABLE t(x)");
        }
        QCOMPARE(Database::open(root / "foreign", Database::Mode::ReadWrite).error().code,
                 ErrorCode::Corrupt);
        {
            const auto database = Database::open(root / "newer", Database::Mode::Create);
            (*database)->handle().exec("PRAGMA user_version=999");
        }
        QCOMPARE(Database::open(root / "newer", Database::Mode::ReadWrite).error().code,
                 ErrorCode::Unsupported);
        {
            QFile garbage(QString::fromStdString((root / "garbage").string()));
            QVERIFY(garbage.open(QIODevice::WriteOnly));
            garbage.write(QByteArray(8192, 'x'));
        }
        QCOMPARE(Database::open(root / "garbage", Database::Mode::ReadWrite).error().code,
                 ErrorCode::Corrupt);
    }

    void transactionsCommitOrRollBack()
    {
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "profile.sqlite";
        const auto opened = Database::open(file, Database::Mode::Create);
        Database& database = **opened;
        const auto insert = [&](const char* key, bool succeed) {
            return transact(database, [&]() -> Status {
                SQLite::Statement statement(database.handle(), "INSERT INTO setting VALUES (?, 'x')");
                statement.bind(1, key);
                statement.exec();
                if (!succeed) {
                    return failure(ErrorCode::Internal, QStringLiteral("no"));
                }
                return {};
            });
        };
        QVERIFY(insert("a", true).has_value());
        QCOMPARE(insert("b", false).error().code, ErrorCode::Internal);
        QCOMPARE(insert("a", true).error().code, ErrorCode::Storage);
        QCOMPARE(database.handle().execAndGet("SELECT count(*) FROM setting").getInt(), 1);
    }

    void nothingIsWrittenIntoAFileThatIsNotThereAnyMore_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"replaced", "removed", "moved away"}) {
            QTest::newRow(how) << QString::fromLatin1(how);
        }
    }

    /// A restored backup, say: what was written into the old file would be lost when it is closed.
    void nothingIsWrittenIntoAFileThatIsNotThereAnyMore()
    {
        QFETCH(const QString, how);
        const QTemporaryDir folder;
        const auto root = std::filesystem::path(folder.path().toStdString());
        const auto file = root / "profile.sqlite";
        const auto other = root / "other";
        QVERIFY(Database::open(other, Database::Mode::Create).has_value());
        auto database = std::move(*Database::open(file, Database::Mode::Create));
        const auto write = [&database] {
            return transact(*database, [&database]() -> Status {
                database->handle().exec("INSERT OR REPLACE INTO setting (key, value) VALUES ('k', 'v')");
                return {};
            });
        };
        QVERIFY(write().has_value());
        if (how == QStringLiteral("removed")) {
            std::filesystem::remove(file);
        } else if (how == QStringLiteral("replaced")) {
            std::filesystem::rename(other, file);
        } else {
            std::filesystem::rename(file, root / "away");
        }
        const Status refused = write();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Busy);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("replaced or removed")));
        if (how == QStringLiteral("moved away")) {
            std::filesystem::rename(root / "away", file);
            QVERIFY(write().has_value());
        }
    }

    void concurrentOpenersMigrateOnce()
    {
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "profile.sqlite";
        {
            SQLite::Database empty(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            empty.exec("PRAGMA journal_mode=WAL");
        }
        std::atomic<int> good = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(
                [&] { good += Database::open(file, Database::Mode::ReadWrite).has_value() ? 1 : 0; });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(good.load(), 4);
    }
};

COUNTERSIGN_APPLESS_TEST(DatabaseTest)
#include "Database_test.moc"
