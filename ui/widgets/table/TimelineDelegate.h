#pragma once

#include <QStyledItemDelegate>

namespace countersign {

/// An item delegate that draws a time line down a table's column: a dot in the colour of each row's state
/// (StateRole), filled where something begins (EmphasisRole), and the line that joins them.
class TimelineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

    static constexpr int width = 28;
};

}  // namespace countersign
