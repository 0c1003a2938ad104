#pragma once

#include "core/base/Result.h"

namespace countersign::cli {

/// The exit status of a command (design.md §7), on which scripts may rely.
enum class ExitStatus {
    Done = 0,
    Failed = 1,   ///< unexpected: network, storage, a defect
    Usage = 2,    ///< the command line is wrong; nothing was done
    Refused = 3,  ///< the input is: bad signature, undecodable, unknown id
    Locked = 4,   ///< locked, wrong passphrase or keychain unavailable
};

ExitStatus exitStatusFor(ErrorCode code);

}  // namespace countersign::cli
