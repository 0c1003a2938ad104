#include "services/relay/store/InboxName.h"

#include <algorithm>

namespace countersign::relay {

namespace {

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

bool isValidInboxName(std::string_view name)
{
    return !name.empty() && name.size() <= 64 && isLetterOrDigit(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return isLetterOrDigit(c) || c == '-'; });
}

}  // namespace countersign::relay
