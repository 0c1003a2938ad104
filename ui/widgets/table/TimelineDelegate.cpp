#include "ui/widgets/table/TimelineDelegate.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/table/CellDelegate.h"

#include <QPainter>

namespace countersign {

void TimelineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const ThemeColors& colors = Theme::instance().colors();
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(option.rect, colors.selection);
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter->fillRect(option.rect, colors.hover);
    }
    painter->setRenderHint(QPainter::Antialiasing);
    const QPointF centre = QRectF(option.rect).center();
    const bool isFirst = index.row() == 0;
    const bool isLast = index.row() == index.model()->rowCount() - 1;
    painter->setPen(QPen(colors.border, 2));
    painter->drawLine(QPointF(centre.x(), isFirst ? centre.y() : option.rect.top()),
                      QPointF(centre.x(), isLast ? centre.y() : option.rect.bottom() + 1));
    if (const QVariant state = index.data(StateRole); state.isValid()) {
        const QColor ink = colors.tone(state.value<StateText>().tone).text;
        const bool isBeginning = index.data(EmphasisRole).toBool();
        painter->setPen(QPen(ink, 2));
        painter->setBrush(isBeginning ? ink : colors.surface);
        const double radius = isBeginning ? 6 : 4;
        painter->drawEllipse(centre, radius, radius);
    }
    painter->restore();
}

}  // namespace countersign
