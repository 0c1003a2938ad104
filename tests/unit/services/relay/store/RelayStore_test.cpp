#include "services/relay/store/FeedState.h"
#include "services/relay/store/RelayDatabase.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/TestDatabase.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <functional>
#include <limits>
#include <mutex>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::relay;
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

/// The feed's heads as a reader would compute them.
FeedHead headOf(const std::vector<NewEntry>& entries, FeedHead head = firstFeedHead, std::int64_t before = 0)
{
    for (const NewEntry& entry : entries) {
        head = nextFeedHead(
            head, ++before,
            entryDigest(entry.kind, entry.receivedAt, entry.headersJson, sha256(asBytes(entry.body))));
    }
    return head;
}

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
        const std::vector<NewEntry> batch{relayStoreEntryOf(a, "1"), relayStoreEntryOf(b, "2"),
                                          relayStoreEntryOf(99, "lost"), relayStoreEntryOf(a, "3")};
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
                                              relayStoreEntryOf(inbox, std::string(500, 'y')),
                                              relayStoreEntryOf(inbox, "z")});
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
        const std::int64_t version = other->directoryVersion().value();
        QVERIFY(m_store->setWebhookSecret("a", SecretBytes::copyOf(std::string_view("other"))).has_value());
        QVERIFY(other->directoryVersion().value() > version);
        QCOMPARE(other->directory()->inboxes.at(0).webhookSecret.text(), std::string_view("other"));
        QVERIFY(m_store->setWebhookSecret("none", SecretBytes::copyOf(std::string_view("x"))).error().code ==
                ErrorCode::NotFound);
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

    void theHistoryIsChained()
    {
        const InboxId a = m_store->createInbox("a", {}, 1)->id;
        const InboxId b = m_store->createInbox("b", {}, 1)->id;
        QVERIFY(m_store->inboxes()->at(0).feed != m_store->inboxes()->at(1).feed);
        const std::vector<InboxRecord> inboxes = m_store->inboxes().value();
        for (const InboxRecord& inbox : inboxes) {
            QCOMPARE(inbox.feed.size(), std::size_t(32));
            QCOMPARE(inbox.feed.find_first_not_of("0123456789abcdef"), std::string::npos);
        }
        QCOMPARE(m_store->read(a, 0, 10, 1000)->headAtCursor, std::optional(firstFeedHead));
        const std::vector<NewEntry> batch{relayStoreEntryOf(a, "1"), relayStoreEntryOf(a, ""),
                                          relayStoreEntryOf(a, "3")};
        m_store->append(batch);
        m_store->append(std::vector<NewEntry>{relayStoreEntryOf(b, "1")});
        for (std::int64_t after = 0; after <= 3; ++after) {
            const auto seen = std::vector<NewEntry>(batch.begin(), batch.begin() + after);
            const EntryPage page = m_store->read(a, after, 10, 1000).value();
            QCOMPARE(page.headAtCursor, std::optional(headOf(seen)));
            QCOMPARE(page.first, std::int64_t(1));
            if (after < 3) {
                QCOMPARE(page.entries.back().head, headOf(batch));
                QCOMPARE(page.entries.front().head,
                         headOf(std::vector<NewEntry>(batch.begin(), batch.begin() + after + 1)));
            }
        }
        QVERIFY(!m_store->read(a, 4, 10, 1000)->headAtCursor.has_value());
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

    void signedDeliveriesHaveRoomOfTheirOwn()
    {
        const InboxId inbox = m_store->createInbox("a", SecretBytes::copyOf(std::string_view("s")), 1)->id;
        const auto post = [&](bool verified, std::string body) {
            NewEntry entry = relayStoreEntryOf(inbox, std::move(body));
            entry.verified = verified;
            entry.quota = {4 * leastEntryCost, 2 * leastEntryCost};
            return m_store->append(std::vector<NewEntry>{entry, relayStoreEntryOf(99, "lost")}).value();
        };
        QCOMPARE(post(false, "1"), (std::vector<std::int64_t>{1, noSuchInbox}));
        QCOMPARE(post(false, "2").at(0), std::int64_t(2));
        QCOMPARE(post(false, "3").at(0), noRoomInInbox);
        QCOMPARE(post(true, "4").at(0), std::int64_t(3));
        // Whoever saw a signed delivery can send it again, and uses up nothing but strangers' room.
        QCOMPARE(post(true, "4").at(0), noRoomInInbox);
        QCOMPARE(post(true, std::string(2 * leastEntryCost - 11, 'x')).at(0), std::int64_t(4));
        QCOMPARE(post(true, "5").at(0), std::int64_t(5));
        QCOMPARE(post(true, "6").at(0), noRoomInInbox);
        QCOMPARE(post(false, "7").at(0), noRoomInInbox);
        const InboxRecord record = m_store->inboxes()->at(0);
        QCOMPARE(record.signedBytes, 4 * leastEntryCost - 2);
        QCOMPARE(record.strangerBytes, 2 * leastEntryCost);
        // Within one batch, too.
        const InboxId other = m_store->createInbox("b", SecretBytes::copyOf(std::string_view("s")), 1)->id;
        NewEntry twice = relayStoreEntryOf(other, "same");
        twice.verified = true;
        twice.quota = {leastEntryCost, leastEntryCost};
        QCOMPARE(m_store->append(std::vector<NewEntry>{twice, twice, twice}).value(),
                 (std::vector<std::int64_t>{1, 2, noRoomInInbox}));
    }

    /// Against a model: what may go goes, nothing else does, and the numbers go on.
    void oldEntriesGoOnceEverybodyHasReadThem()
    {
        QRandomGenerator& random = *QRandomGenerator::global();
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        const std::string one = tokenOf("a", TokenRole::Consumer);
        const std::string two = tokenOf("a", TokenRole::Consumer);
        tokenOf("a", TokenRole::Submitter);
        tokenOf("a", TokenRole::Admin);
        const auto upTo = [&random](std::int64_t most) {
            return static_cast<std::int64_t>(random.bounded(static_cast<int>(most) + 1));
        };
        std::vector<NewEntry> all;
        std::int64_t first = 1;
        std::int64_t positionOne = 0;
        std::int64_t positionTwo = 0;
        for (int round = 0; round < 12; ++round) {
            for (int i = random.bounded(1, 8); i > 0; --i) {
                NewEntry entry = relayStoreEntryOf(
                    inbox, std::string(static_cast<std::size_t>(random.bounded(3000)), 'x'));
                entry.receivedAt = static_cast<UnixMillis>(all.size()) * 10;
                all.push_back(entry);
                QCOMPARE(m_store->append(std::vector<NewEntry>{entry}).value().at(0),
                         static_cast<std::int64_t>(all.size()));
            }
            const auto last = static_cast<std::int64_t>(all.size());
            positionOne = std::max(positionOne, upTo(last));
            positionTwo = std::max(positionTwo, upTo(last));
            QVERIFY(
                m_store->noteConsumers(std::vector<ConsumerPosition>{{one, positionOne}, {two, positionTwo}})
                    .has_value());
            // None goes back.
            QVERIFY(m_store->noteConsumers(std::vector<ConsumerPosition>{{one, 0}}).has_value());
            Retention retention;
            retention.before = upTo(last) * 10;
            retention.maxEntries = static_cast<std::size_t>(random.bounded(1, 30));
            const Removed removed = m_store->removeOld(retention).value();
            const std::int64_t mayGo =
                std::min({positionOne, positionTwo, retention.before / 10, last - 1,
                          first - 1 + static_cast<std::int64_t>(retention.maxEntries)});
            const std::int64_t expected = std::max(first, mayGo + 1);
            QCOMPARE(static_cast<std::int64_t>(removed.entries), expected - first);
            first = expected;
            const EntryPage page = m_store->read(inbox, first - 1, 500, 1'000'000).value();
            QCOMPARE(page.first, first);
            QCOMPARE(page.head, last);
            QCOMPARE(page.entries.front().seq, first);
            QCOMPARE(page.entries.size(), static_cast<std::size_t>(last - first + 1));
            QCOMPARE(page.entries.back().head, headOf(all));
            QCOMPARE(page.headAtCursor,
                     std::optional(headOf(std::vector<NewEntry>(all.begin(), all.begin() + first - 1))));
            // Who comes from before finds where it begins now.
            QCOMPARE(m_store->read(inbox, 0, 1, 1)->entries.front().seq, first);
            std::int64_t kept = 0;
            for (std::int64_t seq = first; seq <= last; ++seq) {
                const NewEntry& entry = all.at(static_cast<std::size_t>(seq - 1));
                kept += entryCost(entry.headersJson.size(), entry.body.size());
            }
            QCOMPARE(m_store->inboxes()->at(0).strangerBytes, kept);
        }
    }

    void whoHasNotReadHoldsEntriesUp()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        m_store->append(std::vector<NewEntry>{relayStoreEntryOf(inbox, "1"), relayStoreEntryOf(inbox, "2"),
                                              relayStoreEntryOf(inbox, "3")});
        Retention retention;
        retention.before = 1000;
        // Nobody reads at all: then nobody has read it.
        QCOMPARE(m_store->removeOld(retention)->entries, std::size_t(0));
        const std::string reads = tokenOf("a", TokenRole::Consumer);
        const std::string sleeps = tokenOf("a", TokenRole::Consumer);
        QVERIFY(m_store->noteConsumers(std::vector<ConsumerPosition>{{reads, 2}}).has_value());
        QCOMPARE(m_store->removeOld(retention)->entries, std::size_t(0));
        QVERIFY(m_store->revokeToken(sleeps, 1).has_value());
        // An administrator's counts once it reads.
        const std::string admin = tokenOf("a", TokenRole::Admin);
        QVERIFY(m_store->noteConsumers(std::vector<ConsumerPosition>{{admin, 1}}).has_value());
        QCOMPARE(m_store->removeOld(retention)->entries, std::size_t(1));
        QCOMPARE(m_store->tokens().value().size(), std::size_t(3));
        // An operator's word goes over that, and the newest stays even then.
        retention.inbox = "a";
        retention.upTo = 1000;
        retention.before = 0;
        QCOMPARE(m_store->removeOld(retention)->entries, std::size_t(1));
        QCOMPARE(m_store->read(inbox, 0, 9, 99)->entries.front().seq, std::int64_t(3));
        retention.inbox = "nobody";
        QVERIFY(m_store->removeOld(retention).error().code == ErrorCode::NotFound);
    }

    void aSubmitterSeesWhatItPosted()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        const std::string mine = tokenOf("a", TokenRole::Submitter);
        const std::string other = tokenOf("a", TokenRole::Submitter);
        QVERIFY(change(submission(inbox, mine, 'a', "one")).isNewJob);
        QVERIFY(m_store->findJob(inbox, std::string(64, 'a'), mine).has_value());
        QVERIFY(m_store->findJob(inbox, std::string(64, 'a'), {}).has_value());
        QVERIFY(m_store->findJob(inbox, std::string(64, 'a'), other).error().code == ErrorCode::NotFound);
        QVERIFY(change(withdrawal(inbox, other, 'a', "w")).outcome == JobAnswer::Outcome::UnknownJob);
        WithdrawJob administrators = withdrawal(inbox, other, 'a', "w");
        administrators.seesAll = true;
        QVERIFY(change(administrators).outcome == JobAnswer::Outcome::Done);
        // Whoever posts the document itself has nothing more to learn about it.
        QVERIFY(change(submission(inbox, other, 'a', "two")).outcome == JobAnswer::Outcome::Done);
        QVERIFY(m_store->findJob(inbox, std::string(64, 'a'), other).has_value());
        QVERIFY(change(withdrawal(inbox, other, 'a', "v")).outcome == JobAnswer::Outcome::Done);
    }

    void noTokenUsesUpAnothersRoom()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        const std::string greedy = tokenOf("a", TokenRole::Submitter);
        const std::string modest = tokenOf("a", TokenRole::Submitter);
        const auto submit = [&](const std::string& token, char job, const std::string& envelope) {
            SubmitJob submitted = submission(inbox, token, job, envelope);
            submitted.quota.envelopesPerJob = 2;
            submitted.quota.pendingJobs = 3;
            submitted.quota.keptBytes = 5 * leastEntryCost;
            return change(submitted).outcome;
        };
        const auto withdraw = [&](const std::string& token, char job, const std::string& envelope) {
            WithdrawJob withdrawn = withdrawal(inbox, token, job, envelope);
            withdrawn.quota.envelopesPerJob = 2;
            withdrawn.quota.keptBytes = 5 * leastEntryCost;
            return change(withdrawn).outcome;
        };
        using Outcome = JobAnswer::Outcome;
        QVERIFY(submit(greedy, 'a', "1") == Outcome::Done);
        QVERIFY(submit(greedy, 'a', "2") == Outcome::Done);
        QVERIFY(submit(greedy, 'a', "3") == Outcome::TooManyEnvelopes);
        QVERIFY(submit(modest, 'a', "3") == Outcome::Done);
        QVERIFY(withdraw(greedy, 'a', "w1") == Outcome::Done);
        QVERIFY(withdraw(greedy, 'a', "w2") == Outcome::Done);
        QVERIFY(withdraw(greedy, 'a', "w3") == Outcome::TooManyEnvelopes);
        QVERIFY(withdraw(modest, 'a', "w3") == Outcome::Done);
        QVERIFY(submit(greedy, 'b', "4") == Outcome::Done);
        // Five are kept, withdrawals too, however small: that is all.
        QVERIFY(submit(greedy, 'c', "5") == Outcome::TokenFull);
        QVERIFY(withdraw(greedy, 'b', "w4") == Outcome::TokenFull);
        QVERIFY(submit(modest, 'c', "5") == Outcome::Done);
        QVERIFY(submit(greedy, 'a', "1") == Outcome::Repeated);
        // Padding counts.
        QVERIFY(withdraw(modest, 'c', std::string(2 * leastEntryCost - 2, ' ')) == Outcome::Done);
        QVERIFY(withdraw(modest, 'c', "w5") == Outcome::TokenFull);
        QCOMPARE(keptBytes(greedy), 5 * leastEntryCost);
        QCOMPARE(keptBytes(modest), 5 * leastEntryCost);
        // What retention removes is given back.
        const std::string reader = tokenOf("a", TokenRole::Consumer);
        QVERIFY(m_store->noteConsumers(std::vector<ConsumerPosition>{{reader, 2}}).has_value());
        Retention retention;
        retention.before = std::numeric_limits<UnixMillis>::max();
        QCOMPARE(m_store->removeOld(retention)->entries, std::size_t(2));
        QCOMPARE(keptBytes(greedy), 3 * leastEntryCost);
        QVERIFY(submit(greedy, 'c', "6") == Outcome::Done);
        // An envelope whose entry is gone is still known.
        QVERIFY(submit(greedy, 'a', "1") == Outcome::Repeated);
    }

    void reportsCountAgainstTheirToken()
    {
        const InboxId inbox = m_store->createInbox("a", {}, 1)->id;
        const std::string submitter = tokenOf("a", TokenRole::Submitter);
        const std::string desk = tokenOf("a", TokenRole::Consumer);
        const std::string hostile = tokenOf("a", TokenRole::Consumer);
        change(submission(inbox, submitter, 'a', "one"));
        const auto report = [&](const std::string& token, const std::string& name, const std::string& text,
                                bool isFinal = false) {
            RecordJobEvent event;
            event.inbox = inbox;
            event.jobId = std::string(64, 'a');
            event.token = token;
            event.desk = name;
            event.state = isFinal ? "failed" : "approved";
            event.isFinal = isFinal;
            event.resultJson = "{}";
            event.envelope = text;
            event.envelopeDigest = toBytes(sha256(asBytes(text)));
            event.now = 1000;
            event.quota.desksPerJob = 2;
            event.quota.keptBytes = 3 * leastEntryCost;
            return change(event).outcome;
        };
        using Outcome = JobAnswer::Outcome;
        QVERIFY(report(hostile, "x1", "1") == Outcome::Done);
        QVERIFY(report(hostile, "x2", "2") == Outcome::Done);
        QVERIFY(report(hostile, "x3", "3") == Outcome::TooManyDesks);
        QVERIFY(report(hostile, "x2", std::string(4 * leastEntryCost, 'x')) == Outcome::TokenFull);
        QCOMPARE(keptBytes(hostile), leastEntryCost);
        // The last one only is kept, and another's takes its place.
        QVERIFY(report(desk, "d", std::string(2 * leastEntryCost, 'x')) == Outcome::Done);
        QCOMPARE(keptBytes(hostile), std::int64_t(0));
        QCOMPARE(keptBytes(desk), 2 * leastEntryCost + 2);
        QVERIFY(report(desk, "d", "last", true) == Outcome::Done);
        QCOMPARE(keptBytes(desk), leastEntryCost);
        // Old results go, and how the job stands stays.
        Retention retention;
        retention.before = 0;
        QCOMPARE(m_store->removeOld(retention)->results, std::size_t(0));
        retention.before = std::numeric_limits<UnixMillis>::max();
        QCOMPARE(m_store->removeOld(retention)->results, std::size_t(1));
        QCOMPARE(keptBytes(desk), std::int64_t(0));
        const JobStatus status = m_store->findJob(inbox, std::string(64, 'a'), submitter).value();
        QCOMPARE(status.state, std::string("failed"));
        QVERIFY(status.event.empty() && status.resultJson.empty());
        QVERIFY(report(desk, "d", "last", true) == Outcome::Repeated);
        QVERIFY(report(desk, "d", "again") == Outcome::Finished);
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
                    const auto batch = store
                                           ->append(std::vector<NewEntry>{relayStoreEntryOf(inbox, "x"),
                                                                          relayStoreEntryOf(inbox, "y")})
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
    std::string tokenOf(const std::string& inbox, TokenRole role)
    {
        const SecretBytes token = newRelayToken();
        return m_store->addToken(inbox, role, *relayTokenHash(token.text()), 1)->id;
    }
    static SubmitJob submission(InboxId inbox, const std::string& token, char job,
                                const std::string& envelope)
    {
        SubmitJob submitted;
        submitted.inbox = inbox;
        submitted.jobId = std::string(64, job);
        submitted.envelope = envelope;
        submitted.envelopeDigest = toBytes(sha256(asBytes(envelope)));
        submitted.now = 1000;
        submitted.token = token;
        return submitted;
    }
    static WithdrawJob withdrawal(InboxId inbox, const std::string& token, char job,
                                  const std::string& envelope)
    {
        WithdrawJob withdrawn;
        withdrawn.inbox = inbox;
        withdrawn.jobId = std::string(64, job);
        withdrawn.envelope = envelope;
        withdrawn.envelopeDigest = toBytes(sha256(asBytes(envelope)));
        withdrawn.now = 1000;
        withdrawn.token = token;
        return withdrawn;
    }
    JobAnswer change(const JobChange& one) { return m_store->changeJobs(std::span(&one, 1)).value().at(0); }
    std::int64_t keptBytes(const std::string& token)
    {
        const std::vector<TokenRecord> records = m_store->tokens().value();
        for (const TokenRecord& record : records) {
            if (record.id == token) {
                return record.keptBytes;
            }
        }
        return -1;
    }

    std::unique_ptr<TestDatabase> m_database;
    std::string m_url;
    std::unique_ptr<RelayStore> m_store;
};

COUNTERSIGN_GUILESS_TEST(RelayStoreTest)
#include "RelayStore_test.moc"
