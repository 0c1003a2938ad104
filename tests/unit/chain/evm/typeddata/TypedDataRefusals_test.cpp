#include "core/chain/evm/typeddata/TypedData.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/typeddata/TypedDataFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class TypedDataRefusalsTest : public QObject, private TypedDataFactory
{
    Q_OBJECT

private Q_SLOTS:
    void refusesValues_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* type, const char* value) {
            QTest::addRow("%s %s", type, value) << QByteArray(type) << QByteArray(value);
        };
        for (const char* value : {"256",    "-1",      "1.0",     "1e2",    "\"\"",    "\"256\"", "\"0x100\"",
                                  "\"-1\"", "\"1.0\"", "\" 1\"",  "\"0x\"", "\"ff\"",  "true",    "null",
                                  "[1]",    "{}",      "\"1_0\"", "\"+1\"", "\"--1\"", "\"-\""}) {
            row("uint8", value);
        }
        for (const char* value : {"128", "-129", "\"0xff\"", "\"-0x1\"", "\"-129\""}) {
            row("int8", value);
        }
        // nlohmann reads it as a double.
        row("uint256", "18446744073709551616");
        row("uint256", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"");
        row("int256", "\"57896044618658097711785492504343953926634992332820282019728792003956564819968\"");
        row("bool", "1");
        row("bool", "\"true\"");
        row("bool", "null");
        row("string", "null");
        row("string", "1");
        row("bytes", "\"61\"");
        row("bytes", "\"hello\"");
        row("bytes", "\"0x1\"");
        row("bytes", "\"\"");
        row("bytes", "null");
        row("bytes4", "\"0x010203\"");
        row("bytes4", "\"0x0102030405\"");
        row("bytes4", "1");
        row("address", "\"0x0\"");
        row("address", "\"cd2a3d9f938e13cd947ec05abc7fe734df8dd826\"");
        row("address", "\"0xCd2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"");  // checksum
        row("address", "\"vitalik.eth\"");
        row("address", "0");
        row("uint8[2]", "[1]");
        row("uint8[2]", "[1,2,3]");
        row("uint8[]", "null");
        row("uint8[]", "\"\"");
        row("uint8[]", "{}");
        row("uint8[][2]", "[[1]]");
        row("S", "{}");
        row("S", "[]");
        row("S", "\"x\"");
        row("S", "{\"a\":null}");
    }

    void refusesValues()
    {
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, value);
        const auto hash = hashTypedData(single(type.constData(), value.constData()));
        QVERIFY(!hash);
        QCOMPARE(hash.error().code, ErrorCode::InvalidInput);
        QVERIFY(!hash.error().sentence.isEmpty());
    }

    void refusesTypes_data()
    {
        QTest::addColumn<QByteArray>("types");
        const auto row = [](const char* types) { QTest::newRow(types) << QByteArray(types); };
        for (const char* type : {"",
                                 "uint",
                                 "int",
                                 "uint7",
                                 "uint264",
                                 "uint08",
                                 "int0",
                                 "bytes0",
                                 "bytes33",
                                 "bytes032",
                                 "function",
                                 "float",
                                 "T [",
                                 "T]",
                                 "T[-1]",
                                 "T[01]",
                                 "T[x]",
                                 "[]",
                                 "uint8[4294967296]",
                                 "Unknown",
                                 "UINT8",
                                 "uint8 ",
                                 "uint8[ ]"}) {
            row(qPrintable(
                QStringLiteral("{\"T\":[{\"name\":\"v\",\"type\":\"%1\"}]}").arg(QLatin1String(type))));
        }
        row(R"({"T":[{"name":"v","type":"uint8"},{"name":"v","type":"uint8"}]})");
        row(R"({"T":[{"name":"","type":"uint8"}]})");
        row(R"({"T":[{"name":"a,uint8 b","type":"uint8"}]})");
        row("{\"T\":[{\"name\":\"v)\",\"type\":\"uint8\"}]}");
        row(R"({"T":[{"name":"v"}]})");
        row(R"({"T":[{"type":"uint8"}]})");
        row(R"({"T":[{"name":"v","type":1}]})");
        row(R"({"T":["uint8 v"]})");
        row(R"({"T":{}})");
        row(R"({"T":null})");
        row(R"({"T":[],"T[]":[]})");
        row(R"({"T":[],"uint8":[]})");
        row(R"({"T":[],"address":[]})");
        row(R"({"T":[],"":[]})");
        row(R"({"T":[],"A B":[]})");
        row(R"({"T":[],"Unused":[{"name":"v","type":"Unknown"}]})");
        row(R"({})");
        row(R"([])");
    }

    void refusesTypes()
    {
        QFETCH(const QByteArray, types);
        Json json = single("uint8", "1");
        json["types"] = parsed(types.constData());
        json["message"] = Json::object();
        QVERIFY(!hashTypedData(json));
    }

    void refusesWhatIsIncomplete()
    {
        const Json whole = parsed(mail);
        for (const char* member : {"types", "primaryType", "domain", "message"}) {
            Json json = whole;
            json.erase(member);
            QVERIFY2(!hashTypedData(json), member);
            json[member] = nullptr;
            QVERIFY2(!hashTypedData(json), member);
        }
        for (const char* member : {"from", "to", "contents"}) {
            Json json = whole;
            json["message"].erase(member);
            QVERIFY2(!hashTypedData(json), member);
        }
        for (const char* member : {"name", "version", "chainId", "verifyingContract"}) {
            Json json = whole;
            json["domain"].erase(member);
            QVERIFY2(!hashTypedData(json), member);
        }
        Json json = whole;
        json["primaryType"] = "Mail[]";
        QVERIFY(!hashTypedData(json));
        QVERIFY(!hashTypedDataText("[]"));
        QVERIFY(!hashTypedDataText("{"));
        // Twice the same member: two readers, two hashes.
        QVERIFY(!hashTypedDataText(
            R"({"types":{"T":[]},"primaryType":"T","domain":{},"message":{},"message":{}})"));
    }

    void refusesWhatTheTypesDoNotNameWhereItIsTold()
    {
        const Json whole = parsed(mail);
        QVERIFY(hashTypedData(whole, UndeclaredMembers::Refuse).has_value());
        for (const char* place : {"/message", "/domain", "/message/from"}) {
            Json json = whole;
            json[Json::json_pointer(place)]["note"] = 1;
            const auto refused = hashTypedData(json, UndeclaredMembers::Refuse);
            QVERIFY2(!refused.has_value(), place);
            QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
            QVERIFY(hashTypedData(json).has_value());
            // As the command line's hash-typed-data takes it.
            QCOMPARE(hashTypedDataText(dumpJson(json))->digest, hashTypedData(whole)->digest);
        }
        // In each element of an array, too.
        Json list = parsed(R"({"types":{"T":[{"name":"a","type":"S[]"}],"S":[{"name":"v","type":"uint8"}]},
            "primaryType":"T","domain":{},"message":{"a":[{"v":1},{"v":2}]}})");
        QVERIFY(hashTypedData(list, UndeclaredMembers::Refuse).has_value());
        list["message"]["a"][1]["w"] = 3;
        QVERIFY(!hashTypedData(list, UndeclaredMembers::Refuse).has_value());
        // What stands beside the four members is no part of what is shown.
        Json beside = whole;
        beside["more"] = nullptr;
        QVERIFY(hashTypedData(beside, UndeclaredMembers::Refuse).has_value());
    }

    void boundsDepthAndSize()
    {
        std::string nested = "null";
        for (int i = 0; i < 100; ++i) {
            nested = R"({"next":)" + nested + R"(,"all":[]})";
        }
        QVERIFY(hashTypedData(single("R", nested.c_str())));
        Json deep;
        for (int i = 0; i < 2'000; ++i) {
            Json next = Json::object();
            next["next"] = std::move(deep);
            next["all"] = Json::array();
            deep = std::move(next);
        }
        Json json = single("R", "null");
        json["message"]["v"] = std::move(deep);
        QVERIFY(!hashTypedData(json));
        QVERIFY(!hashTypedDataText(std::string(typedDataJsonLimits.maxBytes + 1, ' ')));
    }

    /// Each type refers to the next: all texts together are quadratic in the number of types.
    void boundsTypesThatReferToEachOther()
    {
        Json json = parsed(R"({"types":{},"primaryType":"T0","domain":{},"message":{}})");
        const std::string pad(400, 'p');
        for (int i = 0; i < 900; ++i) {
            const std::string next = 'T' + std::to_string((i + 1) % 900);
            json["types"]['T' + std::to_string(i)] = {{{"name", pad}, {"type", next}}};
        }
        for (int i = 0; i < 900; ++i) {
            json["types"]["All"].push_back(
                {{"name", 'n' + std::to_string(i)}, {"type", 'T' + std::to_string(i)}});
            json["message"]['n' + std::to_string(i)] = {{pad, nullptr}};
        }
        json["primaryType"] = "All";
        const auto hash = hashTypedData(json);
        QVERIFY(!hash);
        QVERIFY(hash.error().detail.contains(QStringLiteral("too much")));
    }
};

COUNTERSIGN_APPLESS_TEST(TypedDataRefusalsTest)
#include "TypedDataRefusals_test.moc"
