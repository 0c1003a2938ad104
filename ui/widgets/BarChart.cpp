#include "ui/widgets/BarChart.h"

#include "ui/theme/Theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace countersign {

namespace {

constexpr int barRowHeight = 22;
constexpr int barHeight = 10;
constexpr int barGap = 10;
constexpr int barLeastWidth = 60;

QString barNumber(qint64 count)
{
    return QLocale().toString(count);
}

}  // namespace

BarChart::BarChart(const QString& title, QWidget* parent) : QWidget(parent), m_title(title)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    tellAssistiveTechnology();
}

void BarChart::setBars(const QList<Bar>& bars)
{
    if (bars == m_bars) {
        return;
    }
    m_bars = bars;
    m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(m_bars.size()) - 1));
    tellAssistiveTechnology();
    updateGeometry();
    update();
}

QSize BarChart::sizeHint() const
{
    return {nameWidth() + numberWidth() + 2 * barGap + 120, static_cast<int>(m_bars.size()) * barRowHeight};
}

QSize BarChart::minimumSizeHint() const
{
    return {nameWidth() + numberWidth() + 2 * barGap + barLeastWidth,
            static_cast<int>(m_bars.size()) * barRowHeight};
}

int BarChart::nameWidth() const
{
    int width = 0;
    for (const Bar& bar : m_bars) {
        width = std::max(width, fontMetrics().horizontalAdvance(bar.name));
    }
    return width;
}

int BarChart::numberWidth() const
{
    int width = 0;
    for (const Bar& bar : m_bars) {
        width = std::max(width, fontMetrics().horizontalAdvance(barNumber(bar.count)));
    }
    return width;
}

int BarChart::rowAt(int y) const
{
    const int row = y / barRowHeight;
    return y >= 0 && row < m_bars.size() ? row : -1;
}

void BarChart::setCurrent(int row)
{
    m_current = std::clamp(row, 0, std::max(0, static_cast<int>(m_bars.size()) - 1));
    tellAssistiveTechnology();
    update();
}

void BarChart::tellAssistiveTechnology()
{
    QStringList parts;
    for (const Bar& bar : m_bars) {
        parts << tr("%1: %2").arg(bar.name, barNumber(bar.count));
    }
    setAccessibleName(m_title);
    setAccessibleDescription(parts.join(QStringLiteral(", ")) +
                             (m_bars.isEmpty()
                                  ? QString()
                                  : tr(". Chosen: %1. Enter shows them.").arg(m_bars.at(m_current).name)));
}

void BarChart::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = Theme::instance().colors();
    qint64 most = 0;
    for (const Bar& bar : m_bars) {
        most = std::max(most, bar.count);
    }
    const int names = nameWidth();
    const int numbers = numberWidth();
    const int room = std::max(0, width() - names - numbers - 2 * barGap);
    for (int row = 0; row < m_bars.size(); ++row) {
        const Bar& bar = m_bars.at(row);
        const QRect line(0, row * barRowHeight, width(), barRowHeight);
        if (hasFocus() && row == m_current) {
            QPainterPath ring;
            ring.addRoundedRect(QRectF(line).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
            painter.fillPath(ring, colors.selection);
            painter.setPen(colors.accent);
            painter.drawPath(ring);
        }
        painter.setPen(bar.count > 0 ? colors.text : colors.muted);
        painter.drawText(line.adjusted(2, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, bar.name);
        painter.drawText(QRect(names + barGap, line.top(), numbers, line.height()),
                         Qt::AlignVCenter | Qt::AlignRight, barNumber(bar.count));
        if (bar.count == 0 || most == 0) {
            continue;
        }
        // What is there is seen, however little it is.
        const double length = std::max(
            3.0, static_cast<double>(room) * static_cast<double>(bar.count) / static_cast<double>(most));
        QPainterPath path;
        path.addRoundedRect(
            QRectF(names + numbers + 2 * barGap, line.center().y() - barHeight / 2.0 + 1, length, barHeight),
            2, 2);
        painter.fillPath(path, bar.tone == Tone::Neutral ? colors.muted : colors.tone(bar.tone).text);
    }
}

void BarChart::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
        case Qt::Key_Up:
            return setCurrent(m_current - 1);
        case Qt::Key_Down:
            return setCurrent(m_current + 1);
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (m_current < m_bars.size()) {
                Q_EMIT barChosen(m_bars.at(m_current).key);
            }
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void BarChart::mouseReleaseEvent(QMouseEvent* event)
{
    if (const int row = rowAt(event->pos().y()); row >= 0 && event->button() == Qt::LeftButton) {
        setCurrent(row);
        Q_EMIT barChosen(m_bars.at(row).key);
    }
}

void BarChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

}  // namespace countersign
