#include "core/vault/PassphraseText.h"

#include "tests/support/TestProgram.h"

#include <QString>
#include <QTest>

#include <random>

using namespace countersign;

namespace {

QByteArray normalised(const QByteArray& text)
{
    const SecretBytes result = normalisedPassphrase(
        SecretBytes::copyOf(std::string_view(text.constData(), static_cast<std::size_t>(text.size()))));
    return {reinterpret_cast<const char*>(result.data()), static_cast<qsizetype>(result.size())};
}

}  // namespace

class PassphraseTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneTextIsOnePassphrase_data()
    {
        QTest::addColumn<QByteArray>("one");
        QTest::addColumn<QByteArray>("other");
        QTest::newRow("umlaut") << QByteArray("sch\xc3\xb6n") << QByteArray("scho\xcc\x88n");
        QTest::newRow("mark") << QByteArray("open sesame") << QByteArray("\xef\xbb\xbfopen sesame");
        QTest::newRow("mark and umlaut") << QByteArray("\xc3\xb6") << QByteArray("\xef\xbb\xbfo\xcc\x88");
        QTest::newRow("ligature") << QByteArray("office")
                                  << QByteArray(
                                         "o\xef\xac\x83"
                                         "ce");
        QTest::newRow("full width") << QByteArray("abc")
                                    << QByteArray("\xef\xbd\x81\xef\xbd\x82\xef\xbd\x83");
        QTest::newRow("hangul") << QByteArray("\xed\x95\x9c")
                                << QByteArray("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab");
        QTest::newRow("no-break space") << QByteArray("a b")
                                        << QByteArray(
                                               "a\xc2\xa0"
                                               "b");
        QTest::newRow("order of accents")
            << QByteArray("a\xcc\xa3\xcc\x81") << QByteArray("a\xcc\x81\xcc\xa3");
    }

    void oneTextIsOnePassphrase()
    {
        QFETCH(const QByteArray, one);
        QFETCH(const QByteArray, other);
        QVERIFY(one != other);
        QCOMPARE(normalised(one), normalised(other));
    }

    void whatIsNoTextStaysAsItIs_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a mark alone") << QByteArray("\xef\xbb\xbf");
        QTest::newRow("bytes") << QByteArray(
            "\xff\xfe"
            "a\0b\0",
            6);
        QTest::newRow("cut") << QByteArray("ab\xc3");
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80");
        QTest::newRow("unassigned") << QByteArray("o\xcc\x88\xf3\xaf\xbf\xbd");
        QTest::newRow("with a zero") << QByteArray("a\0b", 3);
        QTest::newRow("plain") << QByteArray(" ~correct horse~\t");
    }

    void whatIsNoTextStaysAsItIs()
    {
        QFETCH(const QByteArray, bytes);
        QCOMPARE(normalised(bytes), bytes);
    }

    /// Against Qt's own, which holds its text in ordinary memory and so serves the test alone.
    void agreesWithQtAtRandom()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        // Assigned long ago, so that both libraries know them, and rich in forms.
        const std::pair<char32_t, char32_t> ranges[] = {
            {0x20, 0x7e},       {0xa0, 0x17f},    {0x300, 0x344},   {0x1e00, 0x1e99},
            {0x3041, 0x3096},   {0xac00, 0xd7a3}, {0x2100, 0x2138}, {0xff01, 0xff9f},
            {0x1d400, 0x1d454}, {0x1100, 0x1159}, {0x5d0, 0x5ea},   {0x622, 0x64a}};
        for (int round = 0; round < 400; ++round) {
            QString text;
            for (int i = std::uniform_int_distribution(1, 24)(random); i > 0; --i) {
                const auto& [first, last] =
                    ranges[std::uniform_int_distribution<std::size_t>(0, std::size(ranges) - 1)(random)];
                const char32_t one = std::uniform_int_distribution<std::uint32_t>(first, last)(random);
                text += QString::fromUcs4(&one, 1);
            }
            const QByteArray expected = text.normalized(QString::NormalizationForm_KC).toUtf8();
            for (const auto form : {QString::NormalizationForm_C, QString::NormalizationForm_D,
                                    QString::NormalizationForm_KC, QString::NormalizationForm_KD}) {
                QVERIFY2(normalised(text.normalized(form).toUtf8()) == expected,
                         qPrintable(QStringLiteral("seed %1: %2")
                                        .arg(seed)
                                        .arg(QString::fromLatin1(text.toUtf8().toHex()))));
            }
            QCOMPARE(normalised(expected), expected);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(PassphraseTextTest)
#include "PassphraseText_test.moc"
