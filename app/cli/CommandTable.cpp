#include "app/cli/CommandTable.h"

#include "core/base/text/Utf8.h"

#include <QCoreApplication>
#include <QTextStream>

#include <algorithm>

namespace countersign::cli {

namespace {

struct CommandTableText
{
    Q_DECLARE_TR_FUNCTIONS(CommandTableText)
};

std::vector<OptionSpec> globalOptions()
{
    return {{.name = QLatin1StringView("profile"),
             .valueName = QStringLiteral("DIR"),
             .description = CommandTableText::tr(
                 "the profile's folder (default: $COUNTERSIGN_PROFILE, else the standard one)"),
             .kind = WordKind::Raw}};
}

std::vector<OptionSpec> withGlobal(std::vector<OptionSpec> options)
{
    for (OptionSpec& option : globalOptions()) {
        options.push_back(std::move(option));
    }
    return options;
}

constexpr std::string_view endOfOptions = "--";

/// Where no command says which options take a value.
bool asksForHelp(std::span<const std::string> words)
{
    const auto end = std::find(words.begin(), words.end(), endOfOptions);
    return std::find_if(words.begin(), end,
                        [](const std::string& word) { return word == "--help" || word == "-h"; }) != end;
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

const CommandSpec* CommandTable::find(std::span<const std::string> words, std::size_t& used) const
{
    // Longest name first, so that "keys" could be a command beside "keys new".
    for (used = std::min<std::size_t>(2, words.size()); used > 0; --used) {
        const std::string name = used == 2 ? words[0] + ' ' + words[1] : words[0];
        const auto found =
            std::find_if(m_commands.begin(), m_commands.end(),
                         [&](const CommandSpec& command) { return command.words.toStdString() == name; });
        if (found != m_commands.end()) {
            return &*found;
        }
    }
    return nullptr;
}

CommandTable::Selection CommandTable::withoutCommand(const std::vector<std::string>& options) const
{
    Selection selection;
    if (asksForHelp(options)) {
        selection.help = overview();
    } else if (options == std::vector<std::string>{"--version"}) {
        selection.help = QStringLiteral("countersign-cli " COUNTERSIGN_VERSION "\n");
    } else {
        selection.mistake = CommandTableText::tr("No command was given; --help lists them.");
    }
    return selection;
}

CommandTable::Selection CommandTable::withUnknownCommand(std::span<const std::string> words) const
{
    Selection selection;
    const QString first = shownUtf8(words.front());
    QStringList siblings;
    for (const CommandSpec& candidate : m_commands) {
        if (candidate.words.startsWith(first + u' ')) {
            siblings << candidate.words;
        }
    }
    if (!siblings.isEmpty() && asksForHelp(words.subspan(1))) {
        selection.help = overview();
        return selection;
    }
    selection.mistake =
        siblings.isEmpty()
            ? CommandTableText::tr("There is no command “%1”; --help lists them.").arg(first)
            : CommandTableText::tr("“%1” needs one of: %2.").arg(first, siblings.join(QStringLiteral(", ")));
    return selection;
}

CommandTable::Selection CommandTable::select(const std::vector<std::string>& words) const
{
    std::vector<std::string> line;
    std::size_t next = 0;
    while (next < words.size() && words[next].starts_with('-') && words[next] != endOfOptions) {
        line.push_back(words[next]);
        const bool takesValue = words[next] == "--profile" || words[next] == "--passphrase-file";
        if (takesValue && next + 1 < words.size()) {
            line.push_back(words[++next]);
        }
        ++next;
    }
    // Before the command too, it says that no option follows.
    const bool optionsEnded = next < words.size() && words[next] == endOfOptions;
    const auto rest = std::span(words).subspan(optionsEnded ? next + 1 : next);
    if (rest.empty()) {
        return withoutCommand(line);
    }
    std::size_t used = 0;
    const CommandSpec* command = find(rest, used);
    if (command == nullptr) {
        return withUnknownCommand(rest);
    }
    if (optionsEnded) {
        line.emplace_back(endOfOptions);
    }
    line.insert(line.end(), rest.begin() + static_cast<std::ptrdiff_t>(used), rest.end());
    Selection selection;
    const auto mistake =
        Arguments::parse(line, withGlobal(command->options), command->positionals, selection.arguments);
    if (selection.arguments.asksForHelp()) {
        selection.help = helpOf(*command);
    } else if (mistake) {
        selection.mistake =
            CommandTableText::tr("%1 (countersign-cli %2 --help tells more)").arg(*mistake, command->words);
    } else {
        selection.command = command;
    }
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
    std::vector<OptionSpec> options = withGlobal(command.options);
    options.push_back({.name = QLatin1StringView("help"),
                       .valueName = {},
                       .description = CommandTableText::tr("this help")});
    for (const OptionSpec& option : options) {
        const QString name = QStringLiteral("--") + option.name +
                             (option.valueName.isEmpty() ? QString() : u' ' + option.valueName);
        out << "  " << name.leftJustified(26) << ' ' << option.description << '\n';
    }
    out.flush();
    return text;
}

}  // namespace countersign::cli
