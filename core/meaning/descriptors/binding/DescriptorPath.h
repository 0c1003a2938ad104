#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::meaning {

/// A step of a path of ERC-7730: ".amount", ".[2]", ".[-1]", ".[]", ".[0:20]".
struct PathStep
{
    enum class Kind { Member, Index, Slice };

    Kind kind = Kind::Member;
    std::string name;                  ///< Member
    std::optional<std::int64_t> from;  ///< Index, and a slice's first; negative ones count from the end
    std::optional<std::int64_t> to;    ///< a slice's first that no longer belongs to it

    /// ".[]": all of an array.
    bool isAll() const { return kind == Kind::Slice && !from && !to; }
};

/// A path of ERC-7730 ("Path references"): "#.params.path.[0:20]", "$.metadata.enums.mode", "@.value".
struct DescriptorPath
{
    enum class Root {
        Relative,    ///< to the group around it
        Data,        ///< "#": arguments of the call, members of the message
        Container,   ///< "@": what carries the data
        Descriptor,  ///< "$": the descriptor itself
    };

    Root root = Root::Relative;
    std::vector<PathStep> steps;
};

/// Nothing for what is no path; bounded: at most 512 characters and 32 steps. "name[0]" is read as
/// "name.[0]".
std::optional<DescriptorPath> parseDescriptorPath(std::string_view text);

}  // namespace countersign::meaning
