#include "core/base/encoding/Base64.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/CliProcess.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

// Protocol reference §1.1, check value.
constexpr const char* pingBody = R"({"eventName":"ping","data":{"message":"hi"}})";
constexpr const char* pingSignature =
    "sha256=a0b4efd3feb4ae547fe7818f0a7a0de0ea52566abbde611a0412e06f1a33d6ef";

}  // namespace

/// Batches and hostile input of the commands that need no profile.
class OfflineCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        writePrivateFile(path("secret"), "test_webhook_secret\n");
        writePrivateFile(path("other"), "another secret");
        writePrivateFile(path("empty"), "\n");
        writePrivateFile(path("token"), "cs_token\n");
        writePrivateFile(path("passphrase"), "correct horse\n");
        for (const char* name : {"key", "key2"}) {
            const auto key = RsaPrivateKey::generate(2048);
            QVERIFY(key);
            m_publicKeys.push_back(key->publicKey());
            writePrivateFile(path(name), QByteArray::fromStdString(pem::pkcs8(key->handle())));
        }
    }

    void webhookVerify_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("status");
        const QString good = QString::fromLatin1(pingSignature);
        QTest::newRow("valid") << QByteArray(pingBody) << good << 0;
        QTest::newRow("a newline is part of the body") << QByteArray(pingBody) + "\n" << good << 3;
        QTest::newRow("changed body") << QByteArray(pingBody).replace("hi", "ho") << good << 3;
        QTest::newRow("upper case") << QByteArray(pingBody) << u"sha256="_s + good.mid(7).toUpper() << 3;
        QTest::newRow("no prefix") << QByteArray(pingBody) << good.mid(7) << 3;
        QTest::newRow("cut") << QByteArray(pingBody) << good.chopped(1) << 3;
        QTest::newRow("empty header") << QByteArray(pingBody) << QString() << 3;
        QTest::newRow("empty body") << QByteArray() << good << 3;
        QTest::newRow("binary") << QByteArray(1000, '\0') << good << 3;
    }

    void webhookVerify()
    {
        QFETCH(const QByteArray, input);
        QFETCH(const QString, header);
        QFETCH(const int, status);
        const auto outcome = CliProcess::run(
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--signature"_s, header}, input);
        QCOMPARE(outcome.exitCode, status);
        QVERIFY(outcome.json() == (Json{{"valid", status == 0}}));
    }

    void webhookSecretsRotate()
    {
        const auto outcome = CliProcess::run(
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("other"), u"--secret-file"_s, path("secret"),
             u"--signature"_s, QString::fromLatin1(pingSignature), QString::fromLatin1(pingBody)});
        QCOMPARE(outcome.exitCode, 0);
    }

    void webhookBatch()
    {
        const QByteArray good = QByteArrayLiteral("{\"bodyBase64\":\"") + QByteArray(pingBody).toBase64() +
                                "\",\"signature\":\"" + pingSignature + "\"}";
        const auto outcome = CliProcess::run(
            {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--batch"_s},
            good + "\n\nnot json\n" + QByteArray(good).replace("sha256=a", "sha256=b") + "\n" + good);
        QCOMPARE(outcome.exitCode, 0);
        const auto lines = outcome.lines();
        QCOMPARE(lines.size(), 5U);
        QVERIFY(lines[0] == (Json{{"valid", true}}));
        QVERIFY(lines[1].contains("error"));
        QVERIFY(lines[2].contains("error"));
        QVERIFY(lines[3] == (Json{{"valid", false}}));
        QVERIFY(lines[4] == (Json{{"valid", true}}));
    }

    void webhookBatchOfBodies()
    {
        const auto outcome =
            CliProcess::run({u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--signature"_s,
                             QString::fromLatin1(pingSignature), u"--batch"_s},
                            QByteArray(pingBody) + "\n " + pingBody + "\n\n");
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.output, QByteArray("{\"valid\":true}\n{\"valid\":false}\n{\"valid\":false}\n"));
    }

    void unreadableInputIsNoFinishedBatch()
    {
        QProcess process;
        process.setStandardInputFile(m_folder.path());
        process.start(programPath("countersign-cli"),
                      {u"webhook"_s, u"verify"_s, u"--secret-file"_s, path("secret"), u"--batch"_s});
        QVERIFY(process.waitForFinished(patienceMs));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardOutput().isEmpty());
        QVERIFY(process.readAllStandardError().contains("Standard input"));
    }

    void envelopeRevealsExactly_data()
    {
        QTest::addColumn<QByteArray>("plaintext");
        QTest::newRow("share") << QByteArray(R"({"pubkey":{},"secretShare":"00ff"})");
        QTest::newRow("newline at the end") << QByteArray("line\n");
        QTest::newRow("binary") << QByteArray("\0\xff\n\r", 4);
        QTest::newRow("longest") << QByteArray(3072, 'x');
    }

    void envelopeRevealsExactly()
    {
        QFETCH(const QByteArray, plaintext);
        for (const char* end : {"", "\n"}) {
            const auto outcome =
                CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--reveal"_s},
                                envelope(0, plaintext) + end);
            QCOMPARE(outcome.exitCode, 0);
            QCOMPARE(outcome.output, plaintext);
            QVERIFY(outcome.errors.isEmpty());
        }
    }

    void envelopeHidesUnlessAsked_data()
    {
        QTest::addColumn<QByteArray>("plaintext");
        QTest::addColumn<QString>("kind");
        QTest::newRow("share") << QByteArray(R"({"pubkey":{},"secretShare":"5ec4e7"})") << u"key-share"_s;
        QTest::newRow("container")
            << QByteArray(
                   R"({"salt":"c2FsdHNhbHRzYWx0c2E=","iv":"aXZpdml2aXZpdml2","cipher":"5ec4e7","version":"v3"})")
            << u"password-protected"_s;
        QTest::newRow("text") << QByteArray("dyn_5ec4e7") << u"text"_s;
    }

    void envelopeHidesUnlessAsked()
    {
        QFETCH(const QByteArray, plaintext);
        QFETCH(const QString, kind);
        const auto outcome =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key")}, envelope(0, plaintext));
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.json() == (Json{{"length", plaintext.size()}, {"kind", kind.toStdString()}}));
        QVERIFY(!outcome.output.contains("5ec4e7"));
        QVERIFY(!outcome.errors.contains("5ec4e7"));
    }

    void envelopeTriesEveryKey()
    {
        const auto outcome =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--key"_s, path("key2"),
                             u"--reveal"_s, QString::fromUtf8(envelope(1, "found"))});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.output, QByteArray("found"));
    }

    void envelopeBatch()
    {
        const QByteArray input = envelope(0, "one") + "\n\n" + envelope(1, "foreign") + "\n{}\n" +
                                 QByteArray(2'000'000, 'x') + "\n" + envelope(0, "two\n");
        const auto revealed = CliProcess::run(
            {u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--reveal"_s, u"--batch"_s}, input);
        QCOMPARE(revealed.exitCode, 0);
        const auto lines = revealed.lines();
        QCOMPARE(lines.size(), 6U);
        QVERIFY(lines[0] == (Json{{"plaintextBase64", toBase64(asBytes("one"))}}));
        for (const std::size_t bad : {1, 2, 3, 4}) {
            QVERIFY(lines[bad].at("error").is_string());
            QCOMPARE(lines[bad].size(), 1U);
        }
        QVERIFY(lines[5] == (Json{{"plaintextBase64", toBase64(asBytes("two\n"))}}));

        const auto hidden =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--batch"_s}, input);
        QVERIFY(hidden.lines().at(0) == (Json{{"length", 3}, {"kind", "text"}}));
    }

    void envelopeRefuses_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("not json") << QByteArray("envelope");
        QTest::newRow("empty object") << QByteArray("{}");
        QTest::newRow("foreign key") << envelope(1, "foreign");
        QTest::newRow("changed tag") << changed("tag");
        QTest::newRow("changed ciphertext") << changed("ct");
        QTest::newRow("changed content key") << changed("ek");
        QTest::newRow("trailing garbage") << envelope(0, "x") + "x";
        QTest::newRow("deep") << QByteArray(100'000, '[');
        QTest::newRow("long") << QByteArray(3'000'000, ' ');
    }

    void envelopeRefuses()
    {
        QFETCH(const QByteArray, input);
        const auto outcome =
            CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("key"), u"--reveal"_s}, input);
        QCOMPARE(outcome.exitCode, 3);
        QVERIFY(outcome.output.isEmpty());
        QVERIFY(!outcome.errors.isEmpty());
    }

    void envelopeKeyProblems()
    {
        writePrivateFile(path("garbage"), "not a key");
        const QByteArray input = envelope(0, "x");
        QCOMPARE(CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("absent")}, input).exitCode, 2);
        QCOMPARE(CliProcess::run({u"envelope"_s, u"open"_s, u"--key"_s, path("garbage")}, input).exitCode, 3);
    }

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }

    QByteArray envelope(std::size_t key, const QByteArray& plaintext) const
    {
        const auto sealed = sealEnvelope(
            m_publicKeys[key], asBytes({plaintext.constData(), static_cast<std::size_t>(plaintext.size())}));
        return QByteArray::fromStdString(dumpJson(toJson(*sealed)));
    }

    QByteArray changed(const char* member) const
    {
        const QByteArray text = envelope(0, "x plaintext");
        Json json = Json::parse(text.begin(), text.end());
        auto& value = json[member].get_ref<std::string&>();
        value[0] = value[0] == 'A' ? 'B' : 'A';
        return QByteArray::fromStdString(dumpJson(json));
    }

    QTemporaryDir m_folder;
    std::vector<RsaPublicKey> m_publicKeys;
};

COUNTERSIGN_GUILESS_TEST(OfflineCommandsTest)
#include "OfflineCommands_test.moc"
