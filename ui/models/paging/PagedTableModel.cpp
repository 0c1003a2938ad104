#include "ui/models/paging/PagedTableModel.h"

#include <algorithm>
#include <utility>

namespace countersign {

PagedTableModel::PagedTableModel(QObject* parent) : QAbstractTableModel(parent)
{
    m_fetchSoon.setSingleShot(true);
    connect(&m_fetchSoon, &QTimer::timeout, this, &PagedTableModel::fetchWanted);
}

int PagedTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

std::int64_t PagedTableModel::idAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_ids[static_cast<std::size_t>(row)] : 0;
}

int PagedTableModel::rowOf(std::int64_t id) const
{
    const auto found = std::find(m_ids.begin(), m_ids.end(), id);
    return found == m_ids.end() ? -1 : static_cast<int>(found - m_ids.begin());
}

void PagedTableModel::restart()
{
    ++m_generation;
    m_waiting.clear();
    m_wanted.clear();
    m_refreshAgain = false;
    m_idsPending = true;
    setState(State::Loading);
    requestIds(m_generation);
}

void PagedTableModel::refresh()
{
    if (m_idsPending) {
        m_refreshAgain = true;
        return;
    }
    // The rows shown stay readable: they are old by their generation and are fetched again when painted.
    ++m_generation;
    m_waiting.clear();
    m_wanted.clear();
    m_idsPending = true;
    requestIds(m_generation);
}

void PagedTableModel::repaintRows()
{
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DisplayRole});
    }
}

void PagedTableModel::want(int row) const
{
    const int page = row / pageRows;
    if (m_waiting.count(page) == 0 && m_wanted.insert(page).second && !m_fetchSoon.isActive()) {
        m_fetchSoon.start(0);
    }
}

void PagedTableModel::fetchWanted()
{
    for (const int page : std::exchange(m_wanted, {})) {
        const auto first = static_cast<std::size_t>(page) * pageRows;
        if (first >= m_ids.size()) {
            continue;
        }
        const auto last = std::min(first + pageRows, m_ids.size());
        m_waiting.insert(page);
        requestRows(m_generation, page,
                    {m_ids.begin() + static_cast<std::ptrdiff_t>(first),
                     m_ids.begin() + static_cast<std::ptrdiff_t>(last)});
    }
}

void PagedTableModel::acceptFirstIds(std::uint64_t generation, std::vector<std::int64_t> ids)
{
    if (generation == m_generation && m_state == State::Loading) {
        replaceIds(std::move(ids));
    }
}

void PagedTableModel::acceptIds(std::uint64_t generation, Result<std::vector<std::int64_t>> ids)
{
    if (generation != m_generation) {
        return;
    }
    m_idsPending = false;
    if (ids) {
        replaceIds(std::move(*ids));
        setState(State::Ready);
    } else {
        m_error = ids.error();
        setState(State::Failed);
    }
    if (std::exchange(m_refreshAgain, false)) {
        refresh();
    }
}

void PagedTableModel::acceptRows(std::uint64_t generation, int page, const std::vector<std::int64_t>& ids)
{
    if (generation != m_generation) {
        return;
    }
    m_waiting.erase(page);
    const auto first = static_cast<std::size_t>(page) * pageRows;
    if (first >= m_ids.size()) {
        return;
    }
    if (m_ids[first] != ids.front()) {
        // The ids moved meanwhile. Whoever asked for the new ones was told that the page is on its way.
        want(static_cast<int>(first));
        return;
    }
    const int last = static_cast<int>(std::min(first + ids.size(), m_ids.size())) - 1;
    Q_EMIT dataChanged(index(static_cast<int>(first), 0), index(last, columnCount() - 1));
    Q_EMIT rowsFetched();
}

void PagedTableModel::replaceIds(std::vector<std::int64_t> ids)
{
    const auto mismatch = std::mismatch(m_ids.begin(), m_ids.end(), ids.begin(), ids.end());
    const auto prefix = static_cast<std::size_t>(mismatch.first - m_ids.begin());
    const std::size_t longestSuffix = std::min(m_ids.size(), ids.size()) - prefix;
    std::size_t suffix = 0;
    while (suffix < longestSuffix && m_ids[m_ids.size() - 1 - suffix] == ids[ids.size() - 1 - suffix]) {
        ++suffix;
    }
    const int removed = static_cast<int>(m_ids.size() - prefix - suffix);
    const int inserted = static_cast<int>(ids.size() - prefix - suffix);
    const int first = static_cast<int>(prefix);
    if (removed > 0 && prefix == 0 && suffix == 0) {
        beginResetModel();
        m_ids = std::move(ids);
        endResetModel();
        return;
    }
    if (removed > 0) {
        beginRemoveRows({}, first, first + removed - 1);
        m_ids.erase(m_ids.begin() + first, m_ids.begin() + first + removed);
        endRemoveRows();
    }
    if (inserted > 0) {
        beginInsertRows({}, first, first + inserted - 1);
        m_ids = std::move(ids);
        endInsertRows();
    }
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

void PagedTableModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

}  // namespace countersign
