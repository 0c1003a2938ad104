#pragma once

#include "core/policy/evaluation/PolicyChecks.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// One of several things of a job that a condition asks about, judged alone.
struct PolicyItem
{
    std::string text;
    PolicyTruth truth = PolicyTruth::Fails;
};

/// A condition about several things: a rule that allows needs all of them, one that blocks any. Without one
/// it fails, whatever the rule. what: "recipient", for the reason. mayBeMore: there may be others, unread.
PolicyCheck checkItems(const PolicyRule& rule, const std::vector<PolicyItem>& items, bool mayBeMore,
                       std::string_view what);

}  // namespace countersign
