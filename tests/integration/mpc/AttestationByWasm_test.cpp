#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "core/mpc/enclave/EnclaveTrust.h"
#include "core/mpc/enclave/NitroAttestation.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/NitroFixture.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <random>

using namespace countersign;
using namespace Qt::StringLiterals;

// Why: the verifier that Dynamic's own client carries (Evervault's, in WebAssembly) judges the same documents
// at the same times. Where the two differ, one of them is wrong.

namespace {

struct Case
{
    QByteArray name;
    Bytes document;
    UnixMillis time = 0;
};

QString mpcFolder()
{
    return sourcePath("tests/integration/mpc/");
}

Bytes readFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", qPrintable(path));
    }
    const QByteArray all = file.readAll();
    return {all.begin(), all.end()};
}

Json verdictsOf(const QString& node, const std::vector<Case>& cases)
{
    Json request = Json::array();
    for (const Case& each : cases) {
        request.push_back({{"document", toBase64(each.document)}, {"time", each.time}});
    }
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(node, {mpcFolder() + u"attestation.mjs"_s});
    process.write(QByteArray::fromStdString(dumpJson({{"cases", request}})));
    process.closeWriteChannel();
    if (!process.waitForFinished(longPatienceMs) || process.exitCode() != 0) {
        return {};
    }
    return parseJson(process.readAllStandardOutput().toStdString()).value_or(Json())["verdicts"];
}

}  // namespace

class AttestationByWasmTest : public QObject
{
    Q_OBJECT

    QString m_node;
    QString m_vectors;

private Q_SLOTS:
    void initTestCase()
    {
        m_node = QStandardPaths::findExecutable(u"node"_s);
        m_vectors =
            qEnvironmentVariable("COUNTERSIGN_VECTORS", sourcePath("../shared/vectors")) + u"/nitro/"_s;
        if (m_node.isEmpty() ||
            !QFile::exists(mpcFolder() + u"node_modules/@evervault/wasm-attestation-bindings"_s)) {
            QSKIP(
                "node or the npm packages of tests/integration/mpc are not installed (npm ci there; ./test "
                "does it)");
        }
        if (!QDir(m_vectors).exists()) {
            QSKIP("Nitro documents absent: set COUNTERSIGN_VECTORS to the folder that holds nitro/");
        }
    }

    void theTwoAgree()
    {
        std::vector<Case> cases;
        std::mt19937 random(384);
        const Json expected = *parseJson(asText(readFile(m_vectors + u"expected.json"_s)));
        for (const Json& entry : expected["documents"]) {
            const QString file = QString::fromStdString(entry["file"].get<std::string>());
            const Bytes document = readFile(m_vectors + file);
            for (const char* times : {"validAtTimes", "invalidAtTimes"}) {
                for (const Json& time : entry[times]) {
                    cases.push_back({file.toUtf8() + ' ' + QByteArray::fromStdString(time.get<std::string>()),
                                     document, *fromIso8601(time.get<std::string>())});
                }
            }
            std::uniform_int_distribution<std::size_t> anyBit(0, document.size() * 8 - 1);
            for (int i = 0; i < 60; ++i) {
                const std::size_t bit = anyBit(random);
                Bytes mutant = document;
                mutant[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
                cases.push_back({file.toUtf8() + " bit " + QByteArray::number(static_cast<qulonglong>(bit)),
                                 std::move(mutant), entry["timestamp"].get<UnixMillis>()});
            }
        }
        constexpr UnixMillis now = 1'800'000'000'000;
        const auto chain = test::NitroChain::make(now);
        cases.push_back({"a root of our own", test::makeDocument(test::goodFields(chain, now), chain), now});

        const Json verdicts = verdictsOf(m_node, cases);
        QCOMPARE(verdicts.size(), cases.size());
        int accepted = 0;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const bool ours =
                authenticateNitroDocument(cases[i].document, awsNitroRootPem(), cases[i].time).has_value();
            QVERIFY2(ours == verdicts[i].get<bool>(), cases[i].name.constData());
            accepted += ours ? 1 : 0;
        }
        QCOMPARE(accepted, 9);  // three documents, three times each
    }
};

COUNTERSIGN_GUILESS_TEST(AttestationByWasmTest)
#include "AttestationByWasm_test.moc"
