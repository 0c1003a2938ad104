#include "services/relay/SqliteRelayStore.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <SQLiteCpp/Database.h>

using namespace countersign;

namespace {

NewEntry entryOf(InboxId inbox, std::string body)
{
    NewEntry entry;
    entry.inbox = inbox;
    entry.receivedAt = 5;
    entry.headersJson = R"({"a":"b"})";
    entry.body = std::move(body);
    return entry;
}

}  // namespace

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

    void numbersEachInboxWithoutGaps()
    {
        const InboxId a = m_store->createInbox("a", {}, 1)->id;
        const InboxId b = m_store->createInbox("b", {}, 1)->id;
        const std::vector<NewEntry> batch{entryOf(a, "1"), entryOf(b, "2"), entryOf(99, "lost"),
                                          entryOf(a, "3")};
        QCOMPARE(m_store->append(batch).value(), (std::vector<std::int64_t>{1, 1, 0, 2}));
        QCOMPARE(m_store->append(batch).value(), (std::vector<std::int64_t>{3, 2, 0, 4}));
        const EntryPage page = m_store->read(a, 1, 2, 1000).value();
        QCOMPARE(page.head, std::int64_t(4));
        QCOMPARE(page.entries.size(), std::size_t(2));
        QCOMPARE(page.entries[0].seq, std::int64_t(2));
        QCOMPARE(page.entries[0].body, std::string("3"));
        QCOMPARE(page.entries[0].headersJson, std::string(R"({"a":"b"})"));
        QCOMPARE(page.entries[0].kind, std::string("webhook"));
        QCOMPARE(page.entries[0].receivedAt, UnixMillis(5));
        QVERIFY(m_store->read(99, 0, 1, 1).error().code == ErrorCode::NotFound);
    }

    void keepsBytes()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        std::string all;
        for (int i = 0; i < 256; ++i) {
            all.push_back(static_cast<char>(i));
        }
        m_store->append(std::vector<NewEntry>{entryOf(inbox, all), entryOf(inbox, "")});
        const EntryPage page = m_store->read(inbox, 0, 10, 10'000).value();
        QCOMPARE(page.entries.at(0).body, all);
        QCOMPARE(page.entries.at(1).body, std::string());
    }

    void boundsPagesByBytesButGivesOne()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        m_store->append(std::vector<NewEntry>{entryOf(inbox, std::string(500, 'x')),
                                              entryOf(inbox, std::string(500, 'y')), entryOf(inbox, "z")});
        QCOMPARE(m_store->read(inbox, 0, 10, 10)->entries.size(), std::size_t(1));
        QCOMPARE(m_store->read(inbox, 0, 10, 600)->entries.size(), std::size_t(1));
        QCOMPARE(m_store->read(inbox, 0, 10, 1020)->entries.size(), std::size_t(2));
    }

    void anotherConnectionSeesChanges()
    {
        const auto other = SqliteRelayStore::open(m_file, OpenMode::Existing).value();
        const std::int64_t before = other->directoryVersion().value();
        m_store->createInbox("a", SecretBytes::copyOf(std::string_view("hush")), 1);
        QVERIFY(m_store->createInbox("a", {}, 1).error().code == ErrorCode::AlreadyExists);
        QVERIFY(other->directoryVersion().value() > before);
        const auto hash = relayTokenHash("cs_" + std::string(43, 'A')).value();
        QVERIFY(m_store->addToken("none", TokenRole::Consumer, hash, 2).error().code == ErrorCode::NotFound);
        const std::string id = m_store->addToken("a", TokenRole::Submitter, hash, 2)->id;
        DirectoryContents contents = other->directory().value();
        QCOMPARE(contents.inboxes.at(0).webhookSecret.text(), std::string_view("hush"));
        QCOMPARE(contents.tokens.at(0).hash, hash);
        QVERIFY(contents.tokens.at(0).role == TokenRole::Submitter);
        QVERIFY(m_store->revokeToken(id, 3).has_value());
        QVERIFY(m_store->revokeToken(id, 4).has_value());
        QVERIFY(m_store->revokeToken("none", 4).error().code == ErrorCode::NotFound);
        QVERIFY(other->directory()->tokens.empty());
        QCOMPARE(other->tokens()->at(0).revokedAt, std::optional<UnixMillis>(3));
        QVERIFY(other->inboxes()->at(0).hasWebhookSecret);
        QVERIFY(other->probeWrite(1).has_value());
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

QTEST_GUILESS_MAIN(SqliteRelayStoreTest)
#include "SqliteRelayStore_test.moc"
