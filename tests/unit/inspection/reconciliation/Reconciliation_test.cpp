#include "core/inspection/reconciliation/Reconciliation.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/inspection/InspectionScene.h"

#include <QTest>
#include <QTimer>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct ReconciliationScene : InspectionScene
{
    std::vector<Json> atRelay;  ///< what the next drain takes in
    Status drained;
    int drains = 0;
    Reconciliation reconciliation{services(), ingestor, [this](Callback<void> done) {
                                      ++drains;
                                      for (const Json& body : std::exchange(atRelay, {})) {
                                          take({body});
                                      }
                                      QMetaObject::invokeMethod(
                                          &reconciliation, [this, done = std::move(done)] { done(drained); },
                                          Qt::QueuedConnection);
                                  }};

    ReconciliationScene()
    {
        profile.clock.set(1'760'000'000'000);
        reconciliation.setInterval(1ms);
        script.events.always = std::string("wallet.delegation.revoked");
        take({bodyOf("first")});
        script.pages[""].always = WebhookMessagePage{};
    }

    /// A small event of the webhook h1.
    static Json bodyOf(const std::string& eventId)
    {
        Json body = WebhookFactory::revoked("wallet of " + eventId, 1'755'000'000'000, {}, eventId);
        body["webhookId"] = "h1";
        body["messageId"] = "message of " + eventId;
        return body;
    }
    static WebhookMessageRecord recordOf(const std::string& eventId, UnixMillis at = 1'755'000'000'000)
    {
        WebhookMessageRecord record;
        record.messageId = "message of " + eventId;
        record.eventId = eventId;
        record.createdAt = at;
        return record;
    }
    WebhookMessagePage& page(const std::string& cursor = {})
    {
        auto& always = script.pages[cursor].always;
        if (!always) {
            always = WebhookMessagePage{};
        }
        return *always;
    }
    WebhookMessageRecord::Sent sentOf(const Json& body)
    {
        const FeedEntry entry = webhooks.entry(1, body);
        return {std::string(asText(entry.body)), std::string(webhookSignatureHeader),
                entry.headers.at(1).second};
    }

    /// Of the newest entry about what was compared.
    Json outcome()
    {
        const auto entries = audit.page(0, 1000);
        for (const AuditEntry& entry : *entries) {
            if (entry.kind == "webhook.reconciled") {
                return parseJson(entry.detail).value_or(Json());
            }
        }
        return {};
    }

    Result<ReconciliationReport> reconcile(const Reconciliation::Options& options = {})
    {
        return waitFor<Result<ReconciliationReport>>(
            [&](auto done) { reconciliation.reconcile(options, std::move(done)); });
    }
    static Reconciliation::Options withRedelivery(std::chrono::milliseconds wait = {})
    {
        return {.since = 0, .redeliver = true, .wait = wait};
    }
};

}  // namespace

class ReconciliationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatArrivedIsNotMissing()
    {
        ReconciliationScene scene;
        scene.atRelay = {ReconciliationScene::bodyOf("waits")};
        scene.page().messages = {ReconciliationScene::recordOf("first"),
                                 ReconciliationScene::recordOf("waits")};
        const auto report = scene.reconcile();
        QVERIFY(report.has_value());
        QCOMPARE(report->webhookId, std::string("h1"));
        QVERIFY(report->messages == 2 && report->arrived == 2 && report->missing.empty());
        QCOMPARE(scene.recorded("webhook.reconciled"), 1);
        QVERIFY(scene.outcome().at("outcome") == Json("whole"));
        QCOMPARE(scene.asked("event"), 0);
    }

    void onlyTheChosenOnesAreRedelivered()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("hole 1"),
                                 ReconciliationScene::recordOf("hole 2"),
                                 ReconciliationScene::recordOf("hole 3")};
        // The log has what the third was, and nobody asked for it.
        scene.page().messages.back().sent = scene.sentOf(ReconciliationScene::bodyOf("hole 3"));
        scene.script.redeliveries.always = Status();
        scene.script.onRedelivery = [&](const std::string&) {
            scene.atRelay = {ReconciliationScene::bodyOf("hole 2")};
        };
        auto options = ReconciliationScene::withRedelivery(60s);
        options.only = {"message of hole 2", "message of nothing"};
        const auto report = scene.reconcile(options);
        QVERIFY(report.has_value());
        QCOMPARE(scene.asked("redeliver"), 1);
        QCOMPARE(report->missing.size(), 3U);
        QVERIFY(report->missing.at(1).hasArrived && !report->missing.at(2).hasArrived);
        QVERIFY(report->redelivered == 1 && report->takenIn == 0 && report->stillMissing == 2);
        options.only = std::set<std::string>();
        QVERIFY(scene.reconcile(options).has_value());
        QCOMPARE(scene.asked("redeliver"), 1);
    }

    void holesAreFoundOverAllPages()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("first"),
                                 ReconciliationScene::recordOf("hole 1"),
                                 ReconciliationScene::recordOf("hole 1")};
        scene.page().cursor = "2";
        scene.page("2").messages = {ReconciliationScene::recordOf("hole 2"),
                                    ReconciliationScene::recordOf("first")};
        scene.page("2").unreadable = 1;
        const auto report = scene.reconcile();
        QVERIFY(report->messages == 3 && report->arrived == 1 && report->unreadable == 1);
        QCOMPARE(report->missing.size(), std::size_t{2});
        QCOMPARE(report->missing.at(1).eventId, std::string("hole 2"));
        QCOMPARE(report->missing.at(1).eventName, std::string("wallet.delegation.revoked"));
        QCOMPARE(report->stillMissing, 2);
        QCOMPARE(scene.asked("redeliver"), 0);
        QCOMPARE(scene.recorded("webhook.redelivery"), 0);
        QVERIFY(scene.outcome().at("outcome") == Json("holes"));
        QVERIFY(scene.outcome().at("missing") == Json(2) && scene.outcome().at("messages") == Json(3));
    }

    void olderMessagesAreLeftOut()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("old", 99),
                                 ReconciliationScene::recordOf("new", 100),
                                 ReconciliationScene::recordOf("untold", 0)};
        const auto report = scene.reconcile({.since = 100, .redeliver = false, .wait = {}});
        QCOMPARE(report->messages, 2);
        QCOMPARE(report->missing.front().eventId, std::string("new"));
    }

    /// From new to old, what is behind an old page is not asked for; where the order is unclear, it is.
    void anOldPageIsTheLast_data()
    {
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("second");
        QTest::addColumn<int>("asked");
        QTest::newRow("from new to old") << qint64(99) << qint64(98) << 1;
        QTest::newRow("from old to new") << qint64(98) << qint64(99) << 2;
        QTest::newRow("all of one time") << qint64(99) << qint64(99) << 2;
    }

    void anOldPageIsTheLast()
    {
        QFETCH(const qint64, first);
        QFETCH(const qint64, second);
        QFETCH(const int, asked);
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a", first),
                                 ReconciliationScene::recordOf("b", second)};
        scene.page().cursor = "2";
        scene.page("2").messages = {ReconciliationScene::recordOf("new", 100)};
        QVERIFY(scene.reconcile({.since = 100, .redeliver = false, .wait = {}}).has_value());
        QCOMPARE(scene.asked("messages"), asked);
    }

    void aListThatIsTooLongIsAnError()
    {
        ReconciliationScene scene;
        scene.reconciliation.setLimits({.messages = 2, .bodyBytes = 0, .paging = {.pages = 2, .entries = 4}});
        // Old entries count as well: they are read, too.
        scene.page().messages.assign(5, ReconciliationScene::recordOf("old", 1));
        const auto tooMany = scene.reconcile({.since = 100, .redeliver = true, .wait = {}});
        QVERIFY(tooMany.error().code == ErrorCode::InvalidInput);
        QVERIFY2(tooMany.error().sentence.contains(u"--since"), qPrintable(tooMany.error().sentence));
        scene.page().messages.clear();
        scene.page().cursor = "2";
        scene.page("2").cursor = "3";
        QVERIFY(scene.reconcile(ReconciliationScene::withRedelivery()).error().code ==
                ErrorCode::InvalidInput);
        scene.page().cursor.clear();
        for (const char* id : {"a", "b", "c"}) {
            scene.page().messages.push_back(ReconciliationScene::recordOf(id));
        }
        QVERIFY(scene.reconcile(ReconciliationScene::withRedelivery()).error().code ==
                ErrorCode::InvalidInput);
        QVERIFY(scene.asked("messages h1 3") == 0 && scene.asked("redeliver") == 0);
    }

    /// A body is kept only to be taken in, and not beyond the limit.
    void bodiesAreNotKept()
    {
        ReconciliationScene scene;
        for (const char* id : {"a", "b"}) {
            WebhookMessageRecord record = ReconciliationScene::recordOf(id);
            record.sent = scene.sentOf(ReconciliationScene::bodyOf(id));
            scene.page().messages.push_back(record);
        }
        const auto looked = scene.reconcile();
        QVERIFY(!looked->missing.at(0).sent && !looked->missing.at(1).sent);
        Reconciliation::Limits limits;
        limits.bodyBytes = scene.page().messages.at(0).sent->body.size();
        scene.reconciliation.setLimits(limits);
        scene.script.redeliveries.always = Status();
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report->takenIn == 1 && report->redelivered == 1);
        QVERIFY(!report->missing.at(0).sent && !report->missing.at(1).sent);
    }

    void holesAreRedeliveredAndWatched()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a"), ReconciliationScene::recordOf("b")};
        std::vector<Json> onTheWay;
        scene.script.redeliveries.always = Status();
        scene.script.redeliveries.next.emplace_back(failure(InspectionScene::said(ErrorCode::Busy)));
        scene.script.onRedelivery = [&](const std::string& messageId) {
            onTheWay.push_back(
                ReconciliationScene::bodyOf(messageId.substr(std::string("message of ").size())));
        };
        // The relay gets them late.
        QObject::connect(&scene.reconciliation, &Reconciliation::arrived, &scene.reconciliation,
                         [&](std::int64_t done, std::int64_t) {
                             if (done < 2 && scene.drains > 3) {
                                 scene.atRelay = onTheWay;
                             }
                         });
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery(10min));
        QVERIFY(report.has_value());
        QCOMPARE(report->missing.size(), std::size_t{2});  // as it was found
        QCOMPARE(report->redelivered, 2);
        QCOMPARE(report->stillMissing, 0);
        QCOMPARE(scene.asked("redeliver"), 3);
        QCOMPARE(scene.recorded("webhook.redelivery"), 1);
    }

    /// The relay's last answer matters only while something is missing.
    void aRelayThatFailsInTheEndIsToldWithTheReport()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a")};
        scene.script.redeliveries.always = Status();
        scene.script.onRedelivery = [&](const std::string&) {
            scene.drained = failure(InspectionScene::said(ErrorCode::Network));
        };
        const auto missing = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(missing.has_value() && missing->relayFailure.has_value());
        QVERIFY(missing->redelivered == 1 && missing->stillMissing == 1);
        scene.drained = Status();
        scene.script.onRedelivery = [&](const std::string&) {
            scene.atRelay = {ReconciliationScene::bodyOf("a")};
            scene.drained = failure(InspectionScene::said(ErrorCode::Network));
        };
        const auto whole = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(whole.has_value() && !whole->relayFailure && whole->stillMissing == 0);
    }

    void aLostAnswerThatIsFollowedByAConflictWasAgreedTo()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a"), ReconciliationScene::recordOf("b")};
        scene.script.redeliveries.next = {failure(InspectionScene::said(ErrorCode::Network)),
                                          failure(InspectionScene::said(ErrorCode::AlreadyExists))};
        // The next one's answer was not lost.
        scene.script.redeliveries.always = failure(InspectionScene::said(ErrorCode::AlreadyExists));
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report.has_value());
        QCOMPARE(report->redelivered, 1);
        QVERIFY(report->refusal && report->refusal->code == ErrorCode::AlreadyExists);
        QCOMPARE(scene.asked("redeliver"), 3);
    }

    void withoutWaitingTheRelayIsAskedOnce()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a")};
        scene.script.redeliveries.always = Status();
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report->redelivered == 1 && report->stillMissing == 1);
        QCOMPARE(scene.drains, 2);
    }

    void whatTheLogHoldsIsTakenInByTheSameVerification()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("good"),
                                 ReconciliationScene::recordOf("forged")};
        scene.page().messages.at(0).sent = scene.sentOf(ReconciliationScene::bodyOf("good"));
        scene.page().messages.at(1).sent = scene.sentOf(ReconciliationScene::bodyOf("forged"));
        scene.page().messages.at(1).sent->body += ' ';
        scene.script.redeliveries.always = Status();
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report.has_value());
        QCOMPARE(report->takenIn, 1);
        QCOMPARE(report->redelivered, 1);
        QCOMPARE(scene.asked("redeliver h1 message of forged"), 1);
        QCOMPARE(report->stillMissing, 1);
        QCOMPARE(scene.number("SELECT count(*) FROM event WHERE event_id = 'good'"), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM event WHERE event_id = 'forged'"), 0);
        // The log is no feed that anybody follows.
        QCOMPARE(scene.deliveries.feeds()->size(), std::size_t{1});
        // Once more: what is here is no hole, and nothing is stored twice.
        const auto again = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(again->arrived == 1 && again->missing.size() == 1);
    }

    void refusalsAreToldAndEndIt_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("asked");
        QTest::newRow("may not") << int(ErrorCode::Denied) << 1;
        QTest::newRow("gone") << int(ErrorCode::NotFound) << 2;
        QTest::newRow("on its way") << int(ErrorCode::AlreadyExists) << 2;
    }

    void refusalsAreToldAndEndIt()
    {
        QFETCH(const int, code);
        QFETCH(const int, asked);
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a"), ReconciliationScene::recordOf("b")};
        scene.script.redeliveries.always = failure(InspectionScene::said(static_cast<ErrorCode>(code)));
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report.has_value());
        QVERIFY(report->refusal && report->redelivered == 0 && report->stillMissing == 2);
        QCOMPARE(scene.asked("redeliver"), asked);
    }

    /// Dynamic asks for patience without end: nobody hammers on for each message that is left.
    void patienceThatIsUsedUpIsTheEndOfAsking()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a"), ReconciliationScene::recordOf("b"),
                                 ReconciliationScene::recordOf("c")};
        scene.reconciliation.setPatience(0ms);
        scene.script.redeliveries.always = failure(InspectionScene::said(ErrorCode::Busy));
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report.has_value());
        QVERIFY(report->refusal && report->refusal->code == ErrorCode::Busy);
        QCOMPARE(scene.asked("redeliver"), 1);
        QCOMPARE(report->stillMissing, 3);
    }

    /// Names are worth less than the messages: pauses for them take nothing from redelivering.
    void pausesForNamesTakeNoPatienceFromRedelivering()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a")};
        scene.reconciliation.setPatience(1500ms);
        scene.script.events.next.emplace_back(failure(InspectionScene::said(ErrorCode::Busy)));
        scene.script.redeliveries.next.emplace_back(failure(InspectionScene::said(ErrorCode::Busy)));
        scene.script.redeliveries.always = Status();
        const auto report = scene.reconcile(ReconciliationScene::withRedelivery());
        QVERIFY(report.has_value() && !report->refusal);
        QCOMPARE(report->redelivered, 1);
    }

    void namesAreNotWorthMore()
    {
        ReconciliationScene scene;
        scene.script.events.always = failure(InspectionScene::said(ErrorCode::Denied));
        scene.page().messages = {ReconciliationScene::recordOf("a"), ReconciliationScene::recordOf("b")};
        const auto report = scene.reconcile();
        QVERIFY(report->missing.size() == 2 && report->missing.front().eventName.empty());
        QCOMPARE(scene.asked("event"), 1);
    }

    void anEndlessListIsAnError()
    {
        ReconciliationScene scene;
        scene.page().cursor = "2";
        scene.page("2").cursor = "2";
        QVERIFY(scene.reconcile(ReconciliationScene::withRedelivery()).error().code == ErrorCode::Network);
        QCOMPARE(scene.asked("redeliver"), 0);
    }

    void errorsEndIt()
    {
        ReconciliationScene scene;
        scene.script.pages[""].always = failure(InspectionScene::said(ErrorCode::Denied));
        QVERIFY(scene.reconcile().error().code == ErrorCode::Denied);
        QVERIFY(scene.outcome().at("outcome") == Json("failed"));
        scene.drained = failure(InspectionScene::said(ErrorCode::Network));
        QVERIFY(scene.reconcile().error().code == ErrorCode::Network);
        scene.script.hasToken = false;
        QVERIFY(scene.reconcile().error().code == ErrorCode::InvalidInput);
        QVERIFY(!scene.reconciliation.isRunning());
    }

    void withoutAWebhookThereIsNothingToCompare()
    {
        ReconciliationScene scene;
        scene.profile.database->handle().exec("UPDATE delivery SET body = x''");
        QVERIFY(scene.reconcile().error().code == ErrorCode::NotFound);
    }

    /// As a lock destroys it in the window.
    void whatIsDestroyedOnItsWayIsRecordedAsEnded()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a")};
        scene.script.redeliveries.always = Status();
        bool isTold = false;
        {
            Reconciliation reconciliation(scene.services(), scene.ingestor, [](Callback<void> done) {
                QTimer::singleShot(0, [done = std::move(done)] { done({}); });
            });
            bool isRedelivered = false;
            QObject::connect(&reconciliation, &Reconciliation::redelivered, [&] { isRedelivered = true; });
            reconciliation.reconcile(ReconciliationScene::withRedelivery(10min),
                                     [&](const Result<ReconciliationReport>&) { isTold = true; });
            QTRY_VERIFY_WITH_TIMEOUT(isRedelivered, patienceMs);
        }
        QVERIFY(!isTold);
        QCOMPARE(scene.recorded("webhook.reconciled"), 1);
        QVERIFY(scene.outcome().at("outcome") == Json("ended"));
        QVERIFY(scene.outcome().at("redelivered") == Json(1));
        // One that has ended owes nothing any more, and one that asked nobody neither.
        QVERIFY(scene.reconcile().has_value());
        QCOMPARE(scene.recorded("webhook.reconciled"), 2);
        {
            const Reconciliation idle(scene.services(), scene.ingestor, [](Callback<void>) {});
        }
        QCOMPARE(scene.recorded("webhook.reconciled"), 2);
    }

    void canBeStopped()
    {
        ReconciliationScene scene;
        scene.page().messages = {ReconciliationScene::recordOf("a")};
        scene.script.redeliveries.always = Status();
        QObject::connect(&scene.reconciliation, &Reconciliation::arrived, &scene.reconciliation,
                         [&] { scene.reconciliation.stop(); });
        QVERIFY(scene.reconcile(ReconciliationScene::withRedelivery(10min)).error().code ==
                ErrorCode::Cancelled);
        QVERIFY(!scene.reconciliation.isRunning());
        // What was asked for is recorded, and what had come of it by then.
        QCOMPARE(scene.recorded("webhook.redelivery"), 1);
        QVERIFY(scene.outcome().at("outcome") == Json("ended"));
        QVERIFY(scene.outcome().at("redelivered") == Json(1) &&
                scene.outcome().at("stillMissing") == Json(1));
    }
};

COUNTERSIGN_GUILESS_TEST(ReconciliationTest)
#include "Reconciliation_test.moc"
