#include "core/revocation/DeskWalletJobs.h"

#include "core/revocation/RevocationRunner.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RevocationFakes.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

#include <algorithm>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

/// A desk with a job, and a runner that ends the job's wallet.
struct CrossingScene : DeskScene
{
    RevocationScript script;
    DeskWalletJobs jobs{desk, *profile.database, *profile.vault};
    std::unique_ptr<RevocationRunner> runner;
    Job job = message();
    std::string id;
    bool isRunning = false;

    CrossingScene()
    {
        RevocationServices services;
        services.vault = profile.vault;
        services.database = profile.database.get();
        services.clock = &profile.clock;
        services.api = [this]() -> Result<std::unique_ptr<RevocationApi>> {
            return std::make_unique<FakeRevocationApi>(script);
        };
        runner = std::make_unique<RevocationRunner>(std::move(services), jobs);
        engine.isSilent = true;
    }

    bool isInRoom() { return stateOf(job.jobId) == JobState::Signing; }

    /// An operator approves: until the engine works, or the approval is refused.
    void approveJob()
    {
        begin(job.jobId);
        settle([this] { return !engine.ceremonies.empty() || !answers.empty(); });
    }

    void answerEngine()
    {
        if (isInRoom()) {
            engine.answer(evmKey.sign(store.load(job.jobId)->digest));
            settle([this] { return !answers.empty(); });
        }
    }

    void revokeHere(bool localFirst)
    {
        const RevocationRequest request{
            .wallets = {evmWalletId}, .reason = "lost laptop", .localFirst = localFirst};
        const auto plan = runner->plan(request);
        const auto begun = plan ? runner->begin(request, *plan) : Result<Revocation>(failure(plan.error()));
        if (!begun) {
            qFatal("not begun: %s", qUtf8Printable(begun.error().sentence));
        }
        if (begun->id.empty()) {
            return;  // the wallet's owner was first
        }
        id = begun->id;
        isRunning = true;
        runner->carryOut({id}, [this](const Status&) { isRunning = false; });
        if (isInRoom()) {
            QTest::qWait(20);  // it has its turn, and may not take it
        } else {
            settle([this] { return !isRunning; });
        }
    }

    void settle(const std::function<bool()>& there)
    {
        if (!waitUntil(there, patienceMs)) {
            qFatal("the scene did not get there");
        }
    }
};

}  // namespace

class DeskWalletJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWaitsIsRejectedWithTheReason()
    {
        CrossingScene scene;
        const Job second = scene.message("second");
        const Job other = scene.solanaJob();
        QCOMPARE(*scene.jobs.stop(evmWalletId, "the wallet is revoked"), 2);
        QCOMPARE(scene.stateOf(scene.job.jobId), JobState::Rejected);
        QCOMPARE(scene.stateOf(second.jobId), JobState::Rejected);
        QCOMPARE(scene.stateOf(other.jobId), JobState::Pending);
        QCOMPARE(*scene.jobs.stop(evmWalletId, "again"), 0);
        QVERIFY(!*scene.jobs.isSigning(evmWalletId));
    }

    void aCeremonyIsSeenAsLongAsItLasts()
    {
        CrossingScene scene;
        scene.approveJob();
        QVERIFY(*scene.jobs.isSigning(evmWalletId));
        QVERIFY(!*scene.jobs.isSigning(solanaWalletId));
        QCOMPARE(*scene.jobs.stop(evmWalletId, "no"), 0);
        scene.answerEngine();
        QVERIFY(!*scene.jobs.isSigning(evmWalletId));
    }

    /// approval, Signature, the owner's Webhook, our Revocation: in every order in which a signature comes
    /// behind its approval.
    void everyOrder_data()
    {
        QTest::addColumn<QString>("order");
        QTest::addColumn<bool>("localFirst");
        std::string order = "ARSW";
        std::ranges::sort(order);
        do {
            if (order.find('A') < order.find('S')) {
                for (const bool localFirst : {false, true}) {
                    QTest::newRow((order + (localFirst ? " local first" : "")).c_str())
                        << QString::fromStdString(order) << localFirst;
                }
            }
        } while (std::ranges::next_permutation(order).found);
    }
    void everyOrder()
    {
        QFETCH(const QString, order);
        QFETCH(const bool, localFirst);
        CrossingScene scene;
        for (const QChar event : order) {
            if (event == u'A') {
                scene.approveJob();
            } else if (event == u'S') {
                scene.answerEngine();
            } else if (event == u'W') {
                scene.revoke(evmWalletId);
            } else {
                scene.revokeHere(localFirst);
            }
            // Nobody tears down what a ceremony stands on: Dynamic is not asked while it goes on.
            QVERIFY(!scene.isInRoom() || scene.script.asked.empty());
        }
        scene.settle([&] { return !scene.isRunning && scene.answers.size() == 1; });
        const bool wasFirst =
            order.indexOf(u'A') < order.indexOf(u'R') && order.indexOf(u'A') < order.indexOf(u'W');
        // In its room: waited for, and recorded. Before it: stopped.
        QCOMPARE(scene.stateOf(scene.job.jobId) == JobState::Signed, wasFirst);
        QCOMPARE(scene.engine.ceremonies.size(), wasFirst ? 1U : 0U);
        QCOMPARE(scene.api.rooms.size(), wasFirst ? 1U : 0U);
        if (!scene.id.empty()) {
            QVERIFY(RevocationStore(*scene.profile.database, *scene.profile.vault).load(scene.id)->isDone());
            QCOMPARE(scene.script.asked.size(), 1U);
        }
        QVERIFY(!scene.id.empty() || order.indexOf(u'W') < order.indexOf(u'R'));
        QVERIFY(!DelegationStore(*scene.profile.database).currentEvent(evmWalletId));
        const auto history = WalletCatalog(*scene.profile.database).history(evmWalletId);
        QVERIFY(std::ranges::none_of(*history, &DelegationRecord::hasMaterial));
        QVERIFY(WalletCatalog(*scene.profile.database).find(evmWalletId)->status == WalletStatus::Revoked);
        QVERIFY(scene.audit.verify()->intact);
    }
};

COUNTERSIGN_GUILESS_TEST(DeskWalletJobsTest)
#include "DeskWalletJobs_test.moc"
