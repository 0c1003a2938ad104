#include "core/signing/intake/JobEntries.h"

#include "core/crypto/envelopes/Dsse.h"
#include "core/inbox/Ingestor.h"
#include "core/signing/job/JobDocument.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::testing;

/// Which job a stored entry is about.
class JobEntriesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void readsTheJobOutOfAnEntry()
    {
        const SecretBytes seed = SecretBytes::random(32);
        const std::string document = documentOf(evmWalletId, "evm.message", {{"text", "hello"}});
        const std::string jobId = jobIdOf(asBytes(document));
        const std::string job = *signDsse(jobPayloadType, asBytes(document), seed);
        const std::string withdrawal =
            *signDsse(withdrawalPayloadType, asBytes(dumpJson(Json{{"jobId", jobId}})), seed);
        QCOMPARE(jobIdOfEntry("job", asBytes(job)), std::optional(jobId));
        QCOMPARE(jobIdOfEntry("withdrawal", asBytes(withdrawal)), std::optional(jobId));
        const std::string approval =
            *signDsse(approvalPayloadType, asBytes(dumpJson(Json{{"jobId", jobId}, {"later", 1}})), seed);
        QCOMPARE(jobIdOfEntry("approval", asBytes(approval)), std::optional(jobId));
        QVERIFY(!jobIdOfEntry("approval", asBytes(withdrawal)));
        QVERIFY(!jobIdOfEntry("statement", asBytes(approval)));
        QVERIFY(!jobIdOfEntry("webhook", asBytes(job)));
        QVERIFY(!jobIdOfEntry("withdrawal", asBytes(job)));
        QVERIFY(!jobIdOfEntry("withdrawal", asBytes(*signDsse(withdrawalPayloadType,
                                                              asBytes("{\"jobId\":\"../../etc\"}"), seed))));
        // Cut or changed anywhere: nothing, or still the whole id of something.
        std::mt19937 random(7);
        for (int i = 0; i < 300; ++i) {
            std::string broken = i % 2 == 0 ? job : withdrawal;
            broken[random() % broken.size()] = static_cast<char>(random());
            broken.resize(broken.size() - random() % 3);
            const auto found = jobIdOfEntry(i % 2 == 0 ? "job" : "withdrawal", asBytes(broken));
            QVERIFY(!found || found->size() == 64);
        }
    }

    void findsTheJobHere()
    {
        SigningScene scene;
        const SecretBytes seed = SecretBytes::random(32);
        scene.registerSubmitter("shop", *ed25519::publicKey(seed));
        JobIntake intake = scene.intake();
        Ingestor ingestor(scene.profile.vault, *scene.profile.database, scene.profile.clock);
        ingestor.setEntryHandler(&intake);
        const std::string document = documentOf(evmWalletId, "evm.message", {{"text", "hello"}});
        std::vector<FeedEntry> entries(3);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            entries[i].seq = static_cast<std::int64_t>(i) + 1;
            entries[i].kind = "job";
            const std::string body = i == 2 ? *signDsse(jobPayloadType, asBytes("{}"), seed)
                                            : *signDsse(jobPayloadType, asBytes(document), seed);
            entries[i].body = toBytes(asBytes(body));
        }
        QVERIFY(ingestor.cursor("https://relay.example", "main").has_value());
        QVERIFY(ingestor.ingest("https://relay.example", "main", 0, pageOf(entries)).has_value());
        Database& database = *scene.profile.database;
        const auto idOf = [&](int seq) {
            return database.handle()
                .execAndGet("SELECT max(id) FROM delivery WHERE kind = 'job' AND seq = " +
                            std::to_string(seq))
                .getInt64();
        };
        QCOMPARE(jobOfDelivery(database, idOf(1))->jobId, jobIdOf(asBytes(document)));
        QCOMPARE(jobOfDelivery(database, idOf(2))->jobId, jobIdOf(asBytes(document)));  // a repeat
        QCOMPARE(jobOfDelivery(database, idOf(3)).error().code, ErrorCode::NotFound);   // was refused
        QCOMPARE(jobOfDelivery(database, 1).error().code, ErrorCode::NotFound);         // a webhook
        QCOMPARE(jobOfDelivery(database, 999).error().code, ErrorCode::NotFound);
    }
};

COUNTERSIGN_GUILESS_TEST(JobEntriesTest)
#include "JobEntries_test.moc"
