#include "core/chain/evm/Rlp.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/EthereumVectors.h"

#include <QTest>

using namespace countersign;

namespace {

/// What the vectors' "in" stands for: text, a number, "#" and a large number, or a list.
Bytes encode(const Json& in);

rlp::ListWriter listOf(const Json& in)
{
    rlp::ListWriter list;
    for (const Json& item : in) {
        if (item.is_array()) {
            list.add(listOf(item));
        } else if (item.is_number()) {
            list.add(Uint256(item.get<std::uint64_t>()));
        } else {
            list.add(asBytes(item.get_ref<const std::string&>()));
        }
    }
    return list;
}

Bytes encode(const Json& in)
{
    if (in.is_array()) {
        return listOf(in).encoded();
    }
    if (in.is_number()) {
        return rlp::encodeString(toMinimalBytes(Uint256(in.get<std::uint64_t>())));
    }
    const std::string text = in.get<std::string>();
    if (text.starts_with('#')) {
        // 2^256 is among them and does not fit.
        const auto number = parseQuantity(std::string_view(text).substr(1));
        return number ? rlp::encodeString(toMinimalBytes(*number)) : Bytes();
    }
    return rlp::encodeString(asBytes(text));
}

Bytes encode(const rlp::Item& item);

rlp::ListWriter listOf(const rlp::Item& item)
{
    rlp::ListWriter list;
    for (const rlp::Item& child : item.items) {
        if (child.isList) {
            list.add(listOf(child));
        } else {
            list.add(child.string);
        }
    }
    return list;
}

Bytes encode(const rlp::Item& item)
{
    return item.isList ? listOf(item).encoded() : rlp::encodeString(item.string);
}

}  // namespace

class RlpTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheVectors()
    {
        NEED_ETHEREUM_VECTORS();
        const Json tests =
            vectors::readEthereumFile(vectors::ethereumPath() + QStringLiteral("/RLPTests/rlptest.json"));
        int encoded = 0;
        for (const auto& [name, test] : tests.items()) {
            const Bytes wanted = *fromHex(test.at("out").get<std::string>());
            const auto item = rlp::decode(wanted);
            QVERIFY2(item && encode(*item) == wanted, name.c_str());
            if (const Bytes ours = encode(test.at("in")); !ours.empty()) {
                QVERIFY2(ours == wanted, name.c_str());
                ++encoded;
            }
        }
        QVERIFY(encoded >= 25);
    }

    void refusesTheInvalidVectors()
    {
        NEED_ETHEREUM_VECTORS();
        const Json tests = vectors::readEthereumFile(vectors::ethereumPath() +
                                                     QStringLiteral("/RLPTests/invalidRLPTest.json"));
        for (const auto& [name, test] : tests.items()) {
            const auto item = rlp::decode(*fromHex(test.at("out").get<std::string>()));
            QVERIFY2(!item && item.error().code == ErrorCode::InvalidInput, name.c_str());
        }
        QVERIFY(tests.size() >= 25);
    }

    void refusesWhatIsNotCanonical_data()
    {
        QTest::addColumn<QByteArray>("hex");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("trailing byte") << QByteArray("8000");
        QTest::newRow("single byte with a length") << QByteArray("817f");
        QTest::newRow("short string in long form") << QByteArray("b80161");
        QTest::newRow("short list in long form") << QByteArray("f80180");
        QTest::newRow("length with a leading zero") << QByteArray("b90001") + QByteArray("61");
        QTest::newRow("string cut") << QByteArray("8361");
        QTest::newRow("list cut") << QByteArray("c280");
        QTest::newRow("item beyond its list") << QByteArray("c28361");
        QTest::newRow("length cut") << QByteArray("b9ff");
        QTest::newRow("length near 2^64") << QByteArray("bfffffffffffffffff61");
        QTest::newRow("list length near 2^64") << QByteArray("ffffffffffffffffff80");
    }

    void refusesWhatIsNotCanonical()
    {
        QFETCH(const QByteArray, hex);
        const auto item = rlp::decode(*fromHex(hex.toStdString()));
        QVERIFY(!item);
        QCOMPARE(item.error().code, ErrorCode::InvalidInput);
    }

    void keepsItsLimits()
    {
        // Three lists within each other.
        QVERIFY(rlp::decode(*fromHex("c2c1c0"), {.maxDepth = 3}));
        QVERIFY(!rlp::decode(*fromHex("c2c1c0"), {.maxDepth = 2}));
        QVERIFY(rlp::decode(*fromHex("c28080"), {.maxItems = 3}));
        QVERIFY(!rlp::decode(*fromHex("c28080"), {.maxItems = 2}));
        QVERIFY(rlp::decode(*fromHex("83616263"), {.maxBytes = 4}));
        QVERIFY(!rlp::decode(*fromHex("83616263"), {.maxBytes = 3}));
    }

    void refusesDepthBeforeItCostsStack() { QVERIFY(!rlp::decode(Bytes(100'000, 0xc1))); }

    void numbersAreMinimal()
    {
        QCOMPARE(*rlp::decode(*fromHex("80"))->number(), Uint256(0));
        QCOMPARE(*rlp::decode(*fromHex("820400"))->number(), Uint256(1024));
        QVERIFY(!rlp::decode(*fromHex("00"))->number());
        QVERIFY(!rlp::decode(*fromHex("820004"))->number());
        QVERIFY(!rlp::decode(*fromHex("c0"))->number());
        QVERIFY(!rlp::decode(rlp::encodeString(Bytes(33, 1)))->number());
    }
};

COUNTERSIGN_APPLESS_TEST(RlpTest)
#include "Rlp_test.moc"
