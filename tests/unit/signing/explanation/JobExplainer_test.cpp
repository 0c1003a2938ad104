#include "core/signing/explanation/JobExplainer.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr const char* send = "send(address to,uint256 amount)";

/// A call that nothing but a descriptor explains.
Job describedCall(SigningScene& scene)
{
    const Bytes data = DescriptorFolder::call(
        send, DescriptorFolder::word(DescriptorFolder::someone) + DescriptorFolder::word(5));
    return scene.submit(documentOf(evmWalletId, "evm.transaction",
                                   {{"transaction",
                                     {{"chainId", "1"},
                                      {"to", DescriptorFolder::contract},
                                      {"value", "0"},
                                      {"data", toHexPrefixed(data)},
                                      {"nonce", "7"},
                                      {"gasLimit", "100000"},
                                      {"maxFeePerGas", "2000000000"},
                                      {"maxPriorityFeePerGas", "1"}}}}));
}

void describe(DescriptorFolder& folder)
{
    folder.write(
        QStringLiteral("send.json"),
        DescriptorFolder::descriptor(send, json("{'path':'to','label':'To','format':'addressName'},"
                                                "{'path':'amount','label':'Amount','format':'raw'}")));
}

bool isUnavailable(const ExplainedJob& explained)
{
    return explained.local.size() == 1 && explained.local.front().id == "descriptor.unavailable" &&
           explained.local.front().severity == meaning::Severity::Error;
}

}  // namespace

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
        QVERIFY(explained.local.empty());
    }

    /// With the same folder the window and the command line have the same hash.
    void aFolderOfDescriptorsExplains()
    {
        SigningScene scene;
        DescriptorFolder folder;
        describe(folder);
        const Job job = describedCall(scene);
        JobExplainer explainer;
        const auto without = explainer.explain(*scene.profile.database, job);
        QVERIFY(without.explanation && !without.explanation->explanation.meaning.understood);
        QVERIFY(explainer.useDescriptors(std::optional(folder.path().string())));
        QVERIFY(!explainer.useDescriptors(std::optional(folder.path().string())));
        QCOMPARE(*explainer.openDescriptors(), std::size_t(1));
        const auto with = explainer.explain(*scene.profile.database, job);
        QVERIFY(with.explanation->explanation.meaning.understood && with.local.empty());
        QVERIFY(explainer.gist(job).understood);
        const auto opened = meaning::Descriptors::open(folder.path());
        QCOMPARE(with.explanation->hash,
                 explainJob(*VerifiedJob::of(job), {.descriptors = opened->get()})->hash);
        QVERIFY(with.explanation->hash != without.explanation->hash);
        QVERIFY(explainer.useDescriptors(std::nullopt));
        QVERIFY(!explainer.gist(job).understood);
        QCOMPARE(*explainer.openDescriptors(), std::size_t(0));
    }

    void aFolderThatCannotBeUsedIsTold()
    {
        SigningScene scene;
        const Job job = describedCall(scene);
        JobExplainer explainer;
        const std::string hash = explainer.explain(*scene.profile.database, job).explanation->hash;
        QVERIFY(explainer.useDescriptors(std::optional<std::string>("/no/such/folder")));
        QVERIFY(!explainer.openDescriptors());
        const auto gone = explainer.explain(*scene.profile.database, job);
        QVERIFY(isUnavailable(gone));
        QVERIFY(gone.local.front().detail.find("/no/such/folder") != std::string::npos);
        QCOMPARE(gone.explanation->hash, hash);  // outside of it
        QVERIFY(explainer.useDescriptors(failure(ErrorCode::BadSignature, QStringLiteral("changed"))));
        QVERIFY(isUnavailable(explainer.explain(*scene.profile.database, job)));
        QCOMPARE(explainer.openDescriptors().error().code, ErrorCode::BadSignature);
    }

    void theGravestFindingIsFirst()
    {
        SigningScene scene;
        JobExplainer explainer;
        ExplainedJob explained = explainer.explain(*scene.profile.database, scene.message("hello"));
        const auto finding = [](const char* id, meaning::Severity severity) {
            return meaning::Finding{id, severity, {}, {}, {}};
        };
        explained.explanation->explanation.meaning.findings = {finding("w", meaning::Severity::Warning),
                                                               finding("i", meaning::Severity::Info)};
        explained.local = {finding("e", meaning::Severity::Error), finding("c", meaning::Severity::Critical),
                           finding("v", meaning::Severity::Warning)};
        std::string order;
        for (const meaning::Finding& one : findingsOf(explained)) {
            order += one.id;
        }
        QCOMPARE(order, std::string("cewvi"));
    }

    void aBrokenRowIsNotExplained()
    {
        SigningScene scene;
        Job job = scene.message("hello");
        job.document.pop_back();
        const ExplainedJob explained = JobExplainer().explain(*scene.profile.database, job);
        QVERIFY(!explained.verified && !explained.explanation);
        QCOMPARE(explained.explanation.error(), explained.verified.error());
        QCOMPARE(JobExplainer().gist(job), JobGist());
    }

    void aListHasTheIntentAndTheGravestFinding()
    {
        SigningScene scene;
        JobExplainer explainer;
        const JobGist hello = explainer.gist(scene.message("hello"));
        QVERIFY(hello.understood && !hello.intent.empty());
        // A control character makes it not understood.
        const JobGist bell = explainer.gist(scene.message("pay\x07"));
        QVERIFY(!bell.understood && bell.intent.empty());
        QVERIFY(bell.gravest.has_value() && *bell.gravest != meaning::Severity::Info);
    }

    void whatIsLongIsLeftToTheReview()
    {
        SigningScene scene;
        const Job job = scene.message(std::string(JobExplainer::listedBytes, 'a'));
        JobExplainer explainer;
        QCOMPARE(explainer.gist(job), JobGist());
        QVERIFY(explainer.explain(*scene.profile.database, job).explanation.has_value());
    }

    /// Beside the explanation, and never in its hash.
    void whatTheProfileKnowsIsLocal()
    {
        SigningScene scene;
        const Job job =
            scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", wholeTransaction()}}));
        JobExplainer explainer;
        const ExplainedJob without = explainer.explain(*scene.profile.database, job);
        QVERIFY(without.local.empty());
        explainer.useProfile(scene.profile.vault, scene.profile.clock);
        const ExplainedJob with = explainer.explain(*scene.profile.database, job);
        QCOMPARE(with.local.size(), 1U);
        QCOMPARE(with.local.front().id, std::string("recipient.neverUsed"));
        QCOMPARE(with.explanation->hash, without.explanation->hash);
        QCOMPARE(findingsOf(with).size(), findingsOf(without).size() + 1);
        // A list shows what the bytes tell.
        QCOMPARE(explainer.gist(job), JobExplainer().gist(job));
    }

    void aLockedProfileSaysThatItIs()
    {
        SigningScene scene;
        const Job job =
            scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", wholeTransaction()}}));
        JobExplainer explainer;
        explainer.useProfile(scene.profile.vault, scene.profile.clock);
        scene.profile.vault->lock();
        const auto local = explainer.explain(*scene.profile.database, job).local;
        QVERIFY(std::ranges::any_of(local, [](const meaning::Finding& finding) {
            return finding.id == "recipient.blocked" && finding.severity == meaning::Severity::Error;
        }));
    }
};

COUNTERSIGN_GUILESS_TEST(JobExplainerTest)
#include "JobExplainer_test.moc"
