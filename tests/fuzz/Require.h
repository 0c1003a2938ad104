#pragma once

#include <cstdio>
#include <cstdlib>

// An assertion for fuzz targets, which NDEBUG does not remove: a target states properties, not only the
// absence of crashes.

namespace countersign {

inline void require(bool holds, const char* property)
{
    if (!holds) {
        std::fprintf(stderr, "property violated: %s\n", property);
        std::abort();
    }
}

}  // namespace countersign
