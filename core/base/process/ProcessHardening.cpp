#include "core/base/process/ProcessHardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>

namespace countersign {

void disableCoreDumps() noexcept
{
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    // Desktop portals look at /proc/PID of a confined program to know it; a process that is not dumpable is
    // unreadable to them, and the console inside a Snap would lose its file dialogs. Snap's own confinement
    // keeps others from attaching there.
    if (std::getenv("SNAP") == nullptr) {
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
}

void ignoreWriteSignals() noexcept
{
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
}

void ignoreFileSizeSignal() noexcept
{
    std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace countersign
