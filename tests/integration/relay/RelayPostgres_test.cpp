#include "core/base/Base64.h"
#include "core/base/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/JobSubmitter.h"
#include "tests/support/fixtures/TestCertificate.h"
#include "tests/support/processes/PostgresServer.h"
#include "tests/support/processes/RelayProcess.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

int relayPostgresStatusOf(const std::optional<RawResponse>& response)
{
    return response ? response->status : 0;
}

/// Several relays on one database with one inbox.
struct Relays
{
    std::vector<std::unique_ptr<RelayProcess>> all;
    std::string consumer;
    std::string submitter;

    Relays(const QString& url, int count, const QStringList& options = {})
    {
        for (int i = 0; i < count; ++i) {
            all.push_back(std::make_unique<RelayProcess>(url));
        }
        if (all.front()->createInbox(u"demo"_s)) {
            consumer = all.front()->createToken(u"demo"_s, u"consumer"_s);
            submitter = all.front()->createSubmitterToken(u"demo"_s);
        }
        for (const auto& relay : all) {
            if (!relay->start(options)) {
                qFatal("A relay did not start: %s", relay->errors().constData());
            }
        }
    }

    std::uint16_t port(std::size_t relay) const { return all.at(relay)->port(); }
    int post(std::size_t relay, const std::string& body) const
    {
        return relayPostgresStatusOf(RawHttp::exchange(port(relay), RawHttp::post("/in/demo", body)));
    }
    int get(std::size_t relay, const char* path) const
    {
        return relayPostgresStatusOf(RawHttp::exchange(port(relay), RawHttp::get(path)));
    }
    int claim(std::size_t relay, const std::string& job, const std::string& desk) const
    {
        return relayPostgresStatusOf(RawHttp::exchange(
            port(relay), RawHttp::post("/v1/inboxes/demo/jobs/" + job + "/claim", dumpJson({{"desk", desk}}),
                                       "Authorization: Bearer " + consumer + "\r\n")));
    }
    bool isPolled(std::size_t relay) const
    {
        const auto metrics = RawHttp::exchange(port(relay), RawHttp::get("/metrics"));
        return metrics && metrics->body.find("countersign_relay_polls_waiting 1\n") != std::string::npos;
    }
};

/// A console: polls one relay and follows its cursor. Every number must be the one behind the last.
class Consumer
{
public:
    Consumer(std::uint16_t port, std::string token) : m_port(port), m_token(std::move(token)) {}

    /// Until it has so many, or something is wrong.
    void follow(std::size_t count)
    {
        while (m_bodies.size() < count && m_isInOrder && m_failures < 60) {
            readPage();
        }
    }
    /// Everything that is there now. A relay that has not found its database again refuses for a while, which
    /// is no end of the feed.
    void drain()
    {
        QElapsedTimer timer;
        timer.start();
        while (m_isInOrder && timer.elapsed() < patienceMs) {
            const std::size_t before = m_bodies.size();
            if (readPage() && m_bodies.size() == before) {
                return;
            }
        }
    }

    bool isInOrder() const { return m_isInOrder; }
    const std::vector<std::string>& bodies() const { return m_bodies; }

private:
    /// Whether the relay answered with a page.
    bool readPage()
    {
        const auto response = RawHttp::exchange(
            m_port, RawHttp::get("/v1/inboxes/demo/entries?wait=1&after=" + std::to_string(m_bodies.size()),
                                 m_token));
        if (!response || response->status != 200) {
            ++m_failures;
            return false;
        }
        const Json page = parseJson(response->body, {16 * 1024 * 1024, 16, 1'000'000}).value();
        m_failures = page.at("entries").empty() ? m_failures + 1 : 0;
        for (const Json& entry : page.at("entries")) {
            m_isInOrder = m_isInOrder && entry.at("seq").get<std::size_t>() == m_bodies.size() + 1;
            m_bodies.emplace_back(asText(fromBase64(entry.at("bodyBase64").get<std::string>()).value()));
        }
        return true;
    }

    std::uint16_t m_port;
    std::string m_token;
    bool m_isInOrder = true;
    int m_failures = 0;
    std::vector<std::string> m_bodies;
};

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

class RelayPostgresTest : public QObject
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

    void severalRelaysLoseNothingAndKeepTheOrder()
    {
        const Relays relays(m_server.createDatabase(), 3);
        constexpr int clientsPerRelay = 6;
        constexpr int perClient = 40;
        constexpr std::size_t total = 3UL * clientsPerRelay * perClient;
        std::vector<Consumer> consumers;
        for (std::size_t relay = 0; relay < 3; ++relay) {
            consumers.emplace_back(relays.port(relay), relays.consumer);
        }
        std::vector<std::thread> threads;
        for (Consumer& consumer : consumers) {
            threads.emplace_back([&consumer] { consumer.follow(total); });
        }
        std::atomic<int> refused = 0;
        for (int client = 0; client < 3 * clientsPerRelay; ++client) {
            threads.emplace_back([&relays, &refused, client] {
                RawHttp connection(relays.port(static_cast<std::size_t>(client % 3)));
                for (int i = 0; i < perClient; ++i) {
                    const std::string body = std::to_string(client) + ":" + std::to_string(i);
                    connection.send(RawHttp::post("/in/demo", body));
                    refused += relayPostgresStatusOf(connection.receive()) == 200 ? 0 : 1;
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(refused.load(), 0);
        for (const Consumer& consumer : consumers) {
            QVERIFY(consumer.isInOrder());
            QCOMPARE(consumer.bodies().size(), total);
            QVERIFY(consumer.bodies() == consumers.front().bodies());
        }
        const auto& bodies = consumers.front().bodies();
        QCOMPARE(std::set<std::string>(bodies.begin(), bodies.end()).size(), total);
        // What one client had answered before it sent the next lies before it.
        std::map<std::string, int> next;
        for (const std::string& body : bodies) {
            const auto [client, number] =
                std::pair(body.substr(0, body.find(':')), std::stoi(body.substr(body.find(':') + 1)));
            QCOMPARE(number, next[client]++);
        }
    }

    void aDeliveryWakesAConsumerOfAnotherRelay()
    {
        const Relays relays(m_server.createDatabase(), 2);
        // A listener that has just connected wakes everybody: that must not be what is seen here.
        QTRY_COMPARE_WITH_TIMEOUT(listeners(), 2, 20'000);
        QTest::qWait(100);
        RawHttp poller(relays.port(1));
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", relays.consumer)));
        QTRY_VERIFY_WITH_TIMEOUT(relays.isPolled(1), 20'000);
        QCOMPARE(relays.post(0, "wake"), 200);
        // Before its own end.
        const auto answer = poller.receive(false, std::chrono::seconds(20));
        QCOMPARE(relayPostgresStatusOf(answer), 200);
        QCOMPARE(parseJson(answer->body)->at("cursor").get<int>(), 1);
    }

    void oneDeskWinsAmongRelays()
    {
        const Relays relays(m_server.createDatabase(), 2);
        const JobSubmitter submitter("demo", relays.submitter, SecretBytes::copyOf(std::string(32, 's')));
        for (int round = 0; round < 15; ++round) {
            const std::string job = submitter.submit(relays.port(0), std::to_string(round)).value();
            std::array<int, 4> answers{};
            std::vector<std::thread> desks;
            for (std::size_t i = 0; i < answers.size(); ++i) {
                desks.emplace_back(
                    [&, i] { answers.at(i) = relays.claim(i % 2, job, "desk-" + std::to_string(i)); });
            }
            for (std::thread& desk : desks) {
                desk.join();
            }
            QCOMPARE(std::ranges::count(answers, 200), std::ptrdiff_t(1));
            QCOMPARE(std::ranges::count(answers, 409), std::ptrdiff_t(3));
        }
    }

    void jobsAndTheirQuotasAreShared()
    {
        const Relays relays(m_server.createDatabase(), 2, {u"--max-pending-jobs"_s, u"2"_s});
        const JobSubmitter submitter("demo", relays.submitter, SecretBytes::copyOf(std::string(32, 's')));
        const std::string envelope = submitter.envelopeOf("1");
        const auto created = submitter.post(relays.port(0), envelope);
        QCOMPARE(relayPostgresStatusOf(created), 201);
        const auto again = submitter.post(relays.port(1), envelope);
        QCOMPARE(relayPostgresStatusOf(again), 200);
        QCOMPARE(again->body, created->body);
        QVERIFY(submitter.submit(relays.port(1), "2").has_value());
        for (std::size_t relay = 0; relay < 2; ++relay) {
            QCOMPARE(relayPostgresStatusOf(submitter.post(relays.port(relay), submitter.envelopeOf("3"))),
                     429);
        }
    }

    void anAbsentServerIsA503AndItsReturnIsNoticed()
    {
        const Relays relays(m_server.createDatabase(), 2);
        QCOMPARE(relays.post(0, "before"), 200);
        RawHttp poller(relays.port(1));
        QVERIFY(m_server.stop());
        QCOMPARE(relays.post(0, "x"), 503);
        QTRY_COMPARE_WITH_TIMEOUT(relays.get(0, "/readyz"), 503, 20'000);
        QCOMPARE(relays.get(0, "/healthz"), 200);
        QCOMPARE(relayPostgresStatusOf(RawHttp::exchange(
                     relays.port(1), RawHttp::get("/v1/inboxes/demo/entries", relays.consumer))),
                 503);
        const auto refused = RawHttp::exchange(relays.port(0), RawHttp::post("/in/demo", "x"));
        QVERIFY(refused->headers.contains("retry-after"));
        QVERIFY(m_server.start());
        for (std::size_t relay = 0; relay < 2; ++relay) {
            QTRY_COMPARE_WITH_TIMEOUT(relays.get(relay, "/readyz"), 200, 30'000);
        }
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=1&wait=30", relays.consumer)));
        QTRY_VERIFY_WITH_TIMEOUT(relays.isPolled(1), 20'000);
        QCOMPARE(relays.post(0, "after"), 200);
        // Woken by the other relay again, or found when the listener was back.
        const auto answer = poller.receive(false, std::chrono::seconds(20));
        QCOMPARE(relayPostgresStatusOf(answer), 200);
        QCOMPARE(parseJson(answer->body)->at("cursor").get<int>(), 2);
    }

    /// A server that neither answers nor closes must not hold a stop longer than was asked for.
    void aFrozenServerDoesNotHoldAStop()
    {
        const Relays relays(m_server.createDatabase(), 1, {u"--stop-timeout"_s, u"1000"_s});
        QCOMPARE(relays.post(0, "before"), 200);
        const FrozenBackends frozen(m_server);
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
        const QString url = m_server.createDatabase();
        const Relays relays(url, 2);
        const QString database = url.section(u'/', 3).section(u'?', 0, 0);
        // Every third insert fails, and takes its whole transaction along.
        QVERIFY(m_server.sql(
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
        const Relays relays(m_server.createDatabase(), 2);
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
            const bool crashed = m_server.crash();
            const bool started = m_server.start();
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
        const QString url = m_server.createDatabase();
        const Relays relays(url, 1);
        QVERIFY(m_server.sql(u"ALTER SYSTEM SET fsync = off"_s));
        QVERIFY(m_server.sql(u"SELECT pg_reload_conf()"_s));
        QTRY_COMPARE_WITH_TIMEOUT(relays.get(0, "/readyz"), 503, 20'000);
        const auto refused =
            RelayProcess::runRelay({u"serve"_s, u"--database"_s, url, u"--listen"_s, u"127.0.0.1:0"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY(refused.errors.contains("fsync"));
        QVERIFY(m_server.sql(u"ALTER SYSTEM RESET fsync"_s));
        QVERIFY(m_server.sql(u"SELECT pg_reload_conf()"_s));
        QTRY_COMPARE_WITH_TIMEOUT(relays.get(0, "/readyz"), 200, 20'000);
    }

    void passwordsAreShownNowhere()
    {
        const QString plain = m_server.createDatabase();
        const QString database = plain.section(u'/', 3).section(u'?', 0, 0);
        QVERIFY(
            m_server.sql(u"CREATE ROLE guarded LOGIN PASSWORD 'planted-pa55'; ALTER DATABASE %1 OWNER TO "
                         "guarded"_s.arg(database)));
        QVERIFY(m_server.requirePasswords({u"guarded"_s}));
        const QString open = m_server.url(database, u"guarded"_s);
        QString withPassword = open;
        withPassword.replace(u"guarded@"_s, u"guarded:planted-pa55@"_s);
        QString wrong = open;
        wrong.replace(u"guarded@"_s, u"guarded:planted-wrong@"_s);

        RelayProcess relay(withPassword);
        QVERIFY(relay.createInbox(u"demo"_s));
        QVERIFY(relay.start());
        QFile arguments(u"/proc/%1/cmdline"_s.arg(relay.processId()));
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        const QByteArray shown = arguments.readAll();
        QVERIFY(shown.contains("postgresql://xxx") && !shown.contains("planted"));
        QCOMPARE(relayPostgresStatusOf(RawHttp::exchange(relay.port(), RawHttp::get("/readyz"))), 200);
        QCOMPARE(relay.stop(), 0);
        const QByteArray errors = relay.errors();
        QVERIFY(errors.contains(".pgpass") && !errors.contains("planted"));

        for (const QString& url : {wrong, open, withPassword + u"&planted=1"_s}) {
            const auto refused = RelayProcess(url).run({u"inbox"_s, u"list"_s});
            QVERIFY(refused.exitCode != 0);
            QVERIFY(!(refused.errors + refused.output).contains("planted"));
        }
        const QTemporaryDir folder;
        QFile passwords(folder.filePath(u"pgpass"_s));
        QVERIFY(passwords.open(QIODevice::WriteOnly));
        passwords.write("*:*:*:guarded:planted-pa55\n");
        passwords.close();
        QVERIFY(passwords.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        qputenv("PGPASSFILE", passwords.fileName().toLocal8Bit());
        const auto listed = RelayProcess(open).run({u"inbox"_s, u"list"_s});
        qunsetenv("PGPASSFILE");
        QCOMPARE(listed.exitCode, 0);
        QVERIFY(listed.output.contains("demo"));
    }

    void tokensAreNowhereInTheDatabase()
    {
        const QString url = m_server.createDatabase();
        const Relays relays(url, 1);
        QCOMPARE(relayPostgresStatusOf(RawHttp::exchange(
                     relays.port(0), RawHttp::get("/v1/inboxes/demo/entries", relays.consumer))),
                 200);
        const auto dump = m_server.dump(url);
        QVERIFY(dump && dump->contains("COPY countersign_relay.tokens"));
        const QByteArray token = QByteArray::fromStdString(relays.consumer);
        const QByteArray raw = QByteArray::fromBase64(token.mid(3), QByteArray::Base64UrlEncoding);
        QVERIFY(!dump->contains(token.mid(3)) && !dump->contains(raw.toHex()));
        QVERIFY(!m_server.whatItSaid().contains(QString::fromLatin1(token.mid(3))));
    }

    void talksTlsToTheServer()
    {
        const TestCertificate certificate = makeTestCertificate();
        PostgresServer server;
        QVERIFY(server.offerTls(certificate.certificatePem, certificate.keyPem));
        QVERIFY(server.start());
        const QString database = server.createDatabase().section(u'/', 3).section(u'?', 0, 0);
        const Relays relays(server.tlsUrl(database), 2);
        // Batches and pages larger than any buffer on the way.
        const std::string large(200 * 1024, 'x');
        std::vector<std::thread> clients;
        std::atomic<int> accepted = 0;
        for (std::size_t client = 0; client < 8; ++client) {
            clients.emplace_back([&, client] {
                for (int i = 0; i < 5; ++i) {
                    accepted += relays.post(client % 2, large) == 200 ? 1 : 0;
                }
            });
        }
        for (std::thread& client : clients) {
            client.join();
        }
        QCOMPARE(accepted.load(), 40);
        Consumer consumer(relays.port(0), relays.consumer);
        consumer.drain();
        QVERIFY(consumer.isInOrder());
        QCOMPARE(consumer.bodies(), std::vector<std::string>(40, large));
        QVERIFY(server.sql(u"SELECT bool_and(ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) "
                           "WHERE a.application_name = 'countersign-relay'"_s) == QByteArray("t"));
        // A server that the certificate does not name is refused.
        QString elsewhere = server.tlsUrl(database);
        elsewhere.replace(u"127.0.0.1"_s, u"localhost"_s);
        QCOMPARE(RelayProcess(elsewhere).run({u"inbox"_s, u"list"_s}).exitCode, 1);
    }

    void aBackupIsARelay()
    {
        const QString url = m_server.createDatabase();
        const QString copy = m_server.createDatabase();
        {
            const Relays relays(url, 1);
            QCOMPARE(relays.post(0, std::string("\0body\xff", 6)), 200);
            const auto dump = m_server.dump(url);
            QVERIFY(dump.has_value());
            QVERIFY(m_server.sql(QString::fromUtf8(*dump), copy.section(u'/', 3).section(u'?', 0, 0)));
        }
        RelayProcess restored(copy);
        const std::string token = restored.createToken(u"demo"_s, u"consumer"_s);
        QVERIFY(restored.start());
        Consumer consumer(restored.port(), token);
        consumer.drain();
        QCOMPARE(consumer.bodies(), std::vector<std::string>{std::string("\0body\xff", 6)});
        QCOMPARE(relayPostgresStatusOf(RawHttp::exchange(restored.port(), RawHttp::post("/in/demo", "next"))),
                 200);
    }

private:
    int listeners() const
    {
        return m_server
            .sql(u"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'"_s)
            .value_or(QByteArray())
            .toInt();
    }

    PostgresServer m_server;
};

COUNTERSIGN_GUILESS_TEST(RelayPostgresTest)
#include "RelayPostgres_test.moc"
