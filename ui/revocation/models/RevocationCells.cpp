#include "ui/revocation/models/RevocationCells.h"

#include "core/delegation/WalletAddress.h"
#include "ui/text/AddressText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

namespace countersign {

QVariant walletCell(const RevocationItem& item, int role)
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return elidedAddress(visibleText(item.address));
        case WholeTextRole:
            return groupedAddress(visibleText(item.address));
        case Qt::ToolTipRole:
            return plainToolTip(groupedAddress(visibleText(item.address)) + u'\n' +
                                visibleText(item.walletId));
        case MonospaceRole:
            return true;
        case AddressBytesRole:
            if (const auto address = readAddress(item.chain, item.address)) {
                return QByteArray(reinterpret_cast<const char*>(address->bytes.data()),
                                  static_cast<qsizetype>(address->bytes.size()));
            }
            return {};
        default:
            return {};
    }
}

}  // namespace countersign
