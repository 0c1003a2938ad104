#include "ui/theme/ThemeColors.h"

#include <algorithm>
#include <cmath>

namespace countersign {

namespace {

double linear(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

ThemeColors makeLight()
{
    ThemeColors c;
    c.window = QColor(0xf4f5f8);
    c.surface = QColor(0xfcfcfe);
    c.navigation = QColor(0xebedf2);
    c.text = QColor(0x1f2430);
    c.muted = QColor(0x545c6b);
    c.border = QColor(0xd8dce4);
    c.accent = QColor(0x3f4abf);
    c.accentFill = QColor(0x4651c8);
    c.onAccent = QColor(0xfcfcfe);
    c.selection = QColor(0xe3e6fa);
    c.hover = QColor(0xf0f1f6);
    c.neutral = {QColor(0x4a5261), QColor(0xe7e9ee)};
    c.good = {QColor(0x17602f), QColor(0xdff2e5)};
    c.warning = {QColor(0x744600), QColor(0xfaead0)};
    c.bad = {QColor(0x9c1f2b), QColor(0xfbe2e3)};
    c.info = {QColor(0x1c5299), QColor(0xe0ebf9)};
    return c;
}

ThemeColors makeDark()
{
    ThemeColors c;
    c.dark = true;
    c.window = QColor(0x1b1e24);
    c.surface = QColor(0x21252c);
    c.navigation = QColor(0x17191e);
    c.text = QColor(0xe4e7ec);
    c.muted = QColor(0xa3abb8);
    c.border = QColor(0x353b46);
    c.accent = QColor(0xa9b1ff);
    c.accentFill = QColor(0x5560d8);
    c.onAccent = QColor(0xf7f8ff);
    c.selection = QColor(0x2d3257);
    c.hover = QColor(0x292e37);
    c.neutral = {QColor(0xb8bfca), QColor(0x2f353f)};
    c.good = {QColor(0x85d8a4), QColor(0x1d3829)};
    c.warning = {QColor(0xf0c274), QColor(0x3e311a)};
    c.bad = {QColor(0xffa19d), QColor(0x442427)};
    c.info = {QColor(0x93c0f6), QColor(0x1f344f)};
    return c;
}

}  // namespace

const ToneColors& ThemeColors::tone(Tone tone) const
{
    switch (tone) {
        case Tone::Good:
            return good;
        case Tone::Warning:
            return warning;
        case Tone::Bad:
            return bad;
        case Tone::Info:
            return info;
        case Tone::Neutral:
            break;
    }
    return neutral;
}

const ThemeColors& ThemeColors::light()
{
    static const ThemeColors colors = makeLight();
    return colors;
}

const ThemeColors& ThemeColors::darkTheme()
{
    static const ThemeColors colors = makeDark();
    return colors;
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

}  // namespace countersign
