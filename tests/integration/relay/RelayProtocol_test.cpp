#include "core/base/Clock.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/support/processes/TestDatabase.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct RelayProtocolRelay
{
    TestDatabase database;
    RelayProcess process{database.url()};
    std::string consumer;

    explicit RelayProtocolRelay(const QStringList& options = {})
    {
        if (process.createInbox(QStringLiteral("demo"))) {
            consumer = process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        }
        if (!process.start(options)) {
            qFatal("The relay did not start: %s", process.errors().constData());
        }
    }

    std::optional<RawResponse> ask(std::string_view request) const
    {
        return RawHttp::exchange(process.port(), request);
    }

    Json entries(const std::string& query) const
    {
        const auto response = ask(RawHttp::get("/v1/inboxes/demo/entries?" + query, consumer));
        if (!response || response->status != 200) {
            return nullptr;
        }
        return parseJson(response->body, {16 * 1024 * 1024, 16, 100'000}).value_or(Json(nullptr));
    }

    double metric(const std::string& name) const
    {
        const auto response = ask(RawHttp::get("/metrics"));
        const std::size_t at = response ? response->body.find("\n" + name + " ") : std::string::npos;
        return at == std::string::npos ? -1 : std::stod(response->body.substr(at + name.size() + 2));
    }
};

int relayProtocolStatusOf(const std::optional<RawResponse>& response)
{
    return response ? response->status : 0;
}

bool relayProtocolIsProblem(const std::optional<RawResponse>& response, int status)
{
    if (!response || response->status != status ||
        response->headers.at("content-type") != "application/problem+json") {
        return false;
    }
    const auto json = parseJson(response->body);
    return json && json->at("status") == status && json->contains("title") && json->contains("type");
}

}  // namespace

class RelayProtocolTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void storesAndServesVerbatim()
    {
        RelayProtocolRelay relay;
        const std::string body("{\"b\":1, \"a\" :12345678901234567890}\0\xff\r\n", 38);
        const auto stored = relay.ask(
            RawHttp::post("/in/demo", body,
                          "Content-Type: application/json\r\nX-Dynamic-Signature-256: sha256=aa\r\n"
                          "X-Dynamic-Signature-256: sha256=bb\r\nX-Dyn-Trace: 7\r\nCookie: secret\r\n"
                          "User-Agent: Dynamic/1\r\nAuthorization: Basic Zm9v\r\n"));
        QCOMPARE(relayProtocolStatusOf(stored), 200);
        const Json page = relay.entries("after=0&limit=10&wait=0");
        QCOMPARE(page.at("cursor").get<int>(), 1);
        QCOMPARE(page.at("entries").size(), std::size_t(1));
        const Json& entry = page.at("entries").at(0);
        QCOMPARE(entry.at("seq").get<int>(), 1);
        QCOMPARE(entry.at("kind").get<std::string>(), std::string("webhook"));
        QVERIFY(fromIso8601(entry.at("receivedAt").get<std::string>()).has_value());
        QCOMPARE(asText(*fromBase64(entry.at("bodyBase64").get<std::string>())), std::string_view(body));
        const Json headers = {{"content-type", "application/json"},
                              {"x-dynamic-signature-256", {"sha256=aa", "sha256=bb"}},
                              {"x-dyn-trace", "7"},
                              {"user-agent", "Dynamic/1"}};
        QCOMPARE(entry.at("headers").dump(), headers.dump());
    }

    void keepsRepeatsAndOrder()
    {
        RelayProtocolRelay relay;
        for (const char* body : {"a", "b", "a", ""}) {
            QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::post("/in/demo", body))), 200);
        }
        Json page = relay.entries("after=0&limit=3");
        QCOMPARE(page.at("entries").size(), std::size_t(3));
        QCOMPARE(page.at("cursor").get<int>(), 3);
        QCOMPARE(page.at("entries").at(2).at("bodyBase64").get<std::string>(), std::string("YQ=="));
        page = relay.entries("after=3");
        QCOMPARE(page.at("cursor").get<int>(), 4);
        QCOMPARE(page.at("entries").at(0).at("bodyBase64").get<std::string>(), std::string());
        page = relay.entries("after=4");
        QCOMPARE(page.at("entries").size(), std::size_t(0));
        QCOMPARE(page.at("cursor").get<int>(), 4);
        // A cursor that this database never gave: silence would hide everything that comes.
        QVERIFY(relayProtocolIsProblem(
            relay.ask(RawHttp::get("/v1/inboxes/demo/entries?after=5&wait=30", relay.consumer)), 409));
    }

    void boundsAPageByBytes()
    {
        RelayProtocolRelay relay;
        const std::string large(200 * 1024, 'x');
        for (int i = 0; i < 25; ++i) {
            QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::post("/in/demo", large))), 200);
        }
        const Json page = relay.entries("after=0&limit=500");
        QVERIFY(page.at("entries").size() > 10);
        QVERIFY(page.at("entries").size() < 25);
        QCOMPARE(page.at("cursor").get<std::size_t>(), page.at("entries").size());
    }

    void answersWithTheContractsStatus()
    {
        RelayProtocolRelay relay;
        QVERIFY(relay.process.createInbox(QStringLiteral("other")));
        const std::string submitter =
            relay.process.createToken(QStringLiteral("demo"), QStringLiteral("submitter"));
        const std::string admin = relay.process.createToken(QStringLiteral("demo"), QStringLiteral("admin"));
        const std::string foreign =
            relay.process.createToken(QStringLiteral("other"), QStringLiteral("consumer"));
        const std::string entries = "/v1/inboxes/demo/entries?after=0";
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::post("/in/nobody", "x")), 404));
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::post("/in/DEMO", "x")), 404));
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::get("/v1/inboxes/nobody/entries", relay.consumer)),
                                       404));
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::get("/elsewhere")), 404));
        const auto naked = relay.ask(RawHttp::get(entries));
        QVERIFY(relayProtocolIsProblem(naked, 401));
        QVERIFY(naked->headers.at("www-authenticate").starts_with("Bearer"));
        std::string wrong = relay.consumer;
        wrong.back() = wrong.back() == 'A' ? 'E' : 'A';
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::get(entries, wrong)), 401));
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::get(entries, submitter)), 403));
        QVERIFY(relayProtocolIsProblem(relay.ask(RawHttp::get(entries, foreign)), 403));
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::get(entries, admin))), 200);
        const auto method = relay.ask(RawHttp::get("/in/demo"));
        QVERIFY(relayProtocolIsProblem(method, 405));
        QCOMPARE(method->headers.at("allow"), std::string("POST"));
        for (const char* query : {"after=-1", "after=x", "limit=0", "wait=1.5", "after=1&after=2",
                                  "after=9223372036854775808", "after="}) {
            QVERIFY2(
                relayProtocolIsProblem(
                    relay.ask(RawHttp::get("/v1/inboxes/demo/entries?" + std::string(query), relay.consumer)),
                    400),
                query);
        }
        QCOMPARE(relayProtocolStatusOf(
                     relay.ask(RawHttp::get("/v1/inboxes/demo/entries?limit=99999&x=y", relay.consumer))),
                 200);
        QCOMPARE(relayProtocolStatusOf(relay.ask("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::get("/readyz"))), 200);
    }

    void limitsFailedAuthentications()
    {
        RelayProtocolRelay relay;
        const std::string wrong = "cs_" + std::string(43, 'A');
        int refused = 0;
        // A slow client gains attempts while it asks: until it is refused, then.
        for (int i = 0; i < 10'000 && refused < 10; ++i) {
            const auto response = relay.ask(RawHttp::get("/v1/inboxes/demo/entries", wrong));
            if (relayProtocolStatusOf(response) == 429) {
                QVERIFY(std::stoi(response->headers.at("retry-after")) >= 1);
                ++refused;
            } else {
                QCOMPARE(relayProtocolStatusOf(response), 401);
            }
        }
        QVERIFY(refused > 0);
        // Whoever has a token is not locked out by who has none.
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::get("/v1/inboxes/demo/entries", relay.consumer))),
                 200);
    }

    void longPollWakesOnDelivery()
    {
        RelayProtocolRelay relay;
        std::optional<RawResponse> polled;
        RawHttp poller(relay.process.port());
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", relay.consumer)));
        QTRY_COMPARE_WITH_TIMEOUT(relay.metric("countersign_relay_polls_waiting"), 1.0, patienceMs);
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::post("/in/demo", "wake"))), 200);
        polled = poller.receive();
        QCOMPARE(relayProtocolStatusOf(polled), 200);
        QCOMPARE(parseJson(polled->body)->at("cursor").get<int>(), 1);
        QCOMPARE(relay.metric("countersign_relay_polls_waiting"), 0.0);
    }

    void longPollOfALostClientEnds()
    {
        RelayProtocolRelay relay;
        {
            RawHttp poller(relay.process.port());
            QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", relay.consumer)));
            QTRY_COMPARE_WITH_TIMEOUT(relay.metric("countersign_relay_polls_waiting"), 1.0, patienceMs);
        }
        // Sooner than the poll's own end, by far.
        QTRY_COMPARE_WITH_TIMEOUT(relay.metric("countersign_relay_polls_waiting"), 0.0, 15'000);
        // Not QTRY_COMPARE: it asks once more after it was satisfied, and each question is a connection that
        // the next one may still find closing.
        QVERIFY(
            waitUntil([&] { return relay.metric("countersign_relay_connections_open") == 1.0; }, patienceMs));
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::post("/in/demo", "later"))), 200);
        QCOMPARE(relay.entries("after=0").at("cursor").get<int>(), 1);
    }

    void longPollEndsEmpty()
    {
        RelayProtocolRelay relay;
        const Json page = relay.entries("after=0&wait=1");
        QCOMPARE(page.at("entries").size(), std::size_t(0));
        QCOMPARE(page.at("cursor").get<int>(), 0);
    }

    void noticesTheCommandLineWithoutARestart()
    {
        RelayProtocolRelay relay;
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::post("/in/late", "x"))), 404);
        QVERIFY(relay.process.createInbox(QStringLiteral("late")));
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::post("/in/late", "x"))), 200);
        const std::string token =
            relay.process.createToken(QStringLiteral("late"), QStringLiteral("consumer"));
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::get("/v1/inboxes/late/entries", token))), 200);

        const auto list = relay.process.run({QStringLiteral("token"), QStringLiteral("list")});
        const Json tokens = parseJson(list.output.toStdString()).value();
        std::string id;
        for (const Json& item : tokens) {
            if (item.at("inbox") == "late") {
                id = item.at("id").get<std::string>();
            }
        }
        QCOMPARE(
            relay.process.run({QStringLiteral("token"), QStringLiteral("revoke"), QString::fromStdString(id)})
                .exitCode,
            0);
        QTRY_COMPARE_WITH_TIMEOUT(
            relayProtocolStatusOf(relay.ask(RawHttp::get("/v1/inboxes/late/entries", token))), 401,
            patienceMs);
    }

    void groupsCommitsUnderLoad()
    {
        RelayProtocolRelay relay;
        constexpr int connections = 64;
        constexpr int perConnection = 20;
        std::atomic<int> accepted = 0;
        std::vector<std::thread> clients;
        for (int c = 0; c < connections; ++c) {
            clients.emplace_back([&relay, &accepted] {
                RawHttp client(relay.process.port());
                for (int i = 0; i < perConnection; ++i) {
                    client.send(RawHttp::post("/in/demo", "{\"n\":1}"));
                    if (relayProtocolStatusOf(client.receive()) == 200) {
                        ++accepted;
                    }
                }
            });
        }
        for (std::thread& client : clients) {
            client.join();
        }
        QCOMPARE(accepted.load(), connections * perConnection);
        QCOMPARE(relay.metric("countersign_relay_committed_entries_total"),
                 double(connections * perConnection));
        QVERIFY(relay.metric("countersign_relay_commits_total") < connections * perConnection / 2.0);
        // Numbers without a gap, whatever the order of the answers was.
        const Json page = relay.entries("after=0&limit=500");
        for (std::size_t i = 0; i < page.at("entries").size(); ++i) {
            QCOMPARE(page.at("entries").at(i).at("seq").get<std::size_t>(), i + 1);
        }
    }

    void floodWithoutSignatureDoesNotStopSignedDeliveries()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("secret")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("whsec-planted-secret\n");
        file.close();
        RelayProtocolRelay relay;
        QVERIFY(relay.process.createInbox(QStringLiteral("signed"),
                                          {QStringLiteral("--webhook-secret-file"), file.fileName()}));
        int refused = 0;
        RawHttp client(relay.process.port());
        for (int i = 0; i < 10'000 && refused < 10; ++i) {
            QVERIFY(client.send(RawHttp::post("/in/signed", "{}", "X-Dynamic-Signature-256: sha256=00\r\n")));
            const auto response = client.receive();
            if (relayProtocolStatusOf(response) == 429) {
                QVERIFY(response->headers.contains("retry-after"));
                ++refused;
            } else {
                QCOMPARE(relayProtocolStatusOf(response), 200);
            }
        }
        QVERIFY(refused > 0);
        const std::string body = R"({"eventName":"wallet.delegation.created"})";
        const std::string signature =
            signWebhook(SecretBytes::copyOf(std::string_view("whsec-planted-secret")), asBytes(body));
        for (int i = 0; i < 20; ++i) {
            QVERIFY(client.send(
                RawHttp::post("/in/signed", body, "X-Dynamic-Signature-256: " + signature + "\r\n")));
            QCOMPARE(relayProtocolStatusOf(client.receive()), 200);
        }
        QCOMPARE(relay.metric("countersign_relay_deliveries_accepted_total{verified=\"true\"}"), 20.0);
    }

    void tokensAreNowhereInTheDatabase()
    {
        if (TestDatabase::isPostgres()) {
            QSKIP("RelayPostgres looks into PostgreSQL's tables.");
        }
        RelayProtocolRelay relay;
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::get("/v1/inboxes/demo/entries", relay.consumer))),
                 200);
        QCOMPARE(relay.consumer.size(), std::size_t(46));
        QCOMPARE(relay.process.stop(), 0);
        const QByteArray token = QByteArray::fromStdString(relay.consumer);
        const QByteArray raw = QByteArray::fromBase64(token.mid(3), QByteArray::Base64UrlEncoding);
        const QDir files(relay.database.folder());
        QVERIFY(!files.entryList(QDir::Files).isEmpty());
        for (const QString& name : files.entryList(QDir::Files)) {
            QFile file(files.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray content = file.readAll();
            QVERIFY(!content.contains(token.mid(3)));
            QVERIFY(!content.contains(raw));
            QVERIFY(!content.contains(raw.toHex()));
            QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup), 0);
        }
        QVERIFY(!relay.process.errors().contains(token));
        QVERIFY(relay.process.furtherOutput().isEmpty());
    }

    void metricsAreForThisMachineOnly()
    {
        RelayProtocolRelay relay;
        QCOMPARE(relayProtocolStatusOf(relay.ask(RawHttp::get("/metrics"))), 200);
        QVERIFY(relayProtocolIsProblem(
            relay.ask("GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n"), 403));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayProtocolTest)
#include "RelayProtocol_test.moc"
