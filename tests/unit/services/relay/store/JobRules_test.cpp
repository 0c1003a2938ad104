#include "services/relay/store/JobRules.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayStoreScene.h"
#include "tests/support/processes/TestDatabase.h"

#include <QTest>

#include <limits>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::relay::testing;
using namespace countersign::testing;

/// The rules for operators' statements, on whichever database CTest asks for. Those for jobs, claims and
/// withdrawals: SqliteJobsTest, PostgresRelayStoreTest and RelayStoreQuotasTest.
class JobRulesTest : public QObject, private RelayStoreScene
{
    Q_OBJECT

    using Outcome = JobAnswer::Outcome;

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void init()
    {
        begin();
        m_inbox = store->createInbox("a", {}, 1)->id;
        m_submitter = tokenOf("a", TokenRole::Submitter);
        m_desk = tokenOf("a", TokenRole::Consumer);
        QVERIFY(change(submission(m_inbox, m_submitter, 'a', "job")).isNewJob);
    }

    void cleanup() { store.reset(); }

    void anApprovalIsAnEntryOnce()
    {
        const JobAnswer first = change(approval(m_inbox, m_desk, 'a', "yes"));
        QVERIFY(first.outcome == Outcome::Done);
        QCOMPARE(first.seq, std::int64_t(2));
        const JobAnswer again = change(approval(m_inbox, m_desk, 'a', "yes"));
        QVERIFY(again.outcome == Outcome::Repeated);
        QCOMPARE(again.seq, std::int64_t(2));
        // Also when another desk passes it on.
        const std::string other = tokenOf("a", TokenRole::Consumer);
        QVERIFY(change(approval(m_inbox, other, 'a', "yes")).outcome == Outcome::Repeated);
        QCOMPARE(change(approval(m_inbox, other, 'a', "no")).seq, std::int64_t(3));
        const EntryPage page = store->read(m_inbox, 1, 10, 10'000).value();
        QCOMPARE(page.entries.size(), std::size_t(2));
        QCOMPARE(page.entries.at(0).kind, std::string("approval"));
        QCOMPARE(page.entries.at(0).body, std::string("yes"));
        QCOMPARE(page.entries.at(0).headersJson, std::string("{}"));
        QCOMPARE(page.entries.at(1).body, std::string("no"));
        // An approval moves no job, and is no withdrawal.
        const JobStatus status = store->findJob(m_inbox, std::string(64, 'a'), {}).value();
        QCOMPARE(status.state, std::string("pending"));
        QCOMPARE(status.withdrawalSeq, std::int64_t(0));
    }

    void onlyOfJobsThatAreThere()
    {
        QVERIFY(change(approval(m_inbox, m_desk, 'b', "yes")).outcome == Outcome::UnknownJob);
        const InboxId other = store->createInbox("b", {}, 1)->id;
        QVERIFY(change(approval(other, m_desk, 'a', "yes")).outcome == Outcome::UnknownJob);
        QCOMPARE(store->read(other, 0, 10, 1000)->entries.size(), std::size_t(0));
    }

    /// Desks judge: neither a lease, a withdrawal nor a begun ceremony refuses a statement.
    void onlyAFinishedJobRefusesOne()
    {
        QVERIFY(change(withdrawal(m_inbox, m_submitter, 'a', "w")).outcome == Outcome::Done);
        QVERIFY(change(approval(m_inbox, m_desk, 'a', "1")).outcome == Outcome::Done);
        const std::string other = tokenOf("a", TokenRole::Consumer);
        QVERIFY(change(ClaimJob{m_inbox, std::string(64, 'a'), other, "e", 1000}).outcome == Outcome::Done);
        QVERIFY(change(approval(m_inbox, m_desk, 'a', "2")).outcome == Outcome::Done);
        QVERIFY(change(eventOf(other, "signing", false)).outcome == Outcome::Done);
        QVERIFY(change(approval(m_inbox, m_desk, 'a', "3")).outcome == Outcome::Done);
        QVERIFY(change(eventOf(other, "rejected", true)).outcome == Outcome::Done);
        QVERIFY(change(approval(m_inbox, m_desk, 'a', "4")).outcome == Outcome::Finished);
        QVERIFY(change(approval(m_inbox, m_desk, 'a', "3")).outcome == Outcome::Repeated);
    }

    void approvalsAreBoundedByJobAndToken()
    {
        const auto approve = [this](const std::string& token, const std::string& envelope) {
            AddApproval added = approval(m_inbox, token, 'a', envelope);
            added.quota.approvalsPerJob = 2;
            added.quota.keptBytes = 3 * leastEntryCost;
            return change(added).outcome;
        };
        const std::string modest = tokenOf("a", TokenRole::Consumer);
        QVERIFY(approve(m_desk, "1") == Outcome::Done);
        QVERIFY(approve(m_desk, "2") == Outcome::Done);
        QVERIFY(approve(m_desk, "3") == Outcome::TooManyEnvelopes);
        QVERIFY(approve(m_desk, "1") == Outcome::Repeated);
        QCOMPARE(keptBytes(m_desk), 2 * leastEntryCost);
        QVERIFY(approve(modest, std::string(3 * leastEntryCost - 1, 'x')) == Outcome::TokenFull);
        QVERIFY(approve(modest, std::string(3 * leastEntryCost - 2, 'x')) == Outcome::Done);
        QVERIFY(approve(modest, "4") == Outcome::TokenFull);
        QCOMPARE(keptBytes(m_submitter), leastEntryCost);
    }

    void statementsGoToTheInbox()
    {
        const JobAnswer first = change(statement(m_inbox, m_desk, "freeze"));
        QVERIFY(first.outcome == Outcome::Done);
        QCOMPARE(first.seq, std::int64_t(2));
        QVERIFY(change(statement(m_inbox, m_submitter, "freeze")).outcome == Outcome::Repeated);
        QCOMPARE(change(statement(m_inbox, m_desk, "freeze")).seq, std::int64_t(2));
        const EntryPage page = store->read(m_inbox, 1, 10, 10'000).value();
        QCOMPARE(page.entries.size(), std::size_t(1));
        QCOMPARE(page.entries.at(0).kind, std::string("statement"));
        QCOMPARE(page.entries.at(0).body, std::string("freeze"));
        QVERIFY(change(statement(99, m_desk, "freeze")).outcome == Outcome::UnknownInbox);
        const InboxId other = store->createInbox("b", {}, 1)->id;
        QCOMPARE(change(statement(other, m_desk, "freeze")).seq, std::int64_t(1));
        QCOMPARE(keptBytes(m_desk), 2 * leastEntryCost);
    }

    void statementsAreBoundedAndLeaveWithTheirEntries()
    {
        const auto say = [this](const std::string& token, const std::string& envelope) {
            AddStatement said = statement(m_inbox, token, envelope);
            said.quota.statements = 2;
            return change(said).outcome;
        };
        QVERIFY(say(m_desk, "1") == Outcome::Done);
        QVERIFY(say(m_desk, "2") == Outcome::Done);
        QVERIFY(say(m_desk, "3") == Outcome::TokenFull);
        QVERIFY(say(m_desk, "2") == Outcome::Repeated);
        const std::string other = tokenOf("a", TokenRole::Consumer);
        QVERIFY(say(other, "3") == Outcome::Done);
        QVERIFY(store->noteConsumers(std::vector<ConsumerPosition>{{m_desk, 2}, {other, 2}}).has_value());
        Retention retention;
        retention.before = std::numeric_limits<UnixMillis>::max();
        QCOMPARE(store->removeOld(retention)->entries, std::size_t(2));
        QCOMPARE(keptBytes(m_desk), leastEntryCost);
        QVERIFY(say(m_desk, "4") == Outcome::Done);
        QVERIFY(say(m_desk, "1") == Outcome::TokenFull);
        // Nobody remembers it: desks know it by its own digest.
        QVERIFY(say(other, "1") == Outcome::Done);
    }

    /// Both of them after the store was opened anew.
    void whatWasSaidIsKept()
    {
        change(approval(m_inbox, m_desk, 'a', "yes"));
        change(statement(m_inbox, m_desk, "freeze"));
        store = openRelayDatabase(url, OpenMode::Existing).value();
        QCOMPARE(change(approval(m_inbox, m_desk, 'a', "yes")).seq, std::int64_t(2));
        QCOMPARE(change(statement(m_inbox, m_desk, "freeze")).seq, std::int64_t(3));
        const std::vector<JobChange> batch{statement(m_inbox, m_desk, "x"), statement(m_inbox, m_desk, "x"),
                                           approval(m_inbox, m_desk, 'a', "x"),
                                           approval(m_inbox, m_desk, 'a', "x")};
        const auto answers = store->changeJobs(batch).value();
        QVERIFY(answers.at(0).outcome == Outcome::Done && answers.at(1).outcome == Outcome::Repeated);
        QVERIFY(answers.at(2).outcome == Outcome::Done && answers.at(3).outcome == Outcome::Repeated);
        QCOMPARE(answers.at(1).seq, std::int64_t(4));
        QCOMPARE(answers.at(3).seq, std::int64_t(5));
    }

private:
    RecordJobEvent eventOf(const std::string& token, const std::string& state, bool isFinal) const
    {
        RecordJobEvent event;
        event.inbox = m_inbox;
        event.jobId = std::string(64, 'a');
        event.token = token;
        event.desk = "e";
        event.state = state;
        event.isFinal = isFinal;
        event.envelope = state;
        event.envelopeDigest = toBytes(sha256(asBytes(state)));
        event.now = 1000;
        return event;
    }

    InboxId m_inbox = 0;
    std::string m_submitter;
    std::string m_desk;
};

COUNTERSIGN_GUILESS_TEST(JobRulesTest)
#include "JobRules_test.moc"
