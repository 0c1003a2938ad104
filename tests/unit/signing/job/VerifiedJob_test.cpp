#include "core/signing/job/VerifiedJob.h"

#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <type_traits>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Jobs as they are stored, prepared or not.
struct VerifiedJobScene : SigningScene
{
    Job transaction(const Json& json = openTransaction())
    {
        return submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}},
                                 {{"broadcast", true}, {"reason", "why"}, {"submitter", "remark"}}));
    }
    Job prepared(const Job& job)
    {
        const auto done =
            waitFor<Result<VerifiedJob>>([&](auto answered) { preparer.prepare(job.jobId, true, answered); });
        return done->job();
    }

    SigningServices services = parts();
    JobPreparer preparer{services, store};
};

}  // namespace

class VerifiedJobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// There is no way but of().
    void isOnlyMadeByChecking()
    {
        QVERIFY(!std::is_default_constructible_v<VerifiedJob>);
        QVERIFY((!std::is_constructible_v<VerifiedJob, Job>));
        QVERIFY((!std::is_constructible_v<VerifiedJob, Job, JobDocument, Bytes, JobContent, JobContent>));
    }

    void readsAStoredJob()
    {
        VerifiedJobScene scene;
        const Job job = scene.message("hello");
        const auto verified = VerifiedJob::of(job);
        QVERIFY(verified.has_value());
        QCOMPARE(verified->job(), job);
        QCOMPARE(verified->addressBytes(), Bytes(scene.evmKey.address.begin(), scene.evmKey.address.end()));
        QVERIFY(!verified->leavesOpen());
        QVERIFY(verified->payload().has_value());
        QCOMPARE(asText(std::get<MessageContent>(verified->content()).bytes), std::string_view("hello"));
        // Not prepared yet: nothing is stored that could be the payload's.
        QVERIFY(!verified->isPreparedAsStored());
        QVERIFY(VerifiedJob::of(scene.prepared(job))->isPreparedAsStored());
        QVERIFY(VerifiedJob::of(scene.solanaJob()).has_value());
    }

    void whatIsOpenHasNoPayload()
    {
        VerifiedJobScene scene;
        const Job job = scene.transaction();
        const auto open = VerifiedJob::of(job);
        QVERIFY(open->leavesOpen());
        QCOMPARE(open->payload().error().code, ErrorCode::InvalidInput);
        QVERIFY(!open->isPreparedAsStored());

        const Job row = scene.prepared(job);
        const auto filled = VerifiedJob::of(row);
        QVERIFY(filled->leavesOpen());
        QCOMPARE(filled->payload()->digest, row.digest);
        QVERIFY(filled->isPreparedAsStored());
        QVERIFY(!openFieldsOf(filled->submitted()).empty());
        QVERIFY(openFieldsOf(filled->content()).empty());
        QCOMPARE(open->filledWith(row.resolved)->payload()->digest, row.digest);
    }

    void valuesThatDoNotFitAreRefused()
    {
        VerifiedJobScene scene;
        const Job row = scene.prepared(scene.transaction());
        const auto open = *VerifiedJob::of(row);
        QVERIFY(!open.filledWith({}));
        QVERIFY(!open.filledWith({{"nonce", "7"}}));
        QVERIFY(!open.filledWith({{"value", "7"}}));
        for (const std::vector<ResolvedField>& resolved :
             {std::vector<ResolvedField>{{"nonce", "7"}}, std::vector<ResolvedField>{{"nonce", "x"}},
              std::vector<ResolvedField>{{"to", "0x52908400098527886E0F7030069857D2E4169EE7"}}}) {
            Job hostile = row;
            hostile.resolved = resolved;
            QCOMPARE(VerifiedJob::of(hostile).error().code, ErrorCode::InvalidInput);
        }
        // A job that leaves nothing open has nothing filled in.
        Job message = scene.message("hello");
        message.resolved = {{"nonce", "7"}};
        QVERIFY(!VerifiedJob::of(message));
    }

    /// As the disk of somebody who can write the profile's files.
    void hostileColumnsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("assignment");
        for (const char* assignment :
             {"job_id = '"
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "'",
              "document = x'7b7d'", "document = x''", "document = CAST(document || x'20' AS BLOB)",
              "wallet_id = 'solana-wallet'", "wallet_id = ''", "chain = 'SVM'", "chain = ''", "address = ''",
              "address = 'x'", "kind = 'evm.message'", "kind = 'solana.transaction'", "broadcast = 0",
              "reason = 'another'", "reason = ''", "remark = 'another'", "expires_at = expires_at + 1",
              "expires_at = 0", "created_at = created_at + 1"}) {
            QTest::newRow(assignment) << QByteArray(assignment);
        }
    }

    void hostileColumnsAreRefused()
    {
        QFETCH(const QByteArray, assignment);
        for (const bool isPrepared : {false, true}) {
            VerifiedJobScene scene;
            Job job = scene.transaction();
            if (isPrepared) {
                job = scene.prepared(job);
            }
            const auto before = VerifiedJob::of(job);
            QVERIFY(before.has_value());
            scene.profile.database->handle().exec("UPDATE job SET " + assignment.toStdString());
            const std::string jobId =
                scene.profile.database->handle().execAndGet("SELECT job_id FROM job").getString();
            const Job row = *scene.store.load(jobId);
            QCOMPARE(VerifiedJob::of(row).error().code, ErrorCode::Corrupt);
            QCOMPARE(before->renewed(row).error().code, ErrorCode::Corrupt);
        }
    }

    /// These are only shown: they are compared with what follows from the document.
    void hostileBytesAreNotThoseOfThePayload_data()
    {
        QTest::addColumn<QByteArray>("assignment");
        for (const char* assignment : {"digest = zeroblob(32)", "digest = NULL", "prepared = x'00'",
                                       "prepared = NULL", "filled = replace(filled, '\"7\"', '\"8\"')"}) {
            QTest::newRow(assignment) << QByteArray(assignment);
        }
    }

    void hostileBytesAreNotThoseOfThePayload()
    {
        QFETCH(const QByteArray, assignment);
        VerifiedJobScene scene;
        const Job job = scene.prepared(scene.transaction());
        const auto before = VerifiedJob::of(job);
        scene.profile.database->handle().exec("UPDATE job SET " + assignment.toStdString());
        const Job row = *scene.store.load(job.jobId);
        QVERIFY(!VerifiedJob::of(row)->isPreparedAsStored());
        QVERIFY(!before->renewed(row)->isPreparedAsStored());
    }

    void aWalletMayBeNamedByItsAddress()
    {
        VerifiedJobScene scene;
        const Job job =
            scene.submit(documentOf(toText(scene.evmKey.address), "evm.message", {{"text", "hello"}}));
        QVERIFY(VerifiedJob::of(job).has_value());
        Job hostile = job;
        hostile.address = "0x52908400098527886E0F7030069857D2E4169EE7";
        QCOMPARE(VerifiedJob::of(hostile).error().code, ErrorCode::Corrupt);
    }

    /// What has nothing to do with what is signed changes all the time.
    void theRowGoesOn()
    {
        VerifiedJobScene scene;
        const Job job = scene.prepared(scene.transaction());
        const auto verified = *VerifiedJob::of(job);
        Job later = job;
        later.state = JobState::Approved;
        later.stateAt += 5;
        later.error = "x";
        later.attempts = 3;
        const auto renewed = verified.renewed(later);
        QCOMPARE(renewed->job(), later);
        QCOMPARE(renewed->payload()->digest, verified.payload()->digest);
        Job refilled = job;
        for (ResolvedField& field : refilled.resolved) {
            field.value = field.name == "nonce" ? "8" : field.value;
        }
        const auto other = verified.renewed(refilled);
        QVERIFY(other->payload()->digest != verified.payload()->digest);
        QVERIFY(!other->isPreparedAsStored());
    }
};

COUNTERSIGN_GUILESS_TEST(VerifiedJobTest)
#include "VerifiedJob_test.moc"
