#include "ui/widgets/NavigationBar.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

#include <QFrame>
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

NavigationBar::NavigationBar(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("navigation"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(196);
    m_layout->setContentsMargins(0, 12, 0, 12);
    m_layout->setSpacing(2);
    m_layout->addStretch(1);
    setAccessibleName(tr("Pages"));
}

NavigationButton* NavigationBar::addPage(const QString& icon, const QString& text)
{
    const int page = static_cast<int>(m_buttons.size());
    auto* button = new NavigationButton(icon, text, this);
    m_layout->insertWidget(m_layout->count() - 1, button);
    m_buttons << button;
    connect(button, &QAbstractButton::clicked, this, [this, page] {
        setCurrent(page);
        Q_EMIT pageChosen(page);
    });
    return button;
}

void NavigationBar::addLine()
{
    auto* line = new QFrame(this);
    line->setProperty("role", QStringLiteral("line"));
    m_layout->insertSpacing(m_layout->count() - 1, 6);
    m_layout->insertWidget(m_layout->count() - 1, line);
    m_layout->insertSpacing(m_layout->count() - 1, 6);
}

void NavigationBar::setCurrent(int page)
{
    for (int i = 0; i < m_buttons.size(); ++i) {
        m_buttons.at(i)->setChecked(i == page);
    }
}

}  // namespace countersign
