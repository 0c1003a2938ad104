#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/abi/AbiWords.h"
#include "tests/unit/chain/evm/abi/RandomAbi.h"

using namespace countersign;
using namespace countersign::testing;

class AbiEncodingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The example of the Contract ABI Specification with arrays in arrays.
    void specificationG()
    {
        using Kind = AbiType::Kind;
        const auto number = [](int value) {
            AbiValue made;
            made.number = value;
            return made;
        };
        const auto text = [](const char* characters) {
            AbiValue made;
            made.kind = Kind::String;
            made.bytes = toBytes(asBytes(characters));
            return made;
        };
        const auto list = [](std::vector<AbiValue> items) {
            AbiValue made;
            made.kind = Kind::Array;
            made.items = std::move(items);
            return made;
        };
        const std::vector<AbiValue> values{list({list({number(1), number(2)}), list({number(3)})}),
                                           list({text("one"), text("two"), text("three")})};
        const std::string wanted = word("40") + word("140") + word("2") + word("40") + word("a0") +
                                   word("2") + word("1") + word("2") + word("1") + word("3") + word("3") +
                                   word("60") + word("a0") + word("e0") + word("3") + textWord("one") +
                                   word("3") + textWord("two") + word("5") + textWord("three");
        QCOMPARE(toHex(encodeAbi(parametersOf("(uint256[][],string[])"), values)), wanted);
    }

    void nothingIsNothing() { QVERIFY(encodeAbi({}, {}).empty()); }

    void whatIsEncodedIsDecoded()
    {
        RandomAbi random(7251);
        std::size_t dynamic = 0;
        for (int i = 0; i < 5'000; ++i) {
            const auto parameters = random.parameters();
            const auto values = random.valuesFor(parameters);
            const Bytes bytes = encodeAbi(parameters, values);
            const std::string name = AbiFunction{.name = "f", .inputs = parameters}.signature();
            QCOMPARE(bytes.size() % 32, std::size_t(0));
            const auto arguments = decodeAbi(parameters, bytes);
            QVERIFY2(arguments, name.c_str());
            QVERIFY2(arguments->isCanonical, name.c_str());
            QCOMPARE(arguments->trailingBytes, std::size_t(0));
            QVERIFY2(sameValues(arguments->values, values), name.c_str());
            dynamic += std::ranges::any_of(parameters, [](const auto& p) { return p.type.isDynamic(); });
        }
        QVERIFY(dynamic > 2'000);
    }

    /// A change is refused, or told (not canonical), or read: never is it passed over.
    void everyChangeShows()
    {
        RandomAbi random(1559);
        int refused = 0;
        int told = 0;
        int read = 0;
        for (int i = 0; i < 20'000; ++i) {
            const auto parameters = random.parameters();
            const auto values = random.valuesFor(parameters);
            Bytes bytes = encodeAbi(parameters, values);
            // The last byte of a word makes offsets and lengths that are nearly right.
            const std::size_t place = random.below(bytes.size());
            const std::size_t changed = random.below(2) == 0 ? place : place | 31U;
            bytes[changed] ^= static_cast<std::uint8_t>(1 + random.below(255));
            const auto arguments = decodeAbi(parameters, bytes);
            if (!arguments) {
                ++refused;
            } else if (!arguments->isCanonical) {
                ++told;
            } else {
                QVERIFY(!sameValues(arguments->values, values));
                ++read;
            }
        }
        QVERIFY(refused > 1'000 && told > 1'000 && read > 1'000);
    }

    void everyCutAndAdditionShows()
    {
        RandomAbi random(4844);
        for (int i = 0; i < 2'000; ++i) {
            const auto parameters = random.parameters();
            const Bytes bytes = encodeAbi(parameters, random.valuesFor(parameters));
            const auto cut = decodeAbi(parameters, BytesView(bytes).first(random.below(bytes.size())));
            QVERIFY(!cut || !cut->isCanonical);
            Bytes longer = bytes;
            longer.resize(bytes.size() + 1 + random.below(70));
            const auto more = decodeAbi(parameters, longer);
            QVERIFY(more && !more->isCanonical);
            QCOMPARE(more->trailingBytes, longer.size() - bytes.size());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(AbiEncodingTest)
#include "AbiEncoding_test.moc"
