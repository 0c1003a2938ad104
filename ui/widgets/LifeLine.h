#pragma once

#include "core/base/Clock.h"
#include "ui/theme/ThemeColors.h"

#include <QList>
#include <QString>
#include <QWidget>

namespace countersign {

/// A timeline widget: what happened, along one line from the first of it to now. It draws filled dots where
/// something began, rings for the rest, in the colours of their states. A picture for getting an idea;
/// whatever it shows stands in words in a list elsewhere, and the mark under the pointer in its tool tip.
class LifeLine : public QWidget
{
    Q_OBJECT

public:
    struct Mark
    {
        UnixMillis at = 0;
        bool isBeginning = false;
        Tone tone = Tone::Neutral;
        QString words;

        bool operator==(const Mark&) const = default;
    };

    explicit LifeLine(QWidget* parent = nullptr);

    /// In any order. What is later than now (clocks that differ) stands at the end.
    void setMarks(QList<Mark> marks, UnixMillis now);
    /// The one nearest to this place, if one is near.
    const Mark* markAt(const QPointF& place) const;
    /// In the widget's coordinates.
    QPointF placeOf(const Mark& mark) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QList<Mark> m_marks;  ///< oldest first
    UnixMillis m_now = 0;
};

}  // namespace countersign
