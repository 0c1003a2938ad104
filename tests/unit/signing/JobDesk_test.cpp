#include "core/signing/JobDesk.h"

#include "core/base/Hex.h"
#include "core/crypto/Dsse.h"
#include "core/signing/DeskKey.h"
#include "core/signing/JobLock.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/SigningScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Approving, step by step or in one go.
struct Scene : SigningScene
{
    JobDesk desk{parts()};

    Result<Job> prepare(const std::string& jobId, bool refill = false)
    {
        return waitFor<Result<Job>>([&](auto done) { desk.prepare(jobId, refill, done); });
    }

    Result<Job> approve(JobDesk::Approval approval)
    {
        return waitFor<Result<Job>>([&](auto done) { desk.approve(std::move(approval), done); });
    }
    Result<Job> approve(const std::string& jobId) { return approve(JobDesk::Approval{.jobId = jobId}); }

    Status report()
    {
        return waitFor<Status>([&](auto done) { desk.report(done); });
    }

    /// An approval that is under way; answers are collected.
    void begin(JobDesk::Approval approval)
    {
        desk.approve(std::move(approval), [this](const Result<Job>& job) { answers.push_back(job); });
    }
    void begin(const std::string& jobId) { begin(JobDesk::Approval{.jobId = jobId}); }

    /// Another program that approves, and ends by a crash when it is where `there` holds.
    void crash(JobDesk::Approval approval, const std::function<bool()>& there)
    {
        JobDesk other(parts());
        other.approve(std::move(approval), [](const Result<Job>&) {});
        if (!QTest::qWaitFor(there, patienceMs)) {
            qFatal("the program that was to crash did not get there");
        }
    }

    /// The approval is stored, and nothing else was done.
    void crashApproved(const std::string& jobId)
    {
        api.wallet.isSilent = true;
        crash(JobDesk::Approval{.jobId = jobId}, [&] { return api.wallet.held == 1; });
        api.wallet.isSilent = false;
    }

    Job transaction(const Json& json = openTransaction(), bool broadcast = false,
                    const std::string& reason = {})
    {
        return submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}},
                                 {{"broadcast", broadcast}, {"reason", reason}}));
    }

    Result<Job> put(const std::string& jobId, JobState state, const JobChange& change = {})
    {
        return store.move(jobId, std::array{stateOf(jobId)}, state, change);
    }

    std::optional<EvmReceipt> mined() { return EvmReceipt{"0x", "0xblock", 1, true}; }

    /// What the relay was told of a job, verified with the desk's key.
    std::vector<Json> told(const std::string& jobId)
    {
        const auto seed = deskSeed(*profile.database, *profile.vault, audit, profile.clock);
        const std::array<ed25519::PublicKey, 1> keys = {*ed25519::publicKey(*seed)};
        std::vector<Json> events;
        for (const auto& [job, text] : relay.posted) {
            const auto envelope = parseDsse(text);
            if (job == jobId && envelope && envelope->payloadType == jobEventPayloadType &&
                verifyDsse(*envelope, keys)) {
                events.push_back(*parseJson(asText(envelope->payload)));
            }
        }
        return events;
    }

    std::vector<Result<Job>> answers;
};

std::string textOf(const Json& json, const char* member)
{
    return json.at(member).get<std::string>();
}

}  // namespace

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
        QVERIFY(prepared->filled.empty());
        QCOMPARE(changed, QStringList{QString::fromStdString(job.jobId)});
        QCOMPARE(scene.prepare("nothing").error().code, ErrorCode::NotFound);
    }

    void preparesFromANode()
    {
        Scene scene;
        const Job job = scene.transaction();
        const auto prepared = scene.prepare(job.jobId);
        QVERIFY(prepared.has_value());
        QCOMPARE(prepared->filled.size(), std::size_t{4});
        QCOMPARE(prepared->filled.front(), (FilledField{"nonce", "7"}));
        scene.evm.pendingCount.always = 8;
        QCOMPARE(scene.prepare(job.jobId)->filled.front().value, std::string("7"));
        QCOMPARE(scene.prepare(job.jobId, true)->filled.front().value, std::string("8"));
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
        QCOMPARE(scene.prepare(job.jobId)->filled,
                 (std::vector<FilledField>{{"recentBlockhash", toBase58(Bytes(32, 5))}}));
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
        QVERIFY(
            Settings(*scene.profile.database).set(settingKeys::mpcRelayDomain, "relay.test:1").has_value());
        QVERIFY(Settings(*scene.profile.database).set(settingKeys::engine, "enclave").has_value());
        QVERIFY(scene.approve(scene.message().jobId).has_value());
        QVERIFY(scene.approve(JobDesk::Approval{.jobId = scene.message("b").jobId, .engine = EngineKind::Sdk})
                    .has_value());
        QCOMPARE(scene.engine.made, (std::vector<EngineKind>{EngineKind::Enclave, EngineKind::Sdk}));
        QCOMPARE(scene.engine.ceremonies.front().relayDomain, std::string("relay.test:1"));
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

    void aDocumentThatWasChangedIsNotSigned()
    {
        Scene scene;
        const Job job = scene.message();
        QVERIFY(scene.prepare(job.jobId).has_value());
        scene.profile.database->handle().exec("UPDATE job SET document = x'7b7d'");
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Corrupt);
        QVERIFY(scene.engine.ceremonies.empty());
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

    void anotherDeskHasTheClaim()
    {
        Scene scene;
        scene.relay.claim.always = failure(error(ErrorCode::Busy, "another desk"));
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        const auto refused = scene.approve(job.jobId);
        QCOMPARE(refused.error().detail, QStringLiteral("another desk"));
        QCOMPARE(scene.relay.claimed, std::vector<std::string>{job.jobId});
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
        QVERIFY(!scene.desk.isBusy());
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
        QCOMPARE(scene.store.load(two.jobId)->filled.front().value, std::string("7"));
        QCOMPARE(scene.approve(JobDesk::Approval{.jobId = one.jobId, .digest = first})->state,
                 JobState::Broadcast);
        const auto refused = scene.approve(JobDesk::Approval{.jobId = two.jobId, .digest = second});
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.stateOf(two.jobId), JobState::Pending);
        // Looked at again it has the next one.
        QCOMPARE(scene.prepare(two.jobId, true)->filled.front().value, std::string("8"));
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
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(job.jobId), JobState::Confirmed, patienceMs);
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

    void mendsWhatACrashLeft()
    {
        Scene scene;
        const Job withoutRoom = scene.message("a");
        const Job withRoom = scene.message("b");
        const Job held = scene.message("c");
        JobChange begin;
        begin.beginsCeremony = true;
        for (const Job& job : {withoutRoom, withRoom, held}) {
            (void)*scene.put(job.jobId, JobState::Signing, begin);
        }
        QVERIFY(scene.store.noteRoom(withRoom.jobId, "room").has_value());
        QVERIFY(scene.store.noteRoom(held.jobId, "room").has_value());
        auto lock = JobLock::take(scene.profile.paths.root, held.jobId);
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(withoutRoom.jobId), JobState::Pending);
        QCOMPARE(scene.stateOf(withRoom.jobId), JobState::Interrupted);
        QCOMPARE(scene.store.load(withRoom.jobId)->errorDetail, std::string("room room"));
        QCOMPARE(scene.stateOf(held.jobId), JobState::Signing);
        QCOMPARE(scene.approve(held.jobId).error().code, ErrorCode::Busy);
        lock->reset();
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(held.jobId), JobState::Interrupted);
        QCOMPARE(scene.approve(withRoom.jobId).error().code, ErrorCode::Denied);
        QCOMPARE(scene.approve(withoutRoom.jobId)->state, JobState::Signed);
    }

    void expiresWhatNobodyWorksOn()
    {
        Scene scene;
        const Job pending = scene.message("a");
        const Job approved = scene.message("b");
        const Job held = scene.message("c");
        (void)*scene.put(approved.jobId, JobState::Approved);
        const auto lock = JobLock::take(scene.profile.paths.root, held.jobId);
        scene.profile.clock.set(pending.expiresAt);
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(pending.jobId), JobState::Expired);
        QCOMPARE(scene.stateOf(approved.jobId), JobState::Expired);
        QCOMPARE(scene.stateOf(held.jobId), JobState::Pending);
    }

    void takesUpWhatACrashLeft()
    {
        Scene scene;
        const Job fresh = scene.message("a");
        const Job old = scene.message("b");
        for (const Job& job : {old, fresh}) {
            scene.crashApproved(job.jobId);
            if (job.jobId == old.jobId) {
                scene.profile.clock.advance(std::chrono::minutes(6));
            }
        }
        const Job sending = scene.transaction(wholeTransaction(), true);
        scene.evm.send.always = failure(error(ErrorCode::Network));
        QCOMPARE(scene.approve(sending.jobId)->state, JobState::Signed);
        scene.desk.stop();
        QVERIFY(!scene.desk.isBusy());
        scene.evm.send.always = std::string();
        scene.evm.receipt.always = scene.mined();
        const std::size_t ceremonies = scene.engine.ceremonies.size();

        JobDesk next(scene.parts());
        next.resume();
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(fresh.jobId), JobState::Signed, patienceMs);
        QCOMPARE(scene.stateOf(old.jobId), JobState::Pending);
        QTRY_COMPARE_WITH_TIMEOUT(scene.stateOf(sending.jobId), JobState::Confirmed, patienceMs);
        QCOMPARE(scene.engine.ceremonies.size(), ceremonies + 1);
        QCOMPARE(scene.evm.sent.front(), scene.evm.sent.back());
    }

    /// What was unknown before the operator asked for more is unknown still when that did not begin.
    void anUnknownOutcomeIsNotForgotten()
    {
        Scene scene;
        scene.api.wallet.always = failure(error(ErrorCode::Network));
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        (void)*scene.put(job.jobId, JobState::Interrupted);
        const JobDesk::Approval again{.jobId = job.jobId, .again = true};
        QCOMPARE(scene.approve(again)->state, JobState::Interrupted);
        QCOMPARE(scene.steps(job.jobId), std::string("pending,interrupted,approved,interrupted"));
        // The relay must not hear meanwhile what would free the job for another desk.
        QVERIFY(scene.report().has_value());
        QVERIFY(!scene.told(job.jobId).empty());
        for (const Json& event : scene.told(job.jobId)) {
            QCOMPARE(textOf(event, "state"), std::string("interrupted"));
        }
        QCOMPARE(scene.approve(job.jobId).error().code, ErrorCode::Denied);

        // Killed before its room.
        scene.api.wallet.always =
            WaasWallet{evmWalletId, toText(scene.evmKey.address), "EVM", {}, "TWO_OF_TWO"};
        scene.api.roomIsSilent = true;
        scene.crash(again, [&] { return !scene.api.rooms.empty(); });
        QCOMPARE(scene.stateOf(job.jobId), JobState::Signing);
        QVERIFY(scene.desk.recover().has_value());
        QCOMPARE(scene.stateOf(job.jobId), JobState::Interrupted);

        // Killed before that, and its time ran out, or the approval is too old.
        for (const bool expired : {true, false}) {
            Scene other;
            const Job left = other.message();
            (void)*other.put(left.jobId, JobState::Interrupted);
            other.api.wallet.isSilent = true;
            other.crash({.jobId = left.jobId, .again = true}, [&] { return other.api.wallet.held == 1; });
            QCOMPARE(other.stateOf(left.jobId), JobState::Approved);
            other.profile.clock.set(expired ? left.expiresAt : other.profile.clock.now() + 6 * 60'000);
            other.desk.resume();
            QCOMPARE(other.stateOf(left.jobId), JobState::Interrupted);
        }
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
    }
    void anApprovalThatWasChangedIsNotTakenUp()
    {
        QFETCH(const QByteArray, assignment);
        Scene scene;
        QVERIFY(Settings(*scene.profile.database).set(settingKeys::engine, "enclave").has_value());
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
            approved.jobId + "') WHERE job_id = '" + other.jobId + "'");
        QCOMPARE(scene.approve(other.jobId).error().code, ErrorCode::Corrupt);
        QVERIFY(scene.api.rooms.empty());
        QCOMPARE(scene.approve(approved.jobId)->state, JobState::Signed);
    }

    void columnsThatContradictTheDocumentAreRefused_data()
    {
        QTest::addColumn<QByteArray>("assignment");
        QTest::newRow("kind") << QByteArray("kind = 'evm.typedData'");
        QTest::newRow("broadcast") << QByteArray("broadcast = 1");
        QTest::newRow("wallet") << QByteArray("wallet_id = 'solana-wallet'");
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

    void whatTheRelayBringsMeanwhileNeedsAClaim()
    {
        Scene scene;
        const Job job = scene.transaction();
        scene.evm.fees.whenAsked = [&] {
            scene.profile.database->handle().exec("UPDATE job SET origin = 'relay'");
        };
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Signed);
        QCOMPARE(scene.relay.claimed, std::vector<std::string>{job.jobId});

        Scene late;
        const Job shown = late.message();
        (void)late.prepare(shown.jobId);
        late.begin({.jobId = shown.jobId, .digest = late.store.load(shown.jobId)->digest});
        // Not asked for a claim any more, not yet approved.
        late.profile.database->handle().exec("UPDATE job SET origin = 'relay'");
        QTRY_COMPARE_WITH_TIMEOUT(late.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(late.answers.front().error().code, ErrorCode::InvalidInput);
        QCOMPARE(late.stateOf(shown.jobId), JobState::Pending);
        QVERIFY(late.api.rooms.empty());
        QCOMPARE(late.approve(shown.jobId)->state, JobState::Signed);
        QCOMPARE(late.relay.claimed, std::vector<std::string>{shown.jobId});
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

    void whatTheRelayCannotTakeIsSettled()
    {
        for (const ErrorCode code : {ErrorCode::NotFound, ErrorCode::InvalidInput}) {
            Scene scene;
            const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
            QVERIFY(scene.desk.reject(job.jobId, "no").has_value());
            scene.relay.post.always = failure(error(code));
            QVERIFY(scene.report().has_value());
            QVERIFY(scene.store.unreported()->empty());
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

    void tellsTheRelay()
    {
        Scene scene;
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        const auto signedJob = scene.approve(job.jobId);
        QVERIFY(signedJob.has_value());
        QVERIFY(scene.report().has_value());
        const auto events = scene.told(job.jobId);
        QCOMPARE(events.size(), scene.relay.posted.size());
        const Json last = events.back();
        QCOMPARE(textOf(last, "jobId"), job.jobId);
        QCOMPARE(textOf(last, "desk"), scene.profile.vault->info().profileId);
        QCOMPARE(textOf(last, "state"), std::string("signed"));
        QCOMPARE(textOf(last, "at"), toIso8601(signedJob->stateAt));
        QVERIFY(last.at("final").get<bool>());
        QCOMPARE(textOf(last.at("result"), "signature"), toHexPrefixed(signedJob->signature));
        QVERIFY(!last.at("result").contains("error"));
        for (std::size_t i = 0; i + 1 < events.size(); ++i) {
            QVERIFY(!events[i].at("final").get<bool>());
        }
        // Told is told.
        const std::size_t posted = scene.relay.posted.size();
        QVERIFY(scene.report().has_value());
        QCOMPARE(scene.relay.posted.size(), posted);
    }

    void aFailureIsNotFinalWithoutASignature()
    {
        Scene scene;
        scene.engine.sign = [](const CeremonyRequest&) -> Result<Bytes> {
            return failure(error(ErrorCode::Network));
        };
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Failed);
        QVERIFY(scene.report().has_value());
        const Json failed = scene.told(job.jobId).back();
        QCOMPARE(textOf(failed, "state"), std::string("failed"));
        QVERIFY(!failed.at("final").get<bool>());
        QCOMPARE(textOf(failed.at("result"), "error"), std::string("said the test"));
        QVERIFY(scene.desk.reject(job.jobId, "no").has_value());
        QVERIFY(scene.report().has_value());
        const Json rejected = scene.told(job.jobId).back();
        QCOMPARE(textOf(rejected, "state"), std::string("rejected"));
        QVERIFY(rejected.at("final").get<bool>());
        QVERIFY(!rejected.contains("result"));
    }

    void tellsInOrderAndGoesOnAfterAnError()
    {
        Scene scene;
        scene.relay.post.always = failure(error(ErrorCode::Network, "no relay"));
        std::vector<std::string> jobIds;
        for (const char* text : {"a", "b", "c"}) {
            jobIds.push_back(
                scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", text}})).jobId);
        }
        for (auto jobId = jobIds.rbegin(); jobId != jobIds.rend(); ++jobId) {
            QVERIFY(scene.desk.reject(*jobId, "no").has_value());
        }
        const auto failed = scene.report();
        QVERIFY(!failed.has_value());
        QCOMPARE(failed.error().detail, QStringLiteral("no relay"));
        QCOMPARE(scene.store.unreported()->size(), std::size_t{3});
        // In the order in which they came, and one refusal does not keep the others back.
        scene.relay.posted.clear();
        scene.relay.post.next = {Status(), failure(error(ErrorCode::Denied, "not that one")), Status()};
        const auto partly = scene.report();
        QCOMPARE(partly.error().detail, QStringLiteral("not that one"));
        std::vector<std::string> posted;
        for (const auto& [jobId, envelope] : scene.relay.posted) {
            posted.push_back(jobId);
        }
        QCOMPARE(posted, jobIds);
        QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
        scene.relay.post.always = Status();
        QVERIFY(scene.report().has_value());
        QVERIFY(scene.store.unreported()->empty());
    }

    void manyRefusalsKeepNothingBack()
    {
        Scene scene;
        std::string last;
        for (int i = 0; i < 102; ++i) {
            last =
                scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", std::to_string(i)}}))
                    .jobId;
        }
        scene.profile.database->handle().exec("UPDATE job SET state = 'rejected'");
        // Of another relay, say: they are refused every time.
        scene.relay.post.next.assign(101, failure(error(ErrorCode::Denied, "not yours")));
        QCOMPARE(scene.report().error().code, ErrorCode::Denied);
        QCOMPARE(scene.relay.posted.size(), std::size_t{102});
        QCOMPARE(scene.relay.posted.back().first, last);
        // A relay that is not there is not asked a hundred times.
        scene.relay.post.always = failure(error(ErrorCode::Timeout));
        QCOMPARE(scene.report().error().code, ErrorCode::Timeout);
        QCOMPARE(scene.relay.posted.size(), std::size_t{103});
    }

    void whatAnotherDeskFinishedNeedsNoWord()
    {
        Scene scene;
        scene.relay.post.always = failure(error(ErrorCode::Busy, "finished"));
        const Job rejected = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        QVERIFY(scene.desk.reject(rejected.jobId, "no").has_value());
        QVERIFY(scene.report().has_value());
        QVERIFY(scene.store.unreported()->empty());
        // A signature of ours is told again until the relay has it.
        const Job signedJob = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "b"}}));
        scene.relay.post.always = Status();
        scene.engine.whenAsked = [&] {
            scene.relay.post.always = failure(error(ErrorCode::Busy, "finished"));
        };
        QCOMPARE(scene.approve(signedJob.jobId)->state, JobState::Signed);
        QCOMPARE(scene.report().error().code, ErrorCode::Busy);
        QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
    }

    void cancels()
    {
        Scene scene;
        scene.engine.isSilent = true;
        const Job job = scene.message();
        scene.desk.cancel(job.jobId);
        scene.begin(job.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(scene.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        scene.desk.cancel(job.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(scene.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(scene.answers.front()->state, JobState::Failed);
        QVERIFY(!scene.desk.isBusy());
    }

    void stopsInEveryStep()
    {
        Scene node;  // while a node is asked
        node.evm.fees.isSilent = true;
        const Job filling = node.transaction();
        node.begin(filling.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(node.evm.fees.asked, 1, patienceMs);
        node.desk.stop();
        QTRY_COMPARE_WITH_TIMEOUT(node.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(node.answers.front().error().code, ErrorCode::Cancelled);
        QCOMPARE(node.stateOf(filling.jobId), JobState::Pending);

        Scene prepared;  // the preparation's answer is on its way
        const Job ready = prepared.message();
        prepared.begin(ready.jobId);
        prepared.desk.stop();
        QTRY_COMPARE_WITH_TIMEOUT(prepared.answers.size(), std::size_t{1}, patienceMs);
        QTest::qWait(20);
        QCOMPARE(prepared.answers.size(), std::size_t{1});
        QCOMPARE(prepared.stateOf(ready.jobId), JobState::Pending);
        QVERIFY(prepared.api.rooms.empty());

        Scene ceremony;
        ceremony.engine.isSilent = true;
        const Job running = ceremony.message();
        ceremony.begin(running.jobId);
        QTRY_COMPARE_WITH_TIMEOUT(ceremony.engine.ceremonies.size(), std::size_t{1}, patienceMs);
        ceremony.desk.stop();
        QCOMPARE(ceremony.stateOf(running.jobId), JobState::Failed);
        QTRY_COMPARE_WITH_TIMEOUT(ceremony.answers.size(), std::size_t{1}, patienceMs);
        QVERIFY(!ceremony.desk.isBusy());
        // Nothing is held any more.
        QVERIFY(JobLock::take(ceremony.profile.paths.root, running.jobId).has_value());
    }
};

QTEST_GUILESS_MAIN(JobDeskTest)
#include "JobDesk_test.moc"
