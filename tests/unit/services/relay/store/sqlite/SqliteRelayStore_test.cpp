#include "services/relay/store/sqlite/SqliteRelayStore.h"

#include "services/relay/store/FeedState.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/OlderRelay.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

using namespace countersign;
using namespace countersign::relay;

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

    void anOlderDatabaseIsBroughtUp()
    {
        const std::string file = m_folder->filePath(QStringLiteral("older.sqlite")).toStdString();
        std::vector<NewEntry> all;
        {
            SQLite::Database database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            database.exec(countersign::testing::olderSqliteRelay);
            database.exec(
                "INSERT INTO inboxes (id, name, feed, head, created_at) VALUES "
                "(7, 'demo', '6B29FC40-ca47-1067-b31d-00dd010662da', 40, 1), (8, 'none', 'x', 0, 1)");
            database.exec("INSERT INTO jobs (id, inbox, job_id, created_at) VALUES (1, 7, '" +
                          std::string(64, 'a') + "', 1)");
            SQLite::Statement insert(database, "INSERT INTO entries VALUES (7, ?, ?, ?, ?, ?, ?)");
            QRandomGenerator& random = *QRandomGenerator::global();
            for (int i = 1; i <= 40; ++i) {
                NewEntry entry;
                entry.kind = i == 20 ? "job" : "webhook";
                entry.receivedAt = i;
                entry.verified = i % 3 == 0;
                entry.headersJson = R"({"a":"\u00e4ö"})";
                entry.body =
                    std::string(static_cast<std::size_t>(random.bounded(20'000)), static_cast<char>(i));
                insert.reset();
                insert.bind(1, i);
                insert.bind(2, entry.kind);
                insert.bind(3, entry.receivedAt);
                insert.bind(4, entry.verified ? 1 : 0);
                insert.bind(5, entry.headersJson);
                insert.bind(6, entry.body.data(), static_cast<int>(entry.body.size()));
                insert.exec();
                all.push_back(entry);
            }
        }
        const auto store = SqliteRelayStore::open(file, OpenMode::Existing).value();
        FeedHead head = firstFeedHead;
        std::int64_t signedBytes = 0;
        std::int64_t strangerBytes = 0;
        for (std::int64_t seq = 1; seq <= 40; ++seq) {
            const NewEntry& entry = all.at(static_cast<std::size_t>(seq - 1));
            QCOMPARE(store->read(7, seq - 1, 1, 1)->headAtCursor, std::optional(head));
            head = nextFeedHead(
                head, seq,
                entryDigest(entry.kind, entry.receivedAt, entry.headersJson, sha256(asBytes(entry.body))));
            QCOMPARE(store->read(7, seq - 1, 1, 1)->entries.at(0).head, head);
            if (entry.kind == webhookEntryKind) {
                (entry.verified ? signedBytes : strangerBytes) +=
                    entryCost(entry.headersJson.size(), entry.body.size());
            }
        }
        const InboxRecord inbox = store->inboxes()->at(0);
        QCOMPARE(inbox.feed, std::string("6b29fc40ca471067b31d00dd010662da"));
        QCOMPARE(inbox.signedBytes, signedBytes);
        QCOMPARE(inbox.strangerBytes, strangerBytes);
        QCOMPARE(inbox.first, std::int64_t(1));
        NewEntry next;
        next.inbox = 7;
        next.headersJson = "{}";
        QCOMPARE(store->append(std::span(&next, 1)).value(), std::vector<std::int64_t>{41});
        // Jobs from before are every submitter's, as they were.
        QVERIFY(store->findJob(7, std::string(64, 'a'), "anybody").has_value());
        // A relay of before that still runs cannot go on without heads.
        SQLite::Database database(file, SQLite::OPEN_READWRITE);
        bool isRefused = false;
        try {
            database.exec(
                "INSERT INTO entries (inbox, seq, kind, received_at, verified, headers, body) "
                "VALUES (7, 42, 'webhook', 1, 0, '{}', x'00')");
        } catch (const SQLite::Exception&) {
            isRefused = true;
        }
        QVERIFY(isRefused);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;
    std::unique_ptr<SqliteRelayStore> m_store;
};

COUNTERSIGN_GUILESS_TEST(SqliteRelayStoreTest)
#include "SqliteRelayStore_test.moc"
