#pragma once

#include <QFrame>
#include <QScrollArea>

namespace countersign {

/// A thin line between groups.
QFrame* lineFrame(QWidget* parent);
/// A frame with the surface's colour, round corners and a border.
QFrame* cardFrame(QWidget* parent);
/// A frame for what should be done about something.
QFrame* adviceFrame(QWidget* parent);
/// content, scrolled up and down as soon as it is higher than its place, on the background of its
/// surrounding.
QScrollArea* scrolling(QWidget* content, QWidget* parent);

}  // namespace countersign
