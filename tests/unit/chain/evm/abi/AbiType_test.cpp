#include "core/chain/evm/abi/AbiType.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/abi/AbiWords.h"

#include <limits>

using namespace countersign;
using namespace countersign::testing;

class AbiTypeTest : public QObject
{
    Q_OBJECT

    static AbiType typeOf(const char* text) { return parametersOf(std::string("(") + text + ")")[0].type; }

private Q_SLOTS:
    void canonicalForm_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("canonical");
        QTest::newRow("uint") << QByteArray("uint") << QByteArray("uint256");
        QTest::newRow("int[]") << QByteArray("int[]") << QByteArray("int256[]");
        QTest::newRow("uint8") << QByteArray("uint8") << QByteArray("uint8");
        QTest::newRow("fixed bytes") << QByteArray("bytes32[3]") << QByteArray("bytes32[3]");
        QTest::newRow("payable") << QByteArray("address payable to") << QByteArray("address");
        QTest::newRow("tuple") << QByteArray("tuple(address a, (bool, string[2][] s) t)[4][] memory list")
                               << QByteArray("(address,(bool,string[2][]))[4][]");
    }

    void canonicalForm()
    {
        QFETCH(const QByteArray, written);
        QFETCH(const QByteArray, canonical);
        QCOMPARE(typeOf(written.constData()).canonical(), canonical.toStdString());
    }

    void headsAndOffsets_data()
    {
        QTest::addColumn<bool>("isDynamic");
        QTest::addColumn<int>("headBytes");
        QTest::newRow("uint8") << false << 32;
        QTest::newRow("bytes") << true << 32;
        QTest::newRow("string") << true << 32;
        QTest::newRow("bytes1") << false << 32;
        QTest::newRow("uint256[]") << true << 32;
        QTest::newRow("uint256[7]") << false << 224;
        QTest::newRow("bytes[7]") << true << 32;
        QTest::newRow("uint8[][2]") << true << 32;
        QTest::newRow("uint8[2][3]") << false << 192;
        QTest::newRow("(address,uint256)") << false << 64;
        QTest::newRow("(address,string)") << true << 32;
        QTest::newRow("(address,(bool,bytes4)[2])[3]") << false << 480;
        QTest::newRow("(address,(bool,bytes)[2])[3]") << true << 32;
    }

    void headsAndOffsets()
    {
        QFETCH(const bool, isDynamic);
        QFETCH(const int, headBytes);
        const AbiType type = typeOf(QTest::currentDataTag());
        QCOMPARE(type.isDynamic(), isDynamic);
        QCOMPARE(type.headBytes(), static_cast<std::size_t>(headBytes));
    }

    /// 999,999,999^8 words: their number must not wrap to a small one.
    void headsTooLargeToCountAreTheLargest()
    {
        std::string text = "uint8";
        for (int i = 0; i < 8; ++i) {
            text += "[999999999]";
        }
        const AbiType type = typeOf(text.c_str());
        QCOMPARE(type.headBytes(), std::numeric_limits<std::size_t>::max());
        AbiType twice{.kind = AbiType::Kind::Tuple, .width = 256, .length = {}, .members = {}};
        twice.members.assign(2, {.name = {}, .type = type});
        QCOMPARE(twice.headBytes(), std::numeric_limits<std::size_t>::max());
    }

    /// From the documents of Solidity, the ERCs and block explorers.
    void selectors_data()
    {
        QTest::addColumn<QByteArray>("selector");
        QTest::newRow("baz(uint32,bool)") << QByteArray("cdcd77c0");
        QTest::newRow("bar(bytes3[2])") << QByteArray("fce353f6");
        QTest::newRow("sam(bytes,bool,uint256[])") << QByteArray("a5643bf2");
        QTest::newRow("f(uint256,uint32[],bytes10,bytes)") << QByteArray("8be65246");
        QTest::newRow("g(uint256[][],string[])") << QByteArray("2289b18c");
        QTest::newRow("transfer(address,uint256)") << QByteArray("a9059cbb");
        QTest::newRow("approve(address,uint256)") << QByteArray("095ea7b3");
        QTest::newRow("deposit()") << QByteArray("d0e30db0");
        QTest::newRow("multiSend(bytes)") << QByteArray("8d80ff0a");
        QTest::newRow("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))")
            << QByteArray("04e45aaf");
        QTest::newRow(
            "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,"
            "address,bytes)")
            << QByteArray("6a761202");
    }

    void selectors()
    {
        QFETCH(const QByteArray, selector);
        const auto function = parseAbiFunction(QTest::currentDataTag());
        QVERIFY(function.has_value());
        QCOMPARE(function->signature(), std::string(QTest::currentDataTag()));
        QCOMPARE(toHex(function->selector()), selector.toStdString());
    }
};

COUNTERSIGN_APPLESS_TEST(AbiTypeTest)
#include "AbiType_test.moc"
