#include "core/signing/intake/JobIntake.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/signing/job/JobDocument.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>
#include <tuple>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr const char* relayUrl = "https://relay.example";
constexpr const char* inbox = "main";
constexpr const char* webhookSecret = "secret";
/// When the relay took the entries; the profile's clock says 1'750'000'000'000.
constexpr UnixMillis received = 1'749'999'999'000;

struct JobIntakeScene : SigningScene
{
    JobIntakeScene() : jobs(intake()), ingestor(profile.vault, *profile.database, profile.clock)
    {
        ingestor.setEntryHandler(&jobs);
    }

    static std::string message(const std::string& text = "hello", const Json& extra = Json::object())
    {
        return documentOf(evmWalletId, "evm.message", {{"text", text}}, extra);
    }

    static std::string envelope(const std::string& document, const SecretBytes& seed,
                                std::string_view type = jobPayloadType)
    {
        return *signDsse(type, asBytes(document), seed);
    }

    std::string withdrawal(const std::string& jobId, const SecretBytes& seed) const
    {
        return envelope(dumpJson(Json{{"jobId", jobId}}), seed, withdrawalPayloadType);
    }

    IngestReport takeEntries(std::vector<FeedEntry> entries)
    {
        for (FeedEntry& entry : entries) {
            entry.seq = ++seq;
        }
        const auto after = ingestor.cursor(relayUrl, inbox);
        const auto report = ingestor.ingest(relayUrl, inbox, *after, pageOf(std::move(entries)));
        if (!report) {
            qFatal("not ingested: %s", qUtf8Printable(report.error().sentence + report.error().detail));
        }
        return *report;
    }

    IngestReport take(const std::string& kind, const std::string& body)
    {
        FeedEntry entry;
        entry.kind = kind;
        entry.receivedAt = received;
        entry.body = toBytes(asBytes(body));
        return takeEntries({entry});
    }

    void registerShop() { registerSubmitter("shop", *ed25519::publicKey(shop)); }

    std::string quarantineCode()
    {
        return profile.database->handle()
            .execAndGet("SELECT coalesce(group_concat(reason_code), '') FROM quarantine")
            .getString();
    }

    QString quarantineReason()
    {
        return QString::fromStdString(
            shownDeliveryCause(profile.database->handle()
                                   .execAndGet("SELECT coalesce(group_concat(reason), '') FROM quarantine")
                                   .getString()));
    }

    JobIntake jobs;
    Ingestor ingestor;
    SecretBytes shop = SecretBytes::random(32);
    std::int64_t seq = 0;
};

}  // namespace

class JobIntakeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileIsAJob()
    {
        JobIntakeScene scene;
        const std::string document =
            JobIntakeScene::message("hello", {{"reason", "why"}, {"submitter", "me"}});
        const auto job = scene.jobs.submit(asBytes(document), JobOrigin::File);
        QVERIFY(job.has_value());
        QCOMPARE(job->jobId, jobIdOf(asBytes(document)));
        QCOMPARE(job->state, JobState::Pending);
        QCOMPARE(job->origin, JobOrigin::File);
        QCOMPARE(job->walletId, std::string(evmWalletId));
        QCOMPARE(job->address, toText(scene.evmKey.address));
        QCOMPARE(job->claimedSubmitter, std::string("me"));
        QVERIFY(job->submitter.empty());
        QCOMPARE(job->createdAt, scene.profile.clock.now());
        QCOMPARE(job->expiresAt, scene.profile.clock.now() + defaultJobLifetime);
        // The same once more is the same.
        QCOMPARE(scene.jobs.submit(asBytes(document), JobOrigin::Console)->id, job->id);
        QCOMPARE(scene.recorded(job->jobId), std::string("job.received"));
    }

    void aWalletIsFoundByItsAddressToo()
    {
        JobIntakeScene scene;
        const auto job = scene.jobs.submit(
            asBytes(documentOf(toText(scene.evmKey.address), "evm.message", {{"text", "a"}})),
            JobOrigin::File);
        QCOMPARE(job->walletId, std::string(evmWalletId));
    }

    void refusesWhatCannotBeSigned()
    {
        JobIntakeScene scene;
        const auto code = [&](const std::string& document) {
            return scene.jobs.submit(asBytes(document), JobOrigin::File).error().code;
        };
        QCOMPARE(code("{}"), ErrorCode::InvalidInput);
        QCOMPARE(code(documentOf("nobody", "evm.message", {{"text", "a"}})), ErrorCode::NotFound);
        QCOMPARE(code(documentOf(solanaWalletId, "evm.message", {{"text", "a"}})), ErrorCode::InvalidInput);
        QCOMPARE(code(documentOf(evmWalletId, "solana.message", {{"text", "a"}})), ErrorCode::InvalidInput);
        QCOMPARE(code(documentOf(evmWalletId, "evm.message", {{"text", "a"}, {"hex", "00"}})),
                 ErrorCode::InvalidInput);
        QCOMPARE(scene.number("SELECT count(*) FROM job"), 0);
    }

    void oneWhoseTimeIsOverIsStoredAsExpired()
    {
        JobIntakeScene scene;
        const std::string now = toIso8601(scene.profile.clock.now());
        QCOMPARE(scene.submit(JobIntakeScene::message("a", {{"expiresAt", now}})).state, JobState::Expired);
        const std::string later = toIso8601(scene.profile.clock.now() + 1);
        QCOMPARE(scene.submit(JobIntakeScene::message("a", {{"expiresAt", later}})).state, JobState::Pending);
    }

    void theRelayBringsAJob()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const std::string document = JobIntakeScene::message("hello", {{"submitter", "not shop"}});
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(document, scene.shop)).applied, 1);
        const auto job = scene.store.load(jobIdOf(asBytes(document)));
        QVERIFY(job.has_value());
        QCOMPARE(job->origin, JobOrigin::Relay);
        QCOMPARE(job->submitter, std::string("shop"));
        QCOMPARE(job->claimedSubmitter, std::string("not shop"));
        QCOMPARE(*scene.store.submitterKey(job->jobId), toBytes(*ed25519::publicKey(scene.shop)));
        // A console that slept must not give it a new life.
        QCOMPARE(job->createdAt, received);
        QCOMPARE(job->expiresAt, received + defaultJobLifetime);
        QVERIFY(scene.audit.verify()->intact);
        // Repeated, also by another envelope of the same document.
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(document, scene.shop)).duplicates, 1);
        QCOMPARE(scene.number("SELECT count(*) FROM job"), 1);
    }

    void anOldJobIsExpired()
    {
        JobIntakeScene scene;
        scene.registerShop();
        scene.profile.clock.set(received + defaultJobLifetime);
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop)).applied,
                 1);
        QCOMPARE(scene.stateOf(jobIdOf(asBytes(JobIntakeScene::message()))), JobState::Expired);
    }

    void anUnknownKeyWaits()
    {
        JobIntakeScene scene;
        QCOMPARE(
            scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop)).quarantined,
            1);
        QCOMPARE(scene.quarantineCode(), std::string("submitter"));
        QCOMPARE(scene.number("SELECT count(*) FROM job"), 0);
        QCOMPARE(scene.ingestor.retryAll()->quarantined, 1);
        scene.registerShop();
        QCOMPARE(scene.ingestor.retryAll()->applied, 1);
        QCOMPARE(scene.quarantineCode(), std::string());
        QCOMPARE(scene.stateOf(jobIdOf(asBytes(JobIntakeScene::message()))), JobState::Pending);
    }

    void aBrokenCopyDoesNotBlockTheGenuineOne()
    {
        JobIntakeScene scene;
        scene.registerShop();
        Json broken = Json::parse(JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        broken["signatures"][0]["sig"] = toBase64(Bytes(64, 7));
        QCOMPARE(scene.take("job", dumpJson(broken)).quarantined, 1);
        // Registering that key once more would mend nothing, so the reason must not advise it.
        const QString reason = scene.quarantineReason();
        QVERIFY2(
            reason.contains(QStringLiteral("\"shop\"")) && !reason.contains(QStringLiteral("submitters add")),
            qPrintable(reason));
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop)).applied,
                 1);
        QCOMPARE(scene.ingestor.retryAll()->quarantined, 1);
        QCOMPARE(scene.number("SELECT count(*) FROM job"), 1);
    }

    void readsNoOtherEnvelope()
    {
        JobIntakeScene scene;
        scene.registerShop();
        QCOMPARE(scene.take("job", "{}").quarantined, 1);
        QCOMPARE(scene
                     .take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop,
                                                           withdrawalPayloadType))
                     .quarantined,
                 1);
        QCOMPARE(scene.take("withdrawal", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop))
                     .quarantined,
                 1);
        QCOMPARE(scene.take("withdrawal", JobIntakeScene::envelope("{}", scene.shop, withdrawalPayloadType))
                     .quarantined,
                 1);
        QCOMPARE(scene.take("withdrawal", JobIntakeScene::envelope("[]", scene.shop, withdrawalPayloadType))
                     .quarantined,
                 1);
        QCOMPARE(scene.quarantineCode(),
                 std::string("unreadable,unreadable,unreadable,unreadable,unreadable"));
        QCOMPARE(scene.take("job", JobIntakeScene::envelope("{\"wallet\":7}", scene.shop)).quarantined, 1);
        QCOMPARE(scene
                     .take("job", JobIntakeScene::envelope(
                                      documentOf(evmWalletId, "solana.message", {{"text", "a"}}), scene.shop))
                     .quarantined,
                 1);
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine WHERE reason_code = 'job'"), 2);
        QCOMPARE(scene.number("SELECT count(*) FROM job"), 0);
    }

    void anUnknownWalletWaitsForItsDelegation()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const RsaPrivateKey key = *RsaPrivateKey::generate(2048);
        QVERIFY(addKey(scene.profile, "kid-1", key).has_value());
        QVERIFY(storeSecret(scene.profile, webhookSecretKind, "first", webhookSecret).has_value());
        const WebhookFactory webhooks(key.publicKey(), webhookSecret);
        DelegationParts parts;
        parts.kid = "kid-1";
        const std::string document = documentOf(parts.walletId, "evm.message", {{"text", "a"}});
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(document, scene.shop)).quarantined, 1);
        QCOMPARE(scene.quarantineCode(), std::string("job"));
        QCOMPARE(scene.takeEntries({webhooks.entry(0, webhooks.created(parts))}).applied, 1);
        QCOMPARE(scene.ingestor.retryAll()->applied, 1);
        QCOMPARE(scene.store.load(jobIdOf(asBytes(document)))->walletId, parts.walletId);
    }

    void theSubmitterTakesItBack()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const std::string jobId = jobIdOf(asBytes(JobIntakeScene::message()));
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(jobId, scene.shop)).applied, 1);
        QCOMPARE(scene.stateOf(jobId), JobState::Withdrawn);
        QCOMPARE(scene.steps(jobId), std::string("pending,withdrawn"));
        QCOMPARE(scene.recorded(jobId), std::string("job.received,job.withdrawn"));
        // The job again does not revive it.
        QCOMPARE(
            scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop)).duplicates, 1);
        QCOMPARE(scene.stateOf(jobId), JobState::Withdrawn);
    }

    void nobodyElseTakesItBack()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const SecretBytes stranger = SecretBytes::random(32);
        const std::string jobId = jobIdOf(asBytes(JobIntakeScene::message()));
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(jobId, stranger)).quarantined, 1);
        // Neither does another registered submitter.
        scene.registerSubmitter("bank", *ed25519::publicKey(stranger));
        QCOMPARE(scene.ingestor.retryAll()->quarantined, 1);
        QCOMPARE(scene.quarantineCode(), std::string("submitter"));
        QCOMPARE(scene.stateOf(jobId), JobState::Pending);
        // A job of the console has no submitter at all.
        const Job own = scene.submit(JobIntakeScene::message("own"), JobOrigin::Console);
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(own.jobId, scene.shop)).quarantined, 1);
        QCOMPARE(scene.stateOf(own.jobId), JobState::Pending);
    }

    /// A key that somebody wrote into the file is not registered, whatever name stands beside it.
    void keysThatWereWrittenElsewhereDoNotCount()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const SecretBytes stranger = SecretBytes::random(32);
        scene.profile.database->handle().exec("UPDATE submitter SET public_key = x'" +
                                              toHex(*ed25519::publicKey(stranger)) + "'");
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), stranger)).quarantined,
                 1);
        QCOMPARE(
            scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message("b"), scene.shop)).quarantined,
            1);
        QCOMPARE(scene.quarantineCode(), std::string("submitter,submitter"));
        QVERIFY(scene.profile.database->handle()
                    .execAndGet("SELECT reason FROM quarantine ORDER BY id LIMIT 1")
                    .getString()
                    .find("outside Countersign") != std::string::npos);
        // As it was registered, it counts again.
        scene.profile.database->handle().exec("UPDATE submitter SET public_key = x'" +
                                              toHex(*ed25519::publicKey(scene.shop)) + "'");
        QCOMPARE(scene.ingestor.retryAll()->applied, 1);
        QCOMPARE(scene.quarantineCode(), std::string("submitter"));
    }

    void theRelaysCopyAdoptsAFile()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const Job file = scene.submit(JobIntakeScene::message());
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop)).applied,
                 1);
        const Job adopted = *scene.store.load(file.jobId);
        QCOMPARE(adopted.id, file.id);
        QCOMPARE(adopted.origin, JobOrigin::Relay);
        QCOMPARE(adopted.submitter, std::string("shop"));
        QCOMPARE(adopted.expiresAt, file.expiresAt);
        QCOMPARE(scene.recorded(file.jobId), std::string("job.received,job.adopted"));
        // That it waits the relay knows already.
        QVERIFY(scene.store.unreported()->empty());
        QCOMPARE(
            scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop)).duplicates, 1);
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(file.jobId, scene.shop)).applied, 1);
        QCOMPARE(scene.stateOf(file.jobId), JobState::Withdrawn);
        QCOMPARE(scene.store.unreported()->size(), std::size_t{1});

        // Only what waits, and only by who may submit.
        const Job done = scene.submit(JobIntakeScene::message("done"));
        (void)*scene.store.move(done.jobId, std::array{JobState::Pending}, JobState::Signed, {});
        QCOMPARE(scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message("done"), scene.shop))
                     .duplicates,
                 1);
        QCOMPARE(scene.store.load(done.jobId)->origin, JobOrigin::File);
        const Job own = scene.submit(JobIntakeScene::message("own"), JobOrigin::Console);
        QCOMPARE(scene
                     .take("job",
                           JobIntakeScene::envelope(JobIntakeScene::message("own"), SecretBytes::random(32)))
                     .quarantined,
                 1);
        QCOMPARE(scene.store.load(own.jobId)->origin, JobOrigin::Console);
    }

    void countsWhatAskedForAWithdrawal()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const std::string jobId = jobIdOf(asBytes(JobIntakeScene::message()));
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        QVERIFY(!*scene.store.hasWithdrawal(jobId));
        // Forged, and unreadable: the relay cannot tell either, and names the job by the envelope's payload.
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(jobId, SecretBytes::random(32))).quarantined, 1);
        QVERIFY(*scene.store.hasWithdrawal(jobId));
        QCOMPARE(scene.stateOf(jobId), JobState::Pending);
        QVERIFY(!*scene.store.hasWithdrawal("nothing"));
    }

    void whatHasNoSignatureIsTakenBack()
    {
        for (const auto& [state, isSigned, end] :
             {std::tuple{JobState::Interrupted, false, JobState::Withdrawn},
              std::tuple{JobState::Failed, false, JobState::Withdrawn},
              std::tuple{JobState::Failed, true, JobState::Failed},
              std::tuple{JobState::Signed, true, JobState::Signed},
              std::tuple{JobState::Signing, false, JobState::Signing}}) {
            JobIntakeScene scene;
            scene.registerShop();
            const std::string jobId = jobIdOf(asBytes(JobIntakeScene::message()));
            (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
            JobChange change;
            if (isSigned) {
                change.signature = Bytes(65, 1);
            }
            (void)*scene.store.move(jobId, std::array{JobState::Pending}, state, change);
            (void)scene.take("withdrawal", scene.withdrawal(jobId, scene.shop));
            QCOMPARE(scene.stateOf(jobId), end);
        }
    }

    /// What no registered submitter signed is kept within limits only; what one did sign, whatever it says.
    void forgedJobsAreUnverified()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const SecretBytes stranger = SecretBytes::random(32);
        const auto unverified = [&] { return scene.number("SELECT count(*) FROM unverified"); };
        (void)scene.take("job", "no envelope");
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), stranger));
        (void)scene.take("withdrawal", scene.withdrawal("x", stranger));
        (void)scene.take("gossip", "anything");
        QCOMPARE(unverified(), 4);
        (void)scene.take("job", JobIntakeScene::envelope("{}", scene.shop));
        (void)scene.take("withdrawal", scene.withdrawal(std::string(64, 'a'), scene.shop));
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        QCOMPARE(unverified(), 4);
        scene.registerSubmitter("later", *ed25519::publicKey(stranger));
        (void)scene.ingestor.retryAll();
        QCOMPARE(unverified(), 2);
        QCOMPARE(scene.number("SELECT count(*) FROM job"), 1);
    }

    void aWithdrawalCanComeTooLateOrTooEarly()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const std::string jobId = jobIdOf(asBytes(JobIntakeScene::message()));
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(jobId, scene.shop)).quarantined, 1);
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        (void)*scene.store.move(jobId, std::array{JobState::Pending}, JobState::Approved, {});
        (void)*scene.store.move(jobId, std::array{JobState::Approved}, JobState::Signing, {});
        (void)scene.ingestor.retryAll();
        QCOMPARE(scene.stateOf(jobId), JobState::Signing);
        QCOMPARE(scene.quarantineCode(), std::string());
        QCOMPARE(
            scene.number(
                "SELECT count(*) FROM delivery WHERE verdict = 'stale' AND reason LIKE '%being signed%'"),
            1);
    }

    /// Approved, and left so by a crash: the relay gave the withdrawal to whoever comes first.
    void anApprovedJobCanBeTakenBack()
    {
        JobIntakeScene scene;
        scene.registerShop();
        const std::string jobId = jobIdOf(asBytes(JobIntakeScene::message()));
        (void)scene.take("job", JobIntakeScene::envelope(JobIntakeScene::message(), scene.shop));
        (void)*scene.store.move(jobId, std::array{JobState::Pending}, JobState::Approved, {});
        QCOMPARE(scene.take("withdrawal", scene.withdrawal(jobId, scene.shop)).applied, 1);
        QCOMPARE(scene.stateOf(jobId), JobState::Withdrawn);
    }
};

COUNTERSIGN_GUILESS_TEST(JobIntakeTest)
#include "JobIntake_test.moc"
