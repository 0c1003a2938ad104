#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/abi/AbiWords.h"

using namespace countersign;
using namespace countersign::testing;

// Near misses and hostile bytes: AbiDecodingLimits_test.cpp.

class AbiDecodingTest : public QObject
{
    Q_OBJECT

    static std::string textOf(const AbiValue& value) { return std::string(asText(value.bytes)); }

private Q_SLOTS:
    // Examples of the Contract ABI Specification (documentation of Solidity).

    void specificationBaz()
    {
        const auto arguments = decoded("(uint32,bool)", word("45") + word("1"));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(arguments->values[0].number, Uint256(69));
        QVERIFY(arguments->values[1].kind == AbiType::Kind::Bool);
        QCOMPARE(arguments->values[1].number, Uint256(1));
    }

    void specificationBar()
    {
        const auto arguments = decoded("(bytes3[2])", textWord("abc") + textWord("def"));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(arguments->values[0].items.size(), std::size_t(2));
        QCOMPARE(textOf(arguments->values[0].items[0]), std::string("abc"));
        QCOMPARE(textOf(arguments->values[0].items[1]), std::string("def"));
    }

    void specificationSam()
    {
        const auto arguments = decoded("(bytes,bool,uint256[])",
                                       word("60") + word("1") + word("a0") + word("4") + textWord("dave") +
                                           word("3") + word("1") + word("2") + word("3"));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(arguments->trailingBytes, std::size_t(0));
        const AbiValue& bytes = arguments->values[0];
        QCOMPARE(textOf(bytes), std::string("dave"));
        QCOMPARE(bytes.offset, std::size_t(0x80));
        QCOMPARE(bytes.size, std::size_t(4));
        const AbiValue& list = arguments->values[2];
        QCOMPARE(list.items.size(), std::size_t(3));
        QCOMPARE(list.items[2].number, Uint256(3));
        QCOMPARE(list.offset, std::size_t(0xc0));
        QCOMPARE(list.size, std::size_t(0x60));
    }

    void specificationF()
    {
        const auto arguments =
            decoded("(uint256,uint32[],bytes10,bytes)",
                    word("123") + word("80") + textWord("1234567890") + word("e0") + word("2") + word("456") +
                        word("789") + word("d") + textWord("Hello, world!"));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(arguments->values[0].number, Uint256(0x123));
        QCOMPARE(arguments->values[1].items[1].number, Uint256(0x789));
        QCOMPARE(textOf(arguments->values[2]), std::string("1234567890"));
        QCOMPARE(textOf(arguments->values[3]), std::string("Hello, world!"));
    }

    void specificationG()
    {
        const std::string lists =
            word("2") + word("40") + word("a0") + word("2") + word("1") + word("2") + word("1") + word("3");
        const std::string texts = word("3") + word("60") + word("a0") + word("e0") + word("3") +
                                  textWord("one") + word("3") + textWord("two") + word("5") +
                                  textWord("three");
        const auto arguments = decoded("(uint256[][],string[])", word("40") + word("140") + lists + texts);
        QVERIFY(arguments && arguments->isCanonical);
        const auto& numbers = arguments->values[0].items;
        QCOMPARE(numbers.size(), std::size_t(2));
        QCOMPARE(numbers[0].items[1].number, Uint256(2));
        QCOMPARE(numbers[1].items[0].number, Uint256(3));
        QCOMPARE(textOf(arguments->values[1].items[2]), std::string("three"));
    }

    void dynamicTuplesWithinArrays()
    {
        // [(7, [(0x01, "a")])]: each tuple's offsets count from the tuple itself.
        const std::string inner = word("1") + word("20") + word("1") + word("40") + word("1") + textWord("a");
        const std::string outer = word("20") + word("1") + word("20") + word("7") + word("40") + inner;
        const auto arguments = decoded("((uint8,(address,string)[])[])", outer);
        QVERIFY(arguments && arguments->isCanonical);
        const AbiValue& tuple = arguments->values[0].items[0];
        QVERIFY(tuple.kind == AbiType::Kind::Tuple);
        QCOMPARE(tuple.items[0].number, Uint256(7));
        const AbiValue& pair = tuple.items[1].items[0];
        QCOMPARE(pair.items[0].address()[19], std::uint8_t(1));
        QCOMPARE(textOf(pair.items[1]), std::string("a"));
        QCOMPARE(pair.items[1].offset, outer.size() / 2 - 32);
    }

    void staticTuplesStandInTheHead()
    {
        const auto arguments =
            decoded("((bool,bytes2)[2],bytes)",
                    word("1") + textWord("ab") + word("0") + textWord("cd") + word("a0") + word("0"));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(textOf(arguments->values[0].items[1].items[1]), std::string("cd"));
        QVERIFY(arguments->values[1].bytes.empty());
        QCOMPARE(arguments->values[1].offset, std::size_t(0xc0));
    }

    void placesAreWithoutPadding()
    {
        const auto arguments =
            decoded("(address,uint8,int24,bool,bytes3,uint256)",
                    word("1234") + word("5") + word("6") + word("1") + textWord("abc") + word("7"));
        QVERIFY(arguments.has_value());
        const std::array<std::pair<std::size_t, std::size_t>, 6> places = {
            {{12, 20}, {63, 1}, {93, 3}, {127, 1}, {128, 3}, {160, 32}}};
        for (std::size_t i = 0; i < places.size(); ++i) {
            QCOMPARE(arguments->values[i].offset, places[i].first);
            QCOMPARE(arguments->values[i].size, places[i].second);
        }
    }

    void signedIntegersAreTwosComplement()
    {
        const std::string minus128 = std::string(62, 'f') + "80";
        const auto arguments = decoded("(int8,int256)", minus128 + allOf('f'));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(arguments->values[0].number, Uint256(Uint256(0) - 128));
        QCOMPARE(arguments->values[1].number, Uint256(Uint256(0) - 1));
    }

    void addressOnlyOfAddresses()
    {
        const auto arguments =
            decoded("(address,bytes20,uint160)", std::string(24, '0') + std::string(40, 'a') +
                                                     std::string(40, 'a') + std::string(24, '0') +
                                                     std::string(24, '0') + std::string(40, 'a'));
        QVERIFY(arguments.has_value());
        QCOMPARE(toHex(arguments->values[0].address()), std::string(40, 'a'));
        QVERIFY(arguments->values[1].address() == EvmAddress{});
        QVERIFY(arguments->values[2].address() == EvmAddress{});
    }

    void nothingIsOfNothing()
    {
        const auto arguments = decodeAbi({}, {});
        QVERIFY(arguments && arguments->isCanonical && arguments->values.empty());
        QCOMPARE(arguments->trailingBytes, std::size_t(0));
        const auto more = decodeAbi({}, Bytes(3));
        QVERIFY(more && !more->isCanonical);
        QCOMPARE(more->trailingBytes, std::size_t(3));
    }

    // What contracts take although no encoder writes it.

    void notCanonical_data()
    {
        QTest::addColumn<QByteArray>("types");
        QTest::addColumn<QByteArray>("hex");
        QTest::addColumn<int>("trailing");
        const auto row = [](const char* name, const char* types, const std::string& hex, int trailing = 0) {
            QTest::newRow(name) << QByteArray(types) << QByteArray::fromStdString(hex) << trailing;
        };
        row("a byte behind", "(uint8)", word("1") + "00", 1);
        row("a word behind", "(uint8)", word("1") + word("0"), 32);
        row("bytes behind the tail", "(bytes)", word("20") + word("1") + textWord("a") + "ff", 1);
        row("padding that is not zero", "(bytes)", word("20") + word("1") + textWord("ab"));
        row("padding that is not there", "(bytes)", word("20") + word("1") + "61");
        row("padding that is cut", "(string)", word("20") + word("1") + "610000");
        row("a gap", "(bytes)", word("40") + word("0") + word("0"));
        row("a gap not of words", "(bytes)", word("21") + "00" + word("0"));
        row("the offset leads into the head", "(uint256,bytes)", word("0") + word("0"), 0);
        row("two of one value", "(bytes,bytes)", word("40") + word("40") + word("1") + textWord("a"));
        row("in another order", "(bytes,bytes)",
            word("80") + word("40") + word("1") + textWord("b") + word("1") + textWord("a"));
        row("an array over itself", "(uint8[])", word("0"));
    }

    void notCanonical()
    {
        QFETCH(const QByteArray, types);
        QFETCH(const QByteArray, hex);
        QFETCH(const int, trailing);
        const auto arguments = decoded(types.toStdString(), hex.toStdString());
        QVERIFY2(arguments, arguments ? "" : qPrintable(arguments.error().detail));
        QVERIFY(!arguments->isCanonical);
        QCOMPARE(arguments->trailingBytes, static_cast<std::size_t>(trailing));
    }

    /// Of multicall(bytes[]) with deposit() in it, as routers are called.
    void callWithinACall()
    {
        const auto arguments = decoded(
            "(bytes[])", word("20") + word("1") + word("20") + word("4") + "d0e30db0" + std::string(56, '0'));
        QVERIFY(arguments && arguments->isCanonical);
        QCOMPARE(toHex(arguments->values[0].items[0].bytes), std::string("d0e30db0"));
    }
};

COUNTERSIGN_APPLESS_TEST(AbiDecodingTest)
#include "AbiDecoding_test.moc"
