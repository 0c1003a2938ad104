#include "app/cli/CommandTable.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::cli;
using namespace Qt::StringLiterals;

class CommandTableTest : public QObject
{
    Q_OBJECT

    CommandTable::Selection select(const QStringList& line) const
    {
        std::vector<std::string> words;
        for (const QString& word : line) {
            words.push_back(word.toStdString());
        }
        return m_table.select(words);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_table.add(
            {.words = u"color list"_s,
             .summary = u"Lists colours."_s,
             .details = u"At length."_s,
             .options = {{.name = QLatin1StringView("shade"),
                          .valueName = u"NAME"_s,
                          .description = u"one"_s},
                         {.name = QLatin1StringView("mix"),
                          .valueName = u"NAME"_s,
                          .description = u"several"_s,
                          .repeatable = true},
                         {.name = QLatin1StringView("file"),
                          .valueName = u"FILE"_s,
                          .description = u"a file"_s,
                          .kind = WordKind::Raw},
                         {.name = QLatin1StringView("bright"), .valueName = {}, .description = u"flag"_s}},
             .positionals = {{.name = u"FIRST"_s}, {.name = u"SECOND"_s, .required = false}},
             .run = {}});
        m_table.add({.words = u"paint"_s,
                     .summary = u"Paints."_s,
                     .details = {},
                     .options = {{.name = QLatin1StringView("wall"),
                                  .valueName = u"W"_s,
                                  .description = u"where"_s,
                                  .required = true}},
                     .positionals = {},
                     .run = {}});
        m_table.add(
            {.words = u"mix"_s,
             .summary = u"Mixes."_s,
             .details = {},
             .options = {},
             .positionals = {{.name = u"POT"_s}, {.name = u"COLOR"_s, .required = false, .repeatable = true}},
             .run = {}});
    }

    void takesAnyNumberOfWords()
    {
        QStringList line = {u"mix"_s, u"pot"_s};
        for (int words = 0; words < 5; ++words) {
            const auto chosen = select(line);
            QVERIFY2(chosen.command != nullptr, qPrintable(chosen.mistake));
            QCOMPARE(chosen.arguments.positionals(), line.mid(1));
            line << QString::number(words);
        }
        QVERIFY(select({u"mix"_s}).mistake.contains(u"POT"_s));
        QVERIFY(select({u"mix"_s, u"--help"_s}).help.contains(u"[COLOR…]"_s));
    }

    void readsOptionsAndWords()
    {
        const auto chosen = select({u"color"_s, u"list"_s, u"--mix"_s, u"a"_s, u"one"_s, u"--mix=b"_s,
                                    u"--bright"_s, u"--shade"_s, u"-"_s, u"two"_s});
        QVERIFY(chosen.command != nullptr);
        QCOMPARE(chosen.command->words, u"color list"_s);
        const Arguments& arguments = chosen.arguments;
        QCOMPARE(arguments.values(QLatin1StringView("mix")), (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(arguments.value(QLatin1StringView("shade")), u"-"_s);
        QVERIFY(arguments.has(QLatin1StringView("bright")));
        QVERIFY(!arguments.has(QLatin1StringView("profile")));
        QCOMPARE(arguments.positionals(), (QStringList{u"one"_s, u"two"_s}));
    }

    void profileStandsBeforeOrBehind()
    {
        for (const QStringList& line :
             {QStringList{u"--profile"_s, u"D"_s, u"paint"_s, u"--wall"_s, u"w"_s},
              QStringList{u"--profile=D"_s, u"paint"_s, u"--wall"_s, u"w"_s},
              QStringList{u"paint"_s, u"--wall"_s, u"w"_s, u"--profile"_s, u"D"_s}}) {
            const auto chosen = select(line);
            QVERIFY2(chosen.command != nullptr, qPrintable(chosen.mistake));
            QCOMPARE(chosen.arguments.value(QLatin1StringView("profile")), u"D"_s);
        }
    }

    void mistakesAreNamed_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::addColumn<QString>("named");
        QTest::newRow("nothing") << QStringList{} << u"command"_s;
        QTest::newRow("only a profile") << QStringList{u"--profile"_s, u"D"_s} << u"command"_s;
        QTest::newRow("unknown") << QStringList{u"draw"_s} << u"draw"_s;
        QTest::newRow("half") << QStringList{u"color"_s} << u"color list"_s;
        QTest::newRow("missing word") << QStringList{u"color"_s, u"list"_s} << u"FIRST"_s;
        QTest::newRow("word too many")
            << QStringList{u"color"_s, u"list"_s, u"a"_s, u"b"_s, u"c"_s} << u"c"_s;
        QTest::newRow("option twice")
            << QStringList{u"color"_s, u"list"_s, u"a"_s, u"--shade"_s, u"x"_s, u"--shade"_s, u"y"_s}
            << u"--shade"_s;
        QTest::newRow("missing option") << QStringList{u"paint"_s} << u"--wall"_s;
        QTest::newRow("unknown option")
            << QStringList{u"paint"_s, u"--wall"_s, u"w"_s, u"--roof"_s} << u"roof"_s;
        QTest::newRow("option of another command")
            << QStringList{u"--shade"_s, u"x"_s, u"paint"_s, u"--wall"_s, u"w"_s} << u"x"_s;
    }
    void mistakesAreNamed()
    {
        QFETCH(const QStringList, line);
        QFETCH(const QString, named);
        const auto chosen = select(line);
        QVERIFY(chosen.command == nullptr);
        QVERIFY(chosen.help.isEmpty());
        QVERIFY2(chosen.mistake.contains(named), qPrintable(chosen.mistake));
    }

    void helpListsEverything()
    {
        const auto overview = select({u"--help"_s});
        QVERIFY(overview.help.contains(u"color list"_s));
        QVERIFY(overview.help.contains(u"Paints."_s));
        for (const QStringList& line : {QStringList{u"color"_s, u"list"_s, u"--help"_s},
                                        QStringList{u"--help"_s, u"color"_s, u"list"_s}}) {
            const auto help = select(line).help;
            for (const char* part :
                 {"--shade NAME", "--mix NAME", "--bright", "--profile DIR", "At length.", "FIRST"}) {
                QVERIFY2(help.contains(QLatin1StringView(part)), part);
            }
        }
    }

    /// The word that ends options, and words that only look like options.
    void wordsBehindTheEndAreNoOptions()
    {
        for (const QStringList& line : {QStringList{u"color"_s, u"list"_s, u"--"_s, u"-h"_s, u"--help"_s},
                                        QStringList{u"--"_s, u"color"_s, u"list"_s, u"-h"_s, u"--help"_s},
                                        QStringList{u"color"_s, u"--"_s}}) {
            const auto chosen = select(line);
            QVERIFY2(chosen.help.isEmpty(), qPrintable(chosen.help));
            if (line.size() > 2) {
                QVERIFY2(chosen.command != nullptr, qPrintable(chosen.mistake));
                QCOMPARE(chosen.arguments.positionals(), (QStringList{u"-h"_s, u"--help"_s}));
            }
        }
        QVERIFY(select({u"--"_s}).command == nullptr);
        QVERIFY(!select({u"--"_s, u"--help"_s}).mistake.isEmpty());
    }

    void theValueOfAnOptionIsNoOption()
    {
        const auto chosen =
            select({u"color"_s, u"list"_s, u"--shade"_s, u"--help"_s, u"one"_s, u"--mix=-h"_s});
        QVERIFY2(chosen.command != nullptr, qPrintable(chosen.mistake + chosen.help));
        QCOMPARE(chosen.arguments.value(QLatin1StringView("shade")), u"--help"_s);
        QCOMPARE(chosen.arguments.value(QLatin1StringView("mix")), u"-h"_s);
        // As an option it counts, whatever else is wrong with the line.
        QVERIFY(!select({u"color"_s, u"list"_s, u"--nonsense"_s, u"-h"_s}).help.isEmpty());
    }

    void textIsUtf8()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        std::uniform_int_distribution<int> byte(0x80, 0xbf);  // never begins a character
        for (int i = 0; i < 200; ++i) {
            const std::string broken = "a" + std::string(1, static_cast<char>(byte(random))) + "b";
            for (const auto& line :
                 {std::vector<std::string>{"color", "list", broken},
                  std::vector<std::string>{"color", "list", "one", "--shade", broken},
                  std::vector<std::string>{"color", "list", "one", "--mix=x", "--mix=" + broken}}) {
                const auto chosen = m_table.select(line);
                QVERIFY2(chosen.command == nullptr && chosen.mistake.contains(u"UTF-8"_s),
                         qPrintable(QString::number(seed)));
            }
            // Names of files keep their bytes, and so does an input.
            const auto chosen =
                m_table.select({"--profile", broken, "color", "list", "one", "two", "--file", broken});
            QVERIFY2(chosen.command != nullptr, qPrintable(chosen.mistake));
            QCOMPARE(chosen.arguments.bytes(QLatin1StringView("profile")), broken);
            QCOMPARE(chosen.arguments.bytes(QLatin1StringView("file")), broken);
            QVERIFY(m_table.select({broken}).mistake.contains(u"\ufffd"_s));
        }
        const auto marked = m_table.select({"color", "list", "\xef\xbb\xbfone"});
        QCOMPARE(marked.arguments.positionals().first(), QStringLiteral("\ufeffone"));
        QCOMPARE(marked.arguments.positionalBytes().front(), std::string("\xef\xbb\xbfone"));
    }

private:
    CommandTable m_table;
};

COUNTERSIGN_GUILESS_TEST(CommandTableTest)
#include "CommandTable_test.moc"
