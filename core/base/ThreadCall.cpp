#include "core/base/ThreadCall.h"

#include <mutex>

namespace countersign {

void passThreadLock()
{
    static std::mutex mutex;
    const std::scoped_lock lock(mutex);
}

}  // namespace countersign
