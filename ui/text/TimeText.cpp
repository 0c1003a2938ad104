#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace countersign {

namespace {

constexpr UnixMillis second = 1000;
constexpr UnixMillis minute = 60 * second;
constexpr UnixMillis hour = 60 * minute;
constexpr UnixMillis day = 24 * hour;

QString translated(const char* text)
{
    return QCoreApplication::translate("TimeText", text);
}

}  // namespace

QString relativeTime(UnixMillis time, UnixMillis now)
{
    const UnixMillis age = now - time;
    if (age < -2 * second) {
        return translated("ahead of this clock");
    }
    if (age < 2 * second) {
        return translated("just now");
    }
    if (age < minute) {
        return translated("%1 s ago").arg(age / second);
    }
    if (age < hour) {
        return translated("%1 min ago").arg(age / minute);
    }
    if (age < 2 * day) {
        return translated("%1 h ago").arg(age / hour);
    }
    if (age < 30 * day) {
        return translated("%1 days ago").arg(age / day);
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
    return translated("%1\n%2 local (%3)")
        .arg(utcTime(time), local.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")),
             local.timeZoneAbbreviation());
}

QString durationText(UnixMillis span)
{
    if (span < 0) {
        return QStringLiteral("−") + durationText(-span);
    }
    if (span < second) {
        return translated("%1 ms").arg(span);
    }
    if (span < minute) {
        return translated("%1 s").arg(QLocale().toString(static_cast<double>(span) / second, 'f', 1));
    }
    if (span < hour) {
        return translated("%1 min").arg(span / minute);
    }
    return translated("%1 h").arg(span / hour);
}

}  // namespace countersign
