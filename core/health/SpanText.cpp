#include "core/health/SpanText.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct SpanTextText
{
    Q_DECLARE_TR_FUNCTIONS(SpanTextText)
};

constexpr UnixMillis spanMinute = 60'000;
constexpr UnixMillis spanHour = 60 * spanMinute;
constexpr UnixMillis spanDay = 24 * spanHour;

}  // namespace

QString daysText(UnixMillis span)
{
    const UnixMillis days = std::max<UnixMillis>(0, span) / spanDay;
    return days == 1 ? SpanTextText::tr("1 day") : SpanTextText::tr("%1 days").arg(days);
}

QString spanText(UnixMillis span)
{
    if (span < 2 * spanHour) {
        return SpanTextText::tr("%1 minutes").arg(span / spanMinute);
    }
    return span < 2 * spanDay ? SpanTextText::tr("%1 hours").arg(span / spanHour) : daysText(span);
}

QString agoText(UnixMillis span)
{
    return span < 2 * spanMinute ? SpanTextText::tr("just now")
                                 : SpanTextText::tr("%1 ago").arg(spanText(span));
}

}  // namespace countersign
