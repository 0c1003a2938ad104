#include "core/signing/job/JobExplanation.h"

#include "core/meaning/ExplanationJson.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

bool hasFee(const meaning::Meaning& meaning)
{
    return std::ranges::any_of(meaning.effects, [](const meaning::Effect& effect) {
        return effect.direction == meaning::Effect::Direction::Fee;
    });
}

Result<JobExplanation> explained(const Job& job)
{
    const auto verified = VerifiedJob::of(job);
    return verified ? explainJob(*verified, {}) : failure(verified.error());
}

}  // namespace

class JobExplanationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMessageIsExplainedWithItsHash()
    {
        SigningScene scene;
        const auto explanation = explained(scene.message("hello"));
        QVERIFY(explanation.has_value());
        QVERIFY(explanation->explanation.meaning.understood);
        QVERIFY(explanation->open.empty());
        QCOMPARE(explanation->hash, meaning::explanationHash(meaning::toJson(explanation->explanation)));
        QCOMPARE(explanation->hash.size(), 64U);
        QVERIFY(explained(scene.message("hullo"))->hash != explanation->hash);
    }

    /// A fee that is made of zeros would be a wrong one, and the hash another one afterwards.
    void whatIsOpenHasNoFeeAndNoHash()
    {
        SigningScene scene;
        const Job job =
            scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", openTransaction()}}));
        const auto explanation = explained(job);
        QVERIFY(explanation.has_value());
        QVERIFY(!explanation->open.empty());
        QVERIFY(explanation->hash.empty());
        QVERIFY(explanation->explanation.bytes.empty());
        QVERIFY(!hasFee(explanation->explanation.meaning));
    }

    /// Who asks for a sign-in is part of the document; what the message says must be the same.
    void theDocumentsDomainIsCompared()
    {
        SigningScene scene;
        const std::string text = "example.org wants you to sign in with your Ethereum account:\n" +
                                 toText(scene.evmKey.address) +
                                 "\n\n\nURI: https://example.org/login\nVersion: 1\nChain ID: 1\n"
                                 "Nonce: 12345678\nIssued At: 2026-11-30T12:00:00Z";
        const auto findings = [&](const char* domain) {
            const auto explanation = explained(
                scene.submit(documentOf(evmWalletId, "evm.message", {{"text", text}}, {{"domain", domain}})));
            std::vector<std::string> ids;
            for (const meaning::Finding& finding : explanation->explanation.meaning.findings) {
                ids.push_back(finding.id);
            }
            return ids;
        };
        const auto same = findings("example.org");
        QVERIFY(std::ranges::find(same, "message.signIn.domainMismatch") == same.end());
        const auto other = findings("examp1e.org");
        QVERIFY(std::ranges::find(other, "message.signIn.domainMismatch") != other.end());
    }
};

COUNTERSIGN_GUILESS_TEST(JobExplanationTest)
#include "JobExplanation_test.moc"
