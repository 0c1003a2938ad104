#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/support/processes/TestDatabase.h"

#include <QRandomGenerator>
#include <QTest>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr int relayDurabilityKills = 12;
constexpr int relayDurabilityClientsAtOnce = 8;

/// Posts numbered bodies over several connections until told to stop, and remembers which were answered with
/// 200.
class RelayDurabilityLoad
{
public:
    RelayDurabilityLoad(std::uint16_t port, std::string prefix) : m_port(port), m_prefix(std::move(prefix))
    {
        for (int i = 0; i < relayDurabilityClientsAtOnce; ++i) {
            m_threads.emplace_back([this] { post(); });
        }
    }

    ~RelayDurabilityLoad() { finish(); }
    RelayDurabilityLoad(const RelayDurabilityLoad&) = delete;
    RelayDurabilityLoad& operator=(const RelayDurabilityLoad&) = delete;

    void finish()
    {
        m_stopping = true;
        for (std::thread& thread : m_threads) {
            if (thread.joinable()) {
                thread.join();
            }
        }
    }

    int acknowledged() const { return m_count; }
    std::set<std::string> takeAcknowledged() { return std::move(m_acknowledged); }

private:
    void post()
    {
        RawHttp client(m_port);
        while (!m_stopping && client.isConnected()) {
            const std::string body = m_prefix + std::to_string(m_next++);
            if (!client.send(RawHttp::post("/in/demo", body))) {
                return;
            }
            const auto response = client.receive();
            if (!response) {
                return;
            }
            if (response->status == 200) {
                const std::lock_guard lock(m_mutex);
                m_acknowledged.insert(body);
                ++m_count;
            }
        }
    }

    std::uint16_t m_port;
    std::string m_prefix;
    std::atomic<int> m_next = 0;
    std::atomic<int> m_count = 0;
    std::atomic<bool> m_stopping = false;
    std::mutex m_mutex;
    std::set<std::string> m_acknowledged;
    std::vector<std::thread> m_threads;
};

/// Everything in the inbox, in order; checks that the numbers have no gap.
std::vector<std::string> relayDurabilityDrain(std::uint16_t port, const std::string& token)
{
    std::vector<std::string> bodies;
    std::int64_t cursor = 0;
    while (true) {
        const auto response = RawHttp::exchange(
            port, RawHttp::get("/v1/inboxes/demo/entries?limit=500&after=" + std::to_string(cursor), token));
        if (!response || response->status != 200) {
            return {};
        }
        const Json page = parseJson(response->body, {16 * 1024 * 1024, 16, 1'000'000}).value();
        if (page.at("entries").empty()) {
            return bodies;
        }
        for (const Json& entry : page.at("entries")) {
            if (entry.at("seq").get<std::int64_t>() != ++cursor) {
                return {};
            }
            const Bytes body = fromBase64(entry.at("bodyBase64").get<std::string>()).value();
            bodies.emplace_back(asText(body));
        }
    }
}

}  // namespace

class RelayDurabilityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void everyAcknowledgedDeliverySurvivesKills()
    {
        const TestDatabase database;
        RelayProcess relay(database.url());
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        const std::string token = relay.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        std::set<std::string> acknowledged;
        for (int round = 0; round < relayDurabilityKills; ++round) {
            QVERIFY(relay.start());
            RelayDurabilityLoad load(relay.port(), std::to_string(round) + ":");
            const int enough = QRandomGenerator::global()->bounded(1, 60);
            QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() >= enough, patienceMs);
            if (round % 3 == 0) {
                // Another process on the file must not take the log away from under the server.
                QCOMPARE(relay.run({QStringLiteral("inbox"), QStringLiteral("list")}).exitCode, 0);
                const int before = load.acknowledged();
                QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() > before + 5, patienceMs);
            }
            relay.kill();
            load.finish();
            acknowledged.merge(load.takeAcknowledged());
        }
        QVERIFY(relay.start());
        const std::vector<std::string> stored = relayDurabilityDrain(relay.port(), token);
        const std::set<std::string> distinct(stored.begin(), stored.end());
        QCOMPARE(distinct.size(), stored.size());
        QVERIFY(acknowledged.size() >= relayDurabilityKills);
        for (const std::string& body : acknowledged) {
            QVERIFY2(distinct.contains(body), body.c_str());
        }
    }

    void gracefulStopFinishesWhatRuns()
    {
        const TestDatabase database;
        RelayProcess relay(database.url());
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        const std::string token = relay.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        QVERIFY(relay.start());
        RelayDurabilityLoad load(relay.port(), "stop:");
        RawHttp poller(relay.port());
        RawHttp idle(relay.port());
        QVERIFY(idle.send(RawHttp::get("/healthz")));
        QVERIFY(idle.receive().has_value());
        QTRY_VERIFY_WITH_TIMEOUT(load.acknowledged() >= 20, patienceMs);
        relay.terminate();
        QCOMPARE(relay.waitForExit(), 0);
        load.finish();
        QVERIFY(idle.receiveUntilClosed().has_value());
        QVERIFY(!RawHttp(relay.port()).isConnected());
        const std::set<std::string> acknowledged = load.takeAcknowledged();
        QVERIFY(relay.start());
        const std::vector<std::string> stored = relayDurabilityDrain(relay.port(), token);
        for (const std::string& body : acknowledged) {
            QVERIFY2(std::find(stored.begin(), stored.end(), body) != stored.end(), body.c_str());
        }
    }

    void gracefulStopAnswersLongPolls()
    {
        const TestDatabase database;
        RelayProcess relay(database.url());
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        const std::string token = relay.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        QVERIFY(relay.start());
        RawHttp poller(relay.port());
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", token)));
        const auto isWaiting = [&relay] {
            const auto metrics = RawHttp::exchange(relay.port(), RawHttp::get("/metrics"));
            return metrics && metrics->body.find("countersign_relay_polls_waiting 1\n") != std::string::npos;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), patienceMs);
        relay.terminate();
        const auto response = poller.receive();
        QVERIFY(response.has_value());
        QCOMPARE(response->status, 200);
        QVERIFY(parseJson(response->body)->at("entries").empty());
        QCOMPARE(response->headers.at("connection"), std::string("close"));
        QCOMPARE(relay.waitForExit(), 0);
        QVERIFY(relay.furtherOutput().isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(RelayDurabilityTest)
#include "RelayDurability_test.moc"
