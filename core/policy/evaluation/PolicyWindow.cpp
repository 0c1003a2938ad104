#include "core/policy/evaluation/PolicyWindow.h"

#include <QDateTime>

namespace countersign {

namespace {

constexpr int millisOfMinute = 60'000;
constexpr std::array<const char*, 7> dayNames = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

QDateTime inZone(const PolicyTime& window, UnixMillis moment)
{
    return QDateTime::fromMSecsSinceEpoch(moment, window.zone);
}

/// Monday is 0.
std::size_t dayOf(const QDateTime& time)
{
    return static_cast<std::size_t>(time.date().dayOfWeek() - 1);
}

}  // namespace

bool isWithin(const PolicyTime& window, UnixMillis moment)
{
    const QDateTime local = inZone(window, moment);
    const std::size_t today = dayOf(local);
    if (!window.from || !window.to) {
        return window.days[today];
    }
    const std::size_t yesterday = (today + 6) % 7;
    const int time = local.time().msecsSinceStartOfDay();
    const int from = *window.from * millisOfMinute;
    const int to = *window.to * millisOfMinute;
    if (from < to) {
        return window.days[today] && time >= from && time <= to;
    }
    // The night that began today, or the one that began yesterday.
    return (window.days[today] && time >= from) || (window.days[yesterday] && time <= to);
}

std::string timeInZone(const PolicyTime& window, UnixMillis moment)
{
    const QDateTime local = inZone(window, moment);
    const QTime time = local.time();
    const auto twoDigits = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return std::string(dayNames.at(dayOf(local))) + ' ' + twoDigits(time.hour()) + ':' +
           twoDigits(time.minute()) + " in " + window.zone.id().toStdString();
}

}  // namespace countersign
