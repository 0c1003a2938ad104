#include "core/delegation/WalletAddress.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class WalletAddressTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void normalisesChains()
    {
        QCOMPARE(normaliseChain("evm").value(), std::string("EVM"));
        QCOMPARE(normaliseChain("Svm").value(), std::string("SVM"));
        QCOMPARE(normaliseChain("eip155:1").value(), std::string("EVM"));
        QCOMPARE(normaliseChain("EIP155:8453").value(), std::string("EVM"));
        QCOMPARE(normaliseChain("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp").value(), std::string("SVM"));
        QCOMPARE(normaliseChain("ton").value(), std::string("TON"));
        for (const std::string& bad : {std::string(), std::string("E M"), std::string("E\nM"),
                                       std::string("\xc3\xa9"), std::string(65, 'a')}) {
            QCOMPARE(normaliseChain(bad).error().code, ErrorCode::InvalidInput);
        }
    }

    void readsAddresses()
    {
        const auto lower = readAddress("EVM", "0x52908400098527886e0f7030069857d2e4169ee7");
        QVERIFY(lower.has_value());
        QCOMPARE(lower->text, std::string("0x52908400098527886E0F7030069857D2E4169EE7"));
        QCOMPARE(lower->bytes.size(), std::size_t{20});
        QCOMPARE(readAddress("eip155:1", lower->text).value(), *lower);

        // With the checksum of EIP-1191 for chains 30 and 31.
        for (const char* text :
             {"0x52908400098527886E0F7030069857D2E4169ee7", "0x52908400098527886E0F7030069857D2e4169EE7"}) {
            QCOMPARE(readAddress("EVM", text).value(), *lower);
        }

        const auto solana = readAddress("svm", "So11111111111111111111111111111111111111112");
        QVERIFY(solana.has_value());
        QCOMPARE(solana->bytes.size(), std::size_t{32});
        QCOMPARE(solana->chain, std::string("SVM"));

        const auto ton = readAddress("TON", "UQ-abc_123");
        QCOMPARE(ton->text, std::string("UQ-abc_123"));
        QCOMPARE(asText(ton->bytes), std::string_view("UQ-abc_123"));
    }

    void refusesAddresses()
    {
        const std::pair<const char*, std::string> bad[] = {
            {"EVM", ""},
            {"EVM", "52908400098527886e0f7030069857d2e4169ee7"},
            {"EVM", "0x52908400098527886e0f7030069857d2e4169ee"},
            {"EVM", "0x52908400098527886e0f7030069857d2e4169eeg"},
            {"EVM", "0x52908400098527886E0F7030069857D2E4169Ee7"},  // checksum
            {"EVM", "So11111111111111111111111111111111111111112"},
            {"SVM", "0x52908400098527886e0f7030069857d2e4169ee7"},
            {"SVM", "So1111111111111111111111111111111111111111"},
            {"SVM", ""},
            {"TON", ""},
            {"TON", "a b"},
            {"TON", std::string(257, 'a')},
        };
        for (const auto& [chain, address] : bad) {
            QVERIFY2(!readAddress(chain, address), address.c_str());
        }
    }

    void derivesAddresses()
    {
        const SecretBytes scalar = secp256k1::generateScalar();
        const auto ecdsa = secp256k1::publicKey(scalar).value();
        QCOMPARE(addressOfPublicKey("EVM", ecdsa), std::optional(toBytes(evmAddressOf(ecdsa).value())));
        QCOMPARE(addressOfPublicKey("SVM", ecdsa), std::nullopt);
        QCOMPARE(addressOfPublicKey("TON", ecdsa), std::nullopt);
        QCOMPARE(addressOfPublicKey("EVM", Bytes(64, 1)), std::nullopt);  // not on the curve
        QCOMPARE(addressOfPublicKey("EVM", {}), std::nullopt);

        const auto ed = ed25519::publicKey(SecretBytes::random(32)).value();
        QCOMPARE(addressOfPublicKey("SVM", ed), std::optional(toBytes(ed)));
        QCOMPARE(addressOfPublicKey("EVM", ed), std::nullopt);
        QCOMPARE(addressOfPublicKey("SVM", Bytes(32, 2)), std::nullopt);
    }
};

COUNTERSIGN_APPLESS_TEST(WalletAddressTest)
#include "WalletAddress_test.moc"
