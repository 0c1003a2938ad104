#pragma once

#include "app/relay/RelayOptions.h"

#include <array>

class QCommandLineParser;

namespace countersign::relay {

/// A command of the relay's, and what may stand behind it.
struct CommandForm
{
    const char* words;
    RelayOptions::Command command;
    const char* argument;  ///< the one positional argument that it takes, or null
    std::array<const char*, 21> options;
};

/// Every option of every command, with its help.
void addOptions(QCommandLineParser& parser);
QString helpTextOf(const QCommandLineParser& parser);

/// InvalidInput where there is no such command, or its argument is missing or too much.
Result<const CommandForm*> findCommand(const QStringList& positional);
/// InvalidInput for an option of another command, or one that is repeated.
Status checkOptionsBelong(const QCommandLineParser& parser, const CommandForm& form);

}  // namespace countersign::relay
