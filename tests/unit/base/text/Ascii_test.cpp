#include "core/base/text/Ascii.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <string>

using namespace countersign;

class AsciiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Every char, negative ones as well, against the characters written out.
    void knowsItsCharacters()
    {
        const std::string digits = "0123456789";
        const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const auto isIn = [](const std::string& set, char c) { return set.find(c) != std::string::npos; };
        for (int code = -128; code < 128; ++code) {
            const char c = static_cast<char>(code);
            QCOMPARE(ascii::isDigit(c), isIn(digits, c));
            QCOMPARE(ascii::isLetter(c), isIn(letters, c));
            QCOMPARE(ascii::isAlphanumeric(c), isIn(digits + letters, c));
            QCOMPARE(ascii::isLowerHexDigit(c), isIn(digits + "abcdef", c));
            QCOMPARE(ascii::isHexDigit(c), isIn(digits + "abcdefABCDEF", c));
        }
    }

    void lowersOnlyItsLetters()
    {
        QCOMPARE(ascii::lowered("AZaz09 [`{\xc3\x84"), std::string("azaz09 [`{\xc3\x84"));
        QCOMPARE(ascii::lowered(""), std::string());
    }
};

COUNTERSIGN_APPLESS_TEST(AsciiTest)

#include "Ascii_test.moc"
