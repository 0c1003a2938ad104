#include "core/base/Clock.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayJobsScene.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/TestDatabase.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class RelayJobsTest : public QObject, private RelayJobsScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void aJobGoesItsWholeWay()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        const std::string document = "{\"wallet\": \"w\",\"kind\":\"evm.message\"}";
        const std::string envelope = submitter.envelopeOf(document);
        const auto created = submitter.post(relay.process.port(), envelope);
        QCOMPARE(statusOf(created), 201);
        const std::string job = bodyOf(created).at("jobId").get<std::string>();
        QCOMPARE(job, JobSubmitter::jobIdOf(document));
        QCOMPARE(bodyOf(created).at("seq").get<int>(), 1);
        const auto again = submitter.post(relay.process.port(), envelope);
        QCOMPARE(statusOf(again), 200);
        QCOMPARE(again->body, created->body);

        const Json entry = relay.entries("after=0").at("entries").at(0);
        QCOMPARE(entry.at("kind").get<std::string>(), std::string("job"));
        QCOMPARE(asText(*fromBase64(entry.at("bodyBase64").get<std::string>())), std::string_view(envelope));
        const Json pending = {{"jobId", job}, {"state", "pending"}};
        QCOMPARE(bodyOf(submitter.show(relay.process.port(), job)).dump(), pending.dump());

        const auto claimed = relay.claim(job, "desk-1");
        QCOMPARE(statusOf(claimed), 200);
        QVERIFY(fromIso8601(bodyOf(claimed).at("leaseUntil").get<std::string>()).has_value());
        QVERIFY(
            isProblem(relay.claim(job, "desk-2"), 409, bodyOf(claimed).at("leaseUntil").get<std::string>()));

        const std::string signedEvent = eventOf(job, "signed", false, {{"signature", "0x01"}});
        const auto told = relay.event(job, signedEvent);
        QCOMPARE(statusOf(told), 200);
        QCOMPARE(bodyOf(told).at("state").get<std::string>(), std::string("signed"));
        Json shown = bodyOf(submitter.show(relay.process.port(), job));
        QCOMPARE(shown.at("state").get<std::string>(), std::string("signed"));
        QCOMPARE(shown.at("result").at("signature").get<std::string>(), std::string("0x01"));
        QCOMPARE(shown.at("event").dump(), signedEvent);
        // What a back end checks: the event verifies under the desk's key.
        const auto desk = ed25519::publicKey(seedOf('d')).value();
        QVERIFY(verifyDsse(parseDsse(shown.at("event").dump()).value(), std::span(&desk, 1)).has_value());

        const std::string last = eventOf(job, "confirmed", true, {{"signature", "0x01"}, {"hash", "0x02"}});
        QCOMPARE(statusOf(relay.event(job, last)), 200);
        QCOMPARE(statusOf(relay.event(job, last)), 200);
        QVERIFY(isProblem(relay.event(job, eventOf(job, "failed", true)), 409, "finished"));
        QVERIFY(isProblem(relay.claim(job, "desk-1"), 409, "finished"));
        QVERIFY(isProblem(submitter.withdraw(relay.process.port(), job), 409, "finished"));
        shown = bodyOf(relay.ask(RawHttp::get("/v1/inboxes/demo/jobs/" + job, relay.consumer)));
        QCOMPARE(shown.at("state").get<std::string>(), std::string("confirmed"));
        QCOMPARE(shown.at("result").at("hash").get<std::string>(), std::string("0x02"));
        for (const auto& [action, count] : {std::pair("submitted", 1.0), std::pair("repeated", 2.0),
                                            std::pair("claimed", 1.0), std::pair("event", 2.0)}) {
            QCOMPARE(relay.metric("countersign_relay_jobs_total{action=\"" + std::string(action) + "\"}"),
                     count);
        }
    }

    void aBadlySignedCopyDoesNotBlockTheGenuineOne()
    {
        RelayJobsRelay relay;
        const std::string document = "{}";
        const JobSubmitter genuine = relay.submitter('a');
        Json bad = parseJson(genuine.envelopeOf(document)).value();
        bad["signatures"][0]["sig"] = toBase64(Bytes(64, 7));
        const Json first = bodyOf(genuine.post(relay.process.port(), bad.dump()));
        const auto second = genuine.post(relay.process.port(), genuine.envelopeOf(document));
        QCOMPARE(statusOf(second), 200);
        QVERIFY(bodyOf(second).at("jobId") == first.at("jobId"));
        QCOMPARE(first.at("seq").get<int>(), 1);
        QCOMPARE(bodyOf(second).at("seq").get<int>(), 2);
        const Json page = relay.entries("after=0");
        QCOMPARE(page.at("entries").size(), std::size_t(2));
        const Bytes body = fromBase64(page.at("entries").at(1).at("bodyBase64").get<std::string>()).value();
        const auto key = ed25519::publicKey(seedOf('a')).value();
        QVERIFY(verifyDsse(parseDsse(asText(body)).value(), std::span(&key, 1)).has_value());
        // But not without end.
        for (char seed = 'b'; seed < 'b' + 14; ++seed) {
            QCOMPARE(statusOf(genuine.post(relay.process.port(), relay.submitter(seed).envelopeOf(document))),
                     200);
        }
        QVERIFY(
            isProblem(genuine.post(relay.process.port(), relay.submitter('z').envelopeOf(document)), 409));
    }

    /// While another holds the job a desk without a claim is not heard; otherwise it is, and what it begins
    /// is its own.
    void eventsFromADeskThatHoldsNothing()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        for (const char* state : {"approved", "signing", "signed", "rejected", "expired", "pending"}) {
            QVERIFY(isProblem(relay.event(job, eventOf(job, state, false, nullptr, 'e', "desk-2")), 409,
                              "holds"));
        }
        const std::string free = relay.submitter().submit(relay.process.port(), "1").value();
        QCOMPARE(statusOf(relay.event(free, eventOf(free, "signing", false, nullptr, 'e', "desk-2"))), 200);
        QVERIFY(isProblem(relay.claim(free, "desk-1"), 409, "begun"));
        QVERIFY(isProblem(relay.event(free, eventOf(free, "rejected", true)), 409, "begun"));
        QCOMPARE(statusOf(relay.claim(free, "desk-2")), 200);
        QCOMPARE(statusOf(relay.event(free, eventOf(free, "failed", true, nullptr, 'e', "desk-2"))), 200);
    }

    void aLeaseEndsByItself()
    {
        RelayJobsRelay relay({QStringLiteral("--claim-lease"), QStringLiteral("1")});
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        QVERIFY(isProblem(relay.event(job, eventOf(job, "signed", false, nullptr, 'e', "desk-2")), 409));
        const auto isClaimed = [&] {
            QTest::qWait(100);
            return statusOf(relay.claim(job, "desk-2")) == 200;
        };
        QVERIFY(waitUntil(isClaimed, patienceMs));
    }

    void aRestartKeepsTheLease()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        relay.process.kill();
        QVERIFY(relay.process.start());
        QVERIFY(isProblem(relay.claim(job, "desk-2"), 409));
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
    }

    void withdrawalsReachTheFeed()
    {
        // Long enough to be asked about while it lasts.
        RelayJobsRelay relay({QStringLiteral("--claim-lease"), QStringLiteral("5")});
        const JobSubmitter submitter = relay.submitter();
        const std::string job = submitter.submit(relay.process.port(), "{}").value();
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        QVERIFY(isProblem(submitter.withdraw(relay.process.port(), job), 409, "holds"));
        // Not with each event: the relay counts what a token changes.
        const auto isWithdrawn = [&] {
            QTest::qWait(100);
            return statusOf(submitter.withdraw(relay.process.port(), job)) == 200;
        };
        QVERIFY(waitUntil(isWithdrawn, patienceMs));
        const auto again = submitter.withdraw(relay.process.port(), job);
        QCOMPARE(bodyOf(again).at("seq").get<int>(), 2);
        const Json shown = bodyOf(submitter.show(relay.process.port(), job));
        QCOMPARE(shown.at("state").get<std::string>(), std::string("pending"));
        QVERIFY(shown.at("withdrawalRequested").get<bool>());
        const Json entry = relay.entries("after=1").at("entries").at(0);
        QCOMPARE(entry.at("kind").get<std::string>(), std::string("withdrawal"));
        QCOMPARE(asText(*fromBase64(entry.at("bodyBase64").get<std::string>())),
                 std::string_view(submitter.withdrawalOf(job)));
        QCOMPARE(shown.at("withdrawalSeq").get<int>(), 2);
        const Json claimed = bodyOf(relay.claim(job, "desk-1"));
        QVERIFY(claimed.at("withdrawalRequested").get<bool>());
        QCOMPARE(claimed.at("withdrawalSeq").get<int>(), 2);
        QCOMPARE(statusOf(relay.event(job, eventOf(job, "withdrawn", true))), 200);
        QCOMPARE(bodyOf(submitter.show(relay.process.port(), job)).at("state").get<std::string>(),
                 std::string("withdrawn"));
    }

    /// From one desk through the relay to all of them, byte for byte, and once.
    void operatorsStatementsReachEveryDesk()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        const std::string envelope = approvalOf(job, "approve");
        const auto stored = relay.approve(job, envelope);
        QCOMPARE(statusOf(stored), 201);
        QCOMPARE(bodyOf(stored).dump(), Json({{"jobId", job}, {"seq", 2}}).dump());
        const auto again = relay.approve(job, envelope);
        QCOMPARE(statusOf(again), 200);
        QCOMPARE(again->body, stored->body);
        // Held, begun, asked back: it is the desks' to judge.
        QCOMPARE(statusOf(relay.claim(job, "desk-1")), 200);
        QCOMPARE(statusOf(relay.event(job, eventOf(job, "signing", false))), 200);
        QCOMPARE(bodyOf(relay.approve(job, approvalOf(job, "reject", 'p'))).at("seq").get<int>(), 3);
        const std::string freeze = signDsse(freezePayloadType, asBytes("{}"), seedOf('o')).value();
        QCOMPARE(bodyOf(relay.state(freeze)).dump(), Json({{"seq", 4}}).dump());
        QCOMPARE(statusOf(relay.state(freeze)), 200);

        const std::string other =
            relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer"));
        for (const std::string& token : {relay.consumer, other}) {
            const Json page = bodyOf(relay.ask(RawHttp::get("/v1/inboxes/demo/entries?after=1", token)));
            QCOMPARE(page.at("entries").size(), std::size_t(3));
            for (const auto& [at, kind] :
                 {std::pair(0, "approval"), std::pair(1, "approval"), std::pair(2, "statement")}) {
                QCOMPARE(page.at("entries").at(static_cast<std::size_t>(at)).at("kind").get<std::string>(),
                         std::string(kind));
            }
            QCOMPARE(asText(*fromBase64(page.at("entries").at(0).at("bodyBase64").get<std::string>())),
                     std::string_view(envelope));
        }
        QCOMPARE(statusOf(relay.event(job, eventOf(job, "rejected", true))), 200);
        QVERIFY(isProblem(relay.approve(job, approvalOf(job, "approve", 'q')), 409, "finished"));
        QCOMPARE(statusOf(relay.approve(job, envelope)), 200);
        QCOMPARE(relay.metric("countersign_relay_jobs_total{action=\"approval\"}"), 2.0);
        QCOMPARE(relay.metric("countersign_relay_jobs_total{action=\"statement\"}"), 1.0);
    }

    void statementsOutliveAKill()
    {
        RelayJobsRelay relay;
        const std::string job = relay.submitter().submit(relay.process.port(), "{}").value();
        const std::string freeze = signDsse(freezePayloadType, asBytes("{}"), seedOf('o')).value();
        QCOMPARE(statusOf(relay.approve(job, approvalOf(job, "approve"))), 201);
        QCOMPARE(statusOf(relay.state(freeze)), 201);
        relay.process.kill();
        QVERIFY(relay.process.start());
        QCOMPARE(bodyOf(relay.approve(job, approvalOf(job, "approve"))).at("seq").get<int>(), 2);
        QCOMPARE(bodyOf(relay.state(freeze)).at("seq").get<int>(), 3);
        QCOMPARE(relay.entries("after=0").at("cursor").get<int>(), 3);
    }

    void aJobEndsALongPoll()
    {
        RelayJobsRelay relay;
        RawHttp poller(relay.process.port());
        QVERIFY(poller.send(RawHttp::get("/v1/inboxes/demo/entries?after=0&wait=30", relay.consumer)));
        QTRY_COMPARE_WITH_TIMEOUT(relay.metric("countersign_relay_polls_waiting"), 1.0, patienceMs);
        QVERIFY(relay.submitter().submit(relay.process.port(), "{}").has_value());
        const auto response = poller.receive(false, std::chrono::seconds(20));
        QVERIFY(response.has_value());
        QCOMPARE(bodyOf(response).at("entries").size(), std::size_t(1));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayJobsTest)
#include "RelayJobs_test.moc"
