#include "ui/widgets/table/CellDelegate.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/identity/Identicon.h"

#include <QPainter>

namespace countersign {

namespace {

constexpr int padding = 8;
constexpr int identiconSize = 20;

void paintBackground(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const ThemeColors& colors = Theme::instance().colors();
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter.fillRect(option.rect, colors.selection);
        if (index.column() == 0) {
            painter.fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), colors.accent);
        }
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter.fillRect(option.rect, colors.hover);
    }
    painter.setPen(colors.dark ? colors.border.darker(125) : colors.hover.darker(104));
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

void paintPlaceholder(QPainter& painter, const QRect& area)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().colors().neutral.fill);
    painter.drawRoundedRect(QRect(area.x(), area.center().y() - 4, area.width() * 3 / 5, 8), 4, 4);
}

QRect afterIdenticon(QPainter& painter, const QRect& area, const QByteArray& bytes)
{
    if (bytes.isEmpty()) {
        return area;
    }
    painter.drawPixmap(
        area.x(), area.center().y() - identiconSize / 2 + 1,
        identicon(asBytes(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))),
                  identiconSize, painter.device()->devicePixelRatioF()));
    return area.adjusted(identiconSize + padding, 0, 0, 0);
}

/// The whole text if it fits, else the short one, elided if even that does not fit.
QString fittingText(const QModelIndex& index, const QFont& font, Qt::TextElideMode elide, int width)
{
    const QFontMetrics metrics(font);
    const QString whole = index.data(WholeTextRole).toString();
    if (!whole.isEmpty() && metrics.horizontalAdvance(whole) <= width) {
        return whole;
    }
    return metrics.elidedText(index.data(Qt::DisplayRole).toString(), elide, width);
}

}  // namespace

int wholeAddressWidth()
{
    constexpr int longest = 44 + 10;  // Solana's, in groups of four
    const QString sample(longest, u'0');
    return QFontMetrics(Theme::monospace(0.95)).horizontalAdvance(sample) + identiconSize + 3 * padding + 2;
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    painter->save();
    paintBackground(*painter, option, index);
    const QRect area = option.rect.adjusted(padding, 0, -padding, -1);
    painter->setRenderHint(QPainter::Antialiasing);
    if (index.data(LoadingRole).toBool()) {
        paintPlaceholder(*painter, area);
        painter->restore();
        return;
    }
    if (const QVariant state = index.data(StateRole); state.isValid()) {
        paintChip(*painter, area, state.value<StateText>(), option.font);
        painter->restore();
        return;
    }
    const QRect words = afterIdenticon(*painter, area, index.data(AddressBytesRole).toByteArray());
    const ThemeColors& colors = Theme::instance().colors();
    const QFont font = index.data(MonospaceRole).toBool() ? Theme::monospace(0.95) : option.font;
    painter->setFont(font);
    painter->setPen(index.data(MutedRole).toBool() ? colors.muted : colors.text);
    const auto alignment = index.data(Qt::TextAlignmentRole);
    const int side =
        alignment.isValid() ? alignment.toInt() : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    painter->drawText(words, side | Qt::TextSingleLine,
                      fittingText(index, font, option.textElideMode, words.width()));
    if (option.state.testFlag(QStyle::State_HasFocus) &&
        option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter->setPen(colors.accent);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
    }
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    int width = 2 * padding;
    if (const QVariant state = index.data(StateRole); state.isValid()) {
        width += chipWidth(state.value<StateText>(), option.font);
    } else {
        const QFont font = index.data(MonospaceRole).toBool() ? Theme::monospace(0.95) : option.font;
        width += QFontMetrics(font).horizontalAdvance(index.data(Qt::DisplayRole).toString());
        width += index.data(AddressBytesRole).isValid() ? identiconSize + padding : 0;
    }
    return {width, 34};
}

}  // namespace countersign
