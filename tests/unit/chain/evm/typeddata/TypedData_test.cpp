#include "core/chain/evm/typeddata/TypedData.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedDataTypes.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/typeddata/TypedDataFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class TypedDataTest : public QObject, private TypedDataFactory
{
    Q_OBJECT

private Q_SLOTS:
    void hashesTheExampleOfEip712()
    {
        const auto hash = hashTypedDataText(mail);
        QVERIFY(hash.has_value());
        QCOMPARE(hash->primaryType, std::string("Mail"));
        QCOMPARE(toHex(hash->domainHash),
                 std::string("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"));
        QCOMPARE(toHex(hash->structHash),
                 std::string("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));
        QCOMPARE(toHex(hash->digest),
                 std::string("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"));
        QCOMPARE(*hash->domainChainId, Uint256(1));
    }

    void encodesTypesSorted()
    {
        const Json types = parsed(R"({"Z":[{"name":"b","type":"B[2][]"},{"name":"z","type":"Z"}],
                                      "B":[{"name":"a","type":"A"}],"A":[],"Unused":[{"name":"q","type":"B"}]})");
        auto read = TypedDataTypes::parse(types, Json::object());
        QVERIFY(read.has_value());
        QCOMPARE(*read->encodeType(*read->find("Z")), std::string("Z(B[2][] b,Z z)A()B(A a)"));
        QCOMPARE(*read->encodeType(*read->find("EIP712Domain")), std::string("EIP712Domain()"));
    }

    void derivesTheDomainsType()
    {
        Json json = parsed(mail);
        const std::string declared = digestOf(json);
        json["types"].erase("EIP712Domain");
        QCOMPARE(digestOf(json), declared);
        json["domain"]["salt"] = nullptr;  // counts as absent
        QCOMPARE(digestOf(json), declared);
        // A member that no library would hash is not dropped silently.
        json["domain"]["chainID"] = 1;
        QVERIFY(!hashTypedData(json));
        json["domain"].erase("chainID");
        json["domain"]["salt"] = "0x" + std::string(64, '1');
        const std::string salted = digestOf(json);
        QVERIFY(salted != declared && !salted.starts_with("refused"));
    }

    void tellsOnlyAChainThatIsHashed()
    {
        Json json = parsed(mail);
        json["types"]["EIP712Domain"].erase(2);
        const auto hash = hashTypedData(json);
        QVERIFY(hash && !hash->domainChainId);
        json = parsed(mail);
        json["domain"]["chainId"] = "0x89";
        QCOMPARE(*hashTypedData(json)->domainChainId, Uint256(137));
    }

    void hashesADomainAlone()
    {
        Json json = parsed(mail);
        json["primaryType"] = "EIP712Domain";
        json.erase("message");
        const auto hash = hashTypedData(json);
        QVERIFY(hash.has_value());
        QCOMPARE(hash->structHash, hash->domainHash);
        QCOMPARE(toHex(hash->digest), toHex(hashOf("1901" + toHex(hash->domainHash))));
    }

    void encodesValues_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("encoded");
        const auto row = [](const char* type, const char* value, const std::string& encoded) {
            QTest::addRow("%s %s", type, value)
                << QByteArray(type) << QByteArray(value) << QByteArray::fromStdString(encoded);
        };
        const std::string ones(64, 'f');
        row("uint8", "255", word("ff"));
        row("uint8", "\"0xff\"", word("ff"));
        row("uint64", "18446744073709551615", word("ffffffffffffffff"));
        row("uint256", ("\"0x" + ones + '"').c_str(), ones);
        row("int8", "-128", std::string(62, 'f') + "80");
        row("int8", "127", word("7f"));
        row("int8", "\"-1\"", ones);
        row("int64", "-9223372036854775808", std::string(48, 'f') + "8000000000000000");
        row("int256", "\"-57896044618658097711785492504343953926634992332820282019728792003956564819968\"",
            '8' + std::string(63, '0'));
        row("uint8", "\"-0\"", word("0"));
        row("bool", "true", word("1"));
        row("bool", "false", word("0"));
        row("bytes3", "\"0xaBcDeF\"", "abcdef" + std::string(58, '0'));
        row("address", "\"0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826\"",
            word("cd2a3d9f938e13cd947ec05abc7fe734df8dd826"));
        row("string", "\"\"", toHex(keccak256({})));
        row("string", "\"\\u00fc\"", toHex(hashOf("c3bc")));
        row("bytes", "\"0x\"", toHex(keccak256({})));
        row("bytes", "\"0x00\"", toHex(hashOf("00")));
        row("uint8[]", "[]", toHex(keccak256({})));
        row("uint8[2]", "[1,2]", toHex(hashOf(word("1") + word("2"))));
        row("uint8[0]", "[]", toHex(keccak256({})));
        row("uint8[1][]", "[[1],[2]]", toHex(hashOf(toHex(hashOf(word("1"))) + toHex(hashOf(word("2"))))));
        row("string[]", "[\"a\"]", toHex(hashOf(toHex(hashOf("61")))));
        // eth_signTypedData_v4: a null struct is zero, and so it is within an array.
        row("S", "null", std::string(64, '0'));
        row("S[]", "[null]", toHex(hashOf(std::string(64, '0'))));
    }

    void encodesValues()
    {
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, value);
        QFETCH(const QByteArray, encoded);
        Json json = single(type.constData(), value.constData());
        const auto hash = hashTypedData(json);
        QVERIFY2(hash, hash ? "" : qPrintable(hash.error().detail));
        std::string encodeType = "T(" + type.toStdString() + " v)";
        if (type.startsWith('S')) {
            encodeType += "S(uint8 a)";
        }
        QCOMPARE(toHex(hash->structHash),
                 toHex(hashOf(toHex(keccak256(asBytes(encodeType))) + encoded.toStdString())));
    }

    void acceptsRecursion()
    {
        const char* list = R"({"next":{"next":null,"all":[]},"all":[{"next":null,"all":[null]}]})";
        const auto hash = hashTypedData(single("R", list));
        QVERIFY2(hash, hash ? "" : qPrintable(hash.error().detail));
    }

    /// Python writes a uint256 as a plain number.
    void readsLongIntegersExactly()
    {
        const auto hash = [](const std::string& type, const std::string& value) {
            return hashTypedDataText(
                R"({"types":{"EIP712Domain":[],"M":[{"name":"x","type":"bool"},{"name":"a","type":")" + type +
                R"("}]},"primaryType":"M","domain":{},"message":{"x":true,"a":)" + value +
                R"(,"other":1.5}})");
        };
        const auto agree = [&](const std::string& type, const std::string& digits) {
            const auto plain = hash(type, digits);
            const auto text = hash(type, '"' + digits + '"');
            return plain && text && plain->digest == text->digest;
        };
        const std::string most =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        QVERIFY(agree("uint256", most));
        QVERIFY(agree("uint256", "18446744073709551616"));
        QVERIFY(agree("uint256", "18446744073709551617"));
        QVERIFY(agree("int256", "-9223372036854775809"));
        QCOMPARE(hash("uint256[]", "[18446744073709551616,1,36893488147419103232]")->digest,
                 hash("uint256[]", R"(["18446744073709551616","1","36893488147419103232"])")->digest);
        QVERIFY(!hash("uint256", most.substr(0, most.size() - 1) + '6'));
        QVERIFY(!hash("uint128", most));
        QVERIFY(!hash("uint256", "-18446744073709551616"));
        for (const char* type : {"string", "bytes", "bytes32", "bool", "address", "M"}) {
            QVERIFY2(!hash(type, "18446744073709551616"), type);
        }
        for (const char* number : {"18446744073709551616.0", "1e30", "1.5", "-1.5e30"}) {
            QVERIFY2(!hash("uint256", number), number);
        }
    }

    void ignoresWhatTheTypesDoNotName()
    {
        Json json = parsed(mail);
        const std::string digest = digestOf(json);
        json["message"]["note"] = 1;
        json["domain"]["salt"] = "not hashed";
        json["more"] = nullptr;
        json["types"]["Unused"] = parsed(R"([{"name":"v","type":"Unused[]"}])");
        QCOMPARE(digestOf(json), digest);
    }

    /// Where the domain itself is the primary type, nothing signs a message beside it.
    void aMessageBesideTheDomainIsUndeclared()
    {
        Json json = parsed(mail);
        json["primaryType"] = "EIP712Domain";
        const auto hash = hashTypedData(json);
        QVERIFY(hash.has_value());
        QCOMPARE(hash->structHash, hash->domainHash);
        QVERIFY(!hashTypedData(json, UndeclaredMembers::Refuse));
        for (const char* other : {"\"text\"", "[1]", "1", "false", R"({"a":null})"}) {
            json["message"] = parsed(other);
            QVERIFY2(!hashTypedData(json, UndeclaredMembers::Refuse), other);
        }
        for (const char* nothing : {"{}", "null"}) {
            json["message"] = parsed(nothing);
            QCOMPARE(hashTypedData(json, UndeclaredMembers::Refuse)->digest, hash->digest);
        }
        json.erase("message");
        QCOMPARE(hashTypedData(json, UndeclaredMembers::Refuse)->digest, hash->digest);
        // The domain's own members are held to its type all the same.
        json["domain"]["note"] = 1;
        QVERIFY(!hashTypedData(json, UndeclaredMembers::Refuse));
    }

    void takesChecksumsOfTheDomainsChain()
    {
        Json json = parsed(mail);
        const auto withAddress = [&](const char* chain, const char* address) {
            json["domain"]["chainId"] = parsed(chain);
            json["message"]["to"]["wallet"] = address;
            json["domain"]["verifyingContract"] = address;
            return hashTypedData(json);
        };
        const char* const rootstock = "0x5aaEB6053f3e94c9b9a09f33669435E7ef1bEAeD";
        const char* const lower = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
        for (const char* chain : {"30", "\"30\"", "\"0x1e\""}) {
            QCOMPARE(withAddress(chain, rootstock)->digest, withAddress(chain, lower)->digest);
        }
        for (const char* chain : {"1", "31"}) {
            QVERIFY(!withAddress(chain, rootstock));
            QVERIFY(withAddress(chain, lower));
        }
    }

    void anAbsentDomainIsEmpty()
    {
        Json json = single("uint8", "1");
        const std::string digest = digestOf(json);
        json.erase("domain");
        QCOMPARE(digestOf(json), digest);
    }

    void takesNamesOfHyperliquid()
    {
        Json json = single("uint8", "1");
        json["types"]["Hyper:Send$_1"] = json["types"]["T"];
        json["primaryType"] = "Hyper:Send$_1";
        QVERIFY(hashTypedData(json));
    }

    /// 200 KiB of each shape; what costs more than a moment would show as a time-out of the test.
    void takesLargeMessages()
    {
        Json numbers = single("uint8[]", "[]");
        for (int i = 0; i < 100'000; ++i) {
            numbers["message"]["v"].push_back(1);
        }
        QVERIFY(hashTypedDataText(dumpJson(numbers)));
        Json structs = single("S[]", "[]");
        for (int i = 0; i < 25'000; ++i) {
            structs["message"]["v"].push_back({{"a", 1}});
        }
        QVERIFY(hashTypedDataText(dumpJson(structs)));
        QVERIFY(
            hashTypedDataText(dumpJson(single("string", ('"' + std::string(200'000, 'x') + '"').c_str()))));
    }
};

COUNTERSIGN_APPLESS_TEST(TypedDataTest)
#include "TypedData_test.moc"
