#include "ui/session/adapters/SessionApprovals.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/OperatorScene.h"

#include <QSignalSpy>

using namespace countersign;
using namespace countersign::testing;

namespace {

Result<StatementSaid> say(OperatorScene& scene, const StatementWish& wish)
{
    return scene.answerOf<StatementSaid>(
        [&](QObject* context, auto done) { scene.session->approvals().say(context, wish, std::move(done)); });
}

StatementWish wishOf(OperatorScene& scene, const std::string& jobId,
                     ApprovalDecision decision = ApprovalDecision::Approve)
{
    const auto known = scene.standing(jobId);
    return {.jobId = jobId,
            .decision = decision,
            .reason = "as agreed",
            .digest = known->digest,
            .explanation = known->explanation};
}

}  // namespace

/// Statements over a session and its thread.
class SessionApprovalsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The desk is frozen whatever becomes of the word; without an operator nothing is said.
    void aFreezeOfEveryDeskBeginsHere()
    {
        OperatorScene scene;
        const auto freeze = [&scene] {
            return scene.answerOf<InboxTold>([&scene](QObject* context, auto done) {
                scene.session->record().freezeInbox(context, QStringLiteral("lost laptop"), std::move(done));
            });
        };
        QCOMPARE(freeze().error().code, ErrorCode::NotFound);
        QCOMPARE(scene.number("audit", "kind = 'signing.frozen'"), 0);
        scene.makeOwn();
        const auto told = freeze();
        QVERIFY2(told.has_value(), told ? "" : qPrintable(told.error().sentence));
        QVERIFY(!told->problem.isEmpty());  // nothing answers there
        QCOMPARE(scene.number("audit", "kind = 'signing.frozen'"), 1);
        QCOMPARE(scene.number("audit", "kind = 'freeze.signed'"), 1);
        QTRY_VERIFY_WITH_TIMEOUT(!scene.session->record().freezeSentence().isEmpty(), patienceMs);
    }

    void anApprovalIsSaidAndTakenBack()
    {
        OperatorScene scene;
        scene.makeOwn();
        const std::string job = scene.arrived();
        const QSignalSpy changes(&scene.session->approvals(), &ApprovalControl::changed);
        const auto said = say(scene, wishOf(scene, job));
        QVERIFY(said.has_value());
        // The relay of this test refuses.
        QVERIFY(!said->isPosted && !said->problem.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!changes.isEmpty(), patienceMs);
        auto now = scene.standing(job);
        QVERIFY(now->ownWord() == ApprovalDecision::Approve);
        QCOMPARE(now->count.have, 1);
        QCOMPARE(now->count.statements.front().statement.reason, std::string("as agreed"));
        QVERIFY(say(scene, {.jobId = job,
                            .decision = ApprovalDecision::Withdraw,
                            .reason = {},
                            .digest = {},
                            .explanation = {}}));
        now = scene.standing(job);
        QVERIFY(!now->ownWord());
        QCOMPARE(now->count.have, 0);
        QCOMPARE(now->count.statements.size(), std::size_t{2});
    }

    void nothingIsSaidAboutWhatWasNotShown_data()
    {
        QTest::addColumn<bool>("isDigest");
        QTest::newRow("other bytes") << true;
        QTest::newRow("another explanation") << false;
    }
    void nothingIsSaidAboutWhatWasNotShown()
    {
        QFETCH(const bool, isDigest);
        OperatorScene scene;
        scene.makeOwn();
        const std::string job = scene.arrived();
        StatementWish wish = wishOf(scene, job);
        if (isDigest) {
            wish.digest[31] ^= 1;
        } else {
            wish.explanation.back() = wish.explanation.back() == '0' ? '1' : '0';
        }
        const auto said = say(scene, wish);
        QVERIFY(!said && said.error().code == ErrorCode::InvalidInput);
        QCOMPARE(scene.number("approval_statement"), 0);
        QCOMPARE(scene.number("audit", "kind = 'statement.signed'"), 0);
    }

    void aRejectionEndsTheJob()
    {
        OperatorScene scene;
        scene.makeOwn();
        const std::string job = scene.arrived();
        QVERIFY(say(scene, wishOf(scene, job, ApprovalDecision::Reject)));
        QCOMPARE(scene.jobs.job(job).state, JobState::Rejected);
        QVERIFY(scene.standing(job)->count.isRejected);
    }

    void withoutAnOperatorNothingIsSaid()
    {
        OperatorScene scene;
        const std::string job = scene.arrived();
        const auto said = say(scene, wishOf(scene, job));
        QVERIFY(!said && said.error().code == ErrorCode::NotFound);
        const auto known = scene.standing(job);
        QVERIFY(!known->own && !known->isOwnAsked && !known->isByOperators());
    }

    void theListIsReadInSlicesAndCounted()
    {
        OperatorScene scene;
        scene.makeOwn();
        scene.registerOperator(scene.bob);
        std::vector<std::string> ids;
        for (int i = 0; i < 11; ++i) {
            ids.push_back(scene.arrived({.expiresIn = (20 - i) * 3'600'000}));
        }
        QVERIFY(scene.bring(scene.bob, scene.statementOf(scene.bob, ids[3])));
        const auto waiting = scene.answerOf<WaitingJobs>([&](QObject* context, auto done) {
            scene.session->approvals().waiting(context, std::move(done));
        });
        QVERIFY(waiting.has_value());
        QCOMPARE(waiting->jobs.size(), ids.size());
        QVERIFY(!waiting->isCut);
        // The first to expire first.
        QCOMPARE(waiting->jobs.front().job.jobId, ids.back());
        QCOMPARE(scene.session->approvals().tally().forOwn, 11);
        QCOMPARE(scene.session->approvals().tally().forSecond, 0);
    }

    void aDoubtedRegisterTellsNothing()
    {
        OperatorScene scene;
        scene.registerOperator(scene.bob);
        const std::string job = scene.arrived();
        scene.edit("UPDATE operator SET name = 'mallory'");
        const auto known = scene.standing(job);
        QVERIFY(!known && known.error().code == ErrorCode::BadSignature);
    }

    void hostileFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("deep") << QByteArray(8000, '[');
        QTest::newRow("endless") << QByteArray(1 << 20, ' ');
        QTest::newRow("a job") << QByteArray(R"({"version":1})");
    }
    void hostileFilesAreRefused()
    {
        QFETCH(const QByteArray, content);
        OperatorScene scene;
        QFile file(scene.folder.filePath(QStringLiteral("x.json")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        const auto taken = scene.answerOf<StatementTaken>([&](QObject* context, auto done) {
            scene.session->approvals().take(context, file.fileName(), std::move(done));
        });
        QVERIFY(!taken.has_value());
        QCOMPARE(scene.number("approval_statement"), 0);
    }
};

COUNTERSIGN_GUI_TEST(SessionApprovalsTest)
#include "SessionApprovals_test.moc"
