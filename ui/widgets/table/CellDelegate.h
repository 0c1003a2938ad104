#pragma once

#include "ui/text/StateText.h"

#include <QStyledItemDelegate>

Q_DECLARE_METATYPE(countersign::StateText)

namespace countersign {

/// What models say about a cell besides Qt's own roles.
enum CellRole {
    StateRole = Qt::UserRole + 1,  ///< StateText: draw a chip
    AddressBytesRole,              ///< QByteArray: draw an identicon before the text
    MonospaceRole,                 ///< bool
    MutedRole,                     ///< bool
    LoadingRole,                   ///< bool: the row is being fetched
    IdRole,                        ///< qint64: the key of the row
    CopyRole,                      ///< QString: what Ctrl+C puts on the clipboard
    EmphasisRole,                  ///< bool: something begins here (TimelineDelegate)
    WholeTextRole,                 ///< QString: shown in place of the display text where there is room for it
};

/// The item delegate of all tables, so that chips, identicons, addresses and selection look the same in every
/// one.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The pixels that the longest whole address needs in a table, with its identicon.
int wholeAddressWidth();

}  // namespace countersign
