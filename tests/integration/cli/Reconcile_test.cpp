#include "core/base/Clock.h"
#include "tests/integration/cli/Desk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <algorithm>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `reconcile` over real processes (design.md §9): 5,000 messages, of which 200 never arrived.
class ReconcileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why())); }

    void nothingIsMissingAtFirst()
    {
        waitUntilSent();
        const auto outcome = m_desk.cli().inProfile({u"reconcile"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json report = outcome.json();
        QVERIFY(report.at("messages") == Json(1) && report.at("arrived") == Json(1));
        QVERIFY(report.at("missing") == Json::array() && report.at("stillMissing") == Json(0));
    }

    /// A ping, 40 delegations and 4,959 others; holes among all of them.
    void holesAreFound()
    {
        lose(10);
        QCOMPARE(m_desk.delegate("EVM", 20).size(), 20U);
        QCOMPARE(m_desk.delegate("SVM", 20).size(), 20U);
        waitUntilSent();
        for (int batch = 0; batch < 9; ++batch) {
            lose(batch == 0 ? 30 : 20);
            say(batch == 0 ? 559 : 550);
            waitUntilSent();
        }
        const auto outcome = m_desk.cli().inProfile({u"reconcile"_s});
        QVERIFY2(outcome.exitCode == 1, outcome.errors.constData());
        const Json report = outcome.json();
        QVERIFY2(report.at("messages") == Json(5000), outcome.output.left(200).constData());
        QVERIFY(report.at("arrived") == Json(4800));
        QCOMPARE(report.at("missing").size(), 200U);
        QVERIFY(report.at("redelivered") == Json(0) && report.at("stillMissing") == Json(200));
        const Json& first = report.at("missing").at(0);
        QVERIFY(first.at("eventName") == Json("wallet.delegation.created"));
        QVERIFY(fromIso8601(first.at("createdAt").get<std::string>()).has_value());
        QCOMPARE(m_desk.wallets().size(), 30U);
    }

    void aTimeNarrowsIt()
    {
        const auto outcome =
            m_desk.cli().inProfile({u"reconcile"_s, u"--since"_s, u"2999-01-01T00:00:00Z"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY(outcome.json().at("messages") == Json(0));
    }

    /// Ten from the log, the rest sent again; with faults on the way.
    void holesAreFilled()
    {
        fault(R"({"redeliver":"http-429","messages":"duplicate","event":"http-500"})");
        const auto outcome =
            m_desk.cli().inProfile({u"reconcile"_s, u"--redeliver"_s, u"--wait"_s, u"600"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json report = outcome.json();
        QCOMPARE(report.at("missing").size(), 200U);  // as it was found
        QVERIFY(report.at("redelivered") == Json(200) && report.at("takenIn") == Json(0));
        QVERIFY(report.at("stillMissing") == Json(0));
        QVERIFY2(outcome.errors.contains("messages"), outcome.errors.constData());
        const Json planned = m_desk.sandbox().call("GET", u"/sandbox/faults"_s).json();
        for (const char* call : {"redeliver", "messages", "event"}) {
            QVERIFY2(planned.is_object() && !planned.contains(call), call);
        }
        QCOMPARE(m_desk.wallets().size(), 40U);
        const auto again = m_desk.cli().inProfile({u"reconcile"_s});
        QVERIFY2(again.exitCode == 0, again.errors.constData());
        QVERIFY(again.json().at("arrived") == Json(5000));
    }

    void theLogsOwnBodiesAreTakenIn()
    {
        lose(3);
        QCOMPARE(m_desk.delegate("EVM", 3).size(), 3U);
        waitUntilSent();
        QCOMPARE(m_desk.sandbox().call("PUT", u"/sandbox/webhook"_s, R"({"logsBodies":true})").status, 200);
        const auto outcome = m_desk.cli().inProfile({u"reconcile"_s, u"--redeliver"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY(outcome.json().at("takenIn") == Json(3) && outcome.json().at("redelivered") == Json(0));
        QCOMPARE(m_desk.wallets().size(), 43U);
        QCOMPARE(m_desk.cli().inProfile({u"audit"_s, u"verify"_s}).exitCode, 0);
        QCOMPARE(m_desk.cli().inProfile({u"quarantine"_s, u"list"_s}).json().size(), 0U);
    }

    /// It was agreed to; what is asked once more finds it on its way, or sends it twice.
    void aLostAnswerIsNoRefusal()
    {
        QCOMPARE(m_desk.sandbox().call("PUT", u"/sandbox/webhook"_s, R"({"logsBodies":false})").status, 200);
        lose(1);
        QCOMPARE(m_desk.delegate("EVM", 1).size(), 1U);
        waitUntilSent();
        fault(R"({"redeliver":"lost-answer"})");
        const auto outcome =
            m_desk.cli().inProfile({u"reconcile"_s, u"--redeliver"_s, u"--wait"_s, u"600"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY(outcome.json().at("redelivered") == Json(1) && outcome.json().at("stillMissing") == Json(0));
        QVERIFY(!m_desk.sandbox().call("GET", u"/sandbox/faults"_s).json().contains("redeliver"));
        QCOMPARE(m_desk.wallets().size(), 44U);
    }

    void aDisabledWebhookIsSaid()
    {
        QCOMPARE(m_desk.sandbox()
                     .call("PUT", u"/sandbox/webhook"_s, R"({"logsBodies":false,"isEnabled":false})")
                     .status,
                 200);
        say(2);
        const auto outcome = m_desk.cli().inProfile({u"reconcile"_s, u"--redeliver"_s});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.json().at("redelivered") == Json(0) && outcome.json().at("stillMissing") == Json(2));
        QVERIFY2(outcome.errors.contains("disabled"), outcome.errors.constData());
    }

private:
    void fault(const QByteArray& body)
    {
        const auto reply = m_desk.sandbox().call("PUT", u"/sandbox/faults"_s, body);
        QVERIFY2(reply.status == 200, reply.body.constData());
    }
    void lose(int count) { fault(R"({"webhook":"lose","times":)" + QByteArray::number(count) + "}"); }
    void say(int count)
    {
        const QByteArray body = R"({"eventName":"user.created","count":)" + QByteArray::number(count) + "}";
        QCOMPARE(m_desk.sandbox().call("POST", u"/sandbox/messages"_s, body).status, 200);
    }
    void waitUntilSent()
    {
        QElapsedTimer timer;
        timer.start();
        const auto isPending = [](const Json& message) { return message.at("status") == Json("pending"); };
        while (timer.elapsed() < longPatienceMs) {
            const Json messages = m_desk.sandbox().call("GET", u"/sandbox/webhooks"_s).json();
            if (std::ranges::none_of(messages, isPending)) {
                return;
            }
            QThread::msleep(100);
        }
        QFAIL("messages wait");
    }

    Desk m_desk;
};

COUNTERSIGN_GUILESS_TEST(ReconcileTest)
#include "Reconcile_test.moc"
