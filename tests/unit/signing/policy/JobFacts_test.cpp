#include "core/signing/policy/JobFacts.h"

#include "core/meaning/KnownLists.h"
#include "core/signing/job/JobExplanation.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// A book that puts everything of a chain into the list of its name.
std::optional<AddressLabels> labelsByChain(std::string_view chain, std::string_view)
{
    return AddressLabels{{"of " + std::string(chain)}, {std::string(chain)}};
}

PolicyFacts factsOfJob(const Job& job)
{
    const auto verified = VerifiedJob::of(job);
    const auto explained = explainJob(*verified, {});
    return policyFactsOf(*verified, explained->explanation.meaning, labelsByChain, 42);
}

}  // namespace

class JobFactsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTransactionIsBoundToItsChain()
    {
        SigningScene scene;
        const Job job =
            scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", wholeTransaction()}}));
        const PolicyFacts facts = factsOfJob(job);
        QCOMPARE(facts.chain, std::optional<std::string>("eip155:11155111"));
        QVERIFY(!facts.isForEveryChain);
        QCOMPARE(facts.walletId, std::string(evmWalletId));
        QCOMPARE(facts.walletAddress, job.address);
        QCOMPARE(facts.walletTags, std::optional(std::vector<std::string>{"of eip155"}));
        QCOMPARE(facts.kind, std::string("evm.transaction"));
        QCOMPARE(facts.origin, std::string("file"));
        QVERIFY(!facts.submitter);
        QCOMPARE(facts.recipients.at(0).lists, std::optional(std::vector<std::string>{"eip155:11155111"}));
        QCOMPARE(facts.now, UnixMillis(42));
    }

    void aMessageBelongsToNoChain()
    {
        SigningScene scene;
        const PolicyFacts facts = factsOfJob(scene.message("hello"));
        QVERIFY(!facts.chain && !facts.isForEveryChain);
        QCOMPARE(facts.intents, std::vector<meaning::IntentKind>{meaning::IntentKind::Message});
    }

    void solanaIsOneChain()
    {
        SigningScene scene;
        const PolicyFacts facts = factsOfJob(scene.solanaJob());
        QCOMPARE(facts.chain, std::optional(std::string(meaning::solanaMainnet)));
        QCOMPARE(facts.walletTags, std::optional(std::vector<std::string>{"of solana"}));
        QVERIFY(!facts.programs.empty());
    }

    void typedDataWithoutAChainIsForEveryOne()
    {
        SigningScene scene;
        const Json typed = {
            {"types", {{"EIP712Domain", Json::array()}, {"A", {{{"name", "x"}, {"type", "bool"}}}}}},
            {"primaryType", "A"},
            {"domain", Json::object()},
            {"message", {{"x", true}}}};
        const PolicyFacts facts =
            factsOfJob(scene.submit(documentOf(evmWalletId, "evm.typedData", {{"typedData", typed}})));
        QVERIFY(!facts.chain && facts.isForEveryChain && facts.mayCallMore);
    }

    void theRelayHasSubmitters()
    {
        SigningScene scene;
        const PolicyFacts facts =
            factsOfJob(scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}})));
        QCOMPARE(facts.origin, std::string("relay"));
        QCOMPARE(facts.submitter, std::optional<std::string>("shop"));
    }

    void aDraftIsWhatWouldBeTakenIn()
    {
        SigningScene scene;
        const std::string document = documentOf(evmWalletId, "evm.message", {{"text", "a"}});
        const Wallet wallet = *WalletCatalog(*scene.profile.database).find(evmWalletId);
        const auto draft = draftJob(asBytes(document), wallet, 1);
        QVERIFY(draft.has_value());
        QCOMPARE(draft->job().jobId, scene.submit(document).jobId);
        QVERIFY(!draftJob(asBytes(documentOf(evmWalletId, "solana.message", {{"text", "a"}})), wallet, 1));
        QVERIFY(!draftJob(asBytes(documentOf(solanaWalletId, "evm.message", {{"text", "a"}})), wallet, 1));
        QVERIFY(!draftJob(asBytes("{}"), wallet, 1));
    }
};

COUNTERSIGN_GUILESS_TEST(JobFactsTest)
#include "JobFacts_test.moc"
