#include "core/signing/desk/JobDesk.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

#include <utility>

using namespace countersign;
using namespace countersign::testing;

using Scene = DeskScene;

namespace {

void makeOperator(Scene& scene)
{
    const auto made =
        OperatorIdentity(*scene.profile.database, *scene.profile.vault, scene.audit, scene.profile.clock)
            .create("Alice");
    QVERIFY(made.has_value());
}

}  // namespace

/// What is signed is what was seen and approved, whatever happens to the rows in between.
class JobDeskApprovalTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Where this desk has an operator, to approve is to say so, to every desk.
    void theOperatorsWordGoesToTheRelay()
    {
        for (const bool isPosted : {true, false}) {
            Scene scene;
            makeOperator(scene);
            if (isPosted) {
                scene.relay.statement.always = Status();
            }
            const Job job =
                scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "hello"}}));
            std::vector<std::string> untold;
            QObject::connect(&scene.desk, &JobDesk::statementNotPosted, &scene.desk,
                             [&untold](const std::string& jobId, const Error&) { untold.push_back(jobId); });
            const auto signedJob = scene.approve(job.jobId);
            QVERIFY2(signedJob.has_value(), qPrintable(signedJob ? QString() : signedJob.error().sentence));
            QCOMPARE(signedJob->state, JobState::Signed);
            QCOMPARE(scene.relay.stated.size(), std::size_t{1});
            QCOMPARE(readApproval(scene.relay.stated.front().second)->statement.jobId, job.jobId);
            QCOMPARE(untold.size(), std::size_t{isPosted ? 0U : 1U});
            QVERIFY(scene.recorded(job.jobId).find("statement.signed,job.approved") != std::string::npos);
        }
    }

    /// Until the ceremony begins, also while Dynamic is asked for the wallet.
    void anApprovalIsTakenBackInTime()
    {
        Scene scene;
        makeOperator(scene);
        const Job job = scene.message();
        JobStatements statements(*scene.profile.database, *scene.profile.vault, scene.audit, scene.store,
                                 scene.profile.clock);
        bool isTakenBack = false;
        scene.api.wallet.whenAsked = [&] {
            if (std::exchange(isTakenBack, true)) {
                return;
            }
            QVERIFY(statements.say(job.jobId, ApprovalDecision::Withdraw, {}, CountTerms::ofBuiltInPolicy())
                        .has_value());
        };
        const auto left = scene.approve(job.jobId);
        QCOMPARE(left->state, JobState::Pending);
        QVERIFY(left->error.find("taken back") != std::string::npos);
        QCOMPARE(left->attempts, 0);
        QVERIFY(left->signature.empty());
        // Approving it once more is a new word.
        scene.profile.clock.advance(std::chrono::seconds(1));
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Signed);
    }

    void anApprovalThatWasChangedIsNotTakenUp_data()
    {
        QTest::addColumn<QByteArray>("assignment");
        QTest::newRow("digest") << QByteArray("approved_digest = zeroblob(32)");
        QTest::newRow("code") << QByteArray("approval_mac = zeroblob(32)");
        QTest::newRow("no code") << QByteArray("approval_mac = NULL");
        QTest::newRow("engine") << QByteArray("engine = 'enclave'");
        QTest::newRow("no engine") << QByteArray("engine = 'none'");
        QTest::newRow("address") << QByteArray("address = '0x52908400098527886E0F7030069857D2E4169EE7'");
        QTest::newRow("broadcast") << QByteArray("broadcast = 1 - broadcast");
        QTest::newRow("kind") << QByteArray("kind = 'evm.message'");
        QTest::newRow("wallet") << QByteArray("wallet_id = 'solana-wallet'");
        QTest::newRow("filled in") << QByteArray("filled = replace(filled, '\"7\"', '\"8\"')");
        QTest::newRow("document") << QByteArray("document = x'7b7d'");
        QTest::newRow("expiry") << QByteArray("expires_at = expires_at + 1");
        QTest::newRow("creation") << QByteArray("created_at = created_at - 1");
        // The lifetime that the document leaves open still fits.
        QTest::newRow("creation and expiry")
            << QByteArray("created_at = created_at + 60000, expires_at = expires_at + 60000");
        QTest::newRow("origin") << QByteArray("origin = 'console'");
        QTest::newRow("origin relay") << QByteArray("origin = 'relay'");
        QTest::newRow("submitter") << QByteArray("submitter = 'bank'");
        QTest::newRow("submitter's key") << QByteArray("submitter_key = zeroblob(32)");
        QTest::newRow("delivery") << QByteArray("delivery_id = 1");
        QTest::newRow("remark") << QByteArray("remark = 'x'");
        QTest::newRow("reason") << QByteArray("reason = 'x'");
        QTest::newRow("chain") << QByteArray("chain = 'SVM'");
        QTest::newRow("attempts") << QByteArray("attempts = 1");
        QTest::newRow("time of approval") << QByteArray("approved_at = approved_at + 1");
        QTest::newRow("state before") << QByteArray("approved_from = 'failed'");
        QTest::newRow("prepared bytes") << QByteArray("prepared = x'00'");
        QTest::newRow("shown digest") << QByteArray("digest = zeroblob(32)");
    }

    void anApprovalThatWasChangedIsNotTakenUp()
    {
        QFETCH(const QByteArray, assignment);
        Scene scene;
        setSetting(scene.profile, settingKeys::engine, "enclave");
        const Job job = scene.transaction();
        scene.api.wallet.isSilent = true;
        scene.crash({.jobId = job.jobId, .engine = EngineKind::Sdk},
                    [&] { return scene.api.wallet.held == 1; });
        scene.api.wallet.isSilent = false;
        QCOMPARE(scene.stateOf(job.jobId), JobState::Approved);
        scene.engine.made.clear();
        scene.profile.database->handle().exec("UPDATE job SET " + assignment.toStdString());
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Corrupt);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Failed);
        QVERIFY(scene.api.rooms.empty() && scene.engine.made.empty());
    }

    /// Whoever can only write the database cannot approve.
    void anApprovalFromOutsideIsNone()
    {
        Scene scene;
        const Job approved = scene.message("a");
        scene.crashApproved(approved.jobId);
        const Job other = scene.message("b");
        QVERIFY(scene.prepare(other.jobId).has_value());
        scene.profile.database->handle().exec(
            "UPDATE job SET state = 'approved', approved_digest = digest, engine = 'sdk', approval_mac = "
            "(SELECT approval_mac FROM job WHERE job_id = '" +
            approved.jobId + "'), approved_at = (SELECT approved_at FROM job WHERE job_id = '" +
            approved.jobId + "') WHERE job_id = '" + other.jobId + "'");
        QCOMPARE(scene.approve(other.jobId).error().code, ErrorCode::Corrupt);
        QVERIFY(scene.api.rooms.empty());
        QCOMPARE(scene.approve(approved.jobId)->state, JobState::Signed);
    }

    /// An approval is for one ceremony: after it the same code opens no other.
    void anOldApprovalDoesNotCountAgain()
    {
        Scene scene;
        const Job job = scene.message();
        scene.api.roomIsSilent = true;
        scene.crash({.jobId = job.jobId}, [&] { return !scene.api.rooms.empty(); });
        scene.api.roomIsSilent = false;
        QCOMPARE(scene.stateOf(job.jobId), JobState::Signing);
        const std::size_t rooms = scene.api.rooms.size();
        scene.profile.database->handle().exec("UPDATE job SET state = 'approved'");
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Corrupt);
        QCOMPARE(scene.api.rooms.size(), rooms);
    }

    /// Nobody waits for it any more: it is asked for once more, and a later time of approval is a changed
    /// row.
    void anApprovalOfLongAgoIsAskedForAgain()
    {
        Scene scene;
        const Job job = scene.message();
        scene.crashApproved(job.jobId);
        scene.profile.clock.set(scene.profile.clock.now() + 6 * 60'000);
        scene.profile.database->handle().exec("UPDATE job SET state_at = " +
                                              std::to_string(scene.profile.clock.now()));
        scene.desk.resume();
        QTest::qWait(50);
        QVERIFY(scene.api.rooms.empty());
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Signed);
    }

    /// Before anything is approved, and whatever was approved stays.
    void settingsThatWereChangedElsewhereStopTheApproval()
    {
        for (const char* key : {"api.base", "environment", "engine", "relay.domain", "rpc.confirmations",
                                "enclave.root", "enclave.pcr8", "enclave.url"}) {
            Scene scene;
            setSetting(scene.profile, settingKeys::engine, "enclave");
            const Job job = scene.message();
            scene.profile.database->handle().exec(
                "INSERT INTO setting VALUES ('" + std::string(key) +
                "', '1') ON CONFLICT (key) DO UPDATE SET value = excluded.value");
            const auto refused = scene.approve(job.jobId);
            QCOMPARE(refused.error().code, ErrorCode::BadSignature);
            QVERIFY(refused.error().sentence.contains(QLatin1String(key)));
            QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
            QCOMPARE(scene.recorded(job.jobId), std::string("job.received"));
            QVERIFY(scene.api.rooms.empty() && scene.engine.made.empty());
            QVERIFY(removeSetting(scene.profile, key).has_value());
            QCOMPARE(scene.approve(job.jobId)->state, JobState::Signed);
        }
    }

    /// What the sdk engine does not use does not stop it.
    void settingsOfTheOtherEngineDoNotMatter()
    {
        Scene scene;
        scene.profile.database->handle().exec("INSERT INTO setting VALUES ('enclave.root', 'x')");
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = scene.message().jobId, .engine = EngineKind::Sdk})
                     ->state,
                 JobState::Signed);
    }

    void columnsThatContradictTheDocumentAreRefused_data()
    {
        QTest::addColumn<QByteArray>("assignment");
        QTest::newRow("kind") << QByteArray("kind = 'evm.typedData'");
        QTest::newRow("broadcast") << QByteArray("broadcast = 1");
        QTest::newRow("wallet") << QByteArray("wallet_id = 'solana-wallet'");
        QTest::newRow("expiry") << QByteArray("expires_at = expires_at + 1");
        QTest::newRow("reason") << QByteArray("reason = 'another'");
        QTest::newRow("remark") << QByteArray("remark = 'another'");
        QTest::newRow("id") << QByteArray("job_id = '" + QByteArray(64, 'a') + "'");
    }

    void columnsThatContradictTheDocumentAreRefused()
    {
        QFETCH(const QByteArray, assignment);
        for (const bool wasPrepared : {false, true}) {
            Scene scene;
            const Job job = scene.message();
            if (wasPrepared) {
                QVERIFY(scene.prepare(job.jobId).has_value());
            }
            scene.profile.database->handle().exec("UPDATE job SET " + assignment.toStdString());
            const std::string jobId =
                scene.profile.database->handle().execAndGet("SELECT job_id FROM job").getString();
            QCOMPARE(scene.prepare(jobId).error().code, ErrorCode::Corrupt);
            QCOMPARE(scene.approve(jobId).error().code, ErrorCode::Corrupt);
            QCOMPARE(scene.stateOf(jobId), JobState::Pending);
            QVERIFY(scene.api.rooms.empty());
        }
    }

    void anApprovalOfSomethingElseIsNotTakenUp()
    {
        Scene scene;
        const Job job = scene.message();
        (void)*scene.prepare(job.jobId);
        JobChange change;
        change.approvedDigest = Bytes(32, 1);
        (void)*scene.put(job.jobId, JobState::Approved, change);
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Corrupt);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Failed);
        QVERIFY(scene.engine.ceremonies.empty());
    }

    void aDocumentThatWasChangedIsNotSigned()
    {
        Scene scene;
        const Job job = scene.message();
        QVERIFY(scene.prepare(job.jobId).has_value());
        scene.profile.database->handle().exec("UPDATE job SET document = x'7b7d'");
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Corrupt);
        QVERIFY(scene.engine.ceremonies.empty());
    }

    void signsOnlyWhatWasSeen()
    {
        Scene scene;
        const Job job = scene.transaction();
        const Bytes seen = scene.prepare(job.jobId)->digest;
        scene.evm.pendingCount.always = 8;
        QVERIFY(scene.prepare(job.jobId, true)->digest != seen);
        const auto refused = scene.approve(JobDesk::Approval{.jobId = job.jobId, .digest = seen});
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QVERIFY(scene.engine.ceremonies.empty());
        const Bytes now = scene.store.load(job.jobId)->digest;
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = job.jobId, .digest = now})->state,
                 JobState::Signed);
        QCOMPARE(scene.engine.ceremonies.front().input, now);
    }

    void whatAnotherWindowFillsInMeanwhileIsNotApproved()
    {
        Scene scene;
        const Job job = scene.submitFromRelay(
            documentOf(evmWalletId, "evm.transaction", {{"transaction", openTransaction()}}));
        const Bytes seen = scene.prepare(job.jobId)->digest;
        scene.relay.claim.whenAsked = [&] {
            const auto other = scene.transaction(wholeTransaction(9));
            (void)scene.prepare(other.jobId);
            const Job changed = *scene.store.load(other.jobId);
            (void)*scene.store.setPreparation(job.jobId,
                                              {changed.prepared, changed.digest, {}, "11155111", "9"});
        };
        const auto refused = scene.approve(JobDesk::Approval{.jobId = job.jobId, .digest = seen});
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QVERIFY(scene.engine.ceremonies.empty());
    }
};

COUNTERSIGN_GUILESS_TEST(JobDeskApprovalTest)
#include "JobDeskApproval_test.moc"
