#include "core/signing/approval/SigningFreeze.h"

#include "core/audit/trust/SettingsUpgrade.h"
#include "core/audit/trust/TrustedRows.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

struct FreezeScene : ApprovalScene
{
    Result<SigningFreeze> freeze(std::string_view reason = "a phone was lost")
    {
        return freezeSigning(*profile.database, *profile.vault, audit, profile.clock, reason);
    }
    Status unfreeze(std::string_view reason = "found again")
    {
        return unfreezeSigning(*profile.database, *profile.vault, audit, reason);
    }
    Result<std::optional<SigningFreeze>> state() { return signingFreeze(*profile.database, *profile.vault); }
    std::string lastKind() { return audit.page(0, 1)->front().kind; }
};

}  // namespace

/// Whether signing is frozen, and what a writer of the profile's file can do about it: nothing.
class SigningFreezeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isRecordedKeptAndLifted()
    {
        FreezeScene scene;
        QVERIFY(!*scene.state());
        const auto frozen = scene.freeze();
        QCOMPARE(frozen->reason, std::string("a phone was lost"));
        QCOMPARE(frozen->by, localAccount());
        QCOMPARE(scene.lastKind(), std::string("signing.frozen"));
        QCOMPARE((*scene.state())->at, scene.profile.clock.now());
        const auto entries = scene.audit.page(0, 100)->size();
        QCOMPARE(scene.freeze("another")->reason, std::string("a phone was lost"));  // the first one stays
        QCOMPARE(scene.audit.page(0, 100)->size(), entries);
        QVERIFY(scene.unfreeze().has_value());
        QCOMPARE(scene.lastKind(), std::string("signing.unfrozen"));
        QVERIFY(!*scene.state());
        QCOMPARE(scene.unfreeze().error().code, ErrorCode::NotFound);
    }

    void nothingIsApprovedMeanwhile()
    {
        FreezeScene scene;
        const Job job = scene.prepared(scene.message());
        QVERIFY(scene.approval.checkApprovable(job, {.jobId = job.jobId}).has_value());
        QVERIFY(scene.freeze().has_value());
        const auto refused = scene.approval.checkApprovable(job, {.jobId = job.jobId});
        QCOMPARE(refused.error().code, ErrorCode::Denied);
        QVERIFY2(refused.error().sentence.contains(u"a phone was lost"_s),
                 qPrintable(refused.error().sentence));
        QVERIFY(refused.error().sentence.contains(QString::fromStdString(localAccount())));
        // Also where it was frozen between the look and the yes.
        QCOMPARE(scene.approve(job, {.jobId = job.jobId}).error().code, ErrorCode::Denied);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QVERIFY(scene.unfreeze().has_value());
        QVERIFY(scene.approve(job, {.jobId = job.jobId}).has_value());
    }

    void aWriterOfTheFileCanDoNothing_data()
    {
        QTest::addColumn<bool>("frozen");
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("lifts it") << true << QByteArray("DELETE FROM setting WHERE key = 'signing.freeze'");
        QTest::newRow("changes it") << true
                                    << QByteArray(
                                           "UPDATE setting SET value = '' WHERE key = 'signing.freeze'");
        QTest::newRow("makes one") << false
                                   << QByteArray(
                                          "INSERT INTO setting (key, value) VALUES ('signing.freeze', '{}')");
    }

    void aWriterOfTheFileCanDoNothing()
    {
        QFETCH(const bool, frozen);
        QFETCH(const QByteArray, sql);
        FreezeScene scene;
        const Job job = scene.prepared(scene.message());
        if (frozen) {
            QVERIFY(scene.freeze().has_value());
        }
        scene.run(sql.toStdString());
        QCOMPARE(scene.state().error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.approval.checkApprovable(job, {.jobId = job.jobId}).error().code,
                 ErrorCode::BadSignature);
        QCOMPARE(scene.approve(job, {.jobId = job.jobId}).error().code, ErrorCode::BadSignature);
        const auto findings = *TrustedRows(*scene.profile.database, *scene.profile.vault).findings();
        QCOMPARE(findings.size(), 1U);
        QVERIFY2(findings.front().sentence().contains(u"unfreeze"_s),
                 qPrintable(findings.front().sentence()));
        // Whoever has the profile says what holds.
        QVERIFY(scene.freeze("what is this").has_value());
        QCOMPARE((*scene.state())->reason, std::string("what is this"));
        scene.run(sql.toStdString() + (frozen ? "" : " ON CONFLICT DO UPDATE SET value = excluded.value"));
        QVERIFY(scene.unfreeze().has_value());
        QVERIFY(!*scene.state());
        QVERIFY(scene.approve(job, {.jobId = job.jobId}).has_value());
    }

    /// Rows and what vouches for them of before the freeze; sealed anew by an operator who did not notice.
    void olderSettingsDoNotLiftIt()
    {
        FreezeScene scene;
        const Job job = scene.prepared(scene.message());
        scene.run("CREATE TEMP TABLE older AS SELECT sealed FROM trust");
        QVERIFY(scene.freeze().has_value());
        scene.run("DELETE FROM setting WHERE key = 'signing.freeze'");
        scene.run("UPDATE trust SET sealed = (SELECT sealed FROM older)");
        QCOMPARE(scene.state().error().code, ErrorCode::BadSignature);
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "looked")
                    .has_value());
        const auto state = scene.state();
        QVERIFY(state->has_value());
        QCOMPARE((*state)->reason, std::string("a phone was lost"));
        QCOMPARE((*state)->by, localAccount());
        QCOMPARE(scene.approve(job, {.jobId = job.jobId}).error().code, ErrorCode::Denied);
        QVERIFY(scene.unfreeze().has_value());
        QVERIFY(scene.approve(job, {.jobId = job.jobId}).has_value());
    }

    /// The same, and the freeze taken out of the record, which nobody reads so far back.
    void aRecordWithoutItDoesNotLiftIt()
    {
        FreezeScene scene;
        const Job job = scene.prepared(scene.message());
        scene.run("CREATE TEMP TABLE older AS SELECT sealed FROM trust");
        QVERIFY(scene.freeze().has_value());
        QVERIFY(scene.audit.append("sync.page", "x", "{}").has_value());
        scene.run("DELETE FROM setting WHERE key = 'signing.freeze'");
        scene.run("UPDATE trust SET sealed = (SELECT sealed FROM older)");
        scene.run("UPDATE audit SET kind = 'sync.page' WHERE kind = 'signing.frozen'");
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "looked")
                    .has_value());
        const auto state = scene.state();
        QVERIFY(state.has_value() && state->has_value());
        QVERIFY((*state)->reason.find("the record was changed") != std::string::npos);
        QCOMPARE(scene.approve(job, {.jobId = job.jobId}).error().code, ErrorCode::Denied);
        QVERIFY(scene.unfreeze().has_value());
        QVERIFY(scene.approve(job, {.jobId = job.jobId}).has_value());
    }

    void whatWasLiftedStaysLifted()
    {
        FreezeScene scene;
        QVERIFY(scene.freeze().has_value() && scene.unfreeze().has_value());
        scene.run("INSERT INTO setting (key, value) VALUES ('api.base', 'x')");
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "looked")
                    .has_value());
        QVERIFY(!*scene.state());
    }

    void aReasonIsRequired()
    {
        FreezeScene scene;
        QCOMPARE(scene.freeze("").error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.freeze(std::string(freezeMaxReasonBytes + 1, 'x')).error().code,
                 ErrorCode::InvalidInput);
        QVERIFY(scene.freeze(std::string(freezeMaxReasonBytes, 'x')).has_value());
        QCOMPARE(scene.unfreeze("").error().code, ErrorCode::InvalidInput);
        QVERIFY(scene.state()->has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(SigningFreezeTest)
#include "SigningFreeze_test.moc"
