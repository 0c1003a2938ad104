#include "core/chain/evm/abi/AbiType.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

class AbiSignatureTest : public QObject
{
    Q_OBJECT

    static std::string signatureOf(const std::string& text)
    {
        const auto function = parseAbiFunction(text);
        return function ? function->signature() : "refused: " + function.error().detail.toStdString();
    }

    static std::string repeated(const char* text, int times)
    {
        std::string out;
        for (int i = 0; i < times; ++i) {
            out += text;
        }
        return out;
    }

private Q_SLOTS:
    void namesAndTypes()
    {
        const auto function = parseAbiFunction("transfer(address to, uint256 amount)");
        QVERIFY(function.has_value());
        QCOMPARE(function->name, std::string("transfer"));
        QCOMPARE(function->inputs.size(), std::size_t(2));
        QCOMPARE(function->inputs[0].name, std::string("to"));
        QVERIFY(function->inputs[0].type.kind == AbiType::Kind::Address);
        QCOMPARE(function->inputs[1].name, std::string("amount"));
        QCOMPARE(function->inputs[1].type.width, 256);
    }

    void namesWithinTuples()
    {
        const auto function = parseAbiFunction(
            "function swap((address tokenIn, (uint24 fee, bytes hop)[2] hops)[] calldata steps, int)");
        QVERIFY(function.has_value());
        QCOMPARE(function->signature(), std::string("swap((address,(uint24,bytes)[2])[],int256)"));
        const AbiParameter& steps = function->inputs[0];
        QCOMPARE(steps.name, std::string("steps"));
        QVERIFY(!steps.type.length);
        const AbiParameter& step = steps.type.members[0];
        QVERIFY(step.name.empty());
        QCOMPARE(step.type.members[0].name, std::string("tokenIn"));
        QCOMPARE(step.type.members[1].name, std::string("hops"));
        QCOMPARE(*step.type.members[1].type.length, std::uint32_t(2));
        QCOMPARE(step.type.members[1].type.members[0].type.members[1].name, std::string("hop"));
        QVERIFY(function->inputs[1].name.empty());
    }

    void takes_data()
    {
        QTest::addColumn<QByteArray>("signature");
        QTest::newRow("f()") << QByteArray("f()");
        QTest::newRow("  f (  ) ") << QByteArray("f()");
        QTest::newRow("function  _f$1( uint ,int8 x )") << QByteArray("_f$1(uint256,int8)");
        QTest::newRow("functional(uint)") << QByteArray("functional(uint256)");
        QTest::newRow("f(address payable)") << QByteArray("f(address)");
        QTest::newRow("f(address indexed from, bytes calldata)") << QByteArray("f(address,bytes)");
        QTest::newRow("f(string memory memoryName)") << QByteArray("f(string)");
        QTest::newRow("f(tuple(uint a) b)") << QByteArray("f((uint256))");
        QTest::newRow("f((uint))") << QByteArray("f((uint256))");
        QTest::newRow("f(uint8[999999999])") << QByteArray("f(uint8[999999999])");
        QTest::newRow("f(uint address)") << QByteArray("f(uint256)");
    }

    void takes()
    {
        QFETCH(const QByteArray, signature);
        QCOMPARE(signatureOf(QTest::currentDataTag()), signature.toStdString());
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"",
                                 " ",
                                 "f",
                                 "(uint)",
                                 "f(",
                                 "f)",
                                 "f(uint",
                                 "f(uint,",
                                 "f(uint,)",
                                 "f(,uint)",
                                 "f(,)",
                                 "1f()",
                                 "function()",
                                 "function(uint)",
                                 "function function()",
                                 "f()x",
                                 "f() returns (uint)",
                                 "f()()",
                                 "f(uint))",
                                 "f((uint)",
                                 "f(())",
                                 "f(()[])",
                                 "f(tuple)",
                                 "f(tuple(uint a)b)",
                                 "f(tuple (uint))",
                                 "f(uint7)",
                                 "f(uint0)",
                                 "f(uint264)",
                                 "f(uint08)",
                                 "f(uint+8)",
                                 "f(int-8)",
                                 "f(bytes0)",
                                 "f(bytes33)",
                                 "f(bytes01)",
                                 "f(byte)",
                                 "f(bool8)",
                                 "f(address20)",
                                 "f(string1)",
                                 "f(function)",
                                 "f(fixed)",
                                 "f(ufixed128x18)",
                                 "f(IERC20)",
                                 "f(Uint256)",
                                 "f(uint 8)",
                                 "f(uint[0])",
                                 "f(uint[01])",
                                 "f(uint[-1])",
                                 "f(uint[ 1])",
                                 "f(uint[1 ])",
                                 "f(uint[a])",
                                 "f(uint[)",
                                 "f(uint])",
                                 "f(uint[1)",
                                 "f(uint[1000000000])",
                                 "f(uint [1])",
                                 "f(uint[1]x)",
                                 "f(uint a b)",
                                 "f(uint 1a)",
                                 "f(uint a[1])",
                                 "f(uint;int)",
                                 "f(uint\ta)",
                                 "f(uint\na)",
                                 "f(uint a-b)",
                                 "f(uint \xc3\xa4)",
                                 "f(uint\xe2\x80\xae)",
                                 "f.g(uint)",
                                 "f\xc3\xa4()",
                                 "f(payable)",
                                 "f(memory uint)",
                                 "f (uint) payable",
                                 "f(uint)(uint)"}) {
            QTest::newRow(text) << QByteArray(text);
        }
        QTest::newRow("zero byte") << QByteArray("f(uint\0)", 8);
    }

    void refuses()
    {
        QFETCH(const QByteArray, text);
        const auto function = parseAbiFunction(text.toStdString());
        QVERIFY(!function);
        QCOMPARE(function.error().code, ErrorCode::InvalidInput);
        QVERIFY(!function.error().sentence.isEmpty());
    }

    void boundsDepth()
    {
        QCOMPARE(signatureOf("f(" + repeated("(", 8) + "bool" + repeated(")", 8) + ")"),
                 "f(" + repeated("(", 8) + "bool" + repeated(")", 8) + ")");
        QVERIFY(!parseAbiFunction("f(" + repeated("(", 9) + "bool" + repeated(")", 9) + ")"));
        QVERIFY(parseAbiFunction("f(bool" + repeated("[]", 8) + ")"));
        QVERIFY(!parseAbiFunction("f(bool" + repeated("[]", 9) + ")"));
        // Arrays and tuples count alike, and both together.
        QVERIFY(parseAbiFunction("f(" + repeated("(", 4) + "bool" + repeated(")[]", 4) + ")"));
        QVERIFY(!parseAbiFunction("f(" + repeated("(", 5) + "bool" + repeated(")[]", 5) + ")"));
        QVERIFY(!parseAbiFunction("f" + repeated("(", 4'000)));
        QVERIFY(!parseAbiFunction("f(bool" + repeated("[]", 2'000)));
    }

    void boundsParameters()
    {
        QVERIFY(parseAbiFunction("f(bool" + repeated(",bool", 63) + ")"));
        QVERIFY(!parseAbiFunction("f(bool" + repeated(",bool", 64) + ")"));
        // Members count too: 32 tuples of one member are 64.
        QVERIFY(parseAbiFunction("f((bool)" + repeated(",(bool)", 31) + ")"));
        QVERIFY(!parseAbiFunction("f((bool)" + repeated(",(bool)", 31) + ",bool)"));
    }

    void boundsLength()
    {
        QVERIFY(parseAbiFunction("f(" + std::string(4'093, ' ') + ")"));
        QVERIFY(!parseAbiFunction("f(" + std::string(4'094, ' ') + ")"));
    }

    /// What is taken is taken again as it is written, with the same selector.
    void signatureIsItsOwnForm()
    {
        static constexpr std::string_view letters = "()[]., ftuplebyintadrs0128";
        std::mt19937 random(7002);
        int taken = 0;
        for (int i = 0; i < 200'000; ++i) {
            std::string text = "f(tuple(uint8 a,bytes[2])[] list,int b)";
            for (auto changes = 1 + random() % 3; changes > 0; --changes) {
                text[random() % text.size()] = letters[random() % letters.size()];
            }
            if (const auto function = parseAbiFunction(text)) {
                const auto again = parseAbiFunction(function->signature());
                QVERIFY2(again && again->signature() == function->signature(), text.c_str());
                QCOMPARE(again->selector(), function->selector());
                ++taken;
            }
        }
        QVERIFY(taken > 1'000);
    }
};

COUNTERSIGN_APPLESS_TEST(AbiSignatureTest)
#include "AbiSignature_test.moc"
