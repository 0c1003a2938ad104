#include "ui/widgets/Chip.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

#include <QPainter>

namespace countersign {

namespace {
constexpr int iconSize = 14;
constexpr int chipPadding = 7;
constexpr int gap = 5;
}  // namespace

int chipWidth(const StateText& state, const QFont& font)
{
    return chipPadding + iconSize + gap + QFontMetrics(font).horizontalAdvance(state.word) + chipPadding + 1;
}

void paintChip(QPainter& painter, const QRect& area, const StateText& state, const QFont& font)
{
    const ToneColors& tone = Theme::instance().colors().tone(state.tone);
    const int width = std::min(area.width(), chipWidth(state, font));
    const QRect chip(area.x(), area.y() + (area.height() - chipHeight) / 2, width, chipHeight);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tone.fill);
    painter.drawRoundedRect(chip, 6, 6);
    painter.drawPixmap(chip.x() + chipPadding, chip.y() + (chipHeight - iconSize) / 2,
                       iconPixmap(state.icon, tone.text, iconSize, painter.device()->devicePixelRatioF()));
    painter.setPen(tone.text);
    painter.setFont(font);
    const QRect words = chip.adjusted(chipPadding + iconSize + gap, 0, -chipPadding + 1, 0);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     QFontMetrics(font).elidedText(state.word, Qt::ElideRight, words.width()));
    painter.restore();
}

ChipLabel::ChipLabel(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ChipLabel::setState(const StateText& state)
{
    m_state = state;
    setAccessibleName(state.word);
    setToolTip(plainToolTip(state.meaning));
    updateGeometry();
    update();
}

QSize ChipLabel::sizeHint() const
{
    return {chipWidth(m_state, font()), chipHeight};
}

void ChipLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintChip(painter, rect(), m_state, font());
}

}  // namespace countersign
