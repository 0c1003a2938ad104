#include "app/cli/CommandTable.h"

#include <QCoreApplication>
#include <QTextStream>

#include <algorithm>

namespace countersign {

namespace {

struct CommandTableText
{
    Q_DECLARE_TR_FUNCTIONS(CommandTable)
};

std::vector<OptionSpec> globalOptions()
{
    return {
        {QLatin1StringView("profile"), QStringLiteral("DIR"),
         CommandTableText::tr("the profile's folder (default: $COUNTERSIGN_PROFILE, else the standard one)")},
        {QLatin1StringView("help"), {}, CommandTableText::tr("this help")}};
}

std::vector<OptionSpec> withGlobal(std::vector<OptionSpec> options)
{
    for (OptionSpec& option : globalOptions()) {
        options.push_back(std::move(option));
    }
    return options;
}

QString synopsis(const CommandSpec& command)
{
    QString line = QStringLiteral("countersign-cli [--profile DIR] ") + command.words;
    for (const OptionSpec& option : command.options) {
        QString text = QStringLiteral("--") + option.name;
        text += option.valueName.isEmpty() ? QString() : u' ' + option.valueName;
        line += option.required ? u' ' + text : QStringLiteral(" [%1]").arg(text);
        line += option.repeatable ? QStringLiteral("…") : QString();
    }
    for (const PositionalSpec& positional : command.positionals) {
        const QString name = positional.name + (positional.repeatable ? QStringLiteral("…") : QString());
        line += positional.required ? u' ' + name : QStringLiteral(" [%1]").arg(name);
    }
    return line;
}

}  // namespace

void CommandTable::add(CommandSpec spec)
{
    m_commands.push_back(std::move(spec));
}

const CommandSpec* CommandTable::find(const QStringList& words, qsizetype& used) const
{
    // Longest name first, so that "keys" could be a command beside "keys new".
    for (used = std::min<qsizetype>(2, words.size()); used > 0; --used) {
        const QString name = words.mid(0, used).join(u' ');
        const auto found = std::find_if(m_commands.begin(), m_commands.end(),
                                        [&](const CommandSpec& command) { return command.words == name; });
        if (found != m_commands.end()) {
            return &*found;
        }
    }
    return nullptr;
}

CommandTable::Selection CommandTable::select(const QStringList& words) const
{
    Selection selection;
    QStringList before;
    qsizetype next = 0;
    while (next < words.size() && words.at(next).startsWith(u'-')) {
        before << words.at(next);
        const bool takesValue = words.at(next) == QStringLiteral("--profile") ||
                                words.at(next) == QStringLiteral("--passphrase-file");
        if (takesValue && next + 1 < words.size()) {
            before << words.at(++next);
        }
        ++next;
    }
    const QStringList rest = words.mid(next);
    if (rest.isEmpty()) {
        if (before.contains(QStringLiteral("--help")) || before.contains(QStringLiteral("-h"))) {
            selection.help = overview();
        } else if (before == QStringList{QStringLiteral("--version")}) {
            selection.help = QStringLiteral("countersign-cli " COUNTERSIGN_VERSION "\n");
        } else {
            selection.mistake = CommandTableText::tr("No command was given; --help lists them.");
        }
        return selection;
    }
    qsizetype used = 0;
    const CommandSpec* command = find(rest, used);
    if (command == nullptr) {
        QStringList siblings;
        for (const CommandSpec& candidate : m_commands) {
            if (candidate.words.startsWith(rest.first() + u' ')) {
                siblings << candidate.words;
            }
        }
        selection.mistake =
            siblings.isEmpty()
                ? CommandTableText::tr("There is no command “%1”; --help lists them.").arg(rest.first())
                : CommandTableText::tr("“%1” needs one of: %2.")
                      .arg(rest.first(), siblings.join(QStringLiteral(", ")));
        if (!siblings.isEmpty() && rest.mid(1).contains(QStringLiteral("--help"))) {
            selection.mistake.clear();
            selection.help = overview();
        }
        return selection;
    }
    const QStringList line = before + rest.mid(used);
    if (line.contains(QStringLiteral("--help")) || line.contains(QStringLiteral("-h"))) {
        selection.help = helpOf(*command);
        return selection;
    }
    if (const auto mistake =
            Arguments::parse(line, withGlobal(command->options), command->positionals, selection.arguments)) {
        selection.mistake =
            CommandTableText::tr("%1 (countersign-cli %2 --help tells more)").arg(*mistake, command->words);
        return selection;
    }
    selection.command = command;
    return selection;
}

QString CommandTable::overview() const
{
    QString text;
    QTextStream out(&text);
    out << CommandTableText::tr("usage: countersign-cli [--profile DIR] COMMAND …") << "\n\n"
        << CommandTableText::tr(
               "JSON on standard output, messages on standard error. Exit status: 0 done, 1 unexpected "
               "failure,\n"
               "2 usage, 3 input refused, 4 locked, wrong passphrase or keychain unavailable.")
        << "\n\n";
    for (const CommandSpec& command : m_commands) {
        out << "  " << command.words.leftJustified(24) << command.summary << '\n';
    }
    out << '\n' << CommandTableText::tr("countersign-cli COMMAND --help tells about one of them.") << '\n';
    out.flush();
    return text;
}

QString CommandTable::helpOf(const CommandSpec& command) const
{
    QString text;
    QTextStream out(&text);
    out << CommandTableText::tr("usage: %1").arg(synopsis(command)) << "\n\n" << command.summary << '\n';
    if (!command.details.isEmpty()) {
        out << '\n' << command.details << '\n';
    }
    out << '\n';
    for (const OptionSpec& option : withGlobal(command.options)) {
        const QString name = QStringLiteral("--") + option.name +
                             (option.valueName.isEmpty() ? QString() : u' ' + option.valueName);
        out << "  " << name.leftJustified(26) << ' ' << option.description << '\n';
    }
    out.flush();
    return text;
}

}  // namespace countersign
