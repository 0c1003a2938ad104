#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/relay/HttpJobRelay.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/RelayProcess.h"

#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::testing;

namespace {

SecretBytes seedOf(char fill)
{
    return SecretBytes::copyOf(std::string(32, fill));
}

/// A desk with a token of its own.
struct RelayDesk
{
    std::string name;
    std::unique_ptr<HttpJobRelay> relay;

    RelayDesk(const RelayProcess& process, std::string ownName)
        : name(std::move(ownName)),
          relay(HttpJobRelay::make(process.url(), "demo",
                                   SecretBytes::copyOf(process.createToken(QStringLiteral("demo"),
                                                                           QStringLiteral("consumer"))))
                    .value())
    {}

    Result<JobClaim> claim(const std::string& job) const
    {
        std::optional<Result<JobClaim>> answer;
        const PendingCallPtr call = relay->claim(job, name, [&](Result<JobClaim> given) { answer = given; });
        (void)waitUntil([&] { return answer.has_value(); }, patienceMs);
        return answer.value_or(failure(ErrorCode::Internal, {}));
    }

    Status tell(const std::string& job, const std::string& state, bool isFinal, const Json& result) const
    {
        const Json payload = {{"jobId", job},     {"desk", name},
                              {"state", state},   {"at", toIso8601(SystemClock().now())},
                              {"final", isFinal}, {"result", result}};
        const std::string text = dumpJson(payload);
        const std::string envelope = signDsse(jobEventPayloadType, asBytes(text), seedOf('d')).value();
        std::optional<Status> answer;
        const PendingCallPtr call = relay->postEvent(
            job, [&] { return envelope; }, [&](Status given) { answer = given; });
        (void)waitUntil([&] { return answer.has_value(); }, patienceMs);
        return answer.value_or(failure(ErrorCode::Internal, {}));
    }
};

}  // namespace

class HttpJobRelayProcessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_relay = std::make_unique<RelayProcess>(m_folder->filePath(QStringLiteral("relay.sqlite")));
        QVERIFY(m_relay->createInbox(QStringLiteral("demo")));
        m_submitter = std::make_unique<JobSubmitter>(
            "demo", m_relay->createSubmitterToken(QStringLiteral("demo")), seedOf('s'));
    }

    void theSecondDeskIsToldToWait()
    {
        QVERIFY(m_relay->start());
        const std::string job = m_submitter->submit(m_relay->port(), "{}").value();
        const RelayDesk first(*m_relay, "desk-1");
        const RelayDesk second(*m_relay, "desk-2");
        const auto lease = first.claim(job);
        QVERIFY(lease.has_value());
        QVERIFY(lease->leaseUntil > SystemClock().now());
        const auto refused = second.claim(job);
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::Busy);
        QVERIFY(refused.error().sentence.contains(QString::fromStdString(toIso8601(lease->leaseUntil))));
        QCOMPARE(second.tell(job, "signed", false, Json::object()).error().code, ErrorCode::Busy);
        QVERIFY(first.claim(job).value().leaseUntil >= lease->leaseUntil);
        QCOMPARE(first.claim(std::string(64, '0')).error().code, ErrorCode::NotFound);
    }

    void anExpiredLeasePassesOn()
    {
        QVERIFY(m_relay->start({QStringLiteral("--claim-lease"), QStringLiteral("1")}));
        const std::string job = m_submitter->submit(m_relay->port(), "{}").value();
        const RelayDesk first(*m_relay, "desk-1");
        const RelayDesk second(*m_relay, "desk-2");
        QVERIFY(first.claim(job).has_value());
        QTRY_VERIFY_WITH_TIMEOUT(second.claim(job).has_value(), patienceMs);
    }

    void eventsAreSeenByTheSubmitter()
    {
        QVERIFY(m_relay->start());
        const std::string job = m_submitter->submit(m_relay->port(), "{}").value();
        const RelayDesk desk(*m_relay, "desk-1");
        QVERIFY(desk.claim(job).has_value());
        QVERIFY(desk.tell(job, "signed", false, {{"signature", "0x01"}}).has_value());
        QCOMPARE(shown(job).at("state").get<std::string>(), std::string("signed"));
        QVERIFY(desk.tell(job, "confirmed", true, {{"signature", "0x01"}, {"hash", "0x02"}}).has_value());
        const Json last = shown(job);
        QCOMPARE(last.at("state").get<std::string>(), std::string("confirmed"));
        QCOMPARE(last.at("result").at("hash").get<std::string>(), std::string("0x02"));
        const auto key = ed25519::publicKey(seedOf('d')).value();
        QVERIFY(verifyDsse(parseDsse(last.at("event").dump()).value(), std::span(&key, 1)).has_value());
        const auto finished = desk.claim(job);
        QVERIFY(!finished.has_value());
        QCOMPARE(finished.error().code, ErrorCode::Busy);
        QVERIFY(finished.error().sentence.contains(QStringLiteral("finished")));
    }

    /// Whatever the longest job becomes, its back end hears of it: what the relay took must not be too long
    /// for it once it is signed.
    void theLongestJobIsReported()
    {
        QVERIFY(m_relay->start());
        // Base64 of an envelope leaves so much of the relay's 256 KiB; no document is longer than 192 KiB.
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        const std::size_t size = 196'350 - random() % 64;
        const std::string document = dumpJson({{"data", std::string(size - 11, 'a')}});
        const auto job = m_submitter->submit(m_relay->port(), document);
        QVERIFY2(job.has_value(), qPrintable(QString::number(size)));
        const RelayDesk desk(*m_relay, std::string(128, 'd'));
        QVERIFY(desk.claim(*job).has_value());
        const std::string transaction = "0x" + std::string(document.size() + 400, 'b');
        const Json result = {{"signature", "0x" + std::string(130, 'c')},
                             {"signedTransaction", transaction},
                             {"hash", "0x" + std::string(64, 'd')}};
        const Status told = desk.tell(*job, "signed", true, result);
        QVERIFY2(told.has_value(),
                 qPrintable(told ? QString() : told.error().sentence + told.error().detail));
        QCOMPARE(shown(*job).at("result").at("signedTransaction").get<std::string>(), transaction);
        // What the console says of itself at most: desk, and an error that quotes somebody.
        const std::string other = m_submitter->submit(m_relay->port(), "{}").value();
        QVERIFY(desk.claim(other).has_value());
        const std::string error = QString(1'000, QChar(0x20AC)).toStdString();
        QVERIFY(desk.tell(other, "failed", true, {{"error", error}}).has_value());
        QCOMPARE(shown(other).at("result").at("error").get<std::string>(), error);
    }

    void aSubmittersTokenIsDenied()
    {
        QVERIFY(m_relay->start());
        const std::string job = m_submitter->submit(m_relay->port(), "{}").value();
        RelayDesk desk(*m_relay, "desk-1");
        desk.relay =
            HttpJobRelay::make(m_relay->url(), "demo",
                               SecretBytes::copyOf(m_relay->createSubmitterToken(QStringLiteral("demo"))))
                .value();
        const auto refused = desk.claim(job);
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::Denied);
    }

private:
    Json shown(const std::string& job) const
    {
        const auto response = m_submitter->show(m_relay->port(), job);
        return response ? parseJson(response->body, {.maxBytes = 1024 * 1024}).value_or(Json::object())
                        : Json::object();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RelayProcess> m_relay;
    std::unique_ptr<JobSubmitter> m_submitter;
};

COUNTERSIGN_GUILESS_TEST(HttpJobRelayProcessTest)
#include "HttpJobRelayProcess_test.moc"
