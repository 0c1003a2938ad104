#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace countersign {

/// Icons in the theme's colours: one set (resources/icons, 20-pixel grid, 1.5-pixel strokes) serves both
/// themes; the drawings use currentColor and get their colour here.

/// size in device-independent pixels; cached. An unknown name is a programming error and gives an empty
/// picture.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal pixelRatio);

/// Follows the theme by itself: text colour, muted when disabled.
QIcon themeIcon(const QString& name);

/// The program's own icon (in colour).
QIcon applicationIcon();

}  // namespace countersign
