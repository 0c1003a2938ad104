#pragma once

#include "core/base/Result.h"
#include "services/http/ListenAddress.h"
#include "services/sandbox/Sandbox.h"

#include <QString>
#include <QStringList>

namespace countersign::sandbox {

/// Why this class exists: the command line of design.md §8, checked before anything is opened or bound.
struct ServeOptions
{
    ListenAddress listen;  ///< of this machine only, unless allowRemote was asked for
    bool allowRemote = false;
    Sandbox::Options sandbox;

    /// arguments as of QCoreApplication::arguments(). Reads the files that options name. InvalidInput: usage.
    static Result<ServeOptions> parse(const QStringList& arguments);
    static QString helpText();
};

}  // namespace countersign::sandbox
