#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/PostgresRelays.h"
#include "tests/support/processes/PostgresServer.h"
#include "tests/support/processes/RelayProcess.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

/// The relays' connections at the server, stopped as a machine in trouble stops them.
class FrozenBackends
{
public:
    explicit FrozenBackends(const PostgresServer& server)
    {
        const auto found =
            server.sql(u"SELECT pid FROM pg_stat_activity WHERE application_name = 'countersign-relay'"_s);
        for (const QByteArray& pid : found.value_or(QByteArray()).split('\n')) {
            if (pid.toInt() > 0 && ::kill(pid.toInt(), SIGSTOP) == 0) {
                m_pids.push_back(pid.toInt());
            }
        }
    }
    ~FrozenBackends()
    {
        for (const int pid : m_pids) {
            ::kill(pid, SIGCONT);
        }
    }
    FrozenBackends(const FrozenBackends&) = delete;
    FrozenBackends& operator=(const FrozenBackends&) = delete;

    std::size_t count() const { return m_pids.size(); }

private:
    std::vector<int> m_pids;
};

}  // namespace

class RelayPostgresFaultsTest : public QObject, private PostgresRelays
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = PostgresServer::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
        QVERIFY(server.start());
    }

    void anAbsentServerIsA503AndItsReturnIsNoticed()
    {
        const Relays relays(server.createDatabase(), 2);
        QCOMPARE(relays.post(0, "before"), 200);
        RawHttp poller(relays.port(1));
        QVERIFY(server.stop());
        QCOMPARE(relays.post(0, "x"), 503);
        QTRY_COMPARE_WITH_TIMEOUT(relays.get(0, "/readyz"), 503, 20'000);
        QCOMPARE(relays.get(0, "/healthz"), 200);
        QCOMPARE(statusOf(RawHttp::exchange(relays.port(1),
                                            RawHttp::get("/v1/inboxes/demo/entries", relays.consumer))),
                 503);
        const auto refused = RawHttp::exchange(relays.port(0), RawHttp::post("/in/demo", "x"));
        QVERIFY(refused->headers.contains("retry-after"));
        QVERIFY(server.start());
        for (std::size_t relay = 0; relay < 2; ++relay) {
            QTRY_COMPARE_WITH_TIMEOUT(relays.get(relay, "/readyz"), 200, 30'000);
        }
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=1&wait=30", relays.consumer)));
        QTRY_VERIFY_WITH_TIMEOUT(relays.isPolled(1), 20'000);
        QCOMPARE(relays.post(0, "after"), 200);
        // Woken by the other relay again, or found when the listener was back.
        const auto answer = poller.receive(false, std::chrono::seconds(20));
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(parseJson(answer->body)->at("cursor").get<int>(), 2);
    }

    /// A server that neither answers nor closes must not hold a stop longer than was asked for.
    void aFrozenServerDoesNotHoldAStop()
    {
        const Relays relays(server.createDatabase(), 1, {u"--stop-timeout"_s, u"1000"_s});
        QCOMPARE(relays.post(0, "before"), 200);
        const FrozenBackends frozen(server);
        QVERIFY(frozen.count() > 0);
        RawHttp waiting(relays.port(0));
        QVERIFY(waiting.send(RawHttp::post("/in/demo", "never acknowledged")));
        QVERIFY(!waiting.receive(false, std::chrono::seconds(3)).has_value());
        RelayProcess& relay = *relays.all.front();
        relay.terminate();
        QCOMPARE(relay.waitForExit(), 0);
        QVERIFY(relay.errors().contains("did not answer in time"));
    }

    void aRolledBackTransactionLeavesNoHole()
    {
        const QString url = server.createDatabase();
        const Relays relays(url, 2);
        const QString database = url.section(u'/', 3).section(u'?', 0, 0);
        // Every third insert fails, and takes its whole transaction along.
        QVERIFY(server.sql(
            u"CREATE SEQUENCE countersign_relay.nth; GRANT ALL ON SEQUENCE countersign_relay.nth TO PUBLIC; "
            "CREATE FUNCTION countersign_relay.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('countersign_relay.nth') % 3 = 0 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END "
            "$$; "
            "CREATE TRIGGER fails AFTER INSERT ON countersign_relay.entries FOR EACH ROW "
            "EXECUTE FUNCTION countersign_relay.fail()"_s,
            database));
        std::size_t accepted = 0;
        int refused = 0;
        for (int i = 0; i < 30; ++i) {
            const int status = relays.post(static_cast<std::size_t>(i % 2), std::to_string(i));
            accepted += status == 200 ? 1 : 0;
            refused += status == 503 ? 1 : 0;
        }
        QVERIFY(refused > 0 && accepted > 0);
        Consumer consumer(relays.port(0), relays.consumer);
        consumer.drain();
        QVERIFY(consumer.isInOrder());
        QCOMPARE(consumer.bodies().size(), accepted);
    }

    void acknowledgedDeliveriesSurviveTheServersCrash()
    {
        const Relays relays(server.createDatabase(), 2);
        std::set<std::string> acknowledged;
        for (int round = 0; round < 2; ++round) {
            std::mutex mutex;
            std::atomic<int> count = 0;
            std::atomic<bool> stopping = false;
            std::vector<std::thread> clients;
            for (int client = 0; client < 6; ++client) {
                clients.emplace_back([&, client] {
                    for (int i = 0; !stopping; ++i) {
                        const std::string body =
                            std::to_string(round) + ":" + std::to_string(client) + ":" + std::to_string(i);
                        if (relays.post(static_cast<std::size_t>(client % 2), body) == 200) {
                            const std::lock_guard lock(mutex);
                            acknowledged.insert(body);
                            ++count;
                        }
                    }
                });
            }
            QTRY_VERIFY_WITH_TIMEOUT(count >= 30, 30'000);
            const bool crashed = server.crash();
            const bool started = server.start();
            const int before = count;
            // The same relays go on by themselves.
            QTRY_VERIFY_WITH_TIMEOUT(count >= before + 10, 30'000);
            stopping = true;
            for (std::thread& client : clients) {
                client.join();
            }
            QVERIFY(crashed && started);
        }
        Consumer consumer(relays.port(0), relays.consumer);
        consumer.drain();
        QVERIFY(consumer.isInOrder());
        const std::set<std::string> stored(consumer.bodies().begin(), consumer.bodies().end());
        std::vector<std::string> lost;
        std::ranges::set_difference(acknowledged, stored, std::back_inserter(lost));
        QVERIFY2(lost.empty(),
                 qPrintable(u"%1 of %2 are lost, the first is %3"_s.arg(lost.size())
                                .arg(acknowledged.size())
                                .arg(QString::fromStdString(lost.empty() ? std::string() : lost.front()))));
    }

    void doesNotServeOnAServerThatDoesNotSync()
    {
        const QString url = server.createDatabase();
        const Relays relays(url, 1);
        QVERIFY(server.sql(u"ALTER SYSTEM SET fsync = off"_s));
        QVERIFY(server.sql(u"SELECT pg_reload_conf()"_s));
        QTRY_COMPARE_WITH_TIMEOUT(relays.get(0, "/readyz"), 503, 20'000);
        const auto refused =
            RelayProcess::runRelay({u"serve"_s, u"--database"_s, url, u"--listen"_s, u"127.0.0.1:0"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY(refused.errors.contains("fsync"));
        QVERIFY(server.sql(u"ALTER SYSTEM RESET fsync"_s));
        QVERIFY(server.sql(u"SELECT pg_reload_conf()"_s));
        QTRY_COMPARE_WITH_TIMEOUT(relays.get(0, "/readyz"), 200, 20'000);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayPostgresFaultsTest)
#include "RelayPostgresFaults_test.moc"
