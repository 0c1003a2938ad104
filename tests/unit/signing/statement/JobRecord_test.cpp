#include "core/signing/statement/JobRecord.h"

#include "core/signing/statement/RejectedJobs.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/statement/StatementScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;
using namespace countersign::testing;

namespace {

Status checkRow(StatementScene& scene, const Job& job)
{
    ASSIGN_OR_RETURN(const auto record,
                     JobRecord::read(*scene.profile.database, *scene.profile.vault, job.jobId));
    return record.checkRow(*scene.store.load(job.jobId), scene.store);
}

/// An entry as an earlier version wrote it, and nothing else of the job.
void recordAsBefore(StatementScene& scene, const std::string& jobId)
{
    QVERIFY(scene.audit
                .append("job.received", jobId,
                        R"({"wallet":"w","kind":"evm.message","origin":"relay","submitter":"shop"})")
                .has_value());
}

}  // namespace

class JobRecordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyArrivalIsVouchedFor()
    {
        StatementScene scene;
        const Job own = scene.message();
        const Job brought = scene.imported("brought");
        const Job relayed =
            scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "from the relay"}}));
        for (const Job& job : {own, brought, relayed}) {
            const auto checked = checkRow(scene, job);
            QVERIFY2(checked.has_value(), qPrintable(checked ? QString() : checked.error().sentence));
        }
    }

    void changedRowsAreTold_data()
    {
        QTest::addColumn<QString>("sql");
        for (const char* sql :
             {"UPDATE job SET origin = 'console'", "UPDATE job SET origin = 'file'",
              "UPDATE job SET submitter = 'bank'", "UPDATE job SET submitter_key = zeroblob(32)",
              "UPDATE job SET submitter_key = NULL", "UPDATE job SET created_at = created_at - 1",
              "INSERT INTO job_import (job_id, imported_at) SELECT job_id, 1 FROM job"}) {
            QTest::newRow(sql) << QString::fromLatin1(sql);
        }
    }

    void changedRowsAreTold()
    {
        QFETCH(const QString, sql);
        StatementScene scene;
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "x"}}));
        QVERIFY(checkRow(scene, job).has_value());
        scene.edit(sql.toStdString());
        const auto checked = checkRow(scene, job);
        QVERIFY(!checked.has_value());
        QCOMPARE(checked.error().code, ErrorCode::BadSignature);
        // Nor is anything counted.
        QCOMPARE(scene.count(job).error().code, ErrorCode::BadSignature);
    }

    void anImportThatWasForgottenIsTold()
    {
        StatementScene scene;
        const Job job = scene.imported();
        scene.edit("DELETE FROM job_import");
        QCOMPARE(checkRow(scene, job).error().code, ErrorCode::BadSignature);
    }

    /// A job that the record does not know, and one that was taken away so that it would come in once more.
    void jobsOfSomebodyElseAreTold()
    {
        StatementScene scene;
        const auto read = [&](const std::string& jobId) {
            return JobRecord::read(*scene.profile.database, *scene.profile.vault, jobId);
        };
        QCOMPARE(read(hashOf('a')).error().code, ErrorCode::BadSignature);
        const Job job = scene.message();
        scene.edit("DELETE FROM job_step; DELETE FROM job");
        QCOMPARE(scene.message().jobId, job.jobId);
        QCOMPARE(read(job.jobId).error().code, ErrorCode::BadSignature);
    }

    void hostileRecordsAreTold()
    {
        for (const char* sql : {"DELETE FROM audit WHERE kind = 'statement.received'",
                                "UPDATE audit SET subject = 'x' WHERE kind = 'statement.received'",
                                R"(UPDATE audit SET detail = '{"createdAt":1,"submitter":5,"imported":{}}'
                                   WHERE kind = 'job.received')"}) {
            StatementScene scene;
            scene.registerPerson(scene.ben);
            const Job job = scene.imported();
            scene.approveAs(scene.ben, job);
            QCOMPARE(scene.doubts(job), std::string("-"));
            scene.edit(sql);
            QCOMPARE(scene.count(job).error().code, ErrorCode::Corrupt);
        }
    }

    void earlierVersionsRecordedLess()
    {
        StatementScene scene;
        recordAsBefore(scene, hashOf('a'));
        const auto record = JobRecord::read(*scene.profile.database, *scene.profile.vault, hashOf('a'));
        QVERIFY2(record.has_value(), qPrintable(record ? QString() : record.error().sentence));
        QVERIFY(!record->tellsArrival());
        // Adopted by them, too.
        const Job job = scene.message();
        QVERIFY(scene.audit.append("job.adopted", job.jobId, R"({"submitter":"shop"})").has_value());
        QVERIFY(!JobRecord::read(*scene.profile.database, *scene.profile.vault, job.jobId)->tellsArrival());
    }
};

COUNTERSIGN_GUILESS_TEST(JobRecordTest)
#include "JobRecord_test.moc"
