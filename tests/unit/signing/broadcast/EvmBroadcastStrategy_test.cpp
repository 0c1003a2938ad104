#include "core/signing/broadcast/EvmBroadcastStrategy.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/broadcast/StrategyScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

using Outcome = BroadcastOutcome;

/// EIP-155's example: nonce 9 on chain 1.
constexpr const char* rawTransaction =
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939"
    "bc"
    "2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1"
    "96"
    "6a3b6d83";

struct EvmStrategyScene : StrategyScene
{
    EvmScript evm;
    std::vector<std::string> chains;

    explicit EvmStrategyScene(int confirmations = 3)
    {
        job.kind = JobKind::EvmTransaction;
        job.signedTransaction = *fromHex(rawTransaction);
        job.hash = "0x33469b22e9f636356c4160a87eb19df52b7412e8eac32a4a55ffe88ea8350788";
        job.address = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";
        services.clock = &clock;
        services.evmRpc = [this](const std::string& chainId) -> Result<std::unique_ptr<EvmRpc>> {
            chains.push_back(chainId);
            if (!hasNode) {
                return failure(scripted(ErrorCode::InvalidInput, "no node"));
            }
            return std::make_unique<FakeEvmRpc>(evm);
        };
        evm.send.always = job.hash;
        evm.receipt.always = std::optional<EvmReceipt>();
        evm.known.always = false;
        evm.latestCount.always = 9;
        evm.head.always = 100;
        strategy = std::make_unique<EvmBroadcastStrategy>(job, services, confirmations);
    }

    void connect() { QVERIFY(strategy->connect().has_value()); }
    std::optional<EvmReceipt> mined(std::uint64_t block, bool succeeded = true) const
    {
        return EvmReceipt{job.hash, "0xblock", block, succeeded};
    }
};

}  // namespace

class EvmBroadcastStrategyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectsToTheChainOfItsBytes()
    {
        EvmStrategyScene scene;
        scene.connect();
        QCOMPARE(scene.chains, std::vector<std::string>{"1"});
        scene.hasNode = false;
        QCOMPARE(scene.strategy->connect().error().detail, QStringLiteral("no node"));
        scene.job.signedTransaction = {1, 2, 3};
        QVERIFY(!EvmBroadcastStrategy(scene.job, scene.services, 3).connect().has_value());
    }

    void whatANodeTakesIsSent()
    {
        for (const std::string& answer : {EvmStrategyScene().job.hash, std::string()}) {  // known already
            EvmStrategyScene scene;
            scene.connect();
            scene.evm.send.always = answer;
            QVERIFY(is<Outcome::Sent>(scene.send()));
            QCOMPARE(scene.evm.sent, std::vector<Bytes>{scene.job.signedTransaction});
        }
    }

    void anotherHashOrSilenceIsNoRefusal()
    {
        EvmStrategyScene scene;
        scene.connect();
        scene.evm.send.always = std::string("0xother");
        QCOMPARE(errorOf<Outcome::NotTaken>(scene.send()).detail, QStringLiteral("0xother"));
        scene.evm.send.always = failure(scripted(ErrorCode::Network));
        QCOMPARE(errorOf<Outcome::NotTaken>(scene.send()).code, ErrorCode::Network);
        QCOMPARE(scene.evm.known.asked, 0);
    }

    void aRefusalIsLookedInto()
    {
        EvmStrategyScene scene;
        scene.connect();
        scene.evm.send.always = failure(scripted(ErrorCode::InvalidInput, "insufficient funds"));
        QCOMPARE(errorOf<Outcome::Refused>(scene.send()).detail, QStringLiteral("insufficient funds"));
        // Mined, or on its way: the refusal is of a copy.
        scene.evm.known.always = true;
        QVERIFY(is<Outcome::Sent>(scene.send()));
        scene.evm.known.always = failure(scripted(ErrorCode::Timeout));
        QCOMPARE(errorOf<Outcome::NotTaken>(scene.send()).code, ErrorCode::Timeout);
        // Whether its nonce is used is not known: what the node said first counts.
        scene.evm.known.always = false;
        scene.evm.latestCount.always = failure(scripted(ErrorCode::Timeout));
        QCOMPARE(errorOf<Outcome::Refused>(scene.send()).detail, QStringLiteral("insufficient funds"));
    }

    /// From a refusal and from a look alike.
    void anotherTransactionWithItsNonceReplacesIt()
    {
        for (const bool isSending : {true, false}) {
            EvmStrategyScene scene;
            scene.connect();
            scene.evm.send.always = failure(scripted(ErrorCode::InvalidInput, "nonce too low"));
            scene.evm.latestCount.always = 10;
            const auto ask = [&] { return isSending ? scene.send() : scene.look(); };
            QCOMPARE(errorOf<Outcome::Failed>(ask()).detail, QStringLiteral("nonce 9"));
            // It was mined between the questions.
            if (!isSending) {
                scene.evm.receipt.next.push_back(std::optional<EvmReceipt>());
            }
            scene.evm.receipt.next.push_back(scene.mined(100));
            QVERIFY(is<Outcome::StillPending>(ask()));
            if (!isSending) {
                scene.evm.receipt.next.push_back(std::optional<EvmReceipt>());
            }
            scene.evm.receipt.next.push_back(failure(scripted(ErrorCode::Network)));
            QCOMPARE(errorOf<Outcome::Unreachable>(ask()).code, ErrorCode::Network);
        }
    }

    void depthDecides()
    {
        EvmStrategyScene scene;
        scene.connect();
        scene.evm.receipt.always = scene.mined(100);
        for (const std::uint64_t head : {99, 100, 101}) {  // a node may lag behind
            scene.evm.head.always = head;
            const auto outcome = scene.look();
            QVERIFY(is<Outcome::StillPending>(outcome));
            QCOMPARE(*outcome.progress, (BroadcastProgress{.confirmations = head - 99, .wanted = 3}));
        }
        scene.evm.head.always = 200;
        const auto outcome = scene.look();
        QCOMPARE(std::get<Outcome::Confirmed>(outcome.verdict).note, std::string("block 100, 0xblock"));
        QCOMPARE(*outcome.progress, (BroadcastProgress{.confirmations = 3, .wanted = 3}));
    }

    /// Until then a reorganisation may undo it.
    void aRevertCountsWhenItIsDeepEnough()
    {
        EvmStrategyScene scene;
        scene.connect();
        scene.evm.receipt.always = scene.mined(100, false);
        QVERIFY(is<Outcome::StillPending>(scene.look()));
        scene.evm.head.always = 102;
        QCOMPARE(errorOf<Outcome::Failed>(scene.look()).detail, QStringLiteral("block 100"));
    }

    void aReorganisationTakesTheBlocksBack()
    {
        EvmStrategyScene scene;
        scene.connect();
        scene.evm.receipt.next = {scene.mined(100)};
        QCOMPARE(scene.look().progress->confirmations, std::uint64_t{1});
        scene.evm.known.always = true;
        const auto outcome = scene.look();
        QVERIFY(is<Outcome::StillPending>(outcome));
        QCOMPARE(*outcome.progress, (BroadcastProgress{.confirmations = 0, .wanted = 3}));
    }

    void whatTheNodesForgotIsSentAgain()
    {
        EvmStrategyScene scene;
        scene.connect();
        const auto outcome = scene.look();
        QVERIFY(is<Outcome::Forgotten>(outcome));
        QCOMPARE(outcome.progress->confirmations, std::uint64_t{0});
        QVERIFY(scene.evm.sent.empty());  // whoever records it sends it
    }

    void everyQuestionMayMeetSilence()
    {
        EvmStrategyScene scene;
        scene.connect();
        const auto silence = failure(scripted(ErrorCode::Timeout));
        scene.evm.receipt.next = {silence};
        QCOMPARE(errorOf<Outcome::Unreachable>(scene.look()).code, ErrorCode::Timeout);
        scene.evm.known.next = {silence};
        QCOMPARE(errorOf<Outcome::Unreachable>(scene.look()).code, ErrorCode::Timeout);
        scene.evm.latestCount.next = {silence};
        QCOMPARE(errorOf<Outcome::Unreachable>(scene.look()).code, ErrorCode::Timeout);
        scene.evm.receipt.always = scene.mined(100);
        scene.evm.head.next = {silence};
        const auto outcome = scene.look();
        QCOMPARE(errorOf<Outcome::Unreachable>(outcome).code, ErrorCode::Timeout);
        QVERIFY(!outcome.progress);
    }

    void zeroConfirmationsAreOne()
    {
        EvmStrategyScene scene(0);
        scene.connect();
        scene.evm.receipt.always = scene.mined(101);
        QVERIFY(is<Outcome::StillPending>(scene.look()));
        scene.evm.receipt.always = scene.mined(100);
        QVERIFY(is<Outcome::Confirmed>(scene.look()));
    }

    void withItTheQuestionGoes()
    {
        EvmStrategyScene scene;
        scene.connect();
        scene.evm.send.isSilent = true;
        scene.strategy->send(0, [](const Outcome&) { QFAIL("answered"); });
        QCOMPARE(scene.evm.send.held, 1);
        scene.strategy.reset();
        QCOMPARE(scene.evm.send.held, 0);
    }
};

COUNTERSIGN_GUILESS_TEST(EvmBroadcastStrategyTest)
#include "EvmBroadcastStrategy_test.moc"
