#include "core/base/text/SanitizedText.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class SanitizedTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stayOnOneLine()
    {
        QCOMPARE(sanitizedText("a\n\tb  c\r"), QStringLiteral("a b c"));
        QCOMPARE(sanitizedText("a\xe2\x80\xa8"
                               "b\xe2\x80\xa9"
                               "c\xc2\x85"
                               "d"),
                 QStringLiteral("a b c d"));
        QCOMPARE(sanitizedText(""), QString());
        QCOMPARE(sanitizedText(" \n "), QString());
    }

    void hideNothingAndSteerNothing()
    {
        // A direction override, C1 and C0 controls, zero width, a private and an unassigned character.
        QCOMPARE(sanitizedText("x\xe2\x80\xae"
                               "y\xc2\x9bz\x1b[0m"),
                 QStringLiteral("xyz[0m"));
        QCOMPARE(sanitizedText("a\xe2\x80\x8b"
                               "b\xee\x80\x80"
                               "c\xcd\xb8"
                               "d"),
                 QStringLiteral("abcd"));
        QCOMPARE(sanitizedText(std::string_view("a\0b", 3)), QStringLiteral("ab"));
        QCOMPARE(sanitizedText("\xf0\x9f\x94\x91 \xc3\xa4"), QString::fromUtf8("🔑 ä"));
        QCOMPARE(sanitizedText("a\xff"
                               "b"),
                 QString::fromUtf8("a\xef\xbf\xbd"
                                   "b"));
    }

    void areSeenOrNot()
    {
        for (const char32_t seen : {U'a', U' ', U'ä', U'\u20ac', U'\U0001f511'}) {
            QVERIFY(isSeen(seen));
        }
        for (const char32_t unseen :
             {U'\0', U'\n', U'\x7f', U'\x9b', U'\u00ad', U'\u200b', U'\u202e', U'\u2066', U'\u2028',
              U'\ufeff', U'\ue000', U'\U000e0041', char32_t(0xd800)}) {
            QVERIFY2(!isSeen(unseen), qPrintable(QString::number(uint(unseen), 16)));
        }
    }

    void areBounded()
    {
        QCOMPARE(sanitizedText("abcdef", 4), QStringLiteral("abc…"));
        QCOMPARE(sanitizedText("abcd", 4), QStringLiteral("abcd"));
        QCOMPARE(sanitizedText("ab   cd", 5), QStringLiteral("ab cd"));
        // A character of two units is not cut in half.
        QCOMPARE(sanitizedText("ab\xf0\x9f\x94\x91"
                               "c",
                               4),
                 QStringLiteral("ab…"));
        QCOMPARE(shortened(QStringLiteral("ab"), 1), QStringLiteral("…"));
    }
};

COUNTERSIGN_GUILESS_TEST(SanitizedTextTest)
#include "SanitizedText_test.moc"
