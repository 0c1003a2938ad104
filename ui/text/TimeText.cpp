#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace countersign {

namespace {

constexpr UnixMillis aSecond = 1000;
constexpr UnixMillis aMinute = 60 * aSecond;
constexpr UnixMillis anHour = 60 * aMinute;
constexpr UnixMillis aDay = 24 * anHour;

struct TimeTextText
{
    Q_DECLARE_TR_FUNCTIONS(TimeTextText)
};

}  // namespace

QString relativeTime(UnixMillis time, UnixMillis now)
{
    const UnixMillis age = now - time;
    if (age < -2 * aSecond) {
        return TimeTextText::tr("ahead of this clock");
    }
    if (age < 2 * aSecond) {
        return TimeTextText::tr("just now");
    }
    if (age < aMinute) {
        return TimeTextText::tr("%1 s ago").arg(age / aSecond);
    }
    if (age < anHour) {
        return TimeTextText::tr("%1 min ago").arg(age / aMinute);
    }
    if (age < 2 * aDay) {
        return TimeTextText::tr("%1 h ago").arg(age / anHour);
    }
    if (age < 30 * aDay) {
        return TimeTextText::tr("%1 days ago").arg(age / aDay);
    }
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(time).date(), QLocale::ShortFormat);
}

QString utcTime(UnixMillis time)
{
    return QDateTime::fromMSecsSinceEpoch(time, Qt::UTC)
        .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'"));
}

QString absoluteTime(UnixMillis time)
{
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(time);
    return TimeTextText::tr("%1\n%2 local (%3)")
        .arg(utcTime(time), local.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")),
             local.timeZoneAbbreviation());
}

QString durationText(UnixMillis span)
{
    if (span < 0) {
        return QStringLiteral("−") + durationText(-span);
    }
    if (span < aSecond) {
        return TimeTextText::tr("%1 ms").arg(span);
    }
    if (span < aMinute) {
        return TimeTextText::tr("%1 s").arg(QLocale().toString(static_cast<double>(span) / aSecond, 'f', 1));
    }
    if (span < anHour) {
        return TimeTextText::tr("%1 min").arg(span / aMinute);
    }
    return TimeTextText::tr("%1 h").arg(span / anHour);
}

}  // namespace countersign
