#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/abi/AbiWords.h"

using namespace countersign;
using namespace countersign::testing;

// Why: calldata come from outside. What a contract would revert at, offsets above all, must not be read as
// something else, and a little of it must not cost much.

class AbiDecodingLimitsTest : public QObject
{
    Q_OBJECT

    static std::string repeated(const std::string& text, std::size_t times)
    {
        std::string out;
        for (std::size_t i = 0; i < times; ++i) {
            out += text;
        }
        return out;
    }

private Q_SLOTS:
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("types");
        QTest::addColumn<QByteArray>("hex");
        const auto row = [](const char* name, const char* types, const std::string& hex) {
            QTest::newRow(name) << QByteArray(types) << QByteArray::fromStdString(hex);
        };
        row("no data", "(uint8)", "");
        row("a word cut", "(uint256)", word("1").substr(2));
        row("the second missing", "(uint256,uint256)", word("1"));
        row("uint8 256", "(uint8)", word("100"));
        row("uint248 of 256 bits", "(uint248)", allOf('f'));
        row("int8 128", "(int8)", word("80"));
        row("int8 -129", "(int8)", std::string(61, 'f') + "f7f");
        row("int8 without its sign", "(int8)", "0" + std::string(61, 'f') + "ff");
        row("bool 2", "(bool)", word("2"));
        row("bool above 8 bits", "(bool)", word("100"));
        row("bool with its highest bit", "(bool)", "8" + std::string(62, '0') + "1");
        row("address of 21 bytes", "(address)", word("010000000000000000000000000000000000000000"));
        row("bytes4 followed", "(bytes4)", textWord("abcde"));
        row("bytes1 in the wrong place", "(bytes1)", word("61"));
        row("static array short", "(uint8[3])", word("1") + word("2"));
        row("static tuple short", "((uint8,bool))", word("1"));
        row("a text that is not UTF-8", "(string)", word("20") + word("1") + "ff" + std::string(62, '0'));
        row("a text cut within a character", "(string)",
            word("20") + word("1") + "c3a4" + std::string(60, '0'));
        row("overlong UTF-8", "(string)", word("20") + word("2") + "c080" + std::string(60, '0'));
        row("largest static array", "(uint8[999999999][999999999][999999999])", word("1"));
    }

    void refuses()
    {
        QFETCH(const QByteArray, types);
        QFETCH(const QByteArray, hex);
        const auto arguments = decoded(types.toStdString(), hex.toStdString());
        QVERIFY(!arguments);
        QCOMPARE(arguments.error().code, ErrorCode::InvalidInput);
        QVERIFY(!arguments.error().sentence.isEmpty());
    }

    /// Every number that may lead out of the data, or past the largest number and back into it.
    void hostileOffsetsAndLengths()
    {
        for (const char* types : {"(bytes)", "(string)", "(uint8[])", "(bytes[])", "(bytes[2])", "((bytes))",
                                  "((uint8,bytes)[])", "(uint8[][])"}) {
            for (const std::string& hostile :
                 {allOf('f'), "8" + std::string(63, '0'), "7" + std::string(63, 'f'),
                  word("ffffffffffffffff"), word("ffffffffffffffe0"), word("ffffffffffffffc0"),
                  word("8000000000000000"), word("7fffffffffffffff"), word("10000000000000000"),
                  word("10000000000000020"), word("100000000"), word("ffffffff"), word("101"),
                  std::string(62, 'f') + "e0", std::string(62, 'f') + "c0", "1" + word("20").substr(1)}) {
                QVERIFY2(!decoded(types, hostile + repeated(word("0"), 7)), types);
                QVERIFY2(!decoded(types, word("20") + hostile + repeated(word("0"), 6)), types);
            }
        }
    }

    void lengthsEndWithTheData()
    {
        const std::string head = word("20");
        QVERIFY(decoded("(bytes)", head + word("40") + allOf('1') + allOf('1')));
        QVERIFY(!decoded("(bytes)", head + word("41") + allOf('1') + allOf('1')));
        QVERIFY(decoded("(bool[])", head + word("2") + word("1") + word("1")));
        QVERIFY(!decoded("(bool[])", head + word("3") + word("1") + word("1")));
        QVERIFY(decoded("(bool[2][])", head + word("1") + word("1") + word("1")));
        QVERIFY(!decoded("(bool[2][])", head + word("2") + word("1") + word("1") + word("1")));
        // The length itself must be there.
        QVERIFY(decoded("(bytes)", word("20") + word("0")));
        QVERIFY(!decoded("(bytes)", word("21") + word("0")));
        QVERIFY(!decoded("(bytes)", word("20")));
        QVERIFY(!decoded("((uint8,bytes))", word("20") + word("1")));
    }

    /// Eight levels of arrays, whose elements are all one array, would be 32^8 values.
    void arraysOverThemselvesDoNotMultiply()
    {
        const std::string brackets = "(uint256" + repeated("[]", 8) + ")";
        // Seven offsets of 0 lead to the place behind the length, where an empty list begins.
        QVERIFY(decoded(brackets, word("20") + word("7") + repeated(word("0"), 7)));
        // Every word is a length of 32 and an offset of one word.
        QVERIFY(!decoded(brackets, repeated(word("20"), 100)));
        QVERIFY(!decoded(brackets, repeated(word("20"), 10'000)));
    }

    /// Many elements that are one large text.
    void oneTextIsNotReadOverAndOver()
    {
        const auto dataOf = [](std::size_t elements) {
            Bytes data;
            const auto append = [&](std::size_t number) {
                const Bytes word = toBytes32(Uint256(number));
                data.insert(data.end(), word.begin(), word.end());
            };
            append(32);
            append(elements);
            for (std::size_t i = 0; i < elements; ++i) {
                append(elements * 32);
            }
            append(100'000);
            data.resize(data.size() + 100'000, 'x');
            return data;
        };
        const auto parameters = parametersOf("(string[])");
        const auto few = decodeAbi(parameters, dataOf(3));
        QVERIFY(few && !few->isCanonical);
        QCOMPARE(few->values[0].items[2].bytes.size(), std::size_t(100'000));
        QVERIFY(!decodeAbi(parameters, dataOf(5)));
        QVERIFY(!decodeAbi(parameters, dataOf(10'000)));
    }

    void valuesAreBounded()
    {
        const auto parameters = parametersOf("(bool[])");
        const auto dataOf = [](std::size_t count) {
            Bytes data = toBytes32(32);
            const Bytes length = toBytes32(Uint256(count));
            data.insert(data.end(), length.begin(), length.end());
            data.resize(data.size() + 32 * count);
            return data;
        };
        const auto most = decodeAbi(parameters, dataOf(19'999));
        QVERIFY(most && most->isCanonical);
        QVERIFY(!decodeAbi(parameters, dataOf(20'000)));
    }

    /// parseAbiFunction makes none of these; what reads types from elsewhere might.
    void typesAreBounded()
    {
        const AbiType empty{.kind = AbiType::Kind::Tuple, .width = 256, .length = {}, .members = {}};
        AbiType list{.kind = AbiType::Kind::Array, .width = 256, .length = {}, .members = {}};
        list.members.push_back({.name = {}, .type = empty});
        const auto decodedAs = [](const AbiType& type, const std::string& hex) {
            const std::vector<AbiParameter> parameters{{.name = {}, .type = type}};
            return decodeAbi(parameters, *fromHex(hex));
        };
        QVERIFY(decodedAs(empty, ""));
        QVERIFY(decodedAs(list, word("20") + word("3")));
        QVERIFY(!decodedAs(list, word("20") + word("ffffffff")));
        QVERIFY(!decodedAs(list, word("20") + allOf('f')));
        list.length = 0xffffffff;
        QVERIFY(!decodedAs(list, ""));

        AbiType deep{.kind = AbiType::Kind::Bool, .width = 256, .length = {}, .members = {}};
        for (int depth = 1; depth <= 16; ++depth) {
            QVERIFY(decodedAs(deep, word("1")));
            AbiType tuple = empty;
            tuple.members.push_back({.name = {}, .type = deep});
            deep = tuple;
        }
        QVERIFY(!decodedAs(deep, word("1")));

        for (const int width : {-8, 0, 7, 264}) {
            QVERIFY(!decodedAs({.kind = AbiType::Kind::Unsigned, .width = width, .length = {}, .members = {}},
                               word("0")));
        }
        for (const int width : {-1, 0, 33, 256}) {
            QVERIFY(!decodedAs(
                {.kind = AbiType::Kind::FixedBytes, .width = width, .length = {}, .members = {}}, word("0")));
        }
        QVERIFY(
            !decodedAs({.kind = AbiType::Kind::Array, .width = 256, .length = {}, .members = {}}, word("0")));
    }
};

COUNTERSIGN_APPLESS_TEST(AbiDecodingLimitsTest)
#include "AbiDecodingLimits_test.moc"
