#include "tests/support/SyncWatch.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<int> asked = 0;
std::atomic<int> untilFailure = 0;

int sync(long call, int descriptor)
{
    ++asked;
    if (untilFailure > 0 && --untilFailure == 0) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(call, descriptor));
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] int fsync(int descriptor)
{
    return sync(SYS_fsync, descriptor);
}

[[gnu::visibility("default")]] int fdatasync(int descriptor)
{
    return sync(SYS_fdatasync, descriptor);
}
}

namespace countersign::testing {

int syncsSoFar()
{
    return asked;
}

void failSync(int n)
{
    untilFailure = n;
}

}  // namespace countersign::testing
