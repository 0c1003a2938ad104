#include "ui/widgets/identity/AddressView.h"

#include "ui/text/AddressText.h"
#include "ui/theme/Theme.h"

#include <QPainter>

namespace countersign {

AddressView::AddressView(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void AddressView::setAddress(const QString& address)
{
    m_address = address;
    m_groups = groupedAddress(address).split(u' ', Qt::SkipEmptyParts);
    // The prefix stands alone, so that all groups are four characters wide.
    if (!m_groups.isEmpty() && m_groups.front().startsWith(QLatin1String("0x")) &&
        m_groups.front().size() > 2) {
        m_groups.front().remove(0, 2);
        m_groups.prepend(QStringLiteral("0x"));
    }
    setAccessibleName(address);
    updateGeometry();
    update();
}

int AddressView::groupWidth() const
{
    QFont bold = Theme::monospace(1.05);
    bold.setWeight(QFont::Bold);
    return QFontMetrics(bold).horizontalAdvance(QStringLiteral("0000")) + 9;
}

int AddressView::lineHeight() const
{
    return QFontMetrics(Theme::monospace(1.05)).height() + 3;
}

int AddressView::columns(int width) const
{
    return std::max(1, width / groupWidth());
}

int AddressView::heightForWidth(int width) const
{
    const int perLine = columns(width);
    const int lines = (static_cast<int>(m_groups.size()) + perLine - 1) / perLine;
    return std::max(1, lines) * lineHeight();
}

void AddressView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ThemeColors& colors = Theme::instance().colors();
    const bool prefixed = !m_groups.isEmpty() && m_groups.front() == QLatin1String("0x");
    const int firstGroup = prefixed ? 1 : 0;
    const int perLine = columns(width());
    for (int i = 0; i < m_groups.size(); ++i) {
        const bool emphasised = i == firstGroup || i == m_groups.size() - 1;
        QFont font = Theme::monospace(1.05);
        font.setWeight(emphasised ? QFont::Bold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(emphasised ? colors.text : colors.muted);
        const QRect cell((i % perLine) * groupWidth(), (i / perLine) * lineHeight(), groupWidth(),
                         lineHeight());
        painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter, m_groups.at(i));
    }
}

}  // namespace countersign
