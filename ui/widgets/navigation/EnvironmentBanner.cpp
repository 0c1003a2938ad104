#include "ui/widgets/navigation/EnvironmentBanner.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

#include <QPainter>

namespace countersign {

EnvironmentBanner::EnvironmentBanner(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(28);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Environment"));
}

void EnvironmentBanner::setKind(Kind kind)
{
    m_kind = kind;
    setAccessibleDescription(text());
    update();
}

void EnvironmentBanner::setEnvironment(const QString& environmentId)
{
    m_environment = environmentId;
    setAccessibleDescription(text());
    update();
}

QString EnvironmentBanner::text() const
{
    switch (m_kind) {
        case Kind::Demonstration:
            return tr("SANDBOX · DEMONSTRATION PROFILE · nothing here is real");
        case Kind::Real:
            return m_environment.isEmpty() ? tr("Environment") : tr("Environment %1").arg(m_environment);
        case Kind::NoProfile:
            return tr("No profile");
        case Kind::Unknown:
            break;
    }
    return {};
}

void EnvironmentBanner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = Theme::instance().colors();
    const bool demonstration = m_kind == Kind::Demonstration;
    const QColor fill = demonstration          ? colors.warning.fill
                        : m_kind == Kind::Real ? colors.selection
                                               : colors.navigation;
    const QColor ink = demonstration          ? colors.warning.text
                       : m_kind == Kind::Real ? colors.accent
                                              : colors.muted;
    painter.fillRect(rect(), fill);
    const QFont font = Theme::font(0.95, QFont::DemiBold);
    const int wordsWidth = QFontMetrics(font).horizontalAdvance(text());
    const int start = 16;
    if (demonstration) {
        QColor stripe = ink;
        stripe.setAlphaF(colors.dark ? 0.30F : 0.20F);
        painter.setPen(QPen(stripe, 5));
        const int from = start + wordsWidth + 40;
        painter.setClipRect(from, 0, width() - from, height());
        for (int x = from - height(); x < width() + height(); x += 16) {
            painter.drawLine(x, height() + 4, x + height() + 8, -4);
        }
        painter.setClipping(false);
    }
    painter.setFont(font);
    if (m_kind != Kind::Unknown) {
        painter.setBrush(ink);
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(QPointF(start + 4, height() / 2.0), 4, 4);
    }
    painter.setPen(ink);
    painter.drawText(rect().adjusted(start + 16, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    painter.setPen(colors.border);
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

}  // namespace countersign
