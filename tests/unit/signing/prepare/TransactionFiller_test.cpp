#include "core/signing/prepare/TransactionFiller.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <limits>

using namespace countersign;
using namespace countersign::testing;

namespace {

using Filled = std::vector<ResolvedField>;

EvmTransactionRequest requestOf(const Json& json)
{
    return *EvmTransactionRequest::fromJson(json);
}

/// Without a profile: only nodes matter.
struct TransactionFillerScene
{
    EvmScript evm;
    std::vector<std::string> taken;

    TransactionFillerScene()
    {
        evm.chainId.always = Uint256(11155111);
        evm.pendingCount.always = 7;
        evm.fees.always = EvmFees{Uint256(100), Uint256(10), Uint256(110)};
        evm.gas.always = 50'000;
    }

    Result<Filled> fill(const Json& json)
    {
        PendingCallPtr call;
        return waitFor<Result<Filled>>([&](auto done) {
            call = fillEvm(
                std::make_unique<FakeEvmRpc>(evm), requestOf(json), "0xfrom",
                [this](const std::string& nonce) {
                    return std::find(taken.begin(), taken.end(), nonce) != taken.end();
                },
                done);
        });
    }
};

Json transactionFillerWith(const Json& members)
{
    Json json = openTransaction();
    json.update(members);
    return json;
}

}  // namespace

class TransactionFillerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsWhatIsOpen()
    {
        TransactionFillerScene scene;
        const auto resolved = scene.fill(openTransaction());
        QVERIFY(resolved.has_value());
        // Twice the base fee and the tip; the estimate and a fifth.
        QCOMPARE(*resolved, (Filled{{"nonce", "7"},
                                    {"maxFeePerGas", "210"},
                                    {"maxPriorityFeePerGas", "10"},
                                    {"gasLimit", "60000"}}));
        QCOMPARE(scene.evm.asked, (std::vector<std::string>{"chainId", "pendingCount", "fees", "gas"}));
        QCOMPARE(scene.evm.estimated.front().from, std::string("0xfrom"));
        QCOMPARE(scene.evm.estimated.front().to,
                 std::optional<std::string>("0x52908400098527886E0F7030069857D2E4169EE7"));
        QCOMPARE(scene.evm.estimated.front().value, Uint256(1000));
        QVERIFY(scene.evm.estimated.front().accessList.is_null());
    }

    void asksOnlyForWhatIsOpen()
    {
        TransactionFillerScene scene;
        QCOMPARE(
            scene.fill(transactionFillerWith({{"nonce", "1"}, {"gasLimit", "1"}, {"gasPrice", "1"}}))->size(),
            std::size_t{0});
        QCOMPARE(scene.evm.asked, std::vector<std::string>{"chainId"});
    }

    void theNodeHasToServeTheChain()
    {
        TransactionFillerScene scene;
        scene.evm.chainId.always = Uint256(1);
        const auto resolved = scene.fill(openTransaction());
        QCOMPARE(resolved.error().code, ErrorCode::InvalidInput);
        QVERIFY(resolved.error().sentence.contains(QStringLiteral("rpc.evm.11155111")));
        QVERIFY(resolved.error().sentence.contains(QStringLiteral("chain 1.")));
    }

    void skipsNoncesOfThisDesk()
    {
        TransactionFillerScene scene;
        scene.taken = {"7", "8", "10"};
        QCOMPARE(scene.fill(openTransaction())->front(), (ResolvedField{"nonce", "9"}));
    }

    void aGivenTipIsPartOfTheCap()
    {
        TransactionFillerScene scene;
        const auto resolved = scene.fill(
            transactionFillerWith({{"maxPriorityFeePerGas", "33"}, {"nonce", "1"}, {"gasLimit", "1"}}));
        QCOMPARE(*resolved, (Filled{{"maxFeePerGas", "233"}}));
    }

    void aGivenCapBoundsTheTip()
    {
        TransactionFillerScene scene;
        const Json given = {{"maxFeePerGas", "4"}, {"nonce", "1"}, {"gasLimit", "1"}};
        QCOMPARE(*scene.fill(transactionFillerWith(given)), (Filled{{"maxPriorityFeePerGas", "4"}}));
        Json high = given;
        high["maxFeePerGas"] = "400";
        QCOMPARE(*scene.fill(transactionFillerWith(high)), (Filled{{"maxPriorityFeePerGas", "10"}}));
    }

    void legacyTakesTheGasPrice()
    {
        TransactionFillerScene scene;
        QCOMPARE(*scene.fill(transactionFillerWith({{"type", 0U}, {"nonce", "1"}, {"gasLimit", "1"}})),
                 (Filled{{"gasPrice", "110"}}));
    }

    void chainsWithoutABaseFee()
    {
        TransactionFillerScene scene;
        scene.evm.fees.always = EvmFees{std::nullopt, Uint256(10), Uint256(110)};
        const auto refused = scene.fill(openTransaction());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("gasPrice")));
        QVERIFY(scene.fill(transactionFillerWith({{"type", 0U}})).has_value());
    }

    void feesThatCannotBe()
    {
        TransactionFillerScene scene;
        scene.evm.fees.always = EvmFees{std::numeric_limits<Uint256>::max(), Uint256(10), Uint256(1)};
        QCOMPARE(scene.fill(openTransaction()).error().code, ErrorCode::Network);
        scene.evm.fees.always = EvmFees{Uint256(1), std::numeric_limits<Uint256>::max(), Uint256(1)};
        QCOMPARE(scene.fill(openTransaction()).error().code, ErrorCode::Network);
    }

    void gasHasAMargin()
    {
        TransactionFillerScene scene;
        const auto gas = [&](const Json& json) { return scene.fill(json)->back(); };
        QCOMPARE(gas(openTransaction()), (ResolvedField{"gasLimit", "60000"}));
        scene.evm.gas.always = 21'000;  // a plain transfer costs no more and no less
        QCOMPARE(gas(openTransaction()), (ResolvedField{"gasLimit", "21000"}));
        // The node was not told of authorisations, which cost 25000 each before anything runs (EIP-7702).
        const Json authorization = {{"chainId", "11155111"},
                                    {"address", "0x52908400098527886E0F7030069857D2E4169EE7"},
                                    {"nonce", "1"},
                                    {"yParity", "0"},
                                    {"r", "1"},
                                    {"s", "1"}};
        QCOMPARE(
            gas(transactionFillerWith({{"authorizationList", Json::array({authorization, authorization})}})),
            (ResolvedField{"gasLimit", "71000"}));
    }

    void passesTheAccessListOn()
    {
        TransactionFillerScene scene;
        const Json list = Json::parse(R"([{"address":"0x52908400098527886E0F7030069857D2E4169EE7",
            "storageKeys":["0x0000000000000000000000000000000000000000000000000000000000000001"]}])");
        QVERIFY(scene.fill(transactionFillerWith({{"accessList", list}})).has_value());
        QVERIFY(scene.evm.estimated.front().accessList == list);
    }

    void everyQuestionCanFail_data()
    {
        QTest::addColumn<int>("question");
        QTest::newRow("chain") << 0;
        QTest::newRow("nonce") << 1;
        QTest::newRow("fees") << 2;
        QTest::newRow("gas") << 3;
    }
    void everyQuestionCanFail()
    {
        QFETCH(int, question);
        TransactionFillerScene scene;
        const Error timeout = error(ErrorCode::Timeout);
        switch (question) {
            case 0:
                scene.evm.chainId.always = failure(timeout);
                break;
            case 1:
                scene.evm.pendingCount.always = failure(timeout);
                break;
            case 2:
                scene.evm.fees.always = failure(timeout);
                break;
            default:
                scene.evm.gas.always = failure(timeout);
                break;
        }
        const auto resolved = scene.fill(openTransaction());
        QVERIFY(!resolved.has_value());
        QCOMPARE(resolved.error(), timeout);
        QCOMPARE(scene.evm.asked.size(), std::size_t(question + 1));
    }

    void aDroppedFillingAsksNothingMore()
    {
        TransactionFillerScene scene;
        scene.evm.fees.isSilent = true;
        int answers = 0;
        auto call = fillEvm(
            std::make_unique<FakeEvmRpc>(scene.evm), requestOf(openTransaction()), "0xfrom",
            [](const std::string&) { return false; }, [&](const Result<Filled>&) { ++answers; });
        QTRY_COMPARE_WITH_TIMEOUT(scene.evm.fees.held, 1, patienceMs);
        call.reset();
        QCOMPARE(scene.evm.fees.held, 0);
        QTest::qWait(1);
        QCOMPARE(answers, 0);
        QCOMPARE(scene.evm.gas.asked, 0);
    }

    void theCallbackMayDropTheFilling()
    {
        TransactionFillerScene scene;
        bool answered = false;
        PendingCallPtr call;
        call = fillEvm(
            std::make_unique<FakeEvmRpc>(scene.evm), requestOf(openTransaction()), "0xfrom",
            [](const std::string&) { return false; },
            [&call, &answered](const Result<Filled>& resolved) {
                call.reset();
                answered = resolved.has_value() && resolved->size() == 4;
            });
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
    }

    void solana()
    {
        SolanaScript solana;
        solana.blockhash.always = SolanaBlockhash{"hash", 5};
        PendingCallPtr call;
        const auto fill = [&] {
            return waitFor<Result<Filled>>(
                [&](auto done) { call = fillSolana(std::make_unique<FakeSolanaRpc>(solana), done); });
        };
        QCOMPARE(*fill(), (Filled{{"recentBlockhash", "hash"}}));
        solana.blockhash.always = failure(error(ErrorCode::Network));
        QCOMPARE(fill().error().code, ErrorCode::Network);
    }
};

COUNTERSIGN_GUILESS_TEST(TransactionFillerTest)
#include "TransactionFiller_test.moc"
