#include "core/chain/evm/transaction/SafeTransaction.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;

namespace {

constexpr const char* safe = "0x1c8b9b78e3085866521fe206fa4c1a67f49f153a";

EvmAddress safeAddressOf(const char* text)
{
    return *parseEvmAddress(text);
}

/// The same by way of the general hashing of typed data.
std::string hashAsTypedData(const Uint256& chainId, const EvmAddress& contract,
                            const SafeTransaction& transaction)
{
    Json json = *parseTypedDataJson(R"({"primaryType":"SafeTx","types":{"SafeTx":[
        {"name":"to","type":"address"},{"name":"value","type":"uint256"},{"name":"data","type":"bytes"},
        {"name":"operation","type":"uint8"},{"name":"safeTxGas","type":"uint256"},
        {"name":"baseGas","type":"uint256"},{"name":"gasPrice","type":"uint256"},
        {"name":"gasToken","type":"address"},{"name":"refundReceiver","type":"address"},
        {"name":"nonce","type":"uint256"}]}})");
    json["domain"] = {{"chainId", toDecimal(chainId)}, {"verifyingContract", toText(contract)}};
    json["message"] = {{"to", toText(transaction.to)},
                       {"value", toDecimal(transaction.value)},
                       {"data", toHexPrefixed(transaction.data)},
                       {"operation", std::to_string(transaction.operation)},
                       {"safeTxGas", toDecimal(transaction.safeTxGas)},
                       {"baseGas", toDecimal(transaction.baseGas)},
                       {"gasPrice", toDecimal(transaction.gasPrice)},
                       {"gasToken", toText(transaction.gasToken)},
                       {"refundReceiver", toText(transaction.refundReceiver)},
                       {"nonce", toDecimal(transaction.nonce)}};
    const auto hash = hashTypedData(json);
    return hash ? toHex(hash->digest) : hash.error().detail.toStdString();
}

}  // namespace

class SafeTransactionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// An owner added on Arbitrum, nonce 234: its hash is in Safe's transaction service.
    void publishedTransaction()
    {
        const EvmAddress contract = safeAddressOf("0x111CEEee040739fD91D29C34C33E6B3E112F2177");
        SafeTransaction transaction;
        transaction.to = contract;
        transaction.data = *fromHex(
            "0d582f13"
            "0000000000000000000000000c75fa5a5f1c0997e3eea425cfa13184ed0ec9e5"
            "0000000000000000000000000000000000000000000000000000000000000003");
        transaction.nonce = 234;
        QCOMPARE(toHex(safeTxHash(42161, contract, transaction)),
                 std::string("0cb7250b8becd7069223c54e2839feaed4cee156363fbfe5dd0a48e75c4e25b3"));
    }

    /// What viem's hashTypedData answers.
    void hashesOfViem()
    {
        SafeTransaction plain;
        plain.to = safeAddressOf("0x52908400098527886e0f7030069857d2e4169ee7");
        plain.value = Uint256("1000000000000000000");
        plain.nonce = 7;
        QCOMPARE(toHex(safeTxHash(1, safeAddressOf(safe), plain)),
                 std::string("c902a00b9612ecfcfa4b44eb79a79bea907c40451c4e4d0c7abd42abfa0b9061"));

        SafeTransaction full;
        full.to = safeAddressOf("0x40a2accbd92bca938b02010e17a5b8929b49130d");
        full.value = ~Uint256(0);
        full.data = *fromHex("8d80ff0a" + std::string(62, '0') + "20" + std::string(64, '0'));
        full.operation = 1;
        full.safeTxGas = 11;
        full.baseGas = 12;
        full.gasPrice = 13;
        full.gasToken = safeAddressOf("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
        full.refundReceiver = safeAddressOf("0x52908400098527886e0f7030069857d2e4169ee7");
        full.nonce = Uint256(1) << 64;
        QCOMPARE(toHex(safeTxHash(137, safeAddressOf(safe), full)),
                 std::string("07a04cbf30b8f17476a1dfdb43c2fee7a1c62b8d4f8b6d0b3e7918668f588e4f"));
    }

    void agreesWithTypedData()
    {
        std::mt19937 random(712);
        const auto bytes = [&](std::size_t count) {
            Bytes made(count);
            std::ranges::generate(made, [&] { return static_cast<std::uint8_t>(random()); });
            return made;
        };
        const auto number = [&] { return Uint256(*fromBigEndian(bytes(32)) >> (random() % 256)); };
        const auto account = [&] {
            EvmAddress made;
            std::ranges::copy(bytes(20), made.begin());
            return made;
        };
        for (int i = 0; i < 200; ++i) {
            SafeTransaction transaction{.to = account(),
                                        .value = number(),
                                        .data = bytes(random() % 200),
                                        .operation = static_cast<std::uint8_t>(random()),
                                        .safeTxGas = number(),
                                        .baseGas = number(),
                                        .gasPrice = number(),
                                        .gasToken = account(),
                                        .refundReceiver = account(),
                                        .nonce = number()};
            const Uint256 chainId = number();
            const EvmAddress contract = account();
            QCOMPARE(toHex(safeTxHash(chainId, contract, transaction)),
                     hashAsTypedData(chainId, contract, transaction));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SafeTransactionTest)
#include "SafeTransaction_test.moc"
