#pragma once

#include "core/base/Result.h"
#include "services/http/server/ListenAddress.h"
#include "services/sandbox/Sandbox.h"

#include <QString>

#include <string>
#include <vector>

namespace countersign::sandbox {

/// The sandbox's command line (design.md §8), parsed and checked before anything is opened or bound.
struct ServeOptions
{
    http::ListenAddress listen;  ///< of this machine only, unless allowRemote was asked for
    bool allowRemote = false;
    Sandbox::Options sandbox;

    enum class Wish { Serve, Help, Version };

    /// What is asked for; --help and --version count as options only, not as values and not behind "--".
    static Wish wish(const std::vector<std::string>& words);
    /// words: the command line without the program's name, as it is; names of files keep their bytes. Reads
    /// the files that options name. InvalidInput: usage.
    static Result<ServeOptions> parse(const std::vector<std::string>& words);
    static QString helpText();
};

}  // namespace countersign::sandbox
