#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/support/processes/TestDatabase.h"

#include <QRandomGenerator>
#include <QTest>

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr int relayJobsDurabilityKills = 8;
constexpr int relayJobsDurabilityClientsAtOnce = 4;

SecretBytes relayJobsDurabilitySeedOf(char fill)
{
    return SecretBytes::copyOf(std::string(32, fill));
}

/// What was answered about one job before the relay died.
struct Known
{
    std::int64_t seq = 0;
    std::string document;
    std::string approval;  ///< the statement about it; empty when none was answered
    std::int64_t approvalSeq = 0;
    std::string desk;   ///< holds it; empty when no claim was answered
    std::string state;  ///< empty when no event was answered
};

/// Back ends and desks at work until the relay is gone: each posts a job, claims it, tells an event.
class RelayJobsDurabilityLoad
{
public:
    RelayJobsDurabilityLoad(std::uint16_t port, std::string prefix, std::string submitter,
                            std::string consumer)
        : m_port(port),
          m_prefix(std::move(prefix)),
          m_token(std::move(submitter)),
          m_consumer(std::move(consumer))
    {
        for (int i = 0; i < relayJobsDurabilityClientsAtOnce; ++i) {
            m_threads.emplace_back([this, i] { work(i); });
        }
    }
    ~RelayJobsDurabilityLoad() { finish(); }
    RelayJobsDurabilityLoad(const RelayJobsDurabilityLoad&) = delete;
    RelayJobsDurabilityLoad& operator=(const RelayJobsDurabilityLoad&) = delete;

    void finish()
    {
        m_stopping = true;
        for (std::thread& thread : m_threads) {
            if (thread.joinable()) {
                thread.join();
            }
        }
    }
    int answered() const { return m_answered; }
    std::map<std::string, Known> takeKnown() { return std::move(m_known); }

private:
    void work(int client)
    {
        const JobSubmitter submitter("demo", m_token, relayJobsDurabilitySeedOf('s'));
        const std::string desk = "desk-" + std::to_string(client);
        for (int i = 0; !m_stopping; ++i) {
            const std::string document = m_prefix + std::to_string(client) + ":" + std::to_string(i);
            const std::string job = JobSubmitter::jobIdOf(document);
            const auto posted = submitter.post(m_port, submitter.envelopeOf(document));
            if (!posted || posted->status != 201) {
                return;
            }
            remember(job, [&](Known& known) {
                known.document = document;
                known.seq = parseJson(posted->body)->at("seq").get<std::int64_t>();
            });
            const std::string path = "/v1/inboxes/demo/jobs/" + job;
            const std::string approval = dumpJson({{"jobId", job}, {"decision", "approve"}});
            const auto approved = post(path + "/approvals", approvalOf(approval));
            if (!approved || approved->status != 201) {
                return;
            }
            remember(job, [&](Known& known) {
                known.approval = approval;
                known.approvalSeq = parseJson(approved->body)->at("seq").get<std::int64_t>();
            });
            if (!ask(path + "/claim", dumpJson({{"desk", desk}}))) {
                return;
            }
            remember(job, [&](Known& known) { known.desk = desk; });
            if (!ask(path + "/events", eventOf(job, desk))) {
                return;
            }
            remember(job, [](Known& known) { known.state = "signed"; });
        }
    }

    std::optional<RawResponse> post(const std::string& path, const std::string& body) const
    {
        return RawHttp::exchange(m_port,
                                 RawHttp::post(path, body, "Authorization: Bearer " + m_consumer + "\r\n"));
    }

    bool ask(const std::string& path, const std::string& body) const
    {
        const auto response = post(path, body);
        return response && response->status == 200;
    }

    static std::string approvalOf(const std::string& payload)
    {
        return signDsse(approvalPayloadType, asBytes(payload), relayJobsDurabilitySeedOf('o')).value();
    }

    static std::string eventOf(const std::string& job, const std::string& desk)
    {
        const std::string payload = dumpJson({{"jobId", job},
                                              {"desk", desk},
                                              {"state", "signed"},
                                              {"at", "2026-01-31T12:00:00.000Z"},
                                              {"final", false}});
        return signDsse(jobEventPayloadType, asBytes(payload), relayJobsDurabilitySeedOf('d')).value();
    }

    template <typename Change>
    void remember(const std::string& job, const Change& change)
    {
        const std::lock_guard lock(m_mutex);
        change(m_known[job]);
        ++m_answered;
    }

    std::uint16_t m_port;
    std::string m_prefix;
    std::string m_token;
    std::string m_consumer;
    std::atomic<int> m_answered = 0;
    std::atomic<bool> m_stopping = false;
    std::mutex m_mutex;
    std::map<std::string, Known> m_known;
    std::vector<std::thread> m_threads;
};

/// The feed's jobs, and statements by the hash of theirs likewise: seq by job. Empty when a number is missing
/// or a job comes twice.
std::map<std::string, std::int64_t> relayJobsDurabilityDrain(std::uint16_t port, const std::string& token)
{
    std::map<std::string, std::int64_t> jobs;
    std::int64_t cursor = 0;
    while (true) {
        const auto response = RawHttp::exchange(
            port, RawHttp::get("/v1/inboxes/demo/entries?limit=500&after=" + std::to_string(cursor), token));
        if (!response || response->status != 200) {
            return {};
        }
        const Json page = parseJson(response->body, {16 * 1024 * 1024, 16, 1'000'000}).value();
        if (page.at("entries").empty()) {
            return jobs;
        }
        for (const Json& entry : page.at("entries")) {
            const Bytes body = fromBase64(entry.at("bodyBase64").get<std::string>()).value();
            const DsseEnvelope envelope = parseDsse(asText(body)).value();
            const bool isNew =
                jobs.emplace(JobSubmitter::jobIdOf(asText(envelope.payload)), cursor + 1).second;
            if (entry.at("seq").get<std::int64_t>() != ++cursor || !isNew) {
                return {};
            }
        }
    }
}

}  // namespace

class RelayJobsDurabilityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void killsLoseAndDoubleNothing()
    {
        const TestDatabase database;
        RelayProcess relay(database.url());
        QVERIFY(relay.createInbox(QStringLiteral("demo")));
        const std::string consumer = relay.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        const std::string token = relay.createSubmitterToken(QStringLiteral("demo"));
        const QStringList options{QStringLiteral("--claim-lease"), QStringLiteral("3600"),
                                  QStringLiteral("--max-pending-jobs"), QStringLiteral("100000")};
        std::map<std::string, Known> known;
        for (int round = 0; round < relayJobsDurabilityKills; ++round) {
            QVERIFY(relay.start(options));
            RelayJobsDurabilityLoad load(relay.port(), std::to_string(round) + ":", token, consumer);
            const int enough = QRandomGenerator::global()->bounded(3, 60);
            QTRY_VERIFY_WITH_TIMEOUT(load.answered() >= enough, patienceMs);
            relay.kill();
            load.finish();
            known.merge(load.takeKnown());
        }
        QVERIFY(known.size() >= relayJobsDurabilityKills);
        QVERIFY(relay.start(options));
        const std::map<std::string, std::int64_t> stored = relayJobsDurabilityDrain(relay.port(), consumer);
        QVERIFY(stored.size() >= known.size());
        const JobSubmitter submitter("demo", token, relayJobsDurabilitySeedOf('s'));
        for (const auto& [job, told] : known) {
            QVERIFY(stored.contains(job));
            QCOMPARE(stored.at(job), told.seq);
            if (!told.approval.empty()) {
                const auto found = stored.find(JobSubmitter::jobIdOf(told.approval));
                QVERIFY(found != stored.end());
                QCOMPARE(found->second, told.approvalSeq);
            }
            const auto shown = submitter.show(relay.port(), job);
            QCOMPARE(shown->status, 200);
            if (!told.state.empty()) {
                QCOMPARE(parseJson(shown->body)->at("state").get<std::string>(), told.state);
            }
        }
        // An answered claim still keeps others out, and lets its desk go on. A few will do: calls are
        // limited.
        int looked = 0;
        for (const auto& [job, told] : known) {
            if (told.desk.empty() || ++looked > 20) {
                continue;
            }
            const auto claim = [&, id = job](const std::string& desk) {
                return RawHttp::exchange(
                           relay.port(),
                           RawHttp::post("/v1/inboxes/demo/jobs/" + id + "/claim", dumpJson({{"desk", desk}}),
                                         "Authorization: Bearer " + consumer + "\r\n"))
                    ->status;
            };
            QCOMPARE(claim("stranger"), 409);
            QCOMPARE(claim(told.desk), 200);
        }
        QVERIFY(looked > 0);
        // Who never saw the answer asks again, and nothing is doubled.
        int repeated = 0;
        for (const auto& [job, told] : known) {
            if (++repeated > 50) {
                break;
            }
            const auto again = submitter.post(relay.port(), submitter.envelopeOf(told.document));
            QCOMPARE(again->status, 200);
            QCOMPARE(parseJson(again->body)->at("seq").get<std::int64_t>(), told.seq);
        }
        QVERIFY(relayJobsDurabilityDrain(relay.port(), consumer) == stored);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayJobsDurabilityTest)
#include "RelayJobsDurability_test.moc"
