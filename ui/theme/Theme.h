#pragma once

#include "ui/theme/ThemeColors.h"

#include <QFont>
#include <QObject>
#include <QString>

class QApplication;

namespace countersign {

/// The program's light and dark theme: palette, style sheet, fonts and colours. The whole window changes
/// between light and dark at once, and painters (chips, identicons, icons) need the colours that the palette
/// does not have. One per program; lives on the GUI thread.
class Theme : public QObject
{
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };

    static Theme& instance();

    /// Sets style, palette and style sheet of the program; changed() follows when the colours changed.
    void apply(Mode mode);
    Mode mode() const { return m_mode; }
    const ThemeColors& colors() const { return *m_colors; }

    /// What the desktop says (freedesktop appearance portal); used while the mode is System.
    void setSystemDark(bool dark);

    /// The system's UI font at its size times factor (1.0 body, 1.25 section, 1.6 page).
    static QFont font(double factor = 1.0, QFont::Weight weight = QFont::Normal);
    static QFont monospace(double factor = 1.0);

    static QString nameOf(Mode mode);           ///< "system", "light", "dark"
    static Mode modeFrom(const QString& name);  ///< System for anything else

Q_SIGNALS:
    void changed();

private:
    Theme();
    void refresh();

    Mode m_mode = Mode::System;
    bool m_systemDark = false;
    const ThemeColors* m_colors = nullptr;
};

}  // namespace countersign
