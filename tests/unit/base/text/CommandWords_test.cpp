#include "core/base/text/CommandWords.h"

#include "tests/support/TestProgram.h"

#include <QCommandLineParser>
#include <QTest>

#include <random>

using namespace countersign;

class CommandWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesTheProgramOut()
    {
        const char* const words[] = {"program", "a", "b\xff"};
        QCOMPARE(commandWords(3, words), (std::vector<std::string>{"a", "b\xff"}));
        QVERIFY(commandWords(1, words).empty());
        QVERIFY(commandWords(0, words).empty());
    }

    /// Whatever bytes a word has, the parser gives them back.
    void survivesTheParser()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        std::uniform_int_distribution<int> byte(1, 255);
        for (int i = 0; i < 500; ++i) {
            std::string value;
            std::string positional = "x";
            for (int n = 0; n < 20; ++n) {
                value += static_cast<char>(byte(random));
                positional += static_cast<char>(byte(random));
            }
            QCommandLineParser parser;
            parser.addOption({QStringLiteral("file"), QString(), QStringLiteral("FILE")});
            const std::vector<std::string> words = {"--file", value, positional, "--", "-" + value};
            QVERIFY2(parser.parse(QStringList{QString()} + parserWords(words)),
                     qPrintable(QString::number(seed)));
            QCOMPARE(wordBytes(parser.value(QStringLiteral("file"))), value);
            QCOMPARE(wordBytes(parser.positionalArguments().at(0)), positional);
            QCOMPARE(wordBytes(parser.positionalArguments().at(1)), "-" + value);
        }
    }

    void readsText()
    {
        const QStringList words =
            parserWords(std::vector<std::string>{"\xef\xbb\xbf\xc3\xa4", "caf\xe9", ""});
        QCOMPARE(*wordText(words.at(0)), QStringLiteral("\ufeff\u00e4"));
        QVERIFY(!wordText(words.at(1)));
        QCOMPARE(*wordText(words.at(2)), QString());
        QCOMPARE(wordShown(words.at(1)), QStringLiteral("caf\ufffd"));
        QCOMPARE(wordShown(QStringLiteral("Unknown option '") + words.at(0) + u'\''),
                 QStringLiteral("Unknown option '\ufeff\u00e4'"));
        QCOMPARE(wordShown(QStringLiteral("\u20ac")), QStringLiteral("\u20ac"));
    }
};

COUNTERSIGN_APPLESS_TEST(CommandWordsTest)
#include "CommandWords_test.moc"
