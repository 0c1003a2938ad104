#include "core/base/text/Utf8.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

namespace {

/// Well-formed and not, chosen at random: every kind of mistake that RFC 3629 knows.
class RandomText
{
public:
    explicit RandomText(std::uint32_t seed) : m_random(seed) {}

    std::string good()
    {
        QString text;
        for (int left = number(0, 12); left > 0; --left) {
            char32_t code = static_cast<char32_t>(number(1, 0x10ffff));
            if (code >= 0xd800 && code <= 0xdfff) {
                code = 0xfeff;
            }
            text += QString::fromUcs4(&code, 1);
        }
        return text.toStdString();
    }

    std::string bad()
    {
        static const std::string mistakes[] = {
            "\x80",         "\xc3",        "\xc0\xaf",         "\xe9",
            "\xed\xa0\x80", "\xe2\x82",    "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80",
            "\xff",         "\xfe",        "\xf8\x88\x80\x80", "\xe0\x80\xaf",
            "\xc3\xc3\xa9", "\xbf\xef\xbb"};
        return good() + mistakes[number(0, std::size(mistakes) - 1)] + 'a' + good();
    }

private:
    int number(int least, std::size_t most)
    {
        return std::uniform_int_distribution<int>(least, static_cast<int>(most))(m_random);
    }

    std::mt19937 m_random;
};

}  // namespace

class Utf8Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryCharacter()
    {
        QCOMPARE(*textFromUtf8(""), QString());
        QCOMPARE(*textFromUtf8("caf\xc3\xa9"), QString::fromUtf8("caf\xc3\xa9"));
        // What Qt drops on its own.
        QCOMPARE(*textFromUtf8("\xef\xbb\xbfhello"), QString(QChar(0xfeff)) + QStringLiteral("hello"));
        QCOMPARE(shownUtf8("caf\xe9"), QStringLiteral("caf\ufffd"));
    }

    void tellsTextFromOtherBytes()
    {
        const std::uint32_t seed = std::random_device{}();
        RandomText random(seed);
        for (int i = 0; i < 3'000; ++i) {
            const std::string good = random.good();
            const auto text = textFromUtf8(good);
            QVERIFY2(text && text->toStdString() == good, qPrintable(QString::number(seed)));
            const std::string bad = random.bad();
            QVERIFY2(!textFromUtf8(bad) && !isWellFormedUtf8(bad), qPrintable(QString::number(seed)));
            QVERIFY(!shownUtf8(bad).isEmpty());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(Utf8Test)
#include "Utf8_test.moc"
