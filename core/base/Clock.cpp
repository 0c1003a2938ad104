#include "core/base/Clock.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace countersign {

namespace {

constexpr UnixMillis lastRepresentable = 253402300799999;  // 9999-12-31T23:59:59.999Z

/// Reads exactly count digits at position; moves the position.
std::optional<int> digits(std::string_view text, std::size_t& position, std::size_t count)
{
    if (position + count > text.size()) {
        return std::nullopt;
    }
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = text[position + i];
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    position += count;
    return value;
}

bool literal(std::string_view text, std::size_t& position, char expected)
{
    if (position >= text.size() || text[position] != expected) {
        return false;
    }
    ++position;
    return true;
}

/// The optional ".f…": milliseconds, or nothing when the dot has no digit after it.
std::optional<int> fraction(std::string_view text, std::size_t& position)
{
    if (position >= text.size() || text[position] != '.') {
        return 0;
    }
    ++position;
    int millis = 0;
    int scale = 100;
    const std::size_t start = position;
    while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
        millis += (text[position] - '0') * scale;
        scale /= 10;
        ++position;
    }
    return position == start ? std::nullopt : std::optional<int>(millis);
}

/// Minutes east of Greenwich.
std::optional<int> zone(std::string_view text, std::size_t& position)
{
    if (literal(text, position, 'Z')) {
        return 0;
    }
    const bool negative = position < text.size() && text[position] == '-';
    if (!negative && (position >= text.size() || text[position] != '+')) {
        return std::nullopt;
    }
    ++position;
    const auto hours = digits(text, position, 2);
    if (!hours || *hours > 23 || !literal(text, position, ':')) {
        return std::nullopt;
    }
    const auto minutes = digits(text, position, 2);
    if (!minutes || *minutes > 59) {
        return std::nullopt;
    }
    const int offset = *hours * 60 + *minutes;
    return negative ? -offset : offset;
}

std::optional<std::chrono::sys_days> date(std::string_view text, std::size_t& position)
{
    const auto year = digits(text, position, 4);
    if (!year || !literal(text, position, '-')) {
        return std::nullopt;
    }
    const auto month = digits(text, position, 2);
    if (!month || !literal(text, position, '-')) {
        return std::nullopt;
    }
    const auto day = digits(text, position, 2);
    if (!day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
    if (!ymd.ok() || *year < 1970) {
        return std::nullopt;
    }
    return std::chrono::sys_days(ymd);
}

std::optional<std::chrono::seconds> timeOfDay(std::string_view text, std::size_t& position)
{
    const auto hour = digits(text, position, 2);
    if (!hour || *hour > 23 || !literal(text, position, ':')) {
        return std::nullopt;
    }
    const auto minute = digits(text, position, 2);
    if (!minute || *minute > 59 || !literal(text, position, ':')) {
        return std::nullopt;
    }
    const auto second = digits(text, position, 2);
    if (!second || *second > 59) {
        return std::nullopt;
    }
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

}  // namespace

UnixMillis SystemClock::now() const
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string toIso8601(UnixMillis time)
{
    using namespace std::chrono;
    const sys_time<milliseconds> point{milliseconds(std::clamp<UnixMillis>(time, 0, lastRepresentable))};
    const auto days = floor<std::chrono::days>(point);
    const year_month_day ymd{days};
    const hh_mm_ss hms{point - days};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                  static_cast<unsigned>(ymd.day()), static_cast<int>(hms.hours().count()),
                  static_cast<int>(hms.minutes().count()), static_cast<int>(hms.seconds().count()),
                  static_cast<int>(hms.subseconds().count()));
    return text.data();
}

std::optional<UnixMillis> fromIso8601(std::string_view text)
{
    std::size_t position = 0;
    const auto day = date(text, position);
    if (!day || !literal(text, position, 'T')) {
        return std::nullopt;
    }
    const auto time = timeOfDay(text, position);
    if (!time) {
        return std::nullopt;
    }
    const auto millis = fraction(text, position);
    if (!millis) {
        return std::nullopt;
    }
    const auto offset = zone(text, position);
    if (!offset || position != text.size()) {
        return std::nullopt;
    }
    const auto point = *day + *time + std::chrono::milliseconds(*millis) - std::chrono::minutes(*offset);
    const UnixMillis result = point.time_since_epoch().count();
    return result < 0 ? std::nullopt : std::optional<UnixMillis>(result);
}

}  // namespace countersign
