#include "ui/widgets/table/StateRows.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Labels.h"

namespace countersign {

StateRows::StateRows(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
}

void StateRows::clear()
{
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void StateRows::add(const StateText& state, const QString& words, UnixMillis at)
{
    auto* row = new QWidget(this);
    auto* chip = new ChipLabel(row);
    chip->setState(state);
    QLabel* label = mutedLabel(words, row);
    label->setWordWrap(true);
    label->setToolTip(plainToolTip(absoluteTime(at)));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(chip, 0, Qt::AlignTop);
    layout->addWidget(label, 1);
    m_layout->addWidget(row);
}

void StateRows::addSentence(const QString& sentence)
{
    m_layout->addWidget(mutedLabel(sentence, this));
}

}  // namespace countersign
