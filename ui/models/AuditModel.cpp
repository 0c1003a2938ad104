#include "ui/models/AuditModel.h"

#include "ui/models/query/FilterText.h"
#include "ui/text/AddressText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"

#include <QLocale>

#include <array>

namespace countersign {

const QStringList& AuditQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("kind")};
    return names;
}

AuditQuery AuditQuery::parse(const QString& input)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    return {
        {parsed.tokens.value(QStringLiteral("kind")).toStdString(), parsed.words.join(u' ').toStdString()},
        {}};
}

AuditModel::AuditModel(ProfileReader& reader, const Clock& clock, QObject* parent)
    : PagedModel(reader, parent), m_clock(clock)
{}

void AuditModel::setFilter(const AuditFilter& filter)
{
    m_filter = filter;
    if (m_started) {
        restart();
    }
}

void AuditModel::start()
{
    if (!m_started) {
        m_started = true;
        restart();
    }
}

int AuditModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Number"), tr("Entry"), tr("About"), tr("Time")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QVariant AuditModel::cell(const AuditRow& row, int column, int role) const
{
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            switch (column) {
                case Number:
                    return QLocale().toString(static_cast<qlonglong>(row.seq));
                case Kind:
                    return visibleText(row.kind);
                case Subject:
                    return row.subject.empty() ? QStringLiteral("–") : elidedId(visibleText(row.subject));
                default:
                    return relativeTime(row.at, m_clock.now());
            }
        case Qt::ToolTipRole:
            return plainToolTip(column == Time      ? absoluteTime(row.at)
                                : column == Subject ? visibleText(row.subject)
                                                    : visibleText(row.kind));
        case MonospaceRole:
            return column == Subject && !row.subject.empty();
        case MutedRole:
            return column == Number || column == Time || column == Subject;
        case CopyRole:
            return visibleText(row.subject);
        default:
            return {};
    }
}

std::function<Result<std::vector<std::int64_t>>(Database&)> AuditModel::idQuery() const
{
    return [filter = m_filter](Database& database) { return AuditCatalog(database).ids(filter); };
}

std::function<Result<std::vector<AuditRow>>(Database&)> AuditModel::firstRowsQuery(int limit) const
{
    return [filter = m_filter, limit](Database& database) {
        return AuditCatalog(database).firstRows(filter, limit);
    };
}

std::function<Result<std::vector<AuditRow>>(Database&, const std::vector<std::int64_t>&)>
AuditModel::rowQuery() const
{
    return [](Database& database, const std::vector<std::int64_t>& ids) {
        return AuditCatalog(database).rows(ids);
    };
}

}  // namespace countersign
