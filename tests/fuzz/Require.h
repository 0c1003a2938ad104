#pragma once

#include <cstdio>
#include <cstdlib>

// Why: a fuzz target states properties, not only the absence of crashes; NDEBUG must not remove them.

namespace countersign {

inline void require(bool holds, const char* property)
{
    if (!holds) {
        std::fprintf(stderr, "property violated: %s\n", property);
        std::abort();
    }
}

}  // namespace countersign
