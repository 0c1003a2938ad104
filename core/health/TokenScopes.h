#pragma once

#include <QString>

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// A scope of Dynamic's API tokens that the programs use (design.md §9).
struct UsedScope
{
    std::string_view scope;
    QString without;  ///< what cannot be done without it
};
std::vector<UsedScope> usedScopes();

/// In the order of usedScopes().
std::vector<UsedScope> missingScopes(const std::vector<std::string>& granted);
/// What nobody here needs, each once. The scope of revocations is not documented: one that speaks of
/// revoking delegated access is not called too much.
std::vector<std::string> excessScopes(const std::vector<std::string>& granted);

}  // namespace countersign
