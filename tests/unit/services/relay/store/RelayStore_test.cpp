#include "services/relay/store/RelayDatabase.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayStoreScene.h"
#include "tests/support/processes/TestDatabase.h"

#include <QTest>

#include <functional>
#include <mutex>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;
using namespace countersign::testing;

/// What every store does, on whichever database CTest asks for.
class RelayStoreTest : public QObject, private RelayStoreScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void init() { begin(); }

    void cleanup() { store.reset(); }

    void numbersEachInboxWithoutGaps()
    {
        const InboxId a = store->createInbox("a", {}, 1)->id;
        const InboxId b = store->createInbox("b", {}, 1)->id;
        const std::vector<NewEntry> batch{entryOf(a, "1"), entryOf(b, "2"), entryOf(99, "lost"),
                                          entryOf(a, "3")};
        QCOMPARE(store->append(batch).value(), (std::vector<std::int64_t>{1, 1, 0, 2}));
        QCOMPARE(store->append(batch).value(), (std::vector<std::int64_t>{3, 2, 0, 4}));
        const EntryPage page = store->read(a, 1, 2, 1000).value();
        QCOMPARE(page.head, std::int64_t(4));
        QCOMPARE(page.entries.size(), std::size_t(2));
        QCOMPARE(page.entries[0].seq, std::int64_t(2));
        QCOMPARE(page.entries[0].body, std::string("3"));
        QCOMPARE(page.entries[0].headersJson, std::string(R"({"a":"b"})"));
        QCOMPARE(page.entries[0].kind, std::string("webhook"));
        QCOMPARE(page.entries[0].receivedAt, UnixMillis(5));
        QVERIFY(store->read(99, 0, 1, 1).error().code == ErrorCode::NotFound);
    }

    void keepsBytes()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
        std::string all;
        for (int i = 0; i < 256; ++i) {
            all.push_back(static_cast<char>(i));
        }
        (void)store->append(std::vector<NewEntry>{entryOf(inbox, all), entryOf(inbox, "")});
        const EntryPage page = store->read(inbox, 0, 10, 10'000).value();
        QCOMPARE(page.entries.at(0).body, all);
        QCOMPARE(page.entries.at(1).body, std::string());
    }

    void boundsPagesByBytesButGivesOne()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
        (void)store->append(std::vector<NewEntry>{entryOf(inbox, std::string(500, 'x')),
                                                  entryOf(inbox, std::string(500, 'y')),
                                                  entryOf(inbox, "z")});
        QCOMPARE(store->read(inbox, 0, 10, 10)->entries.size(), std::size_t(1));
        QCOMPARE(store->read(inbox, 0, 10, 600)->entries.size(), std::size_t(1));
        QCOMPARE(store->read(inbox, 0, 10, 1020)->entries.size(), std::size_t(2));
    }

    void anotherConnectionSeesChanges()
    {
        const auto other = openRelayDatabase(url, OpenMode::Existing).value();
        const std::int64_t before = other->directoryVersion().value();
        (void)store->createInbox("a", SecretBytes::copyOf(std::string_view("hush")), 1);
        QVERIFY(store->createInbox("a", {}, 1).error().code == ErrorCode::AlreadyExists);
        QVERIFY(other->directoryVersion().value() > before);
        const auto hash = relayTokenHash("cs_" + std::string(43, 'A')).value();
        QVERIFY(store->addToken("none", TokenRole::Consumer, hash, 2).error().code == ErrorCode::NotFound);
        const std::string id = store->addToken("a", TokenRole::Submitter, hash, 2)->id;
        DirectoryContents contents = other->directory().value();
        QCOMPARE(contents.inboxes.at(0).webhookSecret.text(), std::string_view("hush"));
        QCOMPARE(contents.tokens.at(0).hash, hash);
        QVERIFY(contents.tokens.at(0).role == TokenRole::Submitter);
        const std::int64_t version = other->directoryVersion().value();
        QVERIFY(store->setWebhookSecret("a", SecretBytes::copyOf(std::string_view("other"))).has_value());
        QVERIFY(other->directoryVersion().value() > version);
        QCOMPARE(other->directory()->inboxes.at(0).webhookSecret.text(), std::string_view("other"));
        QVERIFY(store->setWebhookSecret("none", SecretBytes::copyOf(std::string_view("x"))).error().code ==
                ErrorCode::NotFound);
        QVERIFY(store->revokeToken(id, 3).has_value());
        QVERIFY(store->revokeToken(id, 4).has_value());
        QVERIFY(store->revokeToken("none", 4).error().code == ErrorCode::NotFound);
        QVERIFY(other->directory()->tokens.empty());
        QCOMPARE(other->tokens()->at(0).revokedAt, std::optional<UnixMillis>(3));
        QVERIFY(other->inboxes()->at(0).hasWebhookSecret);
        QVERIFY(other->probeWrite(1).has_value());
    }

    void listsInboxesByName()
    {
        for (const char* name : {"b", "a-b", "ab", "1", "aa"}) {
            (void)store->createInbox(name, {}, 7);
        }
        std::vector<std::string> names;
        const auto inboxes = store->inboxes().value();
        for (const InboxRecord& inbox : inboxes) {
            names.push_back(inbox.name);
            QVERIFY(!inbox.feed.empty());
            QCOMPARE(inbox.createdAt, UnixMillis(7));
        }
        QCOMPARE(names, (std::vector<std::string>{"1", "a-b", "aa", "ab", "b"}));
    }

    void theHistoryIsChained()
    {
        const InboxId a = store->createInbox("a", {}, 1)->id;
        const InboxId b = store->createInbox("b", {}, 1)->id;
        QVERIFY(store->inboxes()->at(0).feed != store->inboxes()->at(1).feed);
        const std::vector<InboxRecord> inboxes = store->inboxes().value();
        for (const InboxRecord& inbox : inboxes) {
            QCOMPARE(inbox.feed.size(), std::size_t(32));
            QCOMPARE(inbox.feed.find_first_not_of("0123456789abcdef"), std::string::npos);
        }
        QCOMPARE(store->read(a, 0, 10, 1000)->headAtCursor, std::optional(firstFeedHead));
        const std::vector<NewEntry> batch{entryOf(a, "1"), entryOf(a, ""), entryOf(a, "3")};
        (void)store->append(batch);
        (void)store->append(std::vector<NewEntry>{entryOf(b, "1")});
        for (std::int64_t after = 0; after <= 3; ++after) {
            const auto seen = std::vector<NewEntry>(batch.begin(), batch.begin() + after);
            const EntryPage page = store->read(a, after, 10, 1000).value();
            QCOMPARE(page.headAtCursor, std::optional(headOf(seen)));
            QCOMPARE(page.first, std::int64_t(1));
            if (after < 3) {
                QCOMPARE(page.entries.back().head, headOf(batch));
                QCOMPARE(page.entries.front().head,
                         headOf(std::vector<NewEntry>(batch.begin(), batch.begin() + after + 1)));
            }
        }
        QVERIFY(!store->read(a, 4, 10, 1000)->headAtCursor.has_value());
        // Whatever differs anywhere is another history from there on.
        std::set<FeedHead> heads{headOf(batch)};
        for (const auto& change : std::vector<std::function<void(NewEntry&)>>{
                 [](NewEntry& entry) { entry.body += "x"; }, [](NewEntry& entry) { entry.receivedAt += 1; },
                 [](NewEntry& entry) { entry.headersJson = "{}"; },
                 [](NewEntry& entry) { entry.kind = "job"; }}) {
            std::vector<NewEntry> other = batch;
            change(other.at(0));
            heads.insert(headOf(other));
        }
        QCOMPARE(heads.size(), std::size_t(5));
    }

    void aSubmitterSeesWhatItPosted()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
        const std::string mine = tokenOf("a", TokenRole::Submitter);
        const std::string other = tokenOf("a", TokenRole::Submitter);
        QVERIFY(change(submission(inbox, mine, 'a', "one")).isNewJob);
        QVERIFY(store->findJob(inbox, std::string(64, 'a'), mine).has_value());
        QVERIFY(store->findJob(inbox, std::string(64, 'a'), {}).has_value());
        QVERIFY(store->findJob(inbox, std::string(64, 'a'), other).error().code == ErrorCode::NotFound);
        QVERIFY(change(withdrawal(inbox, other, 'a', "w")).outcome == JobAnswer::Outcome::UnknownJob);
        WithdrawJob administrators = withdrawal(inbox, other, 'a', "w");
        administrators.seesAll = true;
        QVERIFY(change(administrators).outcome == JobAnswer::Outcome::Done);
        // Whoever posts the document itself has nothing more to learn about it.
        QVERIFY(change(submission(inbox, other, 'a', "two")).outcome == JobAnswer::Outcome::Done);
        QVERIFY(store->findJob(inbox, std::string(64, 'a'), other).has_value());
        QVERIFY(change(withdrawal(inbox, other, 'a', "v")).outcome == JobAnswer::Outcome::Done);
    }

    void severalConnectionsNumberOneInbox()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
        constexpr int writers = 4;
        constexpr int batches = 25;
        std::vector<std::thread> threads;
        std::mutex mutex;
        std::set<std::int64_t> numbers;
        for (int writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&] {
                const auto store = openRelayDatabase(url, OpenMode::Existing).value();
                for (int i = 0; i < batches; ++i) {
                    const auto batch =
                        store->append(std::vector<NewEntry>{entryOf(inbox, "x"), entryOf(inbox, "y")})
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
        QCOMPARE(store->inboxes()->at(0).head, std::int64_t(writers * batches * 2));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayStoreTest)
#include "RelayStore_test.moc"
