#pragma once

#include "core/base/Clock.h"

#include <string>

namespace countersign::http {

/// RFC 9110 §5.6.7, IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Not strftime: its names follow the
/// process's locale, which Qt sets from the environment.
std::string toHttpDate(UnixMillis time);

}  // namespace countersign::http
