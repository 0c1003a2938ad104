#include "services/relay/RelayDatabase.h"
#include "tests/support/TestDatabase.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <mutex>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

NewEntry relayStoreEntryOf(InboxId inbox, std::string body)
{
    NewEntry entry;
    entry.inbox = inbox;
    entry.receivedAt = 5;
    entry.headersJson = R"({"a":"b"})";
    entry.body = std::move(body);
    return entry;
}

}  // namespace

/// What every store does, on whichever database CTest asks for.
class RelayStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_url = m_database->url().toStdString();
        QVERIFY(openRelayDatabase(m_url, OpenMode::Existing).error().code == ErrorCode::NotFound);
        m_store = openRelayDatabase(m_url, OpenMode::CreateIfMissing).value();
    }

    void cleanup() { m_store.reset(); }

    void numbersEachInboxWithoutGaps()
    {
        const InboxId a = m_store->createInbox("a", {}, 1)->id;
        const InboxId b = m_store->createInbox("b", {}, 1)->id;
        const std::vector<NewEntry> batch{relayStoreEntryOf(a, "1"), relayStoreEntryOf(b, "2"), relayStoreEntryOf(99, "lost"),
                                          relayStoreEntryOf(a, "3")};
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
        m_store->append(std::vector<NewEntry>{relayStoreEntryOf(inbox, all), relayStoreEntryOf(inbox, "")});
        const EntryPage page = m_store->read(inbox, 0, 10, 10'000).value();
        QCOMPARE(page.entries.at(0).body, all);
        QCOMPARE(page.entries.at(1).body, std::string());
    }

    void boundsPagesByBytesButGivesOne()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        m_store->append(std::vector<NewEntry>{relayStoreEntryOf(inbox, std::string(500, 'x')),
                                              relayStoreEntryOf(inbox, std::string(500, 'y')), relayStoreEntryOf(inbox, "z")});
        QCOMPARE(m_store->read(inbox, 0, 10, 10)->entries.size(), std::size_t(1));
        QCOMPARE(m_store->read(inbox, 0, 10, 600)->entries.size(), std::size_t(1));
        QCOMPARE(m_store->read(inbox, 0, 10, 1020)->entries.size(), std::size_t(2));
    }

    void anotherConnectionSeesChanges()
    {
        const auto other = openRelayDatabase(m_url, OpenMode::Existing).value();
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

    void listsInboxesByName()
    {
        for (const char* name : {"b", "a-b", "ab", "1", "aa"}) {
            m_store->createInbox(name, {}, 7);
        }
        std::vector<std::string> names;
        const auto inboxes = m_store->inboxes().value();
        for (const InboxRecord& inbox : inboxes) {
            names.push_back(inbox.name);
            QVERIFY(!inbox.feed.empty());
            QCOMPARE(inbox.createdAt, UnixMillis(7));
        }
        QCOMPARE(names, (std::vector<std::string>{"1", "a-b", "aa", "ab", "b"}));
    }

    void severalConnectionsNumberOneInbox()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        constexpr int writers = 4;
        constexpr int batches = 25;
        std::vector<std::thread> threads;
        std::mutex mutex;
        std::set<std::int64_t> numbers;
        for (int writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&] {
                const auto store = openRelayDatabase(m_url, OpenMode::Existing).value();
                for (int i = 0; i < batches; ++i) {
                    const auto batch =
                        store->append(std::vector<NewEntry>{relayStoreEntryOf(inbox, "x"), relayStoreEntryOf(inbox, "y")})
                            .value();
                    const std::lock_guard lock(mutex);
                    numbers.insert(batch.begin(), batch.end());
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(numbers.size(), std::size_t(writers * batches * 2));
        QCOMPARE(*numbers.begin(), std::int64_t(1));
        QCOMPARE(*numbers.rbegin(), std::int64_t(writers * batches * 2));
        QCOMPARE(m_store->inboxes()->at(0).head, std::int64_t(writers * batches * 2));
    }

private:
    std::unique_ptr<TestDatabase> m_database;
    std::string m_url;
    std::unique_ptr<RelayStore> m_store;
};

COUNTERSIGN_GUILESS_TEST(RelayStoreTest)
#include "RelayStore_test.moc"
