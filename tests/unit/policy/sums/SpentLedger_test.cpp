#include "core/policy/sums/SpentLedger.h"

#include "core/policy/sums/SignedJobSums.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/PolicySamples.h"

#include <QTest>

#include <array>
#include <limits>
#include <random>

using namespace countersign;

namespace {

constexpr std::string_view spentAsset = "eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
constexpr UnixMillis oneHour = 3'600'000;

std::shared_ptr<const PolicyDocument> policyFor(const std::string& when)
{
    return std::make_shared<const PolicyDocument>(*policyOf(ruleText("a", when, oneApproval)));
}

SpentJob jobAt(UnixMillis at, PolicyFacts facts = transferFacts(), bool isFoundOutAgain = false)
{
    facts.now = at;
    return {at, std::make_shared<const PolicyFacts>(std::move(facts)), isFoundOutAgain};
}

struct LedgerScene
{
    std::shared_ptr<const PolicyDocument> policy;
    SpentLedger ledger{policy};

    explicit LedgerScene(const std::string& when = "{}") : policy(policyFor(when)) {}
    std::optional<Uint256> spent(UnixMillis from, UnixMillis until, std::string_view asset = spentAsset) const
    {
        return ledger.spent({policy->rules.front(), std::string(asset), from, until});
    }
};

PolicyFacts anyFacts(std::mt19937& dice)
{
    const std::array samples = {transferFacts(), messageFacts(), unreadFacts()};
    PolicyFacts facts = samples[dice() % 8 == 0 ? dice() % 3 : 0];
    if (dice() % 3 == 0) {
        facts.assets = {{ether, Uint256(dice() % 100), true}};
    }
    if (dice() % 6 == 0) {
        facts.assets.push_back({usdcAsset, Uint256(dice() % 100), dice() % 2 == 0});
    }
    if (dice() % 40 == 0) {
        facts.assets.push_back(
            {dice() % 2 == 0 ? std::optional<std::string>(usdcAsset) : std::nullopt, {}, true});
    }
    facts.walletId = dice() % 2 == 0 ? "wallet-1" : "wallet-2";
    return facts;
}

}  // namespace

class SpentLedgerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothEndsCount()
    {
        LedgerScene scene;
        scene.ledger.add(jobAt(100));
        scene.ledger.add(jobAt(200));
        QCOMPARE(scene.spent(100, 200), Uint256(500'000'000));
        QCOMPARE(scene.spent(101, 200), Uint256(250'000'000));
        QCOMPARE(scene.spent(100, 199), Uint256(250'000'000));
        QCOMPARE(scene.spent(101, 199), Uint256(0));
        // Earlier than it was asked before.
        QCOMPARE(scene.spent(0, 200), Uint256(500'000'000));
        QCOMPARE(scene.spent(100, 200, "eip155:1/slip44:60"), Uint256(0));
    }

    void takesWhatComesLater()
    {
        LedgerScene scene;
        QCOMPARE(scene.spent(0, 1000), Uint256(0));
        scene.ledger.add(jobAt(300));
        QCOMPARE(scene.spent(0, 1000), Uint256(250'000'000));
        // Also what is older.
        scene.ledger.add(jobAt(100));
        QCOMPARE(scene.spent(0, 1000), Uint256(500'000'000));
        QCOMPARE(scene.spent(0, 299), Uint256(250'000'000));
        scene.ledger.clear();
        QCOMPARE(scene.spent(0, 1000), Uint256(0));
    }

    void whatCannotBeTold()
    {
        LedgerScene scene;
        scene.ledger.add(jobAt(100));
        scene.ledger.add({200, nullptr, false});
        QCOMPARE(scene.spent(100, 199), Uint256(250'000'000));
        QCOMPARE(scene.spent(100, 200), std::optional<Uint256>());
        QCOMPARE(scene.spent(200, 300), std::optional<Uint256>());
        QCOMPARE(scene.spent(201, 300), Uint256(0));
        PolicyFacts open = transferFacts();
        open.assets = {{usdcAsset, std::nullopt, true}};
        scene.ledger.add(jobAt(300, open));
        QCOMPARE(scene.spent(201, 300), std::optional<Uint256>());
        // Another asset is not concerned; of one without name every asset is.
        QCOMPARE(scene.spent(201, 300, ether), Uint256(0));
        open.assets = {{std::nullopt, Uint256(1), true}};
        scene.ledger.add(jobAt(400, open));
        QCOMPARE(scene.spent(301, 400, ether), std::optional<Uint256>());
    }

    void sumsThatDoNotFitAreNotTold()
    {
        LedgerScene scene;
        PolicyFacts much = transferFacts();
        much.assets = {{usdcAsset, std::numeric_limits<Uint256>::max(), true}};
        scene.ledger.add(jobAt(100, much));
        scene.ledger.add(jobAt(200));
        QCOMPARE(scene.spent(0, 150), std::numeric_limits<Uint256>::max());
        QCOMPARE(scene.spent(0, 200), std::optional<Uint256>());
    }

    /// What a row alone says must not lower a sum.
    void factsThatWereFoundOutAgainTellLess()
    {
        for (const char* when :
             {R"({"origins":["file"]})", R"({"submitters":["nobody"]})", R"({"wallets":["wallet-9"]})",
              R"({"findings":["recipient.known"]})", R"({"severity":"critical"})",
              R"({"recipients":["list:another"]})", R"({"notRecipients":["list:suppliers"]})"}) {
            LedgerScene scene(when);
            scene.ledger.add(jobAt(100));
            QCOMPARE(scene.spent(0, 100), Uint256(0));
            scene.ledger.add(jobAt(200, transferFacts(), true));
            QCOMPARE(scene.spent(0, 200), std::optional<Uint256>());
            QCOMPARE(scene.spent(0, 200, ether), Uint256(0));
        }
        LedgerScene told(R"({"wallets":["wallet-1"],"chains":["eip155:1"]})");
        told.ledger.add(jobAt(100, transferFacts(), true));
        QCOMPARE(told.spent(0, 100), Uint256(250'000'000));
    }

    void saysWhatAPlainSumSays()
    {
        std::mt19937 dice(20'261'201);
        const std::array whens = {"{}", R"({"wallets":["wallet-1"]})", R"({"understood":true})",
                                  R"({"assets":["eip155:1/slip44:60"]})", R"({"kinds":["evm.message"]})"};
        for (int round = 0; round < 60; ++round) {
            LedgerScene scene(whens[dice() % whens.size()]);
            std::vector<SignedJobFacts> plain;
            UnixMillis at = 0;
            for (int i = 0; i < 60; ++i) {
                at += static_cast<UnixMillis>(dice() % 3) * oneHour;
                PolicyFacts facts = anyFacts(dice);
                facts.now = at;
                plain.push_back({facts, at});
                scene.ledger.add(jobAt(at, facts));
                const UnixMillis from = at - static_cast<UnixMillis>(dice() % 24) * oneHour;
                const UnixMillis until = dice() % 4 == 0 ? at - oneHour : at;
                for (const std::string_view asset : {spentAsset, std::string_view(ether)}) {
                    const SpentQuery query{scene.policy->rules.front(), std::string(asset), from, until};
                    QCOMPARE(scene.ledger.spent(query), SignedJobSums(plain).spent(query));
                }
            }
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SpentLedgerTest)
#include "SpentLedger_test.moc"
