#include "core/base/encoding/Hex.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/chain/evm/transaction/EvmTransactionJson.h"
#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace countersign;

// Why: what a wallet signs must be what viem, ethers and MetaMask's library would have it sign, for every
// shape of input and not only for the examples of the standards. The cases are random and come back with the
// same seed; COUNTERSIGN_ORACLE_SEED gives others.

namespace {

constexpr int casesOfEachKind = 700;

const std::string& textOf(const Json& test, const char* member)
{
    return test.at(member).get_ref<const std::string&>();
}

}  // namespace

class EvmByLibrariesTest : public QObject
{
    Q_OBJECT

    Json m_cases;

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
                             QString::number(casesOfEachKind)});
        if (!process.waitForFinished(longPatienceMs) || process.exitCode() != 0) {
            QFAIL(process.readAllStandardError().constData());
        }
        const QByteArray answer = process.readAllStandardOutput();
        auto cases = parseJson({answer.constData(), static_cast<std::size_t>(answer.size())},
                               {.maxBytes = 64U << 20U, .maxValues = 5'000'000});
        QVERIFY(cases.has_value());
        m_cases = std::move(*cases);
        for (const char* kind : {"messages", "typedData", "transactions"}) {
            QCOMPARE(m_cases.at(kind).size(), std::size_t(casesOfEachKind));
        }
    }

    void messages()
    {
        for (const Json& test : m_cases.at("messages")) {
            const Bytes message = *fromHex(textOf(test, "hex"));
            QCOMPARE(toHexPrefixed(eip191Prefixed(message)), textOf(test, "prefixed"));
            QCOMPARE(toHexPrefixed(eip191Digest(message)), textOf(test, "digest"));
        }
    }

    void typedData()
    {
        for (const Json& test : m_cases.at("typedData")) {
            const std::string& text = textOf(test, "text");
            const auto hash = hashTypedDataText(text);
            QVERIFY2(hash, (text + (hash ? "" : hash.error().detail.toStdString())).c_str());
            QVERIFY2(hash->primaryType == textOf(test, "primaryType"), text.c_str());
            QVERIFY2(toHexPrefixed(hash->domainHash) == textOf(test, "domainHash"), text.c_str());
            QVERIFY2(toHexPrefixed(hash->structHash) == textOf(test, "structHash"), text.c_str());
            QVERIFY2(toHexPrefixed(hash->digest) == textOf(test, "digest"), text.c_str());
        }
    }

    void refusesWhatTheyRefuse()
    {
        QVERIFY(m_cases.at("refused").size() > 15);
        for (const Json& test : m_cases.at("refused")) {
            QVERIFY2(!hashTypedDataText(textOf(test, "text")), textOf(test, "name").c_str());
        }
    }

    void transactions()
    {
        for (const Json& test : m_cases.at("transactions")) {
            const std::string& signedHex = textOf(test, "signed");
            const auto whole = decodeTransaction(*fromHex(signedHex));
            QVERIFY2(whole, (signedHex + (whole ? "" : whole.error().detail.toStdString())).c_str());
            const auto json = toJson(*whole);
            QVERIFY2(json, signedHex.c_str());
            QCOMPARE(dumpJson(*json), dumpJson(test.at("json")));
            QCOMPARE(toHexPrefixed(*serializeSigned(*whole, *whole->signature)), signedHex);
            QCOMPARE(toHexPrefixed(serializeUnsigned(*whole)), textOf(test, "unsigned"));

            EvmTransaction plain = *whole;
            plain.signature.reset();
            const auto decoded = decodeTransaction(*fromHex(textOf(test, "unsigned")));
            QVERIFY2(decoded && *decoded == plain, textOf(test, "unsigned").c_str());
        }
    }

    /// The way of a job: the request as JSON, the bytes to sign as the libraries would write them.
    void requests()
    {
        int asked = 0;
        for (const Json& test : m_cases.at("transactions")) {
            const Json& json = test.at("request");
            if (json.is_null()) {
                continue;
            }
            const auto request = EvmTransactionRequest::fromJson(json);
            QVERIFY2(request,
                     (dumpJson(json) + (request ? "" : request.error().sentence.toStdString())).c_str());
            const auto transaction = request->toTransaction();
            QVERIFY2(transaction, dumpJson(json).c_str());
            QCOMPARE(toHexPrefixed(serializeUnsigned(*transaction)), textOf(test, "unsigned"));
            QVERIFY(*EvmTransactionRequest::fromRaw(*fromHex(textOf(test, "unsigned"))) == *request);
            ++asked;
        }
        QVERIFY(asked > casesOfEachKind / 2);
    }
};

COUNTERSIGN_GUILESS_TEST(EvmByLibrariesTest)
#include "EvmByLibraries_test.moc"
