#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/CliProcess.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

const QByteArray helloDigest = "0x50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750";
const QByteArray typedData =
    R"({"types":{"T":[{"name":"v","type":"uint8"}]},"primaryType":"T","domain":{},"message":{"v":1}})";
/// EIP-155's example, unsigned and signed.
const QString eip155 =
    u"ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080"_s;
const QString eip155Signed =
    u"0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195"_s
    u"fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"_s;

QByteArray member(const Json& json, const char* name)
{
    return QByteArray::fromStdString(json.at(name).get<std::string>());
}

}  // namespace

/// The commands `evm …` as design.md §7 promises them.
class EvmCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashesMessages()
    {
        auto outcome = CliProcess::run({u"evm"_s, u"hash-message"_s, u"hello"_s});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(member(outcome.json(), "digest"), helloDigest);
        QCOMPARE(member(outcome.json(), "prefixed"), "0x" + (QByteArray("\x19"
                                                                        "Ethereum Signed Message:\n5hello"))
                                                                .toHex());
        QCOMPARE(outcome.json().size(), std::size_t(2));
        // One trailing newline of standard input is not part of the message, a second one is.
        outcome = CliProcess::run({u"evm"_s, u"hash-message"_s}, "hello\n");
        QCOMPARE(member(outcome.json(), "digest"), helloDigest);
        outcome = CliProcess::run({u"evm"_s, u"hash-message"_s}, "hello\n\n");
        QVERIFY(member(outcome.json(), "digest") != helloDigest);
        for (const QString& hex : {u"68656c6c6f"_s, u"0x68656C6C6F"_s}) {
            outcome = CliProcess::run({u"evm"_s, u"hash-message"_s, u"--hex"_s, hex});
            QCOMPARE(member(outcome.json(), "digest"), helloDigest);
        }
        outcome = CliProcess::run({u"evm"_s, u"hash-message"_s, u"--hex"_s}, "xyz");
        QCOMPARE(outcome.exitCode, 3);
        QVERIFY(outcome.output.isEmpty() && !outcome.errors.isEmpty());
    }

    void hashesBatchesOfMessages()
    {
        const auto outcome =
            CliProcess::run({u"evm"_s, u"hash-message"_s, u"--batch"_s}, "hello\n\n hello\nhello");
        QCOMPARE(outcome.exitCode, 0);
        const auto lines = outcome.lines();
        QCOMPARE(lines.size(), std::size_t(4));
        QCOMPARE(member(lines[0], "digest"), helloDigest);
        QCOMPARE(member(lines[1], "digest"),
                 "0x5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad");
        QVERIFY(member(lines[2], "digest") != helloDigest);
        QCOMPARE(member(lines[3], "digest"), helloDigest);
        const auto hex =
            CliProcess::run({u"evm"_s, u"hash-message"_s, u"--hex"_s, u"--batch"_s}, "0x\nfoo\n68\n").lines();
        QCOMPARE(hex.size(), std::size_t(3));
        QVERIFY(hex[0].contains("digest") && hex[1].contains("error") && hex[2].contains("digest"));
    }

    void hashesTypedData()
    {
        const auto outcome = CliProcess::run({u"evm"_s, u"hash-typed-data"_s}, typedData + '\n');
        QCOMPARE(outcome.exitCode, 0);
        const Json json = outcome.json();
        QCOMPARE(json.size(), std::size_t(4));
        QCOMPARE(member(json, "primaryType"), "T");
        for (const char* name : {"domainHash", "structHash", "digest"}) {
            QCOMPARE(member(json, name).size(), 66);
        }
        const auto argument = CliProcess::run({u"evm"_s, u"hash-typed-data"_s, QString::fromUtf8(typedData)});
        QCOMPARE(argument.output, outcome.output);
        const QByteArray wrong = QByteArray(typedData).replace("\"v\":1", "\"v\":256");
        const auto refused = CliProcess::run({u"evm"_s, u"hash-typed-data"_s}, wrong);
        QCOMPARE(refused.exitCode, 3);
        QVERIFY(refused.output.isEmpty() && !refused.errors.isEmpty());
        const auto batch = CliProcess::run({u"evm"_s, u"hash-typed-data"_s, u"--batch"_s},
                                           wrong + '\n' + typedData + "\n\n");
        QCOMPARE(batch.exitCode, 0);
        const auto lines = batch.lines();
        QCOMPARE(lines.size(), std::size_t(3));
        QVERIFY(lines[0].contains("error") && lines[1] == json && lines[2].contains("error"));
    }

    void decodesTransactions()
    {
        const auto plain = CliProcess::run({u"evm"_s, u"decode-transaction"_s, eip155});
        QCOMPARE(plain.exitCode, 0);
        QCOMPARE(member(plain.json(), "signingHash"),
                 "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
        QCOMPARE(plain.json().at("signed").get<bool>(), false);
        const auto whole =
            CliProcess::run({u"evm"_s, u"decode-transaction"_s}, eip155Signed.toLatin1() + '\n');
        QCOMPARE(whole.exitCode, 0);
        QCOMPARE(member(whole.json(), "from"), "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
        QCOMPARE(member(whole.json(), "value"), "1000000000000000000");
        for (const QString& wrong : {u""_s, u"0x"_s, u"zz"_s, eip155 + u"00"_s, u"05c0"_s}) {
            const auto refused = CliProcess::run({u"evm"_s, u"decode-transaction"_s}, wrong.toLatin1());
            QCOMPARE(refused.exitCode, 3);
            QVERIFY(refused.output.isEmpty() && !refused.errors.isEmpty());
        }
        const auto lines = CliProcess::run({u"evm"_s, u"decode-transaction"_s, u"--batch"_s},
                                           eip155.toLatin1() + "\n05c0\n" + eip155Signed.toLatin1() + '\n')
                               .lines();
        QCOMPARE(lines.size(), std::size_t(3));
        QVERIFY(lines[0] == plain.json() && lines[1].contains("error") && lines[2] == whole.json());
    }
};

COUNTERSIGN_GUILESS_TEST(EvmCommandsTest)
#include "EvmCommands_test.moc"
