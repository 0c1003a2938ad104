#include "core/chain/evm/transaction/EvmTransactionRequest.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

namespace {

constexpr const char* requestAddress = "0x095e7baea6a6c7c4c2dfeb977efac326af552d87";

Json base()
{
    return {{"chainId", "11155111"}, {"to", requestAddress}};
}

Json with(std::initializer_list<std::pair<const char*, Json>> members)
{
    Json json = base();
    for (const auto& [name, value] : members) {
        json[name] = value;
    }
    return json;
}

Json accessList()
{
    return Json::array(
        {{{"address", requestAddress}, {"storageKeys", Json::array({"0x" + std::string(64, '1')})}}});
}

Json authorizations()
{
    return Json::array({{{"chainId", 0},
                         {"address", requestAddress},
                         {"nonce", "1"},
                         {"yParity", 1},
                         {"r", "0x1"},
                         {"s", "2"}}});
}

}  // namespace

class EvmTransactionRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void derivesTheType_data()
    {
        QTest::addColumn<QByteArray>("members");
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("open");
        const QByteArray list = QByteArray::fromStdString(dumpJson(accessList()));
        const QByteArray authorised = QByteArray::fromStdString(dumpJson(authorizations()));
        QTest::newRow("nothing") << QByteArray("{}") << 2
                                 << QByteArray("nonce gasLimit maxFeePerGas maxPriorityFeePerGas ");
        QTest::newRow("gasPrice") << QByteArray(R"({"gasPrice":"1"})") << 0 << QByteArray("nonce gasLimit ");
        QTest::newRow("gasPrice and accessList") << QByteArray("{\"gasPrice\":1,\"accessList\":" + list + "}")
                                                 << 1 << QByteArray("nonce gasLimit ");
        QTest::newRow("accessList") << QByteArray("{\"accessList\":" + list + "}") << 2
                                    << QByteArray("nonce gasLimit maxFeePerGas maxPriorityFeePerGas ");
        QTest::newRow("authorizationList") << QByteArray("{\"authorizationList\":" + authorised + "}") << 4
                                           << QByteArray("nonce gasLimit maxFeePerGas maxPriorityFeePerGas ");
        QTest::newRow("type 0") << QByteArray(R"({"type":0})") << 0 << QByteArray("nonce gasLimit gasPrice ");
        QTest::newRow("type 1") << QByteArray(R"({"type":"0x1"})") << 1
                                << QByteArray("nonce gasLimit gasPrice ");
        QTest::newRow("tip alone") << QByteArray(R"({"maxPriorityFeePerGas":"9"})") << 2
                                   << QByteArray("nonce gasLimit maxFeePerGas ");
        QTest::newRow("complete")
            << QByteArray(R"({"nonce":0,"gasLimit":"0x5208","maxFeePerGas":"3","maxPriorityFeePerGas":"2"})")
            << 2 << QByteArray("");
    }

    void derivesTheType()
    {
        QFETCH(const QByteArray, members);
        QFETCH(const int, type);
        QFETCH(const QByteArray, open);
        Json json = base();
        json.update(*parseJson(members.toStdString()));
        const auto request = EvmTransactionRequest::fromJson(json);
        QVERIFY2(request, request ? "" : qPrintable(request.error().sentence));
        QCOMPARE(request->type, type);
        std::string names;
        for (const std::string& name : request->openFields()) {
            names += name + ' ';
        }
        QCOMPARE(names, open.toStdString());
        QCOMPARE(request->toTransaction().has_value(), open.isEmpty());
    }

    void namesTheFirstOpenField()
    {
        auto request = *EvmTransactionRequest::fromJson(base());
        QVERIFY(request.toTransaction().error().sentence.contains(QStringLiteral("'nonce'")));
        request.nonce = 1;
        QVERIFY(request.toTransaction().error().sentence.contains(QStringLiteral("'gasLimit'")));
        request.gasLimit = 21'000;
        request.maxFeePerGas = 5;
        request.maxPriorityFeePerGas = 6;
        QVERIFY(!request.toTransaction());  // a tip above the fee, filled in wrongly
        request.maxPriorityFeePerGas = 5;
        const auto transaction = request.toTransaction();
        QVERIFY(transaction.has_value());
        QCOMPARE(*transaction->chainId, Uint256(11155111));
        QCOMPARE(transaction->gasLimit, std::uint64_t(21'000));
    }

    void keepsEveryMember()
    {
        Json json = with({{"value", "0xde0b6b3a7640000"},
                          {"data", "0xA9059CBB"},
                          {"nonce", "5"},
                          {"gasLimit", 100'000},
                          {"maxFeePerGas", "18446744073709551616"},
                          {"maxPriorityFeePerGas", 1},
                          {"accessList", accessList()},
                          {"authorizationList", authorizations()},
                          {"type", 4}});
        const auto transaction = EvmTransactionRequest::fromJson(json).and_then(
            [](const EvmTransactionRequest& request) { return request.toTransaction(); });
        QVERIFY2(transaction, transaction ? "" : qPrintable(transaction.error().sentence));
        QCOMPARE(transaction->value, Uint256(1'000'000'000'000'000'000));
        QCOMPARE(transaction->data, (Bytes{0xa9, 0x05, 0x9c, 0xbb}));
        QCOMPARE(toDecimal(*transaction->maxFeePerGas), std::string("18446744073709551616"));
        QCOMPARE(transaction->accessList.at(0).storageKeys.at(0)[0], std::uint8_t(0x11));
        QCOMPARE(transaction->authorizationList.at(0).yParity, std::uint8_t(1));
        const auto again = EvmTransactionRequest::fromRaw(serializeUnsigned(*transaction));
        QVERIFY(again && *again->toTransaction() == *transaction);
        QVERIFY(again->openFields().empty());
    }

    /// JSON integers are taken whatever their length, as far as the member's type goes, as text is.
    void takesIntegersOfAnyLength()
    {
        const auto valueOf = [](const std::string& number) {
            const auto request =
                parseJsonKeepingIntegers(R"({"chainId":1,"to":")" + std::string(requestAddress) +
                                         R"(","value":)" + number + '}')
                    .and_then(EvmTransactionRequest::fromJson);
            return request ? toDecimal(request->value) : std::string("refused");
        };
        const std::string most = toDecimal(~Uint256(0));
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        for (int i = 0; i < 300; ++i) {
            std::string digits(1, static_cast<char>('1' + random() % 9));
            for (std::size_t left = random() % 90; left > 0; --left) {
                digits += static_cast<char>('0' + random() % 10);
            }
            const bool fits = parseQuantity(digits).has_value();
            QVERIFY2(valueOf(digits) == (fits ? digits : "refused"), digits.c_str());
            QCOMPARE(valueOf('"' + digits + '"'), valueOf(digits));
            QCOMPARE(valueOf('-' + digits), std::string("refused"));
            QCOMPARE(valueOf(digits + ".0"), std::string("refused"));
            QCOMPARE(valueOf(digits + "e0"), std::string("refused"));
        }
        QCOMPARE(valueOf("18446744073709551616"), std::string("18446744073709551616"));
        QCOMPARE(valueOf(most), most);
        QCOMPARE(valueOf(most.substr(0, most.size() - 1) + '6'), std::string("refused"));
        QCOMPARE(valueOf("0"), std::string("0"));
        QCOMPARE(valueOf("-0"), std::string("0"));
        for (const char* member : {"nonce", "gasLimit"}) {
            const auto json =
                parseJsonKeepingIntegers(R"({"chainId":1,"to":")" + std::string(requestAddress) + R"(",")" +
                                         member + R"(":18446744073709551616})");
            QVERIFY(!EvmTransactionRequest::fromJson(*json));
        }
    }

    void takesChecksumsOfTheChain()
    {
        const char* const rootstock = "0x5aaEB6053f3e94c9b9a09f33669435E7ef1bEAeD";
        Json json = with({{"chainId", 30}, {"to", rootstock}});
        json["accessList"] = Json::array({{{"address", rootstock}, {"storageKeys", Json::array()}}});
        const auto request = EvmTransactionRequest::fromJson(json);
        QVERIFY2(request.has_value(), request ? "" : qPrintable(request.error().sentence));
        QCOMPARE(toText(*request->to), std::string("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
        QCOMPARE(request->accessList.front().address, *request->to);
        json["chainId"] = 1;
        const auto refused = EvmTransactionRequest::fromJson(json);
        QVERIFY(!refused && refused.error().sentence.contains(u"EIP-1191"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char* name, const Json& json) {
            QTest::newRow(name) << QByteArray::fromStdString(dumpJson(json));
        };
        row("no object", Json::array());
        row("no chain", {{"to", requestAddress}});
        row("chain 0", with({{"chainId", 0}}));
        row("chain null", with({{"chainId", nullptr}}));
        row("misspelt member", with({{"gaslimit", "1"}}));
        row("gas instead of gasLimit", with({{"gas", "1"}}));
        row("from", with({{"from", requestAddress}}));
        row("gasPrice and maxFeePerGas", with({{"gasPrice", "1"}, {"maxFeePerGas", "1"}}));
        row("gasPrice in type 2", with({{"type", 2}, {"gasPrice", "1"}}));
        row("maxFeePerGas in type 1", with({{"type", 1}, {"maxFeePerGas", "1"}}));
        row("accessList in type 0", with({{"type", 0}, {"accessList", Json::array()}}));
        row("authorizationList in type 2", with({{"type", 2}, {"authorizationList", authorizations()}}));
        row("type 4 without authorizationList", with({{"type", 4}}));
        row("empty authorizationList", with({{"authorizationList", Json::array()}}));
        row("type 3", with({{"type", 3}}));
        row("type 5", with({{"type", 5}}));
        row("type as word", with({{"type", "eip1559"}}));
        row("tip above fee", with({{"maxFeePerGas", "1"}, {"maxPriorityFeePerGas", "2"}}));
        row("negative value", with({{"value", -1}}));
        row("broken value", with({{"value", 1.5}}));
        row("value of 2^256", with({{"value", "0x1" + std::string(64, '0')}}));
        row("value null", with({{"value", nullptr}}));
        row("value empty", with({{"value", ""}}));
        row("nonce of 2^64", with({{"nonce", "18446744073709551616"}}));
        row("nonce of 2^64-1", with({{"nonce", "18446744073709551615"}}));
        row("data without 0x", with({{"data", "a9059cbb"}}));
        row("data of half a byte", with({{"data", "0xa"}}));
        row("data null", with({{"data", nullptr}}));
        row("to misspelt", with({{"to", "0x095E7baea6a6c7c4c2dfeb977efac326af552d87"}}));
        row("to empty", with({{"to", ""}}));
        row("creation without data", with({{"to", nullptr}}));
        row("creation in type 4",
            with({{"to", nullptr}, {"data", "0x00"}, {"authorizationList", authorizations()}}));
        row("accessList no list", with({{"accessList", Json::object()}}));
        row("accessList entry misspelt",
            with({{"accessList", Json::array({{{"address", requestAddress}, {"keys", Json::array()}}})}}));
        row("storage key short",
            with({{"accessList",
                   Json::array({{{"address", requestAddress}, {"storageKeys", Json::array({"0x01"})}}})}}));
        row("authorisation incomplete",
            with({{"authorizationList", Json::array({{{"chainId", 1}, {"address", requestAddress}}})}}));
    }

    void refuses()
    {
        QFETCH(const QByteArray, json);
        const auto request = EvmTransactionRequest::fromJson(*parseJson(json.toStdString()));
        QVERIFY(!request);
        QCOMPARE(request.error().code, ErrorCode::InvalidInput);
        QVERIFY(!request.error().sentence.isEmpty());
    }

    void createsContracts()
    {
        Json json = with({{"to", nullptr}, {"data", "0x6000"}});
        QVERIFY(EvmTransactionRequest::fromJson(json) && !EvmTransactionRequest::fromJson(json)->to);
        json.erase("to");
        QVERIFY(EvmTransactionRequest::fromJson(json));
    }

    void refusesRawTransactionsThatAreNotToBeSigned()
    {
        EvmTransaction transaction;
        transaction.type = 0;
        transaction.gasPrice = 1;
        transaction.to = EvmAddress{};
        QVERIFY(!EvmTransactionRequest::fromRaw(serializeUnsigned(transaction)));  // no chain
        transaction.chainId = 1;
        QVERIFY(EvmTransactionRequest::fromRaw(serializeUnsigned(transaction)));
        Bytes scalar(32);
        scalar.back() = 1;
        const auto signature = *secp256k1::sign(SecretBytes::copyOf(scalar), signingHash(transaction));
        QVERIFY(!EvmTransactionRequest::fromRaw(*serializeSigned(transaction, signature)));
        QVERIFY(!EvmTransactionRequest::fromRaw({}));
    }
};

COUNTERSIGN_APPLESS_TEST(EvmTransactionRequestTest)
#include "EvmTransactionRequest_test.moc"
