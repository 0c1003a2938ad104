#include "ui/policy/RuleListModel.h"

#include "ui/policy/RuleText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/table/CellDelegate.h"

#include <array>

namespace countersign {

void RuleListModel::setPolicy(std::shared_ptr<const PolicyDocument> policy)
{
    m_isStale = policy == nullptr;
    if (policy == nullptr) {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        }
        return;
    }
    beginResetModel();
    m_policy = std::move(policy);
    endResetModel();
}

int RuleListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_policy ? 0 : rules() + 1;
}

int RuleListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RuleListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> names = {tr("Rule"), tr("Then"), tr("When")};
    return section >= 0 && section < ColumnCount ? names[static_cast<std::size_t>(section)] : QVariant();
}

QString RuleListModel::text(int row, int column) const
{
    if (row == rules()) {
        return column == Rule      ? tr("otherwise")
               : column == Outcome ? QString()
                                   : tr("the built-in policy counts");
    }
    const PolicyRule& rule = m_policy->rules[static_cast<std::size_t>(row)];
    switch (column) {
        case Rule:
            return visibleText(rule.id);
        case Outcome:
            return outcomeText(rule).word;
        default: {
            const QStringList lines = conditionLines(rule.when);
            return lines.isEmpty() ? tr("always") : lines.join(tr(", and "));
        }
    }
}

QString RuleListModel::toolTip(int row, int column) const
{
    if (row == rules()) {
        return tr(
            "Understood and nothing critical found: one approval; else one approval, re-authentication and "
            "a typed word.");
    }
    const PolicyRule& rule = m_policy->rules[static_cast<std::size_t>(row)];
    return column == Outcome      ? outcomeSentence(rule)
           : column == Conditions ? conditionLines(rule.when).join(u'\n')
                                  : visibleText(rule.id);
}

QVariant RuleListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const bool isRule = index.row() < rules();
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return text(index.row(), index.column());
        case Qt::ToolTipRole:
            return plainToolTip(toolTip(index.row(), index.column()));
        case StateRole:
            return isRule && !m_isStale && index.column() == Outcome
                       ? QVariant::fromValue(
                             outcomeText(m_policy->rules[static_cast<std::size_t>(index.row())]))
                       : QVariant();
        case MutedRole:
            return m_isStale || !isRule;
        case CopyRole:
            return text(index.row(), Rule);
        default:
            return {};
    }
}

}  // namespace countersign
