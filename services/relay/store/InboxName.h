#pragma once

#include <string_view>

namespace countersign::relay {

/// 1 to 64 characters of a-z, 0-9 and "-", beginning with a letter or digit: a name is part of a URL that is
/// typed into Dynamic's console, so it needs no escaping and no two names look alike in it.
bool isValidInboxName(std::string_view name);

}  // namespace countersign::relay
