#include "core/crypto/keys/Address.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

class AddressTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The examples of EIP-55.
    void writesTheChecksum_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
              "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
              "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
            QTest::newRow(text) << QByteArray(text);
        }
    }

    void writesTheChecksum()
    {
        QFETCH(QByteArray, text);
        const std::string address = text.toStdString();
        QCOMPARE(toText(*parseEvmAddress(address)), address);
        const std::string lower = text.toLower().toStdString();
        QCOMPARE(toText(*parseEvmAddress(lower)), address);
        const std::string upper = "0x" + text.mid(2).toUpper().toStdString();
        QCOMPARE(toText(*parseEvmAddress(upper)), address);
        QVERIFY(sameAddress(lower, address));
    }

    void refusesWrongChecksumsAndShapes_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "0x", "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
              "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
              "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
              "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed ",
              "0x0x1220A0cf47c7B9Be7A2E6BA89F429762e7b9aD", "0xg1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
            QTest::newRow(*text != '\0' ? text : "empty") << QByteArray(text);
        }
    }

    void refusesWrongChecksumsAndShapes()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseEvmAddress(text.toStdString()));
    }

    /// The examples of EIP-1191, for chains 30 and 31.
    void knowsChecksumsOfChains()
    {
        const std::pair<unsigned, const char*> examples[] = {
            {30, "0x27b1FdB04752BBc536007A920D24ACB045561c26"},
            {30, "0x3599689E6292B81B2D85451025146515070129Bb"},
            {30, "0x42712D45473476B98452f434E72461577d686318"},
            {30, "0x52908400098527886E0F7030069857D2E4169ee7"},
            {30, "0x5aaEB6053f3e94c9b9a09f33669435E7ef1bEAeD"},
            {30, "0x6549F4939460DE12611948B3F82B88C3C8975323"},
            {30, "0x66F9664f97f2B50F62d13EA064982F936de76657"},
            {31, "0x27B1FdB04752BbC536007a920D24acB045561C26"},
            {31, "0x3599689e6292b81b2D85451025146515070129Bb"},
            {31, "0x42712D45473476B98452F434E72461577D686318"},
            {31, "0x52908400098527886E0F7030069857D2e4169EE7"},
            {31, "0x5aAeb6053F3e94c9b9A09F33669435E7EF1BEaEd"},
            {31, "0x6549f4939460dE12611948b3f82b88C3c8975323"},
            {31, "0x66f9664F97F2b50f62d13eA064982F936DE76657"}};
        for (const auto& [chain, text] : examples) {
            const auto address = parseEvmAddress(text, chain);
            QVERIFY2(address.has_value(), text);
            QCOMPARE(toTextOfChain(*address, chain), std::string(text));
            // EIP-55 counts there, too.
            QCOMPARE(*parseEvmAddress(toText(*address), chain), *address);
            const std::string_view digits = std::string_view(text).substr(2);
            const bool isMixed = digits.find_first_of("abcdef") != std::string_view::npos &&
                                 digits.find_first_of("ABCDEF") != std::string_view::npos;
            if (!isMixed || toText(*address) == text) {
                continue;
            }
            // Elsewhere it is named, and not taken.
            for (const auto& other :
                 {std::optional<Uint256>(), std::optional<Uint256>(1), std::optional<Uint256>(61 - chain)}) {
                if (other && toTextOfChain(*address, *other) == text) {
                    continue;
                }
                const auto refused = parseEvmAddress(text, other);
                QVERIFY2(!refused && refused.error().sentence.contains(u"EIP-1191"), text);
                QVERIFY(refused.error().sentence.contains(QString::number(chain)));
            }
        }
    }

    /// One letter of the other case is a mistake of typing on every chain (unless chance makes it another
    /// checksum).
    void mistypedAddressesAreRefusedOnEveryChain()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        for (int i = 0; i < 500; ++i) {
            EvmAddress address{};
            for (std::uint8_t& byte : address) {
                byte = static_cast<std::uint8_t>(random());
            }
            std::string text = i % 2 == 0 ? toText(address) : toTextOfChain(address, 30);
            const std::size_t letter = text.find_first_of("abcdefABCDEF", 2 + random() % 20);
            if (letter == std::string::npos) {
                continue;
            }
            text[letter] ^= 0x20;
            const std::string digits = text.substr(2);
            const bool isMixed = digits.find_first_of("abcdef") != std::string::npos &&
                                 digits.find_first_of("ABCDEF") != std::string::npos;
            for (const unsigned chain : {1U, 30U, 31U, 137U}) {
                const bool isChance = text == toText(address) ||
                                      (usesChainChecksum(chain) && text == toTextOfChain(address, chain));
                QVERIFY2(parseEvmAddress(text, chain).has_value() == (!isMixed || isChance),
                         qPrintable(QString::number(seed)));
            }
        }
    }

    /// The key pair 1 and a well-known test account, as every EVM library derives them.
    void derivesEvmAddresses()
    {
        const auto addressOf = [](std::string_view hex) {
            return toText(*evmAddressOf(*secp256k1::publicKey(*secretFromHex(hex))));
        };
        QCOMPARE(addressOf("0000000000000000000000000000000000000000000000000000000000000001"),
                 std::string("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"));
        QCOMPARE(addressOf("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
                 std::string("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
        QVERIFY(!evmAddressOf(Bytes(63)));
        QVERIFY(!evmAddressOf(Bytes(65)));
        QVERIFY(!evmAddressOf({}));
    }

    void readsSolanaAddresses()
    {
        QCOMPARE(toText(SolanaAddress{}), std::string("11111111111111111111111111111111"));
        constexpr std::string_view token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
        QCOMPARE(toText(*parseSolanaAddress(token)), std::string(token));
        for (const std::string_view bad :
             {"", "1111111111111111111111111111111", "111111111111111111111111111111111",
              "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5D0", " TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
              "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DAA"}) {
            QVERIFY(!parseSolanaAddress(bad));
        }
        QVERIFY(!parseSolanaAddress(toBase58(Bytes(33, 0xff))));
        QVERIFY(!parseSolanaAddress(toBase58(Bytes(31, 0xff))));
    }

    void comparesByChain()
    {
        QVERIFY(sameAddress("0xde709f2102306220921060314715629080e2fb77",
                            "0xDE709F2102306220921060314715629080E2FB77"));
        QVERIFY(!sameAddress("0xde709f2102306220921060314715629080e2fb77",
                             "0xde709f2102306220921060314715629080e2fb78"));
        QVERIFY(!sameAddress("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
                             "tokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"));
        QVERIFY(!sameAddress("0xde709f2102306220921060314715629080e2fb77", ""));
    }
};

COUNTERSIGN_APPLESS_TEST(AddressTest)
#include "Address_test.moc"
