#include "core/meaning/descriptors/binding/DescriptorPath.h"

#include <algorithm>
#include <charconv>

namespace countersign::meaning {

namespace {

constexpr std::size_t maxCharacters = 512;
constexpr std::size_t maxSteps = 32;

/// A whole number with an optional minus; text may be empty, then there is none.
bool readBound(std::string_view text, std::optional<std::int64_t>& bound)
{
    if (text.empty()) {
        bound.reset();
        return true;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bound = value;
    return error == std::errc() && end == text.data() + text.size();
}

/// What stands between brackets.
std::optional<PathStep> parseSelector(std::string_view text)
{
    PathStep step;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos && !text.empty()) {
        step.kind = PathStep::Kind::Index;
        return readBound(text, step.from) ? std::optional(step) : std::nullopt;
    }
    step.kind = PathStep::Kind::Slice;
    const bool isRead = text.empty() || (readBound(text.substr(0, colon), step.from) &&
                                         readBound(text.substr(colon + 1), step.to));
    return isRead ? std::optional(step) : std::nullopt;
}

/// "name", "[0]" and "name[0][1]".
bool addPart(std::string_view part, std::vector<PathStep>& steps)
{
    const std::size_t open = std::min(part.find_first_of("[]"), part.size());
    if (open > 0) {
        steps.push_back({.kind = PathStep::Kind::Member,
                         .name = std::string(part.substr(0, open)),
                         .from = {},
                         .to = {}});
    }
    part.remove_prefix(open);
    while (!part.empty()) {
        const std::size_t close = part.find(']');
        if (part.front() != '[' || close == std::string_view::npos) {
            return false;
        }
        const auto selector = parseSelector(part.substr(1, close - 1));
        if (!selector) {
            return false;
        }
        steps.push_back(*selector);
        part.remove_prefix(close + 1);
    }
    return true;
}

DescriptorPath::Root takeRoot(std::string_view& text)
{
    using Root = DescriptorPath::Root;
    const bool isAlone = text.size() < 2 || text[1] == '.';
    const std::size_t index =
        text.empty() || !isAlone ? std::string_view::npos : std::string_view("#@$").find(text[0]);
    if (index == std::string_view::npos) {
        return Root::Relative;
    }
    text.remove_prefix(std::min<std::size_t>(text.size(), 2));
    return index == 0 ? Root::Data : (index == 1 ? Root::Container : Root::Descriptor);
}

}  // namespace

std::optional<DescriptorPath> parseDescriptorPath(std::string_view text)
{
    if (text.size() > maxCharacters) {
        return std::nullopt;
    }
    DescriptorPath path;
    path.root = takeRoot(text);
    while (!text.empty()) {
        const std::size_t dot = std::min(text.find('.'), text.size());
        if (dot == 0 || !addPart(text.substr(0, dot), path.steps) || path.steps.size() > maxSteps) {
            return std::nullopt;
        }
        text.remove_prefix(dot);
        if (text == ".") {
            return std::nullopt;
        }
        text.remove_prefix(text.empty() ? 0 : 1);
    }
    return path;
}

}  // namespace countersign::meaning
