#include "core/base/StoredCause.h"

#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::string_view causePrefix = "code:";
constexpr std::size_t mostCauseBytes = 16 * 1024;
constexpr std::size_t mostCauseArguments = 8;

bool isCauseCode(std::string_view code)
{
    return !code.empty() && std::ranges::all_of(code, [](char c) { return ascii::isLetter(c) || c == '.'; });
}

}  // namespace

std::string StoredCause::text() const
{
    std::string stored(causePrefix);
    stored += code;
    if (!arguments.empty()) {
        stored += ' ' + dumpJson(Json(arguments));
    }
    return stored;
}

std::optional<StoredCause> StoredCause::parse(std::string_view stored)
{
    if (!stored.starts_with(causePrefix) || stored.size() > mostCauseBytes) {
        return std::nullopt;
    }
    stored.remove_prefix(causePrefix.size());
    const std::size_t end = stored.find(' ');
    StoredCause cause{std::string(stored.substr(0, end)), {}};
    if (!isCauseCode(cause.code)) {
        return std::nullopt;
    }
    if (end == std::string_view::npos) {
        return cause;
    }
    const auto list = parseJson(stored.substr(end + 1), {.maxBytes = mostCauseBytes, .maxDepth = 1});
    if (!list || !list->is_array() || list->size() > mostCauseArguments) {
        return std::nullopt;
    }
    for (const Json& argument : *list) {
        if (!argument.is_string()) {
            return std::nullopt;
        }
        cause.arguments.push_back(argument.get<std::string>());
    }
    return cause;
}

std::string storedSentence(std::string sentence)
{
    return sentence.starts_with(causePrefix) ? ' ' + sentence : sentence;
}

QString causeSentence(const QString& words, std::span<const std::string> arguments)
{
    const auto argument = [&](std::size_t index) {
        return index < arguments.size() ? QString::fromStdString(arguments[index]) : QString();
    };
    if (words.contains(QLatin1String("%2"))) {
        return words.arg(argument(0), argument(1));
    }
    return words.contains(QLatin1String("%1")) ? words.arg(argument(0)) : words;
}

}  // namespace countersign
