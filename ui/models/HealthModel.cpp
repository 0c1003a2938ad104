#include "ui/models/HealthModel.h"

#include "ui/text/AddressText.h"
#include "ui/text/HealthText.h"
#include "ui/text/VisibleText.h"

#include <array>

namespace countersign {

HealthModel::HealthModel(ProfileReader& reader, QObject* parent) : PagedModel(reader, parent) {}

void HealthModel::setFilter(const HealthFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void HealthModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int HealthModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HealthModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Gravity"), tr("What"), tr("Wallet or subject"),
                                                    tr("In words")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString HealthModel::displayText(const HealthFinding& finding, int column) const
{
    switch (column) {
        case Severity:
            return stateText(finding.severity).word;
        case Kind:
            return healthRuleName(finding.rule);
        case Subject:
            return finding.address    ? elidedAddress(visibleText(*finding.address))
                   : finding.walletId ? elidedId(visibleText(*finding.walletId))
                                      : visibleText(finding.subject);
        default:
            return finding.title;
    }
}

QVariant HealthModel::cell(const HealthFinding& finding, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return displayText(finding, column);
        case Qt::ToolTipRole:
            return plainToolTip(column == Severity  ? stateText(finding.severity).meaning
                                : column == Subject ? visibleText(finding.walletId.value_or(finding.subject))
                                                    : finding.title + u'\n' + finding.mend);
        case StateRole:
            return column == Severity ? QVariant::fromValue(stateText(finding.severity)) : QVariant();
        case MonospaceRole:
            return column == Subject && finding.walletId.has_value();
        case MutedRole:
            return column == Title;
        case CopyRole:
            return QString::fromStdString(finding.walletId.value_or(finding.subject));
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> HealthModel::idQuery() const
{
    return [question = m_question, filter = m_filter](Database& database) {
        return HealthReader(database, question).ids(filter);
    };
}

std::function<Result<std::vector<HealthFinding>>(Database&)> HealthModel::firstRowsQuery(int limit) const
{
    return [question = m_question, filter = m_filter, limit](Database& database) {
        return HealthReader(database, question).firstRows(filter, limit);
    };
}

std::function<Result<std::vector<HealthFinding>>(Database&, const std::vector<std::int64_t>&)>
HealthModel::rowQuery() const
{
    return [question = m_question](Database& database, const std::vector<std::int64_t>& ids) {
        return HealthReader(database, question).rows(ids);
    };
}

}  // namespace countersign
