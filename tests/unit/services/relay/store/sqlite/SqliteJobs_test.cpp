#include "services/relay/store/sqlite/SqliteJobs.h"

#include "core/crypto/primitives/Sha256.h"
#include "services/relay/store/sqlite/SqliteRelayStore.h"
#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::relay;

namespace {

using SqliteJobsOutcome = JobAnswer::Outcome;

const std::string sqliteJobsJobId(64, 'a');

Bytes sqliteJobsDigestOf(std::string_view text)
{
    return toBytes(sha256(asBytes(text)));
}

}  // namespace

class SqliteJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("relay.sqlite")).toStdString();
        m_store = SqliteRelayStore::open(m_file, OpenMode::CreateIfMissing).value();
        m_inbox = m_store->createInbox("demo", {}, 1)->id;
        m_quota = {};
        m_now = 1'000'000;
    }

    void aRepeatIsTheSameEntry()
    {
        const JobAnswer first = submit(sqliteJobsJobId, "one");
        QVERIFY(first.outcome == SqliteJobsOutcome::Done && first.isNewJob);
        QCOMPARE(first.seq, std::int64_t(1));
        const JobAnswer again = submit(sqliteJobsJobId, "one");
        QVERIFY(again.outcome == SqliteJobsOutcome::Repeated && !again.isNewJob);
        QCOMPARE(again.seq, std::int64_t(1));
        const JobAnswer other = submit(sqliteJobsJobId, "two");
        QVERIFY(other.outcome == SqliteJobsOutcome::Done && !other.isNewJob);
        QCOMPARE(other.seq, std::int64_t(2));
        QCOMPARE(submit(sqliteJobsJobId, "one").seq, std::int64_t(1));
        const EntryPage page = m_store->read(m_inbox, 0, 10, 10'000).value();
        QCOMPARE(page.entries.size(), std::size_t(2));
        QCOMPARE(page.entries.at(0).kind, std::string("job"));
        QCOMPARE(page.entries.at(0).body, std::string("one"));
        QCOMPARE(page.entries.at(1).body, std::string("two"));
        QCOMPARE(page.entries.at(1).receivedAt, m_now);
        SubmitJob lost = job(sqliteJobsJobId, "x");
        lost.inbox = 99;
        QVERIFY(change(lost).outcome == SqliteJobsOutcome::UnknownInbox);
    }

    void inboxesDoNotShareJobs()
    {
        submit(sqliteJobsJobId, "one");
        const InboxId other = m_store->createInbox("other", {}, 1)->id;
        QVERIFY(!m_store->findJob(other, sqliteJobsJobId, {}).has_value());
        SubmitJob same = job(sqliteJobsJobId, "one");
        same.inbox = other;
        QVERIFY(change(same).isNewJob);
        ClaimJob claim = claimOf("t", "d");
        QVERIFY(change(claim).outcome == SqliteJobsOutcome::Done);
        claim.inbox = other;
        claim.token = "u";
        QVERIFY(change(claim).outcome == SqliteJobsOutcome::Done);
    }

    void changesOfOneBatchSeeEachOther()
    {
        const std::vector<JobChange> batch{job(sqliteJobsJobId, "one"), job(sqliteJobsJobId, "one"),
                                           claimOf("t", "d"), claimOf("t", "e")};
        const auto answers = m_store->changeJobs(batch).value();
        QVERIFY(answers.at(0).outcome == SqliteJobsOutcome::Done);
        QVERIFY(answers.at(1).outcome == SqliteJobsOutcome::Repeated);
        QCOMPARE(answers.at(1).seq, answers.at(0).seq);
        QVERIFY(answers.at(2).outcome == SqliteJobsOutcome::Done);
        QVERIFY(answers.at(3).outcome == SqliteJobsOutcome::HeldByOther);
    }

    void submittersCannotFillTheDisk()
    {
        m_quota.envelopesPerJob = 2;
        m_quota.pendingJobs = 2;
        m_quota.pendingBytes = 20;
        QVERIFY(submit(sqliteJobsJobId, "1234").outcome == SqliteJobsOutcome::Done);
        QVERIFY(submit(sqliteJobsJobId, "5678").outcome == SqliteJobsOutcome::Done);
        QVERIFY(submit(sqliteJobsJobId, "9").outcome == SqliteJobsOutcome::TooManyEnvelopes);
        QVERIFY(submit(sqliteJobsJobId, "1234").outcome == SqliteJobsOutcome::Repeated);
        const std::string second(64, 'b');
        QVERIFY(submit(second, std::string(13, 'x')).outcome == SqliteJobsOutcome::TooManyJobs);
        QVERIFY(submit(second, std::string(12, 'x')).outcome == SqliteJobsOutcome::Done);
        QVERIFY(submit(std::string(64, 'c'), "").outcome == SqliteJobsOutcome::TooManyJobs);
        // What a desk finished no longer counts.
        QVERIFY(change(eventOf("t", "d", "rejected", true)).outcome == SqliteJobsOutcome::Done);
        QVERIFY(submit(std::string(64, 'c'), "").outcome == SqliteJobsOutcome::Done);
        QVERIFY(submit(std::string(64, 'd'), "").outcome == SqliteJobsOutcome::TooManyJobs);
        // And neither does what nobody finished for a week.
        m_now += 7 * 24 * 3600 * 1000LL;
        QVERIFY(submit(std::string(64, 'd'), "").outcome == SqliteJobsOutcome::Done);
    }

    void oneDeskHoldsAJob()
    {
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::UnknownJob);
        submit(sqliteJobsJobId, "one");
        const JobAnswer claimed = change(claimOf("t", "d"));
        QVERIFY(claimed.outcome == SqliteJobsOutcome::Done);
        QCOMPARE(claimed.leaseUntil, m_now + 60'000);
        m_now += 1000;
        // Neither another desk, nor the same name with another token.
        for (const auto& [token, desk] : {std::pair("t", "e"), std::pair("u", "d"), std::pair("u", "e")}) {
            const JobAnswer refused = change(claimOf(token, desk));
            QVERIFY(refused.outcome == SqliteJobsOutcome::HeldByOther);
            QCOMPARE(refused.leaseUntil, claimed.leaseUntil);
            QVERIFY(change(eventOf(token, desk, "signed", false)).outcome == SqliteJobsOutcome::HeldByOther);
        }
        // Renewed, also after the store was opened anew.
        m_store = SqliteRelayStore::open(m_file, OpenMode::Existing).value();
        QCOMPARE(change(claimOf("t", "d")).leaseUntil, m_now + 60'000);
        m_now += 59'999;
        QVERIFY(change(claimOf("u", "e")).outcome == SqliteJobsOutcome::HeldByOther);
        m_now += 1;
        QVERIFY(change(claimOf("u", "e")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::HeldByOther);
    }

    /// Set forward, a clock ends leases early; set back, none lasts much longer than one is. Either way a
    /// desk that loses its claim so cannot say any more that it signs.
    void aClockThatJumpsGivesNoEndlessLease()
    {
        const UnixMillis day = 24LL * 3600 * 1000;
        for (const UnixMillis jump : {day, -day}) {
            init();
            m_now += 2 * day;
            submit(sqliteJobsJobId, "one");
            QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::Done);
            m_now += jump;
            QVERIFY(change(withdrawalOf("w")).outcome == SqliteJobsOutcome::Done);
            const JobAnswer claimed = change(claimOf("u", "e"));
            QVERIFY(claimed.outcome == SqliteJobsOutcome::Done);
            QCOMPARE(claimed.leaseUntil, m_now + 60'000);
            QVERIFY(change(eventOf("t", "d", "signing", false)).outcome == SqliteJobsOutcome::HeldByOther);
            QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::HeldByOther);
            // And what is begun is its desk's, whatever the clock says.
            QVERIFY(change(eventOf("u", "e", "signing", false)).outcome == SqliteJobsOutcome::Done);
            m_now -= jump;
            QVERIFY(change(claimOf("t", "d")).outcome != SqliteJobsOutcome::Done);
            m_now += 3 * day;
            QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::BegunByOther);
        }
        // A step back within the lease is none of that.
        init();
        submit(sqliteJobsJobId, "one");
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::Done);
        m_now -= 60'000;
        QVERIFY(change(claimOf("u", "e")).outcome == SqliteJobsOutcome::HeldByOther);
        QVERIFY(change(withdrawalOf("w")).outcome == SqliteJobsOutcome::HeldByOther);
        m_now -= 1;
        QVERIFY(change(claimOf("u", "e")).outcome == SqliteJobsOutcome::Done);
    }

    void eventsTellHowAJobStands()
    {
        QVERIFY(change(eventOf("t", "d", "signed", false)).outcome == SqliteJobsOutcome::UnknownJob);
        submit(sqliteJobsJobId, "one");
        QCOMPARE(status().state, std::string("pending"));
        QVERIFY(status().event.empty() && status().resultJson.empty());
        change(claimOf("t", "d"));
        RecordJobEvent event = eventOf("t", "d", "signed", false);
        event.resultJson = R"({"signature":"s"})";
        const JobAnswer stored = change(event);
        QVERIFY(stored.outcome == SqliteJobsOutcome::Done);
        QCOMPARE(stored.state, std::string("signed"));
        QCOMPARE(status().event, event.envelope);
        QCOMPARE(status().resultJson, event.resultJson);
        // An event without a result keeps the one before.
        change(eventOf("t", "d", "broadcast", false));
        QCOMPARE(status().state, std::string("broadcast"));
        QCOMPARE(status().resultJson, event.resultJson);
        const RecordJobEvent last = eventOf("t", "d", "confirmed", true);
        QVERIFY(change(last).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(last).outcome == SqliteJobsOutcome::Repeated);
        QCOMPARE(change(last).state, std::string("confirmed"));
        QVERIFY(change(eventOf("t", "d", "failed", true)).outcome == SqliteJobsOutcome::Finished);
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::Finished);
        QVERIFY(change(withdrawalOf("w")).outcome == SqliteJobsOutcome::Finished);
        QCOMPARE(status().state, std::string("confirmed"));
        QVERIFY(submit(sqliteJobsJobId, "one").outcome == SqliteJobsOutcome::Repeated);
    }

    void whatADeskHasBegunIsItsOwn_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("isBegun");
        for (const char* state : {"signing", "signed", "broadcast", "interrupted"}) {
            QTest::newRow(state) << QString::fromLatin1(state) << true;
        }
        for (const char* state : {"pending", "approved", "failed"}) {
            QTest::newRow(state) << QString::fromLatin1(state) << false;
        }
    }
    void whatADeskHasBegunIsItsOwn()
    {
        QFETCH(const QString, state);
        QFETCH(const bool, isBegun);
        submit(sqliteJobsJobId, "one");
        change(claimOf("t", "d"));
        QVERIFY(change(eventOf("t", "d", state.toStdString(), false)).outcome == SqliteJobsOutcome::Done);
        m_now += 60'000;  // the lease is over
        const auto expected = isBegun ? SqliteJobsOutcome::BegunByOther : SqliteJobsOutcome::Done;
        const JobAnswer withdrawn = change(withdrawalOf("w"));
        QVERIFY(withdrawn.outcome == expected);
        if (isBegun) {
            QCOMPARE(withdrawn.state, state.toStdString());
            // Nor does another desk's word free it.
            for (const char* word : {"pending", "failed", "expired"}) {
                QVERIFY(change(eventOf("u", "e", word, false)).outcome == SqliteJobsOutcome::BegunByOther);
                QVERIFY(change(eventOf("u", "e", word, true)).outcome == SqliteJobsOutcome::BegunByOther);
            }
            QCOMPARE(status().state, state.toStdString());
        }
        const JobAnswer claimed = change(claimOf("u", "e"));
        QVERIFY(claimed.outcome == expected);
        if (!isBegun) {
            return;
        }
        QCOMPARE(claimed.state, state.toStdString());
        // The desk itself goes on, also with a new token, and gives it back.
        QVERIFY(change(claimOf("v", "d")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(eventOf("v", "d", "failed", false)).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(claimOf("u", "e")).outcome == SqliteJobsOutcome::HeldByOther);
        m_now += 60'000;
        QVERIFY(change(withdrawalOf("w")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(claimOf("u", "e")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(eventOf("u", "e", "rejected", true)).outcome == SqliteJobsOutcome::Done);
    }

    /// Whoever says that it has begun has the job from then on, also if another claimed before: that one may
    /// not go on as if nobody had.
    void aWordWithoutAClaimIsKept()
    {
        submit(sqliteJobsJobId, "one");
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::Done);
        m_now += 60'000;
        // "e" claimed long ago, slept, and says it as it wakes up.
        QVERIFY(change(eventOf("u", "e", "signing", false)).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::BegunByOther);
        QVERIFY(change(eventOf("t", "d", "signing", false)).outcome == SqliteJobsOutcome::BegunByOther);
        QVERIFY(change(eventOf("t", "d", "pending", false)).outcome == SqliteJobsOutcome::BegunByOther);
        QVERIFY(change(withdrawalOf("w")).outcome == SqliteJobsOutcome::BegunByOther);
        QVERIFY(change(claimOf("v", "e")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(eventOf("v", "e", "failed", false)).outcome == SqliteJobsOutcome::Done);
        m_now += 60'000;
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::Done);
        // What is no beginning is anybody's to say while nobody holds the job, and gives nothing.
        m_now += 60'000;
        QVERIFY(change(eventOf("u", "e", "approved", false)).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(claimOf("t", "d")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(eventOf("u", "e", "rejected", true)).outcome == SqliteJobsOutcome::HeldByOther);
    }

    void aDeskKeepsItsKeyWithinAJob()
    {
        submit(sqliteJobsJobId, "one");
        QVERIFY(change(eventOf("t", "d", "approved", false)).outcome == SqliteJobsOutcome::Done);
        RecordJobEvent other = eventOf("t", "d", "failed", false);
        other.key.fill(9);
        QVERIFY(change(other).outcome == SqliteJobsOutcome::OtherKey);
        QCOMPARE(status().state, std::string("approved"));
        other.desk = "e";
        QVERIFY(change(other).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(eventOf("t", "d", "signing", false)).outcome == SqliteJobsOutcome::Done);
    }

    void withdrawalsComeInTimeOrNot()
    {
        QVERIFY(change(withdrawalOf("w")).outcome == SqliteJobsOutcome::UnknownJob);
        submit(sqliteJobsJobId, "one");
        change(claimOf("t", "d"));
        const JobAnswer held = change(withdrawalOf("w"));
        QVERIFY(held.outcome == SqliteJobsOutcome::HeldByOther);
        QCOMPARE(held.leaseUntil, m_now + 60'000);
        QCOMPARE(status().withdrawalSeq, std::int64_t(0));
        m_now += 60'000;
        const JobAnswer stored = change(withdrawalOf("w"));
        QVERIFY(stored.outcome == SqliteJobsOutcome::Done);
        QCOMPARE(stored.seq, std::int64_t(2));
        QCOMPARE(m_store->read(m_inbox, 1, 1, 1)->entries.at(0).kind, std::string("withdrawal"));
        QCOMPARE(status().withdrawalSeq, std::int64_t(2));
        QCOMPARE(status().state, std::string("pending"));
        // The relay cannot tell a forged withdrawal: the desk decides, and is told.
        QCOMPARE(change(claimOf("t", "d")).withdrawalSeq, std::int64_t(2));
        QCOMPARE(change(withdrawalOf("w")).seq, std::int64_t(2));
        m_now += 60'000;
        m_quota.envelopesPerJob = 2;
        QVERIFY(change(withdrawalOf("v")).outcome == SqliteJobsOutcome::Done);
        QVERIFY(change(withdrawalOf("u")).outcome == SqliteJobsOutcome::TooManyEnvelopes);
        // The newest counts, and neither a repeat nor another job's.
        QCOMPARE(change(withdrawalOf("w")).seq, std::int64_t(2));
        submit(std::string(64, 'b'), "other");
        QCOMPARE(status().withdrawalSeq, std::int64_t(3));
        QCOMPARE(change(claimOf("t", "d")).withdrawalSeq, std::int64_t(3));
        change(eventOf("t", "d", "withdrawn", true));
        QCOMPARE(status().state, std::string("withdrawn"));
    }

private:
    SubmitJob job(const std::string& id, const std::string& envelope) const
    {
        return {m_inbox, id, sqliteJobsDigestOf(envelope), envelope, m_now, m_quota};
    }
    JobAnswer submit(const std::string& id, const std::string& envelope) { return change(job(id, envelope)); }
    WithdrawJob withdrawalOf(const std::string& envelope) const
    {
        return {.inbox = m_inbox,
                .jobId = sqliteJobsJobId,
                .envelopeDigest = sqliteJobsDigestOf(envelope),
                .envelope = envelope,
                .now = m_now,
                .quota = m_quota};
    }
    ClaimJob claimOf(const std::string& token, const std::string& desk) const
    {
        return {m_inbox, sqliteJobsJobId, token, desk, m_now};
    }
    RecordJobEvent eventOf(const std::string& token, const std::string& desk, const std::string& state,
                           bool isFinal) const
    {
        RecordJobEvent event;
        event.inbox = m_inbox;
        event.jobId = sqliteJobsJobId;
        event.token = token;
        event.desk = desk;
        event.key.fill(1);
        event.state = state;
        event.isFinal = isFinal;
        event.envelope = desk + state;
        event.envelopeDigest = sqliteJobsDigestOf(event.envelope);
        event.now = m_now;
        return event;
    }
    JobAnswer change(const JobChange& one) { return m_store->changeJobs(std::span(&one, 1)).value().at(0); }
    JobStatus status() { return m_store->findJob(m_inbox, sqliteJobsJobId, {}).value(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;
    std::unique_ptr<SqliteRelayStore> m_store;
    InboxId m_inbox = 0;
    JobQuota m_quota;
    UnixMillis m_now = 0;
};

COUNTERSIGN_GUILESS_TEST(SqliteJobsTest)
#include "SqliteJobs_test.moc"
