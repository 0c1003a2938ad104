#include "core/crypto/keys/PemText.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/PemLayouts.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;

namespace {

std::string normalised(std::string_view text)
{
    const auto pem = normalisePem(asBytes(text));
    return pem ? std::string(pem->text()) : "refused";
}

std::string labels(std::string_view text)
{
    std::string all;
    for (const PemBlock& block : pemBlocks(text)) {
        all += block.label + (block.encrypted ? "*;" : ";");
    }
    return all;
}

}  // namespace

class PemTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void undoesWhatPeopleDo()
    {
        QCOMPARE(normalised("A\nB\n"), std::string("A\nB\n"));
        QCOMPARE(normalised("A\nB"), std::string("A\nB\n"));
        QCOMPARE(normalised(R"(A\nB\n)"), std::string("A\nB\n\n"));
        QCOMPARE(normalised(R"(A\r\nB)"), std::string("A\r\nB\n"));
        QCOMPARE(normalised(R"( "A\nB" )"), std::string("A\nB\n"));
        QCOMPARE(normalised("'A'\n"), std::string("A\n"));
        QCOMPARE(normalised("\"A'"), std::string("\"A'\n"));
        QCOMPARE(normalised("\xef\xbb\xbf\r\n A"), std::string("A\n"));
        QCOMPARE(normalised("A\\"), std::string("A\\\n"));
        QCOMPARE(normalised("A\\tB"), std::string("A\\tB\n"));
        QCOMPARE(normalised(""), std::string("\n"));
        QCOMPARE(normalised(" \n\t"), std::string("\n"));
        QCOMPARE(normalised("\""), std::string("\"\n"));
    }

    void laysBlocksAnew()
    {
        const std::string body(64, 'A');
        const std::string good = "-----BEGIN X-----\n" + body + "\nBB==\n-----END X-----\n";
        const std::string headed =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
            "00\n\n" +
            body + "\n-----END RSA PRIVATE KEY-----\n";
        for (const std::string& whole : {good, headed, good + headed}) {
            QCOMPARE(normalised(whole), whole);
            std::string line = whole;
            std::replace(line.begin(), line.end(), '\n', ' ');
            QCOMPARE(normalised(line), whole);
            QCOMPARE(normalised("KEY=\"" + line + "\""), whole);
        }
        // Line ends lost altogether.
        QCOMPARE(normalised("-----BEGIN X-----" + body + "BB==-----END X-----"), good);
        // JSON writes a slash so, and YAML ends a line so.
        QCOMPARE(normalised("-----BEGIN X-----\\nA\\/A\\\nA-----END X-----"),
                 std::string("-----BEGIN X-----\nA/AA\n-----END X-----\n"));
        QCOMPARE(labels(normalised(headed)), std::string("RSA PRIVATE KEY*;"));
        QCOMPARE(pemBlocks(normalised(headed)).front().cipher, std::string("AES-128-CBC"));
    }

    /// What is no layout is left for OpenSSL to refuse.
    void mendsNothing()
    {
        for (const std::string_view broken :
             {"-----BEGIN X-----\nA*A\n-----END X-----\n",
              "-----BEGIN X-----\nFoo: bar\n\nAA\n-----END X-----\n", "-----BEGIN X-----\nAA\n",
              "-----BEGIN X-----\nA\xc3\xa9\n-----END X-----\n"}) {
            QCOMPARE(normalised(broken), std::string(broken));
        }
        QCOMPARE(normalised("-----BEGIN X-----\nAA\n-----END Y-----\n"),
                 std::string("-----BEGIN X-----\nAA\n"));
    }

    void anyLayoutIsTheSame()
    {
        const std::uint32_t seed = std::random_device{}();
        pem::Layouts layouts(seed);
        std::mt19937 random(seed);
        const std::string_view letters = "ABCXYZabcxyz0189+/nr";
        for (int i = 0; i < 2'000; ++i) {
            std::string pem = i % 3 == 0
                                  ? "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
                                    "DES-EDE3-CBC,0123456789ABCDEF\n\n"
                                  : "-----BEGIN PRIVATE KEY-----\n";
            const std::size_t size = std::uniform_int_distribution<std::size_t>(1, 700)(random);
            for (std::size_t n = 0; n < size; ++n) {
                pem += letters[std::uniform_int_distribution<std::size_t>(0, letters.size() - 1)(random)];
                pem += n % 64 == 63 && n + 1 < size ? "\n" : "";
            }
            pem += i % 3 == 0 ? "\n-----END RSA PRIVATE KEY-----\n" : "\n-----END PRIVATE KEY-----\n";
            const std::string text = layouts.another(pem);
            QVERIFY2(normalised(text) == pem,
                     qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(QString::fromStdString(text))));
        }
    }

    void hasBounds()
    {
        QCOMPARE(normalised(std::string(pemMaxBytes, 'A')).size(), pemMaxBytes + 1);
        QCOMPARE(normalised(std::string(pemMaxBytes + 1, 'A')), std::string("refused"));
        QCOMPARE(normalised(std::string("A\0B", 3)), std::string("refused"));
    }

    void findsBlocks()
    {
        QCOMPARE(labels("no PEM"), std::string());
        QCOMPARE(labels("x\n-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n"),
                 std::string("PRIVATE KEY;"));
        QCOMPARE(labels("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), std::string("ENCRYPTED PRIVATE KEY*;"));
        QCOMPARE(labels("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA\n-----END RSA PRIVATE "
                        "KEY-----\n"
                        "-----BEGIN RSA PRIVATE KEY-----\nAA\n-----END RSA PRIVATE KEY-----\n"),
                 std::string("RSA PRIVATE KEY*;RSA PRIVATE KEY;"));
        QCOMPARE(labels("-----BEGIN "), std::string());
        QCOMPARE(labels("-----BEGIN " + std::string(65, 'A') + "-----\n-----BEGIN PRIVATE KEY-----\n"),
                 std::string("PRIVATE KEY;"));
    }
};

COUNTERSIGN_APPLESS_TEST(PemTextTest)
#include "PemText_test.moc"
