#include "ui/widgets/navigation/NavigationButton.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

#include <QLocale>
#include <QPainter>

namespace countersign {

NavigationButton::NavigationButton(QString icon, const QString& text, QWidget* parent)
    : QAbstractButton(parent), m_icon(std::move(icon))
{
    setText(text);
    setCheckable(true);
    setAccessibleName(text);
    setFocusPolicy(Qt::TabFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void NavigationButton::setCount(qint64 count, bool attention)
{
    m_count = count;
    m_attention = attention;
    setAccessibleDescription(count == 0 ? QString() : tr("%1 entries").arg(count));
    update();
}

void NavigationButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = Theme::instance().colors();
    const QRect box = rect().adjusted(8, 2, -8, -2);
    if (isChecked() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isChecked() ? colors.selection : colors.hover);
        painter.drawRoundedRect(box, 6, 6);
    }
    if (hasFocus()) {
        painter.setPen(colors.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
    const QColor ink = isChecked() ? colors.accent : colors.text;
    painter.drawPixmap(box.x() + 10, box.center().y() - 9, iconPixmap(m_icon, ink, 20, devicePixelRatioF()));
    painter.setFont(Theme::font(1.0, isChecked() ? QFont::DemiBold : QFont::Normal));
    painter.setPen(ink);
    painter.drawText(box.adjusted(40, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (m_count > 0) {
        const QString count = QLocale().toString(m_count);
        painter.setFont(Theme::font(0.9));
        const QFontMetrics metrics(painter.font());
        const int width = std::max(metrics.horizontalAdvance(count) + 12, 22);
        const QRect pill(box.right() - width - 6, box.center().y() - 9, width, 20);
        const ToneColors& tone = m_attention ? colors.bad : colors.neutral;
        if (m_attention) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(tone.fill);
            painter.drawRoundedRect(pill, 6, 6);
        }
        painter.setPen(m_attention ? tone.text : colors.muted);
        painter.drawText(pill, Qt::AlignCenter, count);
    }
}

}  // namespace countersign
