#include "core/health/FoundText.h"

#include "core/base/text/SanitizedText.h"

namespace countersign {

namespace {

constexpr qsizetype shownCharacters = 200;

}  // namespace

QString shownText(const std::string& text)
{
    return sanitizedText(text, shownCharacters);
}

QString withDetail(const QString& title, const std::string& detail)
{
    const QString shown = shownText(detail);
    return shown.isEmpty() ? title : title + QStringLiteral(" (") + shown + u')';
}

}  // namespace countersign
