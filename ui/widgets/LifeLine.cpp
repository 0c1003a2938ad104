#include "ui/widgets/LifeLine.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace countersign {

namespace {

constexpr int lifeMargin = 8;
constexpr int lifeLineY = 12;
constexpr int lifeWidth = 200;
constexpr double lifeNear = 8;
constexpr qsizetype dateLength = 10;  // of a time as utcTime writes it

QString lifeDate(UnixMillis at)
{
    return utcTime(at).left(dateLength);
}

}  // namespace

LifeLine::LifeLine(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void LifeLine::setMarks(QList<Mark> marks, UnixMillis now)
{
    std::ranges::stable_sort(marks, {}, &Mark::at);
    m_marks = std::move(marks);
    m_now = now;
    setVisible(!m_marks.isEmpty());
    setAccessibleName(m_marks.isEmpty() ? QString()
                                        : tr("What happened from %1 until today, in %2 marks")
                                              .arg(lifeDate(m_marks.front().at))
                                              .arg(m_marks.size()));
    update();
}

QPointF LifeLine::placeOf(const Mark& mark) const
{
    const double length = width() - 2.0 * lifeMargin;
    const UnixMillis first = m_marks.isEmpty() ? mark.at : m_marks.front().at;
    const double whole = static_cast<double>(std::max<UnixMillis>(m_now - first, 1));
    const double part = std::clamp(static_cast<double>(mark.at - first) / whole, 0.0, 1.0);
    return {lifeMargin + length * part, static_cast<double>(lifeLineY)};
}

const LifeLine::Mark* LifeLine::markAt(const QPointF& place) const
{
    const Mark* nearest = nullptr;
    double least = lifeNear;
    for (const Mark& mark : m_marks) {
        const QPointF away = placeOf(mark) - place;
        if (const double distance = std::hypot(away.x(), away.y()); distance <= least) {
            least = distance;
            nearest = &mark;  // of those in one place the newest, which is drawn over the others
        }
    }
    return nearest;
}

QSize LifeLine::sizeHint() const
{
    return {lifeWidth, lifeLineY + lifeMargin + fontMetrics().height()};
}

QSize LifeLine::minimumSizeHint() const
{
    return sizeHint();
}

void LifeLine::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    if (m_marks.isEmpty()) {
        return;
    }
    const ThemeColors& colors = Theme::instance().colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.border, 2));
    painter.drawLine(QPointF(lifeMargin, lifeLineY), QPointF(width() - lifeMargin, lifeLineY));
    for (const Mark& mark : m_marks) {
        const QColor ink = colors.tone(mark.tone).text;
        painter.setPen(QPen(ink, 2));
        painter.setBrush(mark.isBeginning ? ink : colors.surface);
        const double radius = mark.isBeginning ? 5 : 3.5;
        painter.drawEllipse(placeOf(mark), radius, radius);
    }
    painter.setPen(colors.muted);
    const QRect words = rect().adjusted(0, lifeLineY + lifeMargin, 0, 0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignTop, lifeDate(m_marks.front().at));
    painter.drawText(words, Qt::AlignRight | Qt::AlignTop, tr("today"));
}

bool LifeLine::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const Mark* mark = markAt(help->pos())) {
        QToolTip::showText(help->globalPos(), plainToolTip(mark->words + u'\n' + absoluteTime(mark->at)),
                           this);
    } else {
        QToolTip::hideText();
    }
    return true;
}

}  // namespace countersign
