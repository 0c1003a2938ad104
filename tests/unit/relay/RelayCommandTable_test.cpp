#include "app/relay/RelayCommandTable.h"

#include "tests/support/TestProgram.h"

#include <QCommandLineParser>
#include <QMap>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace countersign;
using namespace countersign::relay;
using namespace Qt::StringLiterals;

namespace {

using Command = RelayOptions::Command;

/// Every command, as it is typed.
const QMap<QString, Command>& commands()
{
    static const QMap<QString, Command> all = {
        {u"serve"_s, Command::Serve},          {u"inbox create"_s, Command::InboxCreate},
        {u"inbox list"_s, Command::InboxList}, {u"inbox secret"_s, Command::InboxSecret},
        {u"inbox trim"_s, Command::InboxTrim}, {u"token create"_s, Command::TokenCreate},
        {u"token list"_s, Command::TokenList}, {u"token revoke"_s, Command::TokenRevoke},
    };
    return all;
}

/// With an argument where it takes one.
const CommandForm* formOf(const QString& words)
{
    const QStringList line = words.split(u' ');
    const auto bare = findCommand(line);
    return bare ? *bare : findCommand(line + QStringList{u"x"_s}).value_or(nullptr);
}

struct NamedOption
{
    QString name;
    bool hasValue = false;
    QStringList commands;  ///< to which it belongs, by its help
};

/// What the help lists, but for what belongs to every command.
QList<NamedOption> listedOptions()
{
    QCommandLineParser parser;
    addOptions(parser);
    const QString help = helpTextOf(parser);
    QList<NamedOption> found;
    const QStringList lines = help.mid(help.indexOf(u"Options:"_s)).simplified().split(u" --"_s);
    static const QRegularExpression form(u"^([a-z-]+)( <[^>]+>)? ([a-z ,]+):"_s);
    for (const QString& line : lines) {
        const auto match = form.match(line);
        if (match.hasMatch()) {
            found << NamedOption{match.captured(1), !match.captured(2).isEmpty(),
                                 match.captured(3).split(u", "_s)};
        }
    }
    return found;
}

/// How the option is given, times over.
QStringList given(const NamedOption& option, int times)
{
    QStringList line;
    for (int i = 0; i < times; ++i) {
        line << u"--"_s + option.name + (option.hasValue ? u"=1"_s : QString());
    }
    return line;
}

Status check(const CommandForm& form, const QStringList& options)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(QStringList{u"countersign-relay"_s} + options)) {
        qFatal("not parsed: %s", qUtf8Printable(parser.errorText()));
    }
    return checkOptionsBelong(parser, form);
}

}  // namespace

class RelayCommandTableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEveryCommand()
    {
        for (const auto& [words, command] : commands().asKeyValueRange()) {
            const CommandForm* form = formOf(words);
            QVERIFY2(form != nullptr, qPrintable(words));
            QCOMPARE(form->command, command);
            QCOMPARE(QString::fromLatin1(form->words), words);
        }
    }

    /// An argument too much may be a command that was meant to stand alone, one too few a name that was
    /// forgotten: neither is guessed.
    void argumentsAreCounted()
    {
        for (const QString& words : commands().keys()) {
            const QStringList line = words.split(u' ');
            const bool takesOne = formOf(words)->argument != nullptr;
            QCOMPARE(findCommand(line).has_value(), !takesOne);
            QCOMPARE(findCommand(line + QStringList{u"a"_s}).has_value(), takesOne);
            QCOMPARE(findCommand(line + QStringList{QString()}).has_value(), takesOne);
            const auto tooMany = findCommand(line + QStringList{u"a"_s, u"b"_s});
            QVERIFY(!tooMany);
            QCOMPARE(tooMany.error().code, ErrorCode::InvalidInput);
            QVERIFY(tooMany.error().sentence.contains(words));
        }
    }

    void nothingElseIsACommand_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("empty") << QStringList{QString()};
        QTest::newRow("half") << QStringList{u"inbox"_s};
        QTest::newRow("half with an argument") << QStringList{u"inbox"_s, u"demo"_s};
        QTest::newRow("the other half") << QStringList{u"create"_s, u"demo"_s};
        QTest::newRow("halves of two") << QStringList{u"inbox"_s, u"revoke"_s, u"demo"_s};
        QTest::newRow("in one word") << QStringList{u"inbox list"_s};
        QTest::newRow("capital") << QStringList{u"Serve"_s};
        QTest::newRow("beginning") << QStringList{u"serv"_s};
        QTest::newRow("more letters") << QStringList{u"served"_s};
        QTest::newRow("blank behind") << QStringList{u"serve "_s};
        QTest::newRow("something before") << QStringList{u"please"_s, u"serve"_s};
    }

    void nothingElseIsACommand()
    {
        QFETCH(const QStringList, line);
        const auto found = findCommand(line);
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::InvalidInput);
    }

    /// Each option's help begins with the commands that it belongs to: what it says is what is checked.
    void helpSaysWhatBelongsToWhat()
    {
        const QList<NamedOption> options = listedOptions();
        QVERIFY(options.size() >= 20);
        for (const NamedOption& option : options) {
            for (const QString& words : option.commands) {
                QVERIFY2(commands().contains(words), qPrintable(option.name + u": "_s + words));
            }
            for (const QString& words : commands().keys()) {
                const Status checked = check(*formOf(words), given(option, 1));
                QVERIFY2(checked.has_value() == option.commands.contains(words),
                         qPrintable(words + u" --"_s + option.name));
                if (!checked) {
                    QCOMPARE(checked.error().code, ErrorCode::InvalidInput);
                    QVERIFY(checked.error().sentence.contains(u"--"_s + option.name));
                }
            }
        }
    }

    void everyOptionOfTheTableIsListed()
    {
        const QList<NamedOption> options = listedOptions();
        qsizetype belonging = 0;
        for (const QString& words : commands().keys()) {
            for (const char* name : formOf(words)->options) {
                if (name != nullptr) {
                    ++belonging;
                    QVERIFY2(std::ranges::find(options, QString::fromLatin1(name), &NamedOption::name) !=
                                 options.end(),
                             name);
                }
            }
        }
        qsizetype listed = 0;
        for (const NamedOption& option : options) {
            listed += option.commands.size();
        }
        QCOMPARE(belonging, listed);
    }

    /// Which of two values counts would be a guess.
    void onlyProxiesAreGivenMoreThanOnce()
    {
        for (const NamedOption& option : listedOptions()) {
            const CommandForm* form = formOf(option.commands.first());
            QVERIFY(form != nullptr);
            QVERIFY2(check(*form, given(option, 2)).has_value() == (option.name == u"behind-proxy"_s),
                     qPrintable(option.name));
        }
    }

    void everyCommandTakesOneDatabase()
    {
        for (const QString& words : commands().keys()) {
            const CommandForm& form = *formOf(words);
            QVERIFY(check(form, {}).has_value());
            QVERIFY(check(form, {u"--database=sqlite:a"_s}).has_value());
            const Status twice = check(form, {u"--database=sqlite:a"_s, u"--database=sqlite:b"_s});
            QVERIFY(!twice);
            QVERIFY(twice.error().sentence.contains(u"--database"_s));
        }
    }

    void helpListsEveryCommandWithItsArgument()
    {
        QCommandLineParser parser;
        addOptions(parser);
        const QStringList lines = helpTextOf(parser).split(u'\n');
        for (const QString& words : commands().keys()) {
            const QString argument = QString::fromLatin1(formOf(words)->argument);
            const QString line = (u"  "_s + words + u' ' + argument).trimmed();
            QVERIFY2(std::ranges::any_of(lines, [&](const QString& one) { return one.trimmed() == line; }),
                     qPrintable(words));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(RelayCommandTableTest)
#include "RelayCommandTable_test.moc"
