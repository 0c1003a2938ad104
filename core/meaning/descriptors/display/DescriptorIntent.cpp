#include "core/meaning/descriptors/display/DescriptorIntent.h"

#include "core/base/text/SanitizedText.h"
#include "core/meaning/descriptors/display/DescriptorFormats.h"

namespace countersign::meaning {

namespace {

constexpr qsizetype maxSentence = 1'000;

std::string withoutRoot(std::string_view path)
{
    return std::string(path.starts_with("#.") ? path.substr(2) : path);
}

}  // namespace

std::string intentText(const Json* intent)
{
    if (intent == nullptr || (!intent->is_string() && !intent->is_object())) {
        return {};
    }
    if (intent->is_string()) {
        return descriptorText(intent->get<std::string>());
    }
    std::string text;
    for (const auto& [label, value] : intent->items()) {
        text += (text.empty() ? "" : ", ") + label + ": " +
                (value.is_string() ? value.get<std::string>() : std::string());
    }
    return descriptorText(text);
}

std::string joinedIntentPath(std::string_view group, std::string_view path)
{
    const bool isAbsolute =
        group.empty() || path.starts_with("#.") || path.starts_with("@.") || path.starts_with("$.");
    return isAbsolute || path.empty() ? (path.empty() ? std::string(group) : withoutRoot(path))
                                      : std::string(group) + "." + std::string(path);
}

void IntentValues::add(const std::string& path, const std::string& value)
{
    const auto [entry, isNew] = m_values.emplace(path, value);
    if (!isNew) {
        entry->second.reset();
    }
}

std::optional<std::string> IntentValues::interpolated(std::string_view text) const
{
    std::string sentence;
    while (!text.empty()) {
        const char first = text.front();
        if (text.starts_with("{{") || text.starts_with("}}")) {
            sentence += first;
            text.remove_prefix(2);
        } else if (first == '{') {
            const std::size_t end = text.find('}');
            const auto value = end == std::string_view::npos
                                   ? m_values.end()
                                   : m_values.find(withoutRoot(text.substr(1, end - 1)));
            if (value == m_values.end() || !value->second) {
                return std::nullopt;
            }
            sentence += *value->second;
            text.remove_prefix(end + 1);
        } else if (first == '}') {
            return std::nullopt;
        } else {
            sentence += first;
            text.remove_prefix(1);
        }
    }
    return sentence.empty() ? std::nullopt
                            : std::optional(sanitizedText(sentence, maxSentence).toStdString());
}

}  // namespace countersign::meaning
