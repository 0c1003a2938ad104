#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/chain/evm/abi/AbiValue.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace countersign;

// Why: what the console reads in calldata must be what viem and ethers, with which programs make them, wrote
// there, for every shape of arguments. The cases are random and come back with the same seed;
// COUNTERSIGN_ORACLE_SEED gives others.

namespace {

constexpr int calls = 3'000;

const std::string& textOf(const Json& test, const char* member)
{
    return test.at(member).get_ref<const std::string&>();
}

std::string integerText(const AbiValue& value, const AbiType& type)
{
    const bool isNegative = type.kind == AbiType::Kind::Signed && (value.number >> 255) != 0;
    return isNegative ? "-" + toDecimal(Uint256(0) - value.number) : toDecimal(value.number);
}

/// As evm.mjs shows values.
Json shown(const AbiValue& value, const AbiType& type)
{
    switch (type.kind) {
        case AbiType::Kind::Unsigned:
        case AbiType::Kind::Signed:
            return integerText(value, type);
        case AbiType::Kind::Bool:
            return value.number != 0;
        case AbiType::Kind::Address:
            return toText(value.address());
        case AbiType::Kind::String:
            return std::string(asText(value.bytes));
        case AbiType::Kind::FixedBytes:
        case AbiType::Kind::DynamicBytes:
            return toHexPrefixed(value.bytes);
        case AbiType::Kind::Tuple:
        case AbiType::Kind::Array:
            break;
    }
    Json items = Json::array();
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const AbiType& item = type.members[type.kind == AbiType::Kind::Array ? 0 : i].type;
        items.push_back(shown(value.items[i], item));
    }
    return items;
}

std::string shown(const AbiArguments& arguments, const AbiFunction& function)
{
    Json values = Json::array();
    for (std::size_t i = 0; i < arguments.values.size(); ++i) {
        values.push_back(shown(arguments.values[i], function.inputs[i].type));
    }
    return dumpJson(values);
}

}  // namespace

class AbiByViemTest : public QObject
{
    Q_OBJECT

    Json m_calls;

private Q_SLOTS:
    void initTestCase()
    {
        const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
        const QString folder = sourcePath("tests/oracles/");
        if (node.isEmpty() || !QDir(folder + QStringLiteral("node_modules/viem")).exists()) {
            QSKIP("Node or its packages absent: npm ci --prefix tests/oracles");
        }
        QProcess process;
        process.start(node, {folder + QStringLiteral("evm.mjs"),
                             qEnvironmentVariable("COUNTERSIGN_ORACLE_SEED", QStringLiteral("1")),
                             QString::number(calls), QStringLiteral("abi")});
        if (!process.waitForFinished(longPatienceMs) || process.exitCode() != 0) {
            QFAIL(process.readAllStandardError().constData());
        }
        const QByteArray answer = process.readAllStandardOutput();
        auto cases = parseJson({answer.constData(), static_cast<std::size_t>(answer.size())},
                               {.maxBytes = 128U << 20U, .maxValues = 5'000'000});
        QVERIFY2(cases, cases ? "" : qPrintable(cases.error().detail));
        m_calls = std::move(cases->at("calls"));
        QCOMPARE(m_calls.size(), std::size_t(calls));
    }

    void signatures()
    {
        for (const Json& test : m_calls) {
            const auto function = parseAbiFunction(textOf(test, "function"));
            QVERIFY2(function, textOf(test, "function").c_str());
            QCOMPARE(function->signature(), textOf(test, "signature"));
            QCOMPARE(toHexPrefixed(function->selector()), textOf(test, "selector"));
        }
    }

    void arguments()
    {
        for (const Json& test : m_calls) {
            const auto function = parseAbiFunction(textOf(test, "signature"));
            const Bytes data = *fromHex(textOf(test, "data"));
            const auto arguments = decodeAbi(function->inputs, data);
            QVERIFY2(arguments && arguments->isCanonical, textOf(test, "signature").c_str());
            QCOMPARE(shown(*arguments, *function), dumpJson(test.at("values")));
            QVERIFY2(encodeAbi(function->inputs, arguments->values) == data,
                     textOf(test, "signature").c_str());
        }
    }

    /// Where one byte is changed, the libraries take more than contracts do, out-of-range integers above all.
    /// What ours takes, they must read in the same way or not at all.
    void changedArguments()
    {
        int read = 0;
        for (const Json& test : m_calls) {
            const auto function = parseAbiFunction(textOf(test, "signature"));
            const auto arguments = decodeAbi(function->inputs, *fromHex(textOf(test, "changed")));
            if (!arguments) {
                continue;
            }
            for (const Json& theirs : test.at("changedValues")) {
                if (!theirs.is_null()) {
                    QCOMPARE(shown(*arguments, *function), dumpJson(theirs));
                    ++read;
                }
            }
        }
        QVERIFY(read > calls / 3);
    }
};

COUNTERSIGN_GUILESS_TEST(AbiByViemTest)
#include "AbiByViem_test.moc"
