#pragma once

#include "core/base/Result.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <set>
#include <vector>

namespace countersign {

/// The base of the table models that page by key: the part that does not depend on the kind of row (Qt's meta
/// objects do not mix with templates). It holds the ordered ids of what is shown and asks PagedModel for rows
/// around what the view paints. A change of filter or order replaces the ids; a refresh replaces only what
/// differs, so that selection and scroll position stay.
class PagedTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit PagedTableModel(QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;

    std::int64_t idAt(int row) const;
    /// -1 when the id is not shown.
    int rowOf(std::int64_t id) const;

    /// Reads ids (and rows on the screen) again, keeping what can be kept. While ids are under way it waits
    /// for them, so that a steady stream of changes never keeps the table from filling.
    void refresh();
    /// For changed words only (relative times).
    void repaintRows();

    enum class State { Loading, Ready, Failed };
    State state() const { return m_state; }
    const Error& error() const { return m_error; }
    /// Nothing is being fetched.
    bool isSettled() const { return m_state != State::Loading && m_waiting.empty() && m_wanted.empty(); }

Q_SIGNALS:
    void stateChanged();
    /// The rows of one or more ids came; for detail panes.
    void rowsFetched();

protected:
    static constexpr int pageRows = 64;

    /// A new question: old answers are dropped, the ids are read anew.
    void restart();
    /// Says that a row is missing or old; fetched soon, with its neighbours.
    void want(int row) const;

    std::uint64_t generation() const { return m_generation; }
    void acceptIds(std::uint64_t generation, Result<std::vector<std::int64_t>> ids);
    /// A first screen came before all ids.
    void acceptFirstIds(std::uint64_t generation, std::vector<std::int64_t> ids);
    void acceptRows(std::uint64_t generation, int page, const std::vector<std::int64_t>& ids);

    virtual void requestIds(std::uint64_t generation) = 0;
    virtual void requestRows(std::uint64_t generation, int page, std::vector<std::int64_t> ids) = 0;

private:
    void fetchWanted();
    void replaceIds(std::vector<std::int64_t> ids);
    void setState(State state);

    std::vector<std::int64_t> m_ids;
    std::uint64_t m_generation = 0;
    State m_state = State::Loading;
    Error m_error;
    mutable std::set<int> m_wanted;  ///< pages to fetch
    std::set<int> m_waiting;         ///< pages under way
    mutable QTimer m_fetchSoon;
    bool m_idsPending = false;
    bool m_refreshAgain = false;
};

}  // namespace countersign
