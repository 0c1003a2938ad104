#include "core/policy/facts/FactsOfMeaning.h"

#include "core/meaning/ExplanationJson.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using meaning::IntentKind;

namespace {

std::optional<std::vector<std::string>> sampleBook(std::string_view address)
{
    return address == toText(supplier) ? std::vector<std::string>{"suppliers"} : std::vector<std::string>{};
}

PolicyFacts factsOf(const EvmAddress& to, const Bytes& data, const Uint256& value = 0)
{
    return factsOfMeaning(explained(to, data, value), sampleBook);
}

/// "approve transfer", in their order.
std::string intentsOf(const PolicyFacts& facts)
{
    std::string names;
    for (const IntentKind kind : facts.intents) {
        names += (names.empty() ? "" : " ") + std::string(nameOf(kind));
    }
    return names;
}

Bytes multicallOf(const std::vector<Bytes>& calls)
{
    std::vector<AbiValue> parts;
    for (const Bytes& call : calls) {
        parts.push_back(raw(call));
    }
    return calldata("multicall(bytes[])", {listOf(parts)});
}

meaning::Meaning messageMeaning(std::string_view text)
{
    return meaning::explainMessage(asBytes(text), {}, {}).meaning;
}

}  // namespace

class FactsOfMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What goes to somebody whom the bytes do not name may go to anybody.
    void anUnnamedRecipientIsNotNobody()
    {
        meaning::Meaning open;
        open.understood = true;
        open.effects.push_back({.direction = meaning::Effect::Direction::Out,
                                .asset = "eip155:1/slip44:60",
                                .amount = Uint256(5),
                                .display = {},
                                .account = {},
                                .text = "5 wei leave"});
        QVERIFY(factsOfMeaning(open, sampleBook).mayReachOthers);
        open.effects.front().account = toText(supplier);
        QVERIFY(!factsOfMeaning(open, sampleBook).mayReachOthers);
        open.effects.front().account.reset();
        open.effects.front().direction = meaning::Effect::Direction::Fee;
        QVERIFY(!factsOfMeaning(open, sampleBook).mayReachOthers);
    }

    void aTransferOfTokens()
    {
        const PolicyFacts facts = factsOf(usdc, transferCall(supplier, 250'000'000));
        QVERIFY(facts.isUnderstood && !facts.mayCallMore);
        QCOMPARE(intentsOf(facts), std::string("transfer"));
        QCOMPARE(facts.calls,
                 (std::vector<PolicyCall>{{toText(usdc), "0xa9059cbb", "transfer(address,uint256)"}}));
        QCOMPARE(facts.recipients,
                 (std::vector<PolicyRecipient>{{toText(supplier), std::vector<std::string>{"suppliers"}}}));
        QCOMPARE(facts.assets,
                 (std::vector<PolicyAsset>{{"eip155:1/erc20:" + toText(usdc), Uint256(250'000'000), true}}));
        QVERIFY(facts.programs.empty());
    }

    void coins()
    {
        const PolicyFacts facts = factsOf(supplier, {}, 5);
        QCOMPARE(intentsOf(facts), std::string("transfer"));
        QCOMPARE(facts.calls, (std::vector<PolicyCall>{{toText(supplier), "", ""}}));
        QCOMPARE(facts.assets, (std::vector<PolicyAsset>{{"eip155:1/slip44:60", Uint256(5), true}}));
        QCOMPARE(intentsOf(factsOf(weth, {}, 5)), std::string("swap"));
    }

    void approvalsAndWhatTakesThemBack()
    {
        const PolicyFacts given = factsOf(usdc, approveCall(supplier, 7));
        QCOMPARE(intentsOf(given), std::string("approve"));
        QCOMPARE(given.recipients.size(), std::size_t(1));
        QCOMPARE(given.assets,
                 (std::vector<PolicyAsset>{{"eip155:1/erc20:" + toText(usdc), Uint256(7), false}}));
        const PolicyFacts taken = factsOf(usdc, approveCall(supplier, 0));
        QCOMPARE(intentsOf(taken), std::string("revoke-approval"));
        QVERIFY(taken.recipients.empty() && taken.assets.empty());
        // Number 0 of NFTs may be given: nothing is taken back for sure.
        QCOMPARE(intentsOf(factsOf(unlisted, approveCall(supplier, 0))), std::string("approve"));
        const auto forAll = [](bool is) {
            return calldata("setApprovalForAll(address,bool)", {at(supplier), yes(is)});
        };
        QCOMPARE(intentsOf(factsOf(punks, forAll(true))), std::string("approve"));
        QCOMPARE(intentsOf(factsOf(punks, forAll(false))), std::string("revoke-approval"));
    }

    void containersTellWhatIsInside()
    {
        const PolicyFacts facts =
            factsOf(safe, multicallOf({transferCall(supplier, 1), approveCall(stranger, 2)}));
        QCOMPARE(intentsOf(facts).substr(0, 16), std::string("transfer approve"));
        QCOMPARE(facts.calls.size(), std::size_t(3));  // the container's too
        QCOMPARE(intentsOf(factsOf(safe, multicallOf({}))), std::string("call"));
    }

    void whatIsUnknownHasItsSelector()
    {
        const PolicyFacts facts = factsOf(unlisted, {0x12, 0x34, 0x56, 0x78, 0x9a}, 3);
        QVERIFY(!facts.isUnderstood && !facts.mayCallMore);
        QCOMPARE(intentsOf(facts), std::string("unknown"));
        QCOMPARE(facts.calls, (std::vector<PolicyCall>{{toText(unlisted), "0x12345678", ""}}));
        QCOMPARE(facts.assets.size(), std::size_t(1));  // what is sent along is known
    }

    void oneUnknownPartMakesItAllOpen()
    {
        const PolicyFacts facts = factsOf(usdc, multicallOf({transferCall(supplier, 1), {1, 2, 3, 4}}));
        QVERIFY(!facts.isUnderstood && facts.mayCallMore);
        QVERIFY(std::ranges::find(facts.intents, IntentKind::Unknown) != facts.intents.end());
        QVERIFY(std::ranges::find(facts.intents, IntentKind::Transfer) != facts.intents.end());
        // Of a known function that cannot be read to its end both are told.
        const PolicyFacts cut = factsOf(usdc, {0xa9, 0x05, 0x9c, 0xbb, 0x00});
        QCOMPARE(intentsOf(cut), std::string("transfer unknown"));
        QVERIFY(cut.mayCallMore);
    }

    void creationsAndCodeForAccounts()
    {
        EvmTransaction transaction;
        transaction.type = 4;
        transaction.chainId = 1;
        transaction.to = supplier;
        transaction.value = 1;
        transaction.authorizationList = {{1, delegate, 0, {}, {}, {}}};
        const auto handed = meaning::explainTransaction(transaction, {}, {});
        const PolicyFacts facts = factsOfMeaning(handed.meaning, sampleBook);
        QVERIFY(std::ranges::find(facts.intents, IntentKind::DelegateCode) != facts.intents.end());
        transaction.type = 2;
        transaction.authorizationList.clear();
        transaction.to.reset();
        transaction.data = {0x60, 0x00};
        const auto created = meaning::explainTransaction(transaction, {}, {});
        const PolicyFacts creation = factsOfMeaning(created.meaning, sampleBook);
        QCOMPARE(intentsOf(creation), std::string("create unknown"));
        QVERIFY(creation.mayCallMore);
    }

    void messages()
    {
        const PolicyFacts words = factsOfMeaning(messageMeaning("I agree."), sampleBook);
        QCOMPARE(intentsOf(words), std::string("message"));
        QVERIFY(words.calls.empty() && words.assets.empty() && !words.mayCallMore);
        const PolicyFacts hash = factsOfMeaning(messageMeaning(std::string(32, '\xfe')), sampleBook);
        QCOMPARE(intentsOf(hash), std::string("message unknown"));
        QVERIFY(hash.mayCallMore);
        const PolicyFacts signIn = factsOfMeaning(
            messageMeaning(
                "example.com wants you to sign in with your Ethereum account:\n"
                "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2\n\nHello.\n\nURI: https://example.com\n"
                "Version: 1\nChain ID: 1\nNonce: 32891757\nIssued At: 2021-09-30T16:25:24Z"),
            sampleBook);
        QCOMPARE(intentsOf(signIn), std::string("sign-in"));
    }

    void aBookThatCannotBeTrustedHasNoLists()
    {
        const PolicyFacts facts = factsOfMeaning(explained(usdc, transferCall(supplier, 1)),
                                                 [](std::string_view) { return std::nullopt; });
        QVERIFY(!facts.recipients[0].lists);
    }

    void findingsComeAlong()
    {
        meaning::Meaning meaning;
        meaning.findings = {{"a.b", meaning::Severity::Critical, "", "", {}}};
        const PolicyFacts facts = factsOfMeaning(meaning, sampleBook);
        QCOMPARE(facts.findings, (std::vector<PolicyFinding>{{"a.b", meaning::Severity::Critical, false}}));
        QCOMPARE(intentsOf(facts), std::string("unknown"));
    }

    void actsAreNeitherPrintedNorHashed()
    {
        meaning::Explanation explanation{explained(usdc, transferCall(supplier, 1)), "00"};
        const std::string printed = dumpJson(meaning::toJson(explanation));
        explanation.meaning.acts.clear();
        QCOMPARE(dumpJson(meaning::toJson(explanation)), printed);
    }
};

COUNTERSIGN_GUILESS_TEST(FactsOfMeaningTest)
#include "FactsOfMeaning_test.moc"
