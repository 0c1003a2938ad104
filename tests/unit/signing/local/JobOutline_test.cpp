#include "core/signing/local/JobOutline.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

const std::string token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const std::string friendly = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

/// A call of two words: an address and a number.
std::string callData(const std::string& selector, const std::string& address, const std::string& number)
{
    return selector + std::string(24, '0') + address.substr(2) + std::string(64 - number.size(), '0') +
           number;
}

JobOutline outlined(LocalScene& scene, const Json& extra)
{
    const Job job = scene.transaction(7, extra);
    return outlineOf(*VerifiedJob::of(job), scene.explanationOf(job).explanation);
}

}  // namespace

class JobOutlineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPaymentOfCoins()
    {
        LocalScene scene;
        const JobOutline outline = outlined(scene, Json::object());
        QVERIFY(outline.understood);
        QCOMPARE(outline.chain, std::string("eip155:11155111"));
        QCOMPARE(outline.wallet, addressKeyOf(toText(scene.evmKey.address)));
        QCOMPARE(outline.parties.size(), 1U);
        QVERIFY(outline.parties.front().isPaid && outline.parties.front().isCalled);
        QVERIFY(!outline.parties.front().isEmpowered);
        QCOMPARE(outline.payments.front().amount, std::optional<Uint256>(1000));
        QCOMPARE(outline.nonce, std::optional<std::uint64_t>(7));
        QCOMPARE(outline.fee, std::optional<Uint256>(Uint256(21'000) * 2'000'000'000));
        QVERIFY(outline.mentioned.empty());
    }

    void aTokensRecipientIsPaidAndItsContractIsCalled()
    {
        LocalScene scene;
        const JobOutline outline = outlined(scene, {{"chainId", "1"},
                                                    {"to", token},
                                                    {"value", "0"},
                                                    {"data", callData("0xa9059cbb", friendly, "5")}});
        QVERIFY(outline.understood);
        QCOMPARE(outline.parties.size(), 2U);
        QVERIFY(outline.parties.front().isPaid && !outline.parties.front().isCalled);
        QCOMPARE(outline.parties.front().key, addressKeyOf(friendly));
        QVERIFY(outline.parties.back().isCalled && !outline.parties.back().isPaid);
        QCOMPARE(outline.payments.front().asset, "eip155:1/erc20:" + token);
    }

    /// Taking an allowance away gives nobody anything.
    void anAllowanceOfNothingIsNoPower()
    {
        LocalScene scene;
        const auto approving = [&](const char* amount) {
            return outlined(scene, {{"chainId", "1"},
                                    {"to", token},
                                    {"value", "0"},
                                    {"data", callData("0x095ea7b3", friendly, amount)}});
        };
        const JobOutline given = approving("5");
        QVERIFY(given.parties.front().isEmpowered && !given.parties.front().isPaid);
        QVERIFY(given.payments.empty());
        const JobOutline taken = approving("0");
        QCOMPARE(taken.parties.size(), 1U);
        QVERIFY(!taken.parties.front().isEmpowered);
        QCOMPARE(taken.mentioned, std::vector{addressKeyOf(friendly)});
    }

    void addressesInACallThatNobodyReads()
    {
        LocalScene scene;
        const JobOutline outline =
            outlined(scene, {{"value", "0"}, {"data", callData("0xdeadbee1", friendly, "ffff")}});
        QVERIFY(!outline.understood);
        QVERIFY(std::ranges::find(outline.mentioned, addressKeyOf(friendly)) != outline.mentioned.end());
        QCOMPARE(outline.mentioned.size(), 1U);
    }

    void theWalletItselfIsNoParty()
    {
        LocalScene scene;
        const JobOutline outline = outlined(scene, {{"to", toText(scene.evmKey.address)}});
        QVERIFY(outline.parties.empty() && outline.payments.empty());
    }

    void messagesNameNoChain()
    {
        LocalScene scene;
        const Job job = scene.message();
        const JobOutline outline = outlineOf(*VerifiedJob::of(job), scene.explanationOf(job).explanation);
        QCOMPARE(outline.chain, std::string("eip155"));
        QVERIFY(!outline.nonce && !outline.fee);
    }

    void solanaNamesItsAccounts()
    {
        LocalScene scene;
        const Job job = scene.solanaJob();
        const JobOutline outline = outlineOf(*VerifiedJob::of(job), scene.explanationOf(job).explanation);
        QVERIFY(outline.chain.starts_with("solana:"));
        QVERIFY(outline.mentioned.size() + outline.parties.size() >= 3);
        QVERIFY(std::ranges::find(outline.mentioned, outline.wallet) == outline.mentioned.end());
    }

    void textsOfAddresses()
    {
        QCOMPARE(addressKeyOf(token), std::string("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"));
        QCOMPARE(addressKeyOf("9WzDXwBbmkg8ZTbNMqUxvQ"), std::string("9WzDXwBbmkg8ZTbNMqUxvQ"));
        QVERIFY(!isEvmAddressText(token.substr(0, 41)));
        QVERIFY(!isEvmAddressText("0x" + std::string(40, 'g')));
    }
};

COUNTERSIGN_GUILESS_TEST(JobOutlineTest)
#include "JobOutline_test.moc"
