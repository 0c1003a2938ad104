#include "services/relay/store/postgres/PostgresRelayStore.h"

#include "services/relay/store/postgres/PostgresListener.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/OlderRelay.h"
#include "tests/support/processes/PostgresServer.h"

#include <QTest>

#include <atomic>
#include <future>
#include <thread>

using namespace countersign;
using namespace countersign::relay;
using namespace countersign::testing;

namespace {

using PostgresRelayStoreOutcome = JobAnswer::Outcome;

const std::string postgresRelayStoreJobId(64, 'a');
constexpr std::chrono::seconds generous{30};

NewEntry postgresRelayStoreEntryOf(InboxId inbox, std::string body)
{
    NewEntry entry;
    entry.inbox = inbox;
    entry.headersJson = "{}";
    entry.body = std::move(body);
    return entry;
}

Bytes postgresRelayStoreDigestOf(char fill)
{
    return Bytes(32, static_cast<std::uint8_t>(fill));
}

}  // namespace

/// What only PostgreSQL's store does or can get wrong; the rest is in RelayStore_test.
class PostgresRelayStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = PostgresServer::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
        QVERIFY(m_server.start());
    }

    void init()
    {
        m_url = m_server.createDatabase();
        m_name = m_url.section(QLatin1Char('/'), 3).section(QLatin1Char('?'), 0, 0);
        m_store = openStore(OpenMode::CreateIfMissing).value();
        m_inbox = m_store->createInbox("demo", {}, 1)->id;
    }

    void cleanup() { m_store.reset(); }

    void aNumberAppearsOnlyAfterTheLowerOnes()
    {
        // Another relay has taken the next number and not committed yet.
        auto slow = PostgresConnection::open(target()).value();
        slow->begin();
        QVERIFY(slow->run("SELECT set_config('search_path', 'countersign_relay', true)").has_value());
        QVERIFY(slow->run("UPDATE inboxes SET head = head + 1").has_value());
        std::atomic<bool> finished = false;
        auto appended = std::async(std::launch::async, [&] {
            const auto numbers =
                m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "second")});
            finished = true;
            return numbers;
        });
        QTRY_COMPARE_WITH_TIMEOUT(waitingForLocks(), 1, 30'000);
        QVERIFY(!finished);
        const auto reader = openStore(OpenMode::Existing).value();
        QCOMPARE(reader->read(m_inbox, 0, 10, 1000)->head, std::int64_t(0));
        QVERIFY(
            slow->run("INSERT INTO entries (inbox, seq, kind, received_at, verified, headers, body, chain) "
                      "SELECT id, head, 'webhook', 0, false, '{}', 'first', chain FROM inboxes")
                .has_value());
        QVERIFY(slow->commit().has_value());
        QCOMPARE(appended.get().value(), std::vector<std::int64_t>{2});
        const EntryPage page = reader->read(m_inbox, 0, 10, 1000).value();
        QCOMPARE(page.entries.at(0).body, std::string("first"));
        QCOMPARE(page.entries.at(1).body, std::string("second"));
    }

    void opensOnlyItsOwn()
    {
        const auto code = [this](OpenMode mode) { return openStore(mode).error().code; };
        QVERIFY(sql("UPDATE countersign_relay.meta SET value = 1000 WHERE key = 'schema_version'"));
        QVERIFY(code(OpenMode::CreateIfMissing) == ErrorCode::Corrupt);
        QVERIFY(sql("DROP SCHEMA countersign_relay CASCADE"));
        QVERIFY(code(OpenMode::Existing) == ErrorCode::NotFound);
        // A connection that comes back to another database does not make a relay of it.
        QVERIFY(
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'admin' AND "
                "pid <> pg_backend_pid() AND datname = current_database()"));
        QTRY_VERIFY_WITH_TIMEOUT(m_store->directoryVersion().error().code == ErrorCode::NotFound, 30'000);
        QVERIFY(sql("CREATE SCHEMA countersign_relay; CREATE TABLE countersign_relay.meta (x int)"));
        QVERIFY(!openStore(OpenMode::CreateIfMissing).has_value());
        QVERIFY(sql("DROP TABLE countersign_relay.meta; CREATE TABLE countersign_relay.notes (x int)"));
        QVERIFY(code(OpenMode::CreateIfMissing) == ErrorCode::Corrupt);
        QVERIFY(sql("DROP TABLE countersign_relay.notes"));
        // An administrator may have made the schema for a user who may not.
        QVERIFY(openStore(OpenMode::CreateIfMissing).has_value());
    }

    void anOlderDatabaseIsBroughtUp()
    {
        QVERIFY(sql("DROP SCHEMA countersign_relay CASCADE"));
        QVERIFY(sql(olderPostgresRelay));
        QVERIFY(
            sql("SET search_path = countersign_relay; "
                "INSERT INTO inboxes (name, feed, head, created_at) VALUES "
                "('demo', '6B29FC40-ca47-1067-b31d-00dd010662da', 150, 1); "
                "INSERT INTO entries SELECT 1, i, 'webhook', 5, i % 2 = 0, '{}', decode(repeat('ab', 2000), "
                "'hex') "
                "FROM generate_series(1, 150) i"));
        // Several relays at once, too.
        std::vector<std::future<bool>> opening;
        for (int i = 0; i < 4; ++i) {
            opening.push_back(
                std::async(std::launch::async, [this] { return openStore(OpenMode::Existing).has_value(); }));
        }
        for (auto& opened : opening) {
            QVERIFY(opened.get());
        }
        m_store = openStore(OpenMode::Existing).value();
        m_inbox = 1;
        const InboxRecord inbox = m_store->inboxes()->at(0);
        QCOMPARE(inbox.feed, std::string("6b29fc40ca471067b31d00dd010662da"));
        QCOMPARE(inbox.signedBytes, std::int64_t(75 * 2002));
        QCOMPARE(inbox.strangerBytes, std::int64_t(75 * 2002));
        const auto numbers =
            m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "new")}).value();
        QCOMPARE(numbers, std::vector<std::int64_t>{151});
        // The heads are those of the formula, from the first entry on.
        FeedHead head = firstFeedHead;
        const std::string old(2000, '\xab');
        for (std::int64_t seq = 1; seq <= 150; ++seq) {
            head = nextFeedHead(head, seq, entryDigest("webhook", 5, "{}", sha256(asBytes(old))));
            if (seq % 37 == 0 || seq == 150) {
                QCOMPARE(m_store->read(m_inbox, seq, 1, 1000)->headAtCursor, std::optional(head));
            }
        }
        head = nextFeedHead(head, 151, entryDigest("webhook", 0, "{}", sha256(asBytes("new"))));
        QCOMPARE(m_store->read(m_inbox, 150, 1, 1000)->entries.at(0).head, head);
        // An older relay that still runs cannot go on without heads.
        QVERIFY(!sql(
            "INSERT INTO countersign_relay.entries (inbox, seq, kind, received_at, verified, headers, body) "
            "VALUES (1, 152, 'webhook', 0, false, '{}', '')"));
        QCOMPARE(change(job('1')).seq, std::int64_t(152));
    }

    void refusesServersThatCannotKeepThePromises()
    {
        QVERIFY(sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0"));
        const auto latin = PostgresRelayStore::open(
            PostgresConnectionInfo::parse(m_server.url(QStringLiteral("latin")).toStdString()).value(),
            OpenMode::CreateIfMissing);
        QVERIFY(latin.error().code == ErrorCode::Unsupported);
        QVERIFY(m_store->probeWrite(1).has_value());
        QVERIFY(setSetting("fsync = off"));
        QTRY_VERIFY_WITH_TIMEOUT(!m_store->probeWrite(1).has_value(), 30'000);
        QVERIFY(openStore(OpenMode::Existing).error().code == ErrorCode::Unsupported);
        QVERIFY(setSetting("fsync = on"));
        QTRY_VERIFY_WITH_TIMEOUT(m_store->probeWrite(1).has_value(), 30'000);
    }

    void commitsAreSyncedWhateverTheServersDefault()
    {
        QVERIFY(sql("ALTER ROLE admin SET synchronous_commit = off"));
        auto connection = PostgresConnection::open(target()).value();
        QCOMPARE(connection->run("SELECT current_setting('synchronous_commit')")->text(0, 0),
                 std::string("on"));
        QVERIFY(sql("ALTER ROLE admin SET synchronous_commit = remote_apply"));
        connection = PostgresConnection::open(target()).value();
        QCOMPARE(connection->run("SELECT current_setting('synchronous_commit')")->text(0, 0),
                 std::string("remote_apply"));
        QVERIFY(sql("ALTER ROLE admin RESET synchronous_commit"));
    }

    void aCommitThatWasNotOneIsNone()
    {
        auto connection = PostgresConnection::open(target()).value();
        connection->begin();
        QVERIFY(!connection->run("SELECT 1 / 0").has_value());
        // The server answers a COMMIT of what it had given up with success and ROLLBACK.
        QVERIFY(!connection->commit().has_value());
        QVERIFY(!connection->isLost());
        connection->begin();
        connection->queue("DO 'BEGIN RAISE WARNING ''as from a replica''; END'");
        QVERIFY(!connection->commit().has_value());
    }

    void anErrorLeavesNothingBehind()
    {
        // The second entry's text is none in UTF-8: the whole batch fails, and the connection goes on.
        NewEntry broken = postgresRelayStoreEntryOf(m_inbox, "x");
        broken.headersJson = "\xff";
        const auto failed =
            m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "x"), broken});
        QVERIFY(failed.error().code == ErrorCode::Storage);
        QVERIFY(failed.error().detail.contains(QStringLiteral("22021")));
        QCOMPARE(m_store->read(m_inbox, 0, 10, 1000)->head, std::int64_t(0));
        QCOMPARE(m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "y")}).value(),
                 std::vector<std::int64_t>{1});
        SubmitJob bad = job('1');
        bad.jobId = "\xff";
        QVERIFY(!m_store->changeJobs(std::vector<JobChange>{job('2'), bad, job('3')}).has_value());
        QVERIFY(m_store->findJob(m_inbox, postgresRelayStoreJobId, {}).error().code == ErrorCode::NotFound);
        QCOMPARE(change(job('2')).seq, std::int64_t(2));
    }

    void largeBatchesPass()
    {
        const std::vector<NewEntry> batch(
            60, postgresRelayStoreEntryOf(m_inbox, std::string(256 * 1024 - 1, 'x')));
        QCOMPARE(m_store->append(batch)->back(), std::int64_t(60));
        const EntryPage page = m_store->read(m_inbox, 50, 500, 1024 * 1024).value();
        QCOMPARE(page.entries.size(), std::size_t(3));
        QCOMPARE(page.entries.at(2).body, batch.front().body);
    }

    void jobsAreJudgedByTheServersClock()
    {
        SubmitJob submitted = job('1');
        submitted.now = 5;  // a relay whose clock is off
        QVERIFY(change(submitted).isNewJob);
        const UnixMillis stored = m_store->read(m_inbox, 0, 1, 1000)->entries.at(0).receivedAt;
        ClaimJob claim = claimOf("t", "d");
        claim.now = 5;
        const JobAnswer claimed = change(claim);
        QVERIFY(claimed.outcome == PostgresRelayStoreOutcome::Done);
        QVERIFY(claimed.leaseUntil >= stored + claim.lease.count());
        ClaimJob other = claimOf("u", "e");
        other.now = claimed.leaseUntil + 1;
        QVERIFY(change(other).outcome == PostgresRelayStoreOutcome::HeldByOther);
        QCOMPARE(change(other).leaseUntil, claimed.leaseUntil);
        pass(60'000);
        other.now = 5;
        QVERIFY(change(other).outcome == PostgresRelayStoreOutcome::Done);
        QVERIFY(change(claim).outcome == PostgresRelayStoreOutcome::HeldByOther);
    }

    void jobsGoTheirWholeWay()
    {
        QVERIFY(change(claimOf("t", "d")).outcome == PostgresRelayStoreOutcome::UnknownJob);
        QVERIFY(change(job('1')).isNewJob);
        QVERIFY(change(job('1')).outcome == PostgresRelayStoreOutcome::Repeated);
        const JobAnswer second = change(job('2'));
        QVERIFY(second.outcome == PostgresRelayStoreOutcome::Done && !second.isNewJob);
        QCOMPARE(second.seq, std::int64_t(2));
        SubmitJob lost = job('3');
        lost.inbox = 99;
        QVERIFY(change(lost).outcome == PostgresRelayStoreOutcome::UnknownInbox);
        WithdrawJob withdrawal;
        withdrawal.inbox = m_inbox;
        withdrawal.jobId = postgresRelayStoreJobId;
        withdrawal.envelopeDigest = postgresRelayStoreDigestOf('w');
        withdrawal.envelope = "w";
        QCOMPARE(change(withdrawal).seq, std::int64_t(3));
        QVERIFY(change(withdrawal).outcome == PostgresRelayStoreOutcome::Repeated);
        QCOMPARE(change(claimOf("t", "d")).withdrawalSeq, std::int64_t(3));
        JobStatus status = m_store->findJob(m_inbox, postgresRelayStoreJobId, {}).value();
        QCOMPARE(status.state, std::string("pending"));
        QCOMPARE(status.withdrawalSeq, std::int64_t(3));
        QVERIFY(status.event.empty() && status.resultJson.empty());
        RecordJobEvent event;
        event.inbox = m_inbox;
        event.jobId = postgresRelayStoreJobId;
        event.token = "t";
        event.desk = "d";
        event.state = "signed";
        event.resultJson = R"({"hash":"h"})";
        event.envelopeDigest = postgresRelayStoreDigestOf('e');
        event.envelope = std::string("\0bytes", 6);
        QCOMPARE(change(event).state, std::string("signed"));
        QVERIFY(change(event).outcome == PostgresRelayStoreOutcome::Repeated);
        RecordJobEvent last = event;
        last.state = "confirmed";
        last.isFinal = true;
        last.resultJson.clear();
        last.envelopeDigest = postgresRelayStoreDigestOf('l');
        last.key.fill(9);
        QVERIFY(change(last).outcome == PostgresRelayStoreOutcome::OtherKey);
        last.key = event.key;
        QVERIFY(change(last).outcome == PostgresRelayStoreOutcome::Done);
        status = m_store->findJob(m_inbox, postgresRelayStoreJobId, {}).value();
        QCOMPARE(status.state, std::string("confirmed"));
        QCOMPARE(status.resultJson, event.resultJson);
        QCOMPARE(status.event, event.envelope);
        QVERIFY(change(claimOf("t", "d")).outcome == PostgresRelayStoreOutcome::Finished);
    }

    void quotasCountWhatIsNotFinished()
    {
        SubmitJob first = job('1');
        first.quota.pendingJobs = 1;
        first.quota.pendingBytes = 3;
        first.envelope = "1234";
        QVERIFY(change(first).outcome == PostgresRelayStoreOutcome::TooManyJobs);
        first.envelope = "12";
        QVERIFY(change(first).outcome == PostgresRelayStoreOutcome::Done);
        SubmitJob second = first;
        second.jobId = std::string(64, 'b');
        second.quota.pendingJobs = 2;
        QVERIFY(change(second).outcome == PostgresRelayStoreOutcome::TooManyJobs);
        second.envelope = "1";
        QVERIFY(change(second).outcome == PostgresRelayStoreOutcome::Done);
        SubmitJob third = second;
        third.jobId = std::string(64, 'c');
        third.envelope.clear();
        QVERIFY(change(third).outcome == PostgresRelayStoreOutcome::TooManyJobs);
        pass(7 * 24 * 3600 * 1000LL);
        QVERIFY(change(third).outcome == PostgresRelayStoreOutcome::Done);
    }

    void tellsListenersWhatWasCommitted()
    {
        std::promise<void> connected;
        std::promise<InboxId> told;
        std::atomic<int> missed = 0;
        const PostgresListener listener(target(), {[&](InboxId inbox) { told.set_value(inbox); },
                                                   [&] {
                                                       if (missed++ == 0) {
                                                           connected.set_value();
                                                       }
                                                   }});
        QVERIFY(connected.get_future().wait_for(generous) == std::future_status::ready);
        (void)m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "1"),
                                                    postgresRelayStoreEntryOf(m_inbox, "2")});
        auto inbox = told.get_future();
        QVERIFY(inbox.wait_for(generous) == std::future_status::ready);
        QCOMPARE(inbox.get(), m_inbox);
        // One that loses its connection says that it may have missed something.
        QVERIFY(sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"));
        QTRY_COMPARE_WITH_TIMEOUT(missed.load(), 2, 30'000);
    }

    void comesBackWithTheServer()
    {
        QVERIFY(m_server.stop());
        QVERIFY(
            m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "x")}).error().code ==
            ErrorCode::Storage);
        QVERIFY(!m_store->probeWrite(1).has_value());
        QVERIFY(m_server.start());
        QTRY_VERIFY_WITH_TIMEOUT(m_store->probeWrite(1).has_value(), 30'000);
        // A restart between two calls is not even noticed.
        QVERIFY(m_server.stop());
        QVERIFY(m_server.start());
        QCOMPARE(m_store->append(std::vector<NewEntry>{postgresRelayStoreEntryOf(m_inbox, "x")}).value(),
                 std::vector<std::int64_t>{1});
    }

private:
    PostgresConnectionInfo target() const
    {
        return PostgresConnectionInfo::parse(m_url.toStdString()).value();
    }
    Result<std::unique_ptr<PostgresRelayStore>> openStore(OpenMode mode) const
    {
        return PostgresRelayStore::open(target(), mode);
    }
    bool sql(const char* statement) const
    {
        return m_server.sql(QString::fromLatin1(statement), m_name).has_value();
    }
    int waitingForLocks() const
    {
        return m_server
            .sql(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
            .value_or(QByteArray())
            .toInt();
    }
    bool setSetting(const char* setting) const
    {
        return m_server.sql(QStringLiteral("ALTER SYSTEM SET ") + QString::fromLatin1(setting)) &&
               m_server.sql(QStringLiteral("SELECT pg_reload_conf()"));
    }
    /// Lets time pass for the jobs.
    void pass(UnixMillis time) const
    {
        QVERIFY(
            m_server.sql(QStringLiteral("UPDATE countersign_relay.jobs SET lease_until = lease_until - %1, "
                                        "created_at = created_at - %1")
                             .arg(time),
                         m_name));
    }
    SubmitJob job(char envelope) const
    {
        return {m_inbox,
                postgresRelayStoreJobId,
                postgresRelayStoreDigestOf(envelope),
                std::string(1, envelope),
                0,
                {}};
    }
    ClaimJob claimOf(const std::string& token, const std::string& desk) const
    {
        return {m_inbox, postgresRelayStoreJobId, token, desk, 0};
    }
    JobAnswer change(const JobChange& one) { return m_store->changeJobs(std::span(&one, 1)).value().at(0); }

    PostgresServer m_server;
    QString m_url;
    QString m_name;
    std::unique_ptr<PostgresRelayStore> m_store;
    InboxId m_inbox = 0;
};

COUNTERSIGN_GUILESS_TEST(PostgresRelayStoreTest)
#include "PostgresRelayStore_test.moc"
