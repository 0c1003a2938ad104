#pragma once

#include "core/vault/Vault.h"

#include <QSize>
#include <QString>

#include <string>
#include <vector>

namespace countersign {

/// The window's command line.
struct ConsoleOptions
{
    ProfilePaths profile = ProfilePaths::standard();
    std::string passphraseFile;  ///< the bytes of its name
    QString screenshots;         ///< folder; empty: an ordinary window
    QString theme;               ///< "light", "dark", "system" or empty: as remembered
    QSize size;
    bool measureStart = false;
};

/// words: the command line without the program's name and what QApplication took, as it is. Ends the program
/// for
/// --help, --version and mistakes (exit status 2).
ConsoleOptions parseConsoleOptions(const std::vector<std::string>& words);

}  // namespace countersign
