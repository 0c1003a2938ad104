#include "core/signing/desk/JobDesk.h"

#include "core/base/encoding/Hex.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

using Scene = DeskScene;

class JobDeskTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preparesWhatNeedsNoNode()
    {
        Scene scene;
        const Job job = scene.message();
        QVERIFY(job.digest.empty());
        QStringList changed;
        connect(&scene.desk, &JobDesk::jobChanged, this,
                [&](const std::string& jobId) { changed << QString::fromStdString(jobId); });
        const auto prepared = scene.prepare(job.jobId);
        QCOMPARE(toHex(prepared->digest),
                 std::string("50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750"));
        QVERIFY(prepared->resolved.empty());
        QCOMPARE(changed, QStringList{QString::fromStdString(job.jobId)});
        QCOMPARE(scene.prepare("nothing").error().code, ErrorCode::NotFound);
    }

    void preparesFromANode()
    {
        Scene scene;
        const Job job = scene.transaction();
        const auto prepared = scene.prepare(job.jobId);
        QVERIFY(prepared.has_value());
        QCOMPARE(prepared->resolved.size(), std::size_t{4});
        QCOMPARE(prepared->resolved.front(), (ResolvedField{"nonce", "7"}));
        scene.evm.pendingCount.always = 8;
        QCOMPARE(scene.prepare(job.jobId)->resolved.front().value, std::string("7"));
        QCOMPARE(scene.prepare(job.jobId, true)->resolved.front().value, std::string("8"));
        QVERIFY(scene.store.load(job.jobId)->digest != prepared->digest);
        scene.evm.fees.always = failure(error(ErrorCode::Timeout));
        QCOMPARE(scene.prepare(job.jobId, true).error().code, ErrorCode::Timeout);
        scene.hasNode = false;
        QCOMPARE(scene.prepare(job.jobId, true).error().detail, QStringLiteral("no node"));
        (void)*scene.put(job.jobId, JobState::Rejected);
        QCOMPARE(scene.prepare(job.jobId, true).error().code, ErrorCode::Denied);
    }

    void fillsABlockhash()
    {
        Scene scene;
        const Job job = scene.solanaJob(0);
        QCOMPARE(scene.prepare(job.jobId)->resolved,
                 (std::vector<ResolvedField>{{"recentBlockhash", toBase58(Bytes(32, 5))}}));
    }

    void signsAMessage()
    {
        Scene scene;
        const Job job = scene.message();
        const auto signedJob = scene.approve(job.jobId);
        QVERIFY(signedJob.has_value());
        QCOMPARE(signedJob->state, JobState::Signed);
        QCOMPARE(signedJob->signature, scene.evmKey.sign(signedJob->digest));
        QCOMPARE(scene.recorded(job.jobId), std::string("job.received,job.approved,job.signing,job.signed"));
        QCOMPARE(scene.steps(job.jobId), std::string("pending,approved,signing,signed"));
        QCOMPARE(scene.engine.ceremonies.front().relayDomain, std::string("relay.dynamicauth.com"));
        QVERIFY(!scene.desk.isBusy());
        QVERIFY(scene.audit.verify()->intact);
        // Signed once is signed.
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Denied);
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = job.jobId, .again = true}).error().code,
                 ErrorCode::Denied);
        QCOMPARE(scene.engine.ceremonies.size(), std::size_t{1});
        QVERIFY(scene.relay.claimed.empty() && scene.relay.posted.empty());
    }

    void takesEngineAndDomainFromTheSettings()
    {
        Scene scene;
        setSetting(scene.profile, settingKeys::mpcRelayDomain, "relay.test:1");
        setSetting(scene.profile, settingKeys::engine, "enclave");
        QVERIFY(scene.approve(scene.message().jobId).has_value());
        QVERIFY(scene.approve(JobDesk::Approval{.jobId = scene.message("b").jobId, .engine = EngineKind::Sdk})
                    .has_value());
        QCOMPARE(scene.engine.made, (std::vector<EngineKind>{EngineKind::Enclave, EngineKind::Sdk}));
        QCOMPARE(scene.engine.ceremonies.front().relayDomain, std::string("relay.test:1"));
    }

    void againOnlyWhenAskedFor()
    {
        for (const JobState state : {JobState::Interrupted, JobState::Failed}) {
            Scene scene;
            const Job job = scene.message();
            (void)*scene.put(job.jobId, state);
            QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Denied);
            QCOMPARE(scene.stateOf(job.jobId), state);
            QCOMPARE(scene.approve(JobDesk::Approval{.jobId = job.jobId, .again = true})->state,
                     JobState::Signed);
        }
        for (const JobState state : {JobState::Rejected, JobState::Withdrawn, JobState::Blocked,
                                     JobState::Expired, JobState::Confirmed}) {
            Scene scene;
            const Job job = scene.message();
            (void)*scene.put(job.jobId, state);
            QCOMPARE(scene.approve(JobDesk::Approval{.jobId = job.jobId, .again = true}).error().code,
                     ErrorCode::Denied);
            QVERIFY(scene.engine.ceremonies.empty());
        }
    }

    void expiredAndRevokedOnesAreRefused()
    {
        Scene scene;
        const Job job = scene.message();
        scene.profile.clock.set(job.expiresAt);
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Denied);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Expired);

        Scene failed;
        const Job old = failed.message();
        (void)*failed.put(old.jobId, JobState::Failed);
        failed.profile.clock.set(old.expiresAt);
        QCOMPARE(failed.approve(JobDesk::Approval{.jobId = old.jobId, .again = true}).error().code,
                 ErrorCode::Denied);

        Scene revoked;
        const Job other = revoked.message();
        revoked.revoke(evmWalletId);
        QCOMPARE(revoked.approve(other.jobId).error().code, ErrorCode::Denied);
        QCOMPARE(revoked.stateOf(other.jobId), JobState::Pending);
        QVERIFY(revoked.api.rooms.empty());
    }

    void aFailedCeremonyIsAnAnswer()
    {
        Scene scene;
        scene.engine.sign = [](const CeremonyRequest&) -> Result<Bytes> {
            return failure(error(ErrorCode::Network));
        };
        const Job job = scene.message();
        const auto failed = scene.approve(job.jobId);
        QCOMPARE(failed->state, JobState::Failed);
        // At once again: nothing is held any more.
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = job.jobId, .again = true})->attempts, 2);
    }

    void theAnswerMayApproveAgain()
    {
        Scene scene;
        scene.api.room = failure(error(ErrorCode::Network));
        const Job job = scene.message();
        scene.desk.approve(JobDesk::Approval{.jobId = job.jobId}, [&](const Result<Job>& first) {
            scene.answers.push_back(first);
            scene.api.room = std::string(32, 'a');
            scene.begin(job.jobId);
        });
        QTRY_COMPARE_WITH_TIMEOUT(scene.answers.size(), std::size_t{2}, patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Pending);
        QVERIFY(scene.answers.back().has_value());
        QCOMPARE(scene.answers.back()->state, JobState::Signed);
    }

    void oneAtATime()
    {
        Scene scene;
        scene.engine.isSilent = true;
        const Job job = scene.message();
        scene.begin(job.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        QVERIFY(scene.desk.isBusy());
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Busy);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Signing);
        scene.engine.answer(scene.evmKey.sign(scene.store.load(job.jobId)->digest));
        QTRY_COMPARE_WITH_TIMEOUT(scene.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Signed);
    }

    void twoJobsOneNonce()
    {
        Scene scene;
        const Job one = scene.transaction(openTransaction(), true, "one");
        const Job two = scene.transaction(openTransaction(), false, "two");
        const Bytes first = scene.prepare(one.jobId)->digest;
        const Bytes second = scene.prepare(two.jobId)->digest;
        QCOMPARE(scene.store.load(two.jobId)->resolved.front().value, std::string("7"));
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = one.jobId, .digest = first})->state,
                 JobState::Broadcast);
        const auto refused = scene.approve(JobDesk::Approval{.jobId = two.jobId, .digest = second});
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.stateOf(two.jobId), JobState::Pending);
        // Looked at again it has the next one.
        QCOMPARE(scene.prepare(two.jobId, true)->resolved.front().value, std::string("8"));
        QCOMPARE(scene.approve(two.jobId)->state, JobState::Signed);
        // A nonce that the submitter gave is the submitter's business: that is how a transaction is replaced.
        QCOMPARE(scene.approve(scene.transaction(wholeTransaction(7)).jobId)->state, JobState::Signed);
    }

    void sendsAndWaits()
    {
        Scene scene;
        const Job job = scene.transaction(wholeTransaction(), true);
        scene.evm.receipt.next = {std::optional<EvmReceipt>()};
        scene.evm.receipt.always = scene.mined();
        const auto sent = scene.approve(job.jobId);
        QCOMPARE(sent->state, JobState::Broadcast);
        QVERIFY(scene.desk.isBusy());
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(job.jobId), JobState::Confirmed, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(!scene.desk.isBusy(), patienceMs);

        const Job other = scene.transaction(wholeTransaction(8), true);
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = other.jobId, .wait = true})->state,
                 JobState::Confirmed);
    }

    void whatCannotBeSentIsNotSigned()
    {
        Scene scene;
        scene.hasNode = false;
        QCOMPARE(scene.approve(scene.transaction(wholeTransaction(), true).jobId).error().detail,
                 QStringLiteral("no node"));
        QCOMPARE(scene.approve(scene.transaction(wholeTransaction(), false).jobId)->state, JobState::Signed);
        scene.hasNode = true;
        SolanaMessage two = test::plainMessage();
        two.accountKeys[1] = scene.solanaKey.address;
        const Json payload = {
            {"transaction",
             toBase64(solana::parseTransactionOrMessage(solana::serialize(two))->serialize())}};
        const Job job =
            scene.submit(documentOf(solanaWalletId, "solana.transaction", payload, {{"broadcast", true}}));
        const auto refused = scene.approve(job.jobId);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QString::fromStdString(toText(test::addressNumber(1)))));
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
    }

    void rejects()
    {
        Scene scene;
        const Job job = scene.message();
        QCOMPARE(scene.desk.reject(job.jobId, std::string(4097, 'x')).error().code, ErrorCode::InvalidInput);
        const auto rejected = scene.desk.reject(job.jobId, "not ours");
        QCOMPARE(rejected->state, JobState::Rejected);
        QCOMPARE(rejected->operatorReason, std::string("not ours"));
        QCOMPARE(scene.desk.reject(job.jobId, "again").error().code, ErrorCode::Denied);
        QCOMPARE(scene.desk.reject("nothing", "").error().code, ErrorCode::NotFound);
    }

    void aRefusedTransactionIsSentAgainOnRequest()
    {
        Scene scene;
        scene.evm.send.always = failure(error(ErrorCode::InvalidInput, "insufficient funds"));
        scene.evm.known.always = false;
        const Job job = scene.transaction(wholeTransaction(), true);
        const auto refused = scene.approve(job.jobId);
        QCOMPARE(refused->state, JobState::Signed);
        QCOMPARE(refused->errorDetail, std::string("insufficient funds"));
        QTRY_VERIFY_WITH_TIMEOUT(!scene.desk.isBusy(), patienceMs);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Signed);
        scene.evm.send.always = std::string();
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Broadcast);
        QCOMPARE(scene.engine.ceremonies.size(), std::size_t{1});
        QCOMPARE(scene.evm.sent.size(), std::size_t{2});
        QCOMPARE(scene.evm.sent.front(), scene.evm.sent.back());
    }

    void looksUpTokens()
    {
        Scene scene;
        SplQuestion question;
        question.wallet = SolanaKey().address;
        question.mint = SolanaKey().address;
        question.recipient = SolanaKey().address;
        const auto ask = [&] {
            return waitFor<Result<SplFacts>>([&](auto done) { scene.desk.lookUpToken(question, done); });
        };
        scene.solana.account.always = std::optional<SolanaAccount>();
        QVERIFY(ask().error().sentence.contains(QStringLiteral("no token")));
        scene.hasNode = false;
        QCOMPARE(ask().error().sentence, scene.parts().solanaRpc().error().sentence);
        scene.hasNode = true;
        // Who waits when the desk stops is told, and nobody is asked any more.
        scene.solana.account.isSilent = true;
        std::vector<ErrorCode> codes;
        for (int i = 0; i < 2; ++i) {
            scene.desk.lookUpToken(
                question, [&](const Result<SplFacts>& facts) { codes.push_back(facts.error().code); });
        }
        QCOMPARE(scene.solana.account.held, 2);
        scene.desk.stop();
        QCOMPARE(scene.solana.account.held, 0);
        QTRY_VERIFY_WITH_TIMEOUT(codes == std::vector<ErrorCode>(2, ErrorCode::Cancelled), patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(JobDeskTest)
#include "JobDesk_test.moc"
