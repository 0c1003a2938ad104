#pragma once

#include "app/cli/Invocation.h"

#include <QString>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace countersign::cli {

struct CommandSpec
{
    QString words;    ///< "webhook verify"
    QString summary;  ///< one sentence for the list
    QString details;  ///< further paragraphs for the command's own help
    std::vector<OptionSpec> options;
    std::vector<PositionalSpec> positionals;
    std::function<void(Invocation&)> run;
};

/// The table of all commands and the parser that picks one. Command names, options and help are data, so that
/// every command reads its line in the same strict way and no help can forget an option.
class CommandTable
{
public:
    void add(CommandSpec spec);

    struct Selection
    {
        const CommandSpec* command = nullptr;
        Arguments arguments;
        QString help;     ///< not empty: print it and be done
        QString mistake;  ///< not empty: what is wrong with the line
    };
    /// words: the command line without the program's name, as it is. Options that every command knows
    /// (--profile, --help) may stand before or behind the command; behind "--" no word is an option.
    Selection select(const std::vector<std::string>& words) const;

private:
    const CommandSpec* find(std::span<const std::string> words, std::size_t& used) const;
    Selection withoutCommand(const std::vector<std::string>& options) const;
    Selection withUnknownCommand(std::span<const std::string> words) const;
    QString overview() const;
    QString helpOf(const CommandSpec& command) const;

    std::vector<CommandSpec> m_commands;
};

}  // namespace countersign::cli
