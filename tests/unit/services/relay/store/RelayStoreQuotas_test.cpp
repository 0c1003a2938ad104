#include "services/relay/store/FeedState.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayStoreScene.h"
#include "tests/support/processes/TestDatabase.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;
using namespace countersign::testing;

/// What every store keeps, and for how long, on whichever database CTest asks for.
class RelayStoreQuotasTest : public QObject, private RelayStoreScene
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

    void signedDeliveriesHaveRoomOfTheirOwn()
    {
        const InboxId inbox = store->createInbox("a", SecretBytes::copyOf(std::string_view("s")), 1)->id;
        const auto post = [&](bool verified, std::string body) {
            NewEntry entry = entryOf(inbox, std::move(body));
            entry.verified = verified;
            entry.quota = {4 * leastEntryCost, 2 * leastEntryCost};
            return store->append(std::vector<NewEntry>{entry, entryOf(99, "lost")}).value();
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
        const InboxRecord record = store->inboxes()->at(0);
        QCOMPARE(record.signedBytes, 4 * leastEntryCost - 2);
        QCOMPARE(record.strangerBytes, 2 * leastEntryCost);
        // Within one batch, too.
        const InboxId other = store->createInbox("b", SecretBytes::copyOf(std::string_view("s")), 1)->id;
        NewEntry twice = entryOf(other, "same");
        twice.verified = true;
        twice.quota = {leastEntryCost, leastEntryCost};
        QCOMPARE(store->append(std::vector<NewEntry>{twice, twice, twice}).value(),
                 (std::vector<std::int64_t>{1, 2, noRoomInInbox}));
    }

    /// Against a model: what may go goes, nothing else does, and the numbers go on.
    void oldEntriesGoOnceEverybodyHasReadThem()
    {
        QRandomGenerator& random = *QRandomGenerator::global();
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
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
                NewEntry entry =
                    entryOf(inbox, std::string(static_cast<std::size_t>(random.bounded(3000)), 'x'));
                entry.receivedAt = static_cast<UnixMillis>(all.size()) * 10;
                all.push_back(entry);
                QCOMPARE(store->append(std::vector<NewEntry>{entry}).value().at(0),
                         static_cast<std::int64_t>(all.size()));
            }
            const auto last = static_cast<std::int64_t>(all.size());
            positionOne = std::max(positionOne, upTo(last));
            positionTwo = std::max(positionTwo, upTo(last));
            QVERIFY(
                store->noteConsumers(std::vector<ConsumerPosition>{{one, positionOne}, {two, positionTwo}})
                    .has_value());
            // None goes back.
            QVERIFY(store->noteConsumers(std::vector<ConsumerPosition>{{one, 0}}).has_value());
            Retention retention;
            retention.before = upTo(last) * 10;
            retention.maxEntries = static_cast<std::size_t>(random.bounded(1, 30));
            const Removed removed = store->removeOld(retention).value();
            const std::int64_t mayGo =
                std::min({positionOne, positionTwo, retention.before / 10, last - 1,
                          first - 1 + static_cast<std::int64_t>(retention.maxEntries)});
            const std::int64_t expected = std::max(first, mayGo + 1);
            QCOMPARE(static_cast<std::int64_t>(removed.entries), expected - first);
            first = expected;
            const EntryPage page = store->read(inbox, first - 1, 500, 1'000'000).value();
            QCOMPARE(page.first, first);
            QCOMPARE(page.head, last);
            QCOMPARE(page.entries.front().seq, first);
            QCOMPARE(page.entries.size(), static_cast<std::size_t>(last - first + 1));
            QCOMPARE(page.entries.back().head, headOf(all));
            QCOMPARE(page.headAtCursor,
                     std::optional(headOf(std::vector<NewEntry>(all.begin(), all.begin() + first - 1))));
            // Who comes from before finds where it begins now.
            QCOMPARE(store->read(inbox, 0, 1, 1)->entries.front().seq, first);
            std::int64_t kept = 0;
            for (std::int64_t seq = first; seq <= last; ++seq) {
                const NewEntry& entry = all.at(static_cast<std::size_t>(seq - 1));
                kept += entryCost(entry.headersJson.size(), entry.body.size());
            }
            QCOMPARE(store->inboxes()->at(0).strangerBytes, kept);
        }
    }

    void whoHasNotReadHoldsEntriesUp()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
        (void)store->append(
            std::vector<NewEntry>{entryOf(inbox, "1"), entryOf(inbox, "2"), entryOf(inbox, "3")});
        Retention retention;
        retention.before = 1000;
        // Nobody reads at all: then nobody has read it.
        QCOMPARE(store->removeOld(retention)->entries, std::size_t(0));
        const std::string reads = tokenOf("a", TokenRole::Consumer);
        const std::string sleeps = tokenOf("a", TokenRole::Consumer);
        QVERIFY(store->noteConsumers(std::vector<ConsumerPosition>{{reads, 2}}).has_value());
        QCOMPARE(store->removeOld(retention)->entries, std::size_t(0));
        QVERIFY(store->revokeToken(sleeps, 1).has_value());
        // An administrator's counts once it reads.
        const std::string admin = tokenOf("a", TokenRole::Admin);
        QVERIFY(store->noteConsumers(std::vector<ConsumerPosition>{{admin, 1}}).has_value());
        QCOMPARE(store->removeOld(retention)->entries, std::size_t(1));
        QCOMPARE(store->tokens().value().size(), std::size_t(3));
        // An operator's word goes over that, and the newest stays even then.
        retention.inbox = "a";
        retention.upTo = 1000;
        retention.before = 0;
        QCOMPARE(store->removeOld(retention)->entries, std::size_t(1));
        QCOMPARE(store->read(inbox, 0, 9, 99)->entries.front().seq, std::int64_t(3));
        retention.inbox = "nobody";
        QVERIFY(store->removeOld(retention).error().code == ErrorCode::NotFound);
    }

    void noTokenUsesUpAnothersRoom()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
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
        QVERIFY(store->noteConsumers(std::vector<ConsumerPosition>{{reader, 2}}).has_value());
        Retention retention;
        retention.before = std::numeric_limits<UnixMillis>::max();
        QCOMPARE(store->removeOld(retention)->entries, std::size_t(2));
        QCOMPARE(keptBytes(greedy), 3 * leastEntryCost);
        QVERIFY(submit(greedy, 'c', "6") == Outcome::Done);
        // An envelope whose entry is gone is still known.
        QVERIFY(submit(greedy, 'a', "1") == Outcome::Repeated);
    }

    void reportsCountAgainstTheirToken()
    {
        const InboxId inbox = store->createInbox("a", {}, 1)->id;
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
        QCOMPARE(store->removeOld(retention)->results, std::size_t(0));
        retention.before = std::numeric_limits<UnixMillis>::max();
        QCOMPARE(store->removeOld(retention)->results, std::size_t(1));
        QCOMPARE(keptBytes(desk), std::int64_t(0));
        const JobStatus status = store->findJob(inbox, std::string(64, 'a'), submitter).value();
        QCOMPARE(status.state, std::string("failed"));
        QVERIFY(status.event.empty() && status.resultJson.empty());
        QVERIFY(report(desk, "d", "last", true) == Outcome::Repeated);
        QVERIFY(report(desk, "d", "again") == Outcome::Finished);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayStoreQuotasTest)
#include "RelayStoreQuotas_test.moc"
