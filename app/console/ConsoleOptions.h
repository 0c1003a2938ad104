#pragma once

#include "core/vault/Vault.h"

#include <QSize>
#include <QString>

class QCoreApplication;

namespace countersign {

/// The window's command line.
struct ConsoleOptions
{
    ProfilePaths profile = ProfilePaths::standard();
    QString passphraseFile;
    QString screenshots;  ///< folder; empty: an ordinary window
    QString theme;        ///< "light", "dark", "system" or empty: as remembered
    QSize size;
    bool measureStart = false;
};

/// Ends the program for --help, --version and mistakes (exit status 2).
ConsoleOptions parseConsoleOptions(const QCoreApplication& application);

}  // namespace countersign
