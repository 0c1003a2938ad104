#include "core/crypto/PemText.h"

#include "tests/support/TestProgram.h"

#include <QTest>

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
