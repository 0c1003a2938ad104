#include "ui/review/meaning/EffectsView.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/identity/AddressView.h"

#include <QCoreApplication>
#include <QGridLayout>

namespace countersign {

namespace {

struct EffectsViewText
{
    Q_DECLARE_TR_FUNCTIONS(EffectsViewText)
};

constexpr std::size_t shownEffectBytes = 2000;

StateText directionText(meaning::Effect::Direction direction)
{
    using Direction = meaning::Effect::Direction;
    switch (direction) {
        case Direction::Out:
            return {EffectsViewText::tr("Leaves"),
                    QStringLiteral("send"),
                    Tone::Neutral,
                    EffectsViewText::tr("This goes away from the wallet."),
                    {}};
        case Direction::In:
            return {EffectsViewText::tr("Arrives"),
                    QStringLiteral("tick"),
                    Tone::Good,
                    EffectsViewText::tr("This comes to the wallet."),
                    {}};
        case Direction::Power:
            return {EffectsViewText::tr("Power"),
                    QStringLiteral("key"),
                    Tone::Warning,
                    EffectsViewText::tr("Somebody may do something afterwards that they may not do today."),
                    {}};
        case Direction::Fee:
            return {EffectsViewText::tr("Cost"),
                    QStringLiteral("clock"),
                    Tone::Info,
                    EffectsViewText::tr("What the network takes at most."),
                    {}};
    }
    return {};
}

/// "→" where it goes, "←" where it comes from; nothing for a cost, which goes to nobody in particular.
QString arrowOf(const meaning::Effect& effect)
{
    if (!effect.account) {
        return {};
    }
    return effect.direction == meaning::Effect::Direction::In ? QStringLiteral("←") : QStringLiteral("→");
}

void clearGrid(QGridLayout& grid)
{
    while (QLayoutItem* item = grid.takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

}  // namespace

EffectsView::EffectsView(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(1, 1);
    m_grid->setColumnStretch(3, 1);
    setAccessibleName(EffectsViewText::tr("What it does"));
}

void EffectsView::show(const std::vector<meaning::Effect>& effects)
{
    clearGrid(*m_grid);
    m_count = 0;
    for (const meaning::Effect& effect : effects) {
        addRow(effect);
    }
    setVisible(m_count > 0);
}

void EffectsView::addRow(const meaning::Effect& effect)
{
    auto* chip = new ChipLabel(this);
    chip->setState(directionText(effect.direction));
    m_grid->addWidget(chip, m_count, 0, Qt::AlignTop);

    auto* what = new QWidget(this);
    auto* words = new QVBoxLayout(what);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(2);
    if (effect.display) {
        QLabel* amount = valueLabel(visibleText(*effect.display, false, shownEffectBytes), what);
        amount->setFont(Theme::font(1.0, QFont::DemiBold));
        words->addWidget(amount);
    }
    words->addWidget(valueLabel(visibleText(effect.text, false, shownEffectBytes), what));
    m_grid->addWidget(what, m_count, 1, Qt::AlignTop);

    m_grid->addWidget(plainLabel(arrowOf(effect), this, Theme::font(1.25)), m_count, 2, Qt::AlignTop);
    if (effect.account) {
        auto* account = new AddressView(this);
        account->setAddress(visibleText(*effect.account, false, shownEffectBytes));
        m_grid->addWidget(account, m_count, 3, Qt::AlignTop);
    }
    ++m_count;
}

}  // namespace countersign
