#include "core/crypto/Address.h"

#include "core/base/Base58.h"
#include "core/base/Hex.h"
#include "core/crypto/Secp256k1.h"
#include "tests/support/TestProgram.h"

#include <QTest>

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
