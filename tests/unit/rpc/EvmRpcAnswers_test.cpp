#include "core/rpc/EvmRpcAnswers.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::evm_rpc;

namespace {

const std::string evmRpcAnswersHash = "0x" + std::string(64, 'a');
const std::string otherHash = "0x" + std::string(64, 'b');

Json receiptJson()
{
    return {{"transactionHash", evmRpcAnswersHash},
            {"blockHash", otherHash},
            {"blockNumber", "0x10"},
            {"status", "0x1"}};
}

bool evmRpcAnswersIsBroken(const auto& result)
{
    return !result && result.error().code == ErrorCode::Network && !result.error().detail.isEmpty();
}

RpcError saying(const char* message)
{
    return {-32000, QString::fromLatin1(message), {}};
}

}  // namespace

class EvmRpcAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsQuantities()
    {
        QVERIFY(*readQuantity("0x0") == 0);
        QVERIFY(*readQuantity("0x3B9aca00") == 1'000'000'000);
        QVERIFY(*readQuantity("0x" + std::string(64, 'f')) == ~Uint256(0));
        QCOMPARE(*readQuantity64("0xffffffffffffffff"), ~std::uint64_t{0});
        for (const Json& bad :
             {Json("0x"), Json(""), Json("12"), Json("0X1"), Json("0x1 "), Json("0xg"), Json("-0x1"),
              Json("0x" + std::string(65, '1')), Json(12), Json(), Json::array({"0x1"})}) {
            QVERIFY2(evmRpcAnswersIsBroken(readQuantity(bad)), dumpJson(bad).c_str());
            QVERIFY2(evmRpcAnswersIsBroken(readQuantity64(bad)), dumpJson(bad).c_str());
        }
        QVERIFY(evmRpcAnswersIsBroken(readQuantity64("0x10000000000000000")));
    }

    void readsHashes()
    {
        QCOMPARE(*readHash("0x" + std::string(64, 'A')), evmRpcAnswersHash);
        for (const Json& bad : {Json(std::string(64, 'a')), Json("0x" + std::string(63, 'a')),
                                Json("0x" + std::string(66, 'a')), Json("0x"), Json(), Json(1)}) {
            QVERIFY2(evmRpcAnswersIsBroken(readHash(bad)), dumpJson(bad).c_str());
        }
    }

    void readsBaseFees()
    {
        QVERIFY(**readBaseFee({{"baseFeePerGas", "0x7"}}) == 7);
        QVERIFY(!readBaseFee({{"number", "0x7"}})->has_value());
        QVERIFY(!readBaseFee({{"baseFeePerGas", nullptr}})->has_value());
        QVERIFY(evmRpcAnswersIsBroken(readBaseFee({{"baseFeePerGas", 7}})));
        QVERIFY(evmRpcAnswersIsBroken(readBaseFee(nullptr)));
        QVERIFY(evmRpcAnswersIsBroken(readBaseFee("0x7")));
    }

    /// What can be read is; an odd part spoils no other.
    void readsFeeHistories()
    {
        const Json full = {
            {"baseFeePerGas", {"0x1", "0x2", "0x3"}},
            {"reward", Json::array({Json::array({"0x9"}), Json::array({"0x5"}), Json::array({"0x7"})})}};
        const auto history = readFeeHistory(full);
        QVERIFY(history.nextBaseFee == Uint256(3));
        QVERIFY(history.reward == Uint256(7));
        for (const Json& bad : {Json("0x1"), Json(), Json::array(), Json(5), Json::array({Json()}),
                                Json::array({Json::array()}), Json::array({Json::array({"0x1", "0x2"})}),
                                Json::array({Json::array({1})}), Json::array({Json::array({Json()})}),
                                Json(std::vector<std::string>(2000, "0x1"))}) {
            Json json = full;
            json["reward"] = bad;
            QVERIFY2(readFeeHistory(json).nextBaseFee == Uint256(3), dumpJson(bad).c_str());
            QVERIFY2(!readFeeHistory(json).reward, dumpJson(bad).c_str());
            json = full;
            json["baseFeePerGas"] = bad;
            QVERIFY2(!readFeeHistory(json).nextBaseFee, dumpJson(bad).c_str());
            QVERIFY2(readFeeHistory(json).reward == Uint256(7), dumpJson(bad).c_str());
            QVERIFY2(!readFeeHistory(bad).nextBaseFee && !readFeeHistory(bad).reward, dumpJson(bad).c_str());
        }
        Json some = full;
        some["reward"] =
            Json::array({Json::array({Json()}), Json::array({"0x5"}), Json(), Json::array({"0x1", "0x1"})});
        QVERIFY(readFeeHistory(some).reward == Uint256(5));
        some.erase("reward");
        QVERIFY(!readFeeHistory(some).reward);
    }

    void readsReceipts()
    {
        QVERIFY(!readReceipt(nullptr, evmRpcAnswersHash)->has_value());
        const auto receipt = *readReceipt(receiptJson(), "0x" + std::string(64, 'A'));
        QVERIFY(receipt.has_value());
        QCOMPARE(receipt->transactionHash, evmRpcAnswersHash);
        QCOMPARE(receipt->blockHash, otherHash);
        QCOMPARE(receipt->blockNumber, std::uint64_t{16});
        QVERIFY(receipt->succeeded);

        Json json = receiptJson();
        json["status"] = "0x0";
        QVERIFY(!(*readReceipt(json, evmRpcAnswersHash))->succeeded);
        json = receiptJson();
        json["blockHash"] = json["blockNumber"] = nullptr;
        QVERIFY(!readReceipt(json, evmRpcAnswersHash)->has_value());
    }

    void refusesBrokenReceipts_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* member, const char* value) {
            QTest::addRow("%s %s", member, value) << QByteArray(member) << QByteArray(value);
        };
        row("transactionHash", "null");
        row("transactionHash", "5");
        row("blockHash", "null");
        row("blockHash", R"("0x12")");
        row("blockNumber", "null");
        row("blockNumber", "16");
        row("blockNumber", R"("0x10000000000000000")");
        row("status", "null");
        row("status", R"("0x2")");
        row("status", "true");
    }

    void refusesBrokenReceipts()
    {
        QFETCH(const QByteArray, member);
        QFETCH(const QByteArray, value);
        Json json = receiptJson();
        json[member.toStdString()] = *parseJson(value.toStdString());
        QVERIFY(evmRpcAnswersIsBroken(readReceipt(json, evmRpcAnswersHash)));
        json = receiptJson();
        json.erase(member.toStdString());
        QVERIFY(evmRpcAnswersIsBroken(readReceipt(json, evmRpcAnswersHash)));
    }

    void refusesAnothersReceipt()
    {
        QVERIFY(evmRpcAnswersIsBroken(readReceipt(receiptJson(), otherHash)));
        QVERIFY(evmRpcAnswersIsBroken(readReceipt(Json::array(), evmRpcAnswersHash)));
        QVERIFY(evmRpcAnswersIsBroken(readReceipt("0x1", evmRpcAnswersHash)));
    }

    void readsWhetherItIsKnown()
    {
        QVERIFY(!*readIsKnown(nullptr, evmRpcAnswersHash));
        QVERIFY(*readIsKnown({{"hash", evmRpcAnswersHash}, {"blockHash", nullptr}}, evmRpcAnswersHash));
        QVERIFY(evmRpcAnswersIsBroken(readIsKnown({{"hash", otherHash}}, evmRpcAnswersHash)));
        QVERIFY(evmRpcAnswersIsBroken(readIsKnown({{"nonce", "0x1"}}, evmRpcAnswersHash)));
        QVERIFY(evmRpcAnswersIsBroken(readIsKnown(true, evmRpcAnswersHash)));
    }

    void recognisesKnownTransactions()
    {
        for (const char* message :
             {"already known", "ALREADY_EXISTS: already known", "known transaction: 0xabc",
              "Known transaction", "AlreadyKnown", "Transaction with the same hash was already imported.",
              "INTERNAL_ERROR: existing tx with same hash"}) {
            QVERIFY2(isAlreadyKnown(saying(message)), message);
        }
        for (const char* message :
             {"nonce too low", "unknown transaction type", "replacement transaction underpriced",
              "insufficient funds for gas * price + value", ""}) {
            QVERIFY2(!isAlreadyKnown(saying(message)), message);
        }
    }

    void knowsTheLargestNextBaseFee()
    {
        QVERIFY(largestNextBaseFee(800) == 900);
        QVERIFY(largestNextBaseFee(7) == 8);
        QVERIFY(largestNextBaseFee(0) == 1);
        QVERIFY(largestNextBaseFee(~Uint256(0)) == ~Uint256(0));
    }
};

COUNTERSIGN_APPLESS_TEST(EvmRpcAnswersTest)
#include "EvmRpcAnswers_test.moc"
