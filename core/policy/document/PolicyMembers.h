#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

// Strict readers of a policy's JSON. Each fault names its member as people find it: "rules[2].when.amount".

namespace countersign {

/// A place in the document: its value, and the path to it.
struct PolicyPlace
{
    const Json& json;
    std::string path;  ///< empty: the document itself

    /// Only where has() says so.
    PolicyPlace at(std::string_view member) const;
    PolicyPlace at(std::size_t index) const;
    bool has(std::string_view member) const;
};

/// InvalidInput: "The policy is refused: rules[2].id: what is wrong".
tl::unexpected<Error> policyFault(const PolicyPlace& place, const QString& what);

/// An object with no other members than these; the first of them, as many as needed, have to be there.
Status checkPolicyMembers(const PolicyPlace& place, std::initializer_list<std::string_view> known,
                          std::size_t needed = 0);
Result<bool> policyFlag(const PolicyPlace& place);
/// A whole number of these bounds.
Result<int> policyNumber(const PolicyPlace& place, int min, int max);
/// Not empty, without what people do not see and blanks at its ends.
Result<std::string> policyText(const PolicyPlace& place, std::size_t maxBytes);

/// How an entry is written in the end; nothing, with what is wrong in place of it, where it is none.
using PolicyEntry = Result<std::string> (*)(std::string_view text);
/// One entry or more, as `entry` writes them, each once; its error's sentence is the fault.
Result<std::vector<std::string>> policyList(const PolicyPlace& place, PolicyEntry entry,
                                            std::size_t maxEntries);

}  // namespace countersign
