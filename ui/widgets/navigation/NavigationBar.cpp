#include "ui/widgets/navigation/NavigationBar.h"

#include <QFrame>
#include <QHBoxLayout>

namespace countersign {

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
    m_layout->insertWidget(m_layout->count() - 1 - m_below, button);
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
    m_layout->insertSpacing(m_layout->count() - 1 - m_below, 6);
    m_layout->insertWidget(m_layout->count() - 1 - m_below, line);
    m_layout->insertSpacing(m_layout->count() - 1 - m_below, 6);
}

void NavigationBar::setLast(QWidget* widget)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 12, 0);
    row->addWidget(widget, 1);
    m_layout->addLayout(row);
    ++m_below;
}

void NavigationBar::setCurrent(int page)
{
    for (int i = 0; i < m_buttons.size(); ++i) {
        m_buttons.at(i)->setChecked(i == page);
    }
}

}  // namespace countersign
