#include "ui/models/RevocationHitModel.h"

#include "ui/text/AddressText.h"
#include "ui/text/RevocationText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

namespace {

/// What Dynamic said, in the words that lists of revocations have for it.
StateText outcomeOf(const RevocationHit& hit)
{
    RevocationItem item;
    item.outcome = revocationOutcomeFrom(hit.atDynamic).value_or(RevocationOutcome::Pending);
    item.isHeld = hit.isHeld;
    return outcomeText(item);
}

}  // namespace

RevocationHitModel::RevocationHitModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_clock(clock)
{}

int RevocationHitModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RevocationHitModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("At Dynamic"), tr("Address"), tr("Reason"),
                                                    tr("Started")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString RevocationHitModel::displayText(const RevocationHit& hit, int column) const
{
    switch (column) {
        case Outcome:
            return outcomeOf(hit).word;
        case Address:
            return elidedAddress(visibleText(hit.address));
        case Reason:
            return visibleText(hit.reason);
        default:
            return relativeTime(hit.startedAt, m_clock.now());
    }
}

QVariant RevocationHitModel::cell(const RevocationHit& hit, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(hit, column);
        case Qt::ToolTipRole:
            return plainToolTip(column == Address   ? groupedAddress(visibleText(hit.address))
                                : column == Started ? absoluteTime(hit.startedAt)
                                                    : visibleText(hit.reason));
        case MonospaceRole:
            return column == Address;
        case MutedRole:
            return column == Started;
        case CopyRole:
            return QString::fromStdString(hit.walletId);
        default:
            return {};
    }
}

std::function<Result<std::vector<RevocationHit>>(Database&)> RevocationHitModel::firstRowsQuery(
    int /*limit*/) const
{
    return [](Database& /*database*/) { return std::vector<RevocationHit>(); };
}

std::function<Result<std::vector<RevocationHit>>(Database&, const std::vector<std::int64_t>&)>
RevocationHitModel::rowQuery() const
{
    return [](Database& database, const std::vector<std::int64_t>& ids) {
        return SearchCatalog(database).rows(ids);
    };
}

}  // namespace countersign
