#pragma once

#include <QColor>

namespace countersign {

/// What a colour means; used for states only, and always together with an icon and a word.
enum class Tone { Neutral, Good, Warning, Bad, Info };

struct ToneColors
{
    QColor text;  ///< readable on fill, on surface and on window
    QColor fill;
};

/// Every colour of a theme. Readable pairs (tests/ui/ThemeColors_test.cpp): text, muted, accent and all tone
/// texts on window, surface, navigation and selection; onAccent on accentFill; each tone's text on its fill:
/// at least 4.5:1.
struct ThemeColors
{
    bool dark = false;
    QColor window;
    QColor surface;     ///< tables, fields, cards
    QColor navigation;  ///< left bar, status bar, headers
    QColor text;
    QColor muted;
    QColor border;
    QColor accent;      ///< indigo, for text and icons
    QColor accentFill;  ///< primary button
    QColor onAccent;
    QColor selection;
    QColor hover;
    ToneColors neutral, good, warning, bad, info;

    const ToneColors& tone(Tone tone) const;

    static const ThemeColors& light();
    static const ThemeColors& darkTheme();
};

/// WCAG 2.1 contrast ratio of two opaque colours, 1…21.
double contrastRatio(const QColor& a, const QColor& b);

}  // namespace countersign
