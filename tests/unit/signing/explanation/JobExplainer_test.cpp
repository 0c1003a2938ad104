#include "core/signing/explanation/JobExplainer.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class JobExplainerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void explainsAsExplainJobDoes()
    {
        SigningScene scene;
        const Job job = scene.message("hello");
        JobExplainer explainer;
        const ExplainedJob explained = explainer.explain(*scene.profile.database, job);
        QVERIFY(explained.verified && explained.explanation);
        QCOMPARE(explained.job.jobId, job.jobId);
        QCOMPARE(explained.explanation->hash, explainJob(*VerifiedJob::of(job), {})->hash);
        QVERIFY(explained.local.empty() && !explained.lacking);
    }

    void aBrokenRowIsNotExplained()
    {
        SigningScene scene;
        Job job = scene.message("hello");
        job.document.pop_back();
        const ExplainedJob explained = JobExplainer().explain(*scene.profile.database, job);
        QVERIFY(!explained.verified && !explained.explanation);
        QCOMPARE(explained.explanation.error(), explained.verified.error());
        QCOMPARE(JobExplainer().gist(*scene.profile.database, job), JobGist());
    }

    void aListHasTheIntentAndTheGravestFinding()
    {
        SigningScene scene;
        JobExplainer explainer;
        const JobGist hello = explainer.gist(*scene.profile.database, scene.message("hello"));
        QVERIFY(hello.understood && !hello.intent.empty());
        // A control character makes it not understood.
        const JobGist bell = explainer.gist(*scene.profile.database, scene.message("pay\x07"));
        QVERIFY(!bell.understood && bell.intent.empty());
        QVERIFY(bell.gravest.has_value() && *bell.gravest != meaning::Severity::Info);
    }

    void whatIsLongIsLeftToTheReview()
    {
        SigningScene scene;
        const Job job = scene.message(std::string(JobExplainer::listedBytes, 'a'));
        JobExplainer explainer;
        QCOMPARE(explainer.gist(*scene.profile.database, job), JobGist());
        QVERIFY(explainer.explain(*scene.profile.database, job).explanation.has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(JobExplainerTest)
#include "JobExplainer_test.moc"
