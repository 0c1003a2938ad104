#include "ui/widgets/FactGrid.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/identity/CopyButton.h"

#include <QHBoxLayout>

namespace countersign {

namespace {
constexpr int nameWidth = 96;
constexpr int besideAButton = 5;  // pixels above a line that stands level with a copy button's picture

/// Ids have no blanks: without break opportunities a narrow pane would cut them. Such a text is not for
/// selecting (the invisible breaks would be copied along); the button beside it copies the value.
QString breakable(const QString& value)
{
    constexpr int longestRun = 8;
    QString text;
    int run = 0;
    for (const QChar c : value) {
        text += c;
        ++run;
        if (c == u'-' || (run == longestRun && !value.contains(u'-'))) {
            text += QChar(0x200b);
            run = 0;
        }
    }
    return text;
}

/// A signed transaction can have thousands of digits; the button copies them all.
QString shortened(const QString& value)
{
    constexpr qsizetype longest = 600;
    constexpr qsizetype end = 64;
    return value.size() <= longest ? value
                                   : value.left(longest - end) + QStringLiteral(" … ") + value.right(end);
}

}  // namespace

FactGrid::FactGrid(QWidget* parent) : QWidget(parent), m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(12);
    m_layout->setVerticalSpacing(6);
    m_layout->setColumnMinimumWidth(0, nameWidth);
    m_layout->setColumnStretch(1, 1);
}

void FactGrid::clear()
{
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_rows = 0;
}

void FactGrid::add(const QString& name, const QString& value, const QString& toolTip)
{
    QLabel* label = valueLabel(value, this);
    label->setToolTip(plainToolTip(toolTip));
    addWidget(name, label);
}

void FactGrid::addTime(const QString& name, UnixMillis time)
{
    add(name, utcTime(time), absoluteTime(time));
}

void FactGrid::addCode(const QString& name, const QString& value)
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    QLabel* label = plainLabel(breakable(shortened(value)), row);
    label->setFont(Theme::monospace(0.92));
    label->setWordWrap(true);
    label->setAccessibleName(value);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->setContentsMargins(0, besideAButton, 0, 0);
    layout->addWidget(label, 1);
    layout->addWidget(new CopyButton(value, tr("Copy %1").arg(name), row), 0, Qt::AlignTop);
    addWidget(name, row, besideAButton - 1);  // its font is larger
}

void FactGrid::addWidget(const QString& name, QWidget* value, int nameTop)
{
    QLabel* label = mutedLabel(name, this);
    label->setContentsMargins(0, nameTop, 0, 0);
    m_layout->addWidget(label, m_rows, 0, Qt::AlignTop);
    m_layout->addWidget(value, m_rows, 1, Qt::AlignTop);
    ++m_rows;
}

}  // namespace countersign
