#pragma once

// The library behind Result.h. A result that nobody looks at is an error that nobody hears of; the library
// leaves the attribute that warns of it to its users, who add it with a declaration before its own.
namespace tl {
template <class T, class E>
class [[nodiscard]] expected;
}  // namespace tl

#include <tl/expected.hpp>
