#pragma once

#include <QString>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Why something happened, as a row keeps it where the causes are a closed set: a code that never changes,
/// and what fills its sentence. The sentence is put together when it is shown, in the language of whoever
/// looks; rows from before, and causes that come from anywhere, hold their sentence and are shown as they
/// are.
struct StoredCause
{
    std::string code;  ///< for instance delivery.stale
    std::vector<std::string> arguments;

    /// code:delivery.stale, with arguments behind it as a JSON array.
    std::string text() const;
    /// Nothing when it is a sentence.
    static std::optional<StoredCause> parse(std::string_view stored);

    bool operator==(const StoredCause&) const = default;
};

/// A sentence from anywhere, so that none is taken for a cause.
std::string storedSentence(std::string sentence);

/// words, already translated, with %1 and %2 filled in. An argument is never read as a place for another.
QString causeSentence(const QString& words, std::span<const std::string> arguments);

}  // namespace countersign
