#include "core/meaning/descriptors/display/DescriptorNumbers.h"

#include "core/meaning/KnownLists.h"

#include <array>
#include <chrono>

namespace countersign::meaning {

namespace {

constexpr std::uint64_t secondsInDay = 86'400;
constexpr std::uint64_t endOfDates = 253'402'300'800;  // 10000-01-01

std::string padded(std::uint64_t number, std::size_t digits)
{
    const std::string text = std::to_string(number);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

std::string clockText(std::uint64_t hours, std::uint64_t secondsInHour)
{
    return padded(hours, 2) + ':' + padded(secondsInHour / 60, 2) + ':' + padded(secondsInHour % 60, 2);
}

}  // namespace

std::string dateText(const Uint256& seconds)
{
    if (seconds >= endOfDates) {
        return toDecimal(seconds);
    }
    const auto count = static_cast<std::uint64_t>(seconds);
    const std::chrono::year_month_day day{
        std::chrono::sys_days(std::chrono::days(static_cast<std::int64_t>(count / secondsInDay)))};
    const std::uint64_t inDay = count % secondsInDay;
    return padded(static_cast<std::uint64_t>(static_cast<int>(day.year())), 4) + '-' +
           padded(static_cast<unsigned>(day.month()), 2) + '-' + padded(static_cast<unsigned>(day.day()), 2) +
           ' ' + clockText(inDay / 3'600, inDay % 3'600) + 'Z';
}

std::string durationText(const Uint256& seconds)
{
    constexpr std::uint64_t secondsInHour = 3'600;
    const Uint256 hours = seconds / secondsInHour;
    const auto rest = static_cast<std::uint64_t>(Uint256(seconds % secondsInHour));
    const std::string clock = clockText(0, rest).substr(2);
    const std::string text = toDecimal(hours);
    return (text.size() < 2 ? "0" : "") + text + clock;
}

std::string unitText(const Uint256& number, int decimals, bool hasPrefix)
{
    struct Prefix
    {
        int exponent;
        const char* symbol;
    };
    static constexpr std::array<Prefix, 16> prefixes{{{24, "Y"},
                                                      {21, "Z"},
                                                      {18, "E"},
                                                      {15, "P"},
                                                      {12, "T"},
                                                      {9, "G"},
                                                      {6, "M"},
                                                      {3, "k"},
                                                      {-3, "m"},
                                                      {-6, "µ"},
                                                      {-9, "n"},
                                                      {-12, "p"},
                                                      {-15, "f"},
                                                      {-18, "a"},
                                                      {-21, "z"},
                                                      {-24, "y"}}};
    const int exponent = static_cast<int>(toDecimal(number).size()) - 1 - decimals;  // of the first digit
    if (!hasPrefix || number == 0 || (exponent >= 0 && exponent < 3)) {
        return exactAmount(number, decimals);
    }
    for (const Prefix& prefix : prefixes) {
        if (exponent >= prefix.exponent && decimals + prefix.exponent >= 0) {
            return exactAmount(number, decimals + prefix.exponent) + prefix.symbol;
        }
    }
    return exactAmount(number, decimals);
}

}  // namespace countersign::meaning
