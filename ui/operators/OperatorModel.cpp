#include "ui/operators/OperatorModel.h"

#include "core/policy/operators/KeyWords.h"
#include "ui/text/OperatorText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

QByteArray keyBytes(const Operator& one)
{
    return {reinterpret_cast<const char*>(one.publicKey.data()),
            static_cast<qsizetype>(one.publicKey.size())};
}

}  // namespace

void OperatorModel::setOperators(std::vector<Operator> operators, bool isDoubted)
{
    m_isDoubted = isDoubted;
    const bool isSame = std::ranges::equal(
        m_all, operators, [](const Row& row, const Operator& one) { return row.one == one; });
    if (isSame) {
        repaintRows();  // so that selection and scroll position stay
        return;
    }
    m_all.clear();
    for (Operator& one : operators) {
        QString words = QString::fromStdString(keyWords(one.publicKey));
        m_all.push_back({std::move(one), std::move(words)});
    }
    filter();
}

void OperatorModel::setFilter(const QString& text)
{
    m_text = text.trimmed();
    filter();
}

void OperatorModel::filter()
{
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        const QString words =
            visibleText(m_all[i].one.name) + u' ' + groupsText(m_all[i].one.groups) + u' ' + m_all[i].words;
        if (m_text.isEmpty() || words.contains(m_text, Qt::CaseInsensitive)) {
            m_shown.push_back(i);
        }
    }
    endResetModel();
}

void OperatorModel::repaintRows()
{
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

const Operator* OperatorModel::operatorAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_all[m_shown[static_cast<std::size_t>(row)]].one : nullptr;
}

int OperatorModel::rowOf(const std::string& name) const
{
    const auto found =
        std::ranges::find(m_shown, name, [this](std::size_t at) { return m_all[at].one.name; });
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

int OperatorModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int OperatorModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant OperatorModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Name"), tr("Groups"), tr("Key in words"),
                                                    tr("Added")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString OperatorModel::text(const Row& row, int column) const
{
    switch (column) {
        case Name:
            return visibleText(row.one.name);
        case Groups:
            return groupsText(row.one.groups);
        case Words:
            return row.words;
        default:
            return relativeTime(row.one.addedAt, m_clock.now());
    }
}

QVariant OperatorModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Row& row = m_all[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return text(row, index.column());
        case Qt::ToolTipRole:
            return plainToolTip(index.column() == Added ? absoluteTime(row.one.addedAt)
                                                        : text(row, index.column()));
        case AddressBytesRole:
            return index.column() == Name ? QVariant(keyBytes(row.one)) : QVariant();
        case MutedRole:
            return m_isDoubted || index.column() == Added;
        case CopyRole:
            return operatorKeyText(row.one.publicKey);
        default:
            return {};
    }
}

}  // namespace countersign
