#include "core/net/RetryAfter.h"

#include "core/base/text/Ascii.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t maxCharacters = 64;

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view value, UnixMillis now)
{
    using std::chrono::milliseconds;
    const std::string_view text = trimmed(value);
    if (text.empty() || text.size() > maxCharacters) {
        return {};
    }
    if (std::ranges::all_of(text, ascii::isDigit)) {
        constexpr std::int64_t most = maxRetryAfter.count() / 1000;
        std::int64_t seconds = 0;
        for (const char digit : text) {
            seconds = std::min(most, seconds * 10 + (digit - '0'));
        }
        return milliseconds(seconds * 1000);
    }
    const auto date = parseHttpDate(text);
    if (!date) {
        return {};
    }
    return std::clamp(milliseconds(*date - now), milliseconds(0), maxRetryAfter);
}

std::optional<UnixMillis> parseHttpDate(std::string_view value)
{
    const std::string_view text = trimmed(value);
    if (text.size() > maxCharacters) {
        return {};
    }
    // The C locale: the names of days and months are English whatever the operator's language is.
    QDateTime date =
        QLocale::c().toDateTime(QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())),
                                QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid()) {
        return {};
    }
    date.setTimeSpec(Qt::UTC);
    return date.toMSecsSinceEpoch();
}

}  // namespace countersign
