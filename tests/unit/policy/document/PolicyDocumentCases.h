#pragma once

#include <string>
#include <vector>

namespace countersign {

/// A policy, what is wrong with it, and who can tell.
struct PolicyCase
{
    const char* name;
    std::string text;
    const char* path = "";       ///< the member that is wrong
    bool isSeenBySchema = true;  ///< false: only the program can tell
};

/// The one of design.md §11.
std::string designExample();
std::vector<PolicyCase> goodPolicies();
std::vector<PolicyCase> badPolicies();

}  // namespace countersign
