#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/PostgresRelays.h"
#include "tests/support/fixtures/relay/TestCertificate.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/PostgresServer.h"
#include "tests/support/processes/RelayProcess.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

class RelayPostgresTest : public QObject, private PostgresRelays
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

    void severalRelaysLoseNothingAndKeepTheOrder()
    {
        const Relays relays(server.createDatabase(), 3);
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
                    refused += statusOf(connection.receive()) == 200 ? 0 : 1;
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
        const Relays relays(server.createDatabase(), 2);
        // A listener that has just connected wakes everybody: that must not be what is seen here.
        QTRY_COMPARE_WITH_TIMEOUT(listeners(), 2, 20'000);
        QTest::qWait(100);
        RawHttp poller(relays.port(1));
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", relays.consumer)));
        QTRY_VERIFY_WITH_TIMEOUT(relays.isPolled(1), 20'000);
        QCOMPARE(relays.post(0, "wake"), 200);
        // Before its own end.
        const auto answer = poller.receive(false, std::chrono::seconds(20));
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(parseJson(answer->body)->at("cursor").get<int>(), 1);
    }

    void oneDeskWinsAmongRelays()
    {
        const Relays relays(server.createDatabase(), 2);
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
        const Relays relays(server.createDatabase(), 2, {u"--max-pending-jobs"_s, u"2"_s});
        const JobSubmitter submitter("demo", relays.submitter, SecretBytes::copyOf(std::string(32, 's')));
        const std::string envelope = submitter.envelopeOf("1");
        const auto created = submitter.post(relays.port(0), envelope);
        QCOMPARE(statusOf(created), 201);
        const auto again = submitter.post(relays.port(1), envelope);
        QCOMPARE(statusOf(again), 200);
        QCOMPARE(again->body, created->body);
        QVERIFY(submitter.submit(relays.port(1), "2").has_value());
        for (std::size_t relay = 0; relay < 2; ++relay) {
            QCOMPARE(statusOf(submitter.post(relays.port(relay), submitter.envelopeOf("3"))), 429);
        }
    }

    void passwordsAreShownNowhere()
    {
        const QString plain = server.createDatabase();
        const QString database = plain.section(u'/', 3).section(u'?', 0, 0);
        QVERIFY(
            server.sql(u"CREATE ROLE guarded LOGIN PASSWORD 'planted-pa55'; ALTER DATABASE %1 OWNER TO "
                       "guarded"_s.arg(database)));
        QVERIFY(server.requirePasswords({u"guarded"_s}));
        const QString open = server.url(database, u"guarded"_s);
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
        QCOMPARE(statusOf(RawHttp::exchange(relay.port(), RawHttp::get("/readyz"))), 200);
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
        const QString url = server.createDatabase();
        const Relays relays(url, 1);
        QCOMPARE(statusOf(RawHttp::exchange(relays.port(0),
                                            RawHttp::get("/v1/inboxes/demo/entries", relays.consumer))),
                 200);
        const auto dump = server.dump(url);
        QVERIFY(dump && dump->contains("COPY countersign_relay.tokens"));
        const QByteArray token = QByteArray::fromStdString(relays.consumer);
        const QByteArray raw = QByteArray::fromBase64(token.mid(3), QByteArray::Base64UrlEncoding);
        QVERIFY(!dump->contains(token.mid(3)) && !dump->contains(raw.toHex()));
        QVERIFY(!server.whatItSaid().contains(QString::fromLatin1(token.mid(3))));
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
        const QString url = server.createDatabase();
        const QString copy = server.createDatabase();
        {
            const Relays relays(url, 1);
            QCOMPARE(relays.post(0, std::string("\0body\xff", 6)), 200);
            const auto dump = server.dump(url);
            QVERIFY(dump.has_value());
            QVERIFY(server.sql(QString::fromUtf8(*dump), copy.section(u'/', 3).section(u'?', 0, 0)));
        }
        RelayProcess restored(copy);
        const std::string token = restored.createToken(u"demo"_s, u"consumer"_s);
        QVERIFY(restored.start());
        Consumer consumer(restored.port(), token);
        consumer.drain();
        QCOMPARE(consumer.bodies(), std::vector<std::string>{std::string("\0body\xff", 6)});
        QCOMPARE(statusOf(RawHttp::exchange(restored.port(), RawHttp::post("/in/demo", "next"))), 200);
    }

private:
    int listeners() const
    {
        return server
            .sql(u"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'"_s)
            .value_or(QByteArray())
            .toInt();
    }
};

COUNTERSIGN_GUILESS_TEST(RelayPostgresTest)
#include "RelayPostgres_test.moc"
