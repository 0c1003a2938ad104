#pragma once

#include "ui/models/paging/PagedTableModel.h"
#include "ui/models/paging/RowCache.h"
#include "ui/session/reading/ProfileReader.h"
#include "ui/widgets/table/CellDelegate.h"

namespace countersign {

/// A table model for one kind of row, paged by key. Row needs a member id. data() never waits: what is not in
/// the cache is asked for and painted as a placeholder.
template <typename Row>
class PagedModel : public PagedTableModel
{
public:
    PagedModel(ProfileReader& reader, QObject* parent) : PagedTableModel(parent), m_reader(reader) {}

    /// The row if it is in memory (perhaps an older state of it), else nullptr and it is fetched.
    const Row* rowAt(int row) const
    {
        const std::int64_t id = idAt(row);
        const auto* entry = id == 0 ? nullptr : m_cache.find(id);
        if (id != 0 && (entry == nullptr || entry->generation != generation())) {
            want(row);
        }
        return entry == nullptr ? nullptr : &entry->row;
    }

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid()) {
            return {};
        }
        if (role == IdRole) {
            return static_cast<qlonglong>(idAt(index.row()));
        }
        const Row* row = rowAt(index.row());
        if (row == nullptr) {
            return role == LoadingRole ? QVariant(true) : QVariant();
        }
        return role == LoadingRole ? QVariant(false) : cell(*row, index.column(), role);
    }

protected:
    virtual QVariant cell(const Row& row, int column, int role) const = 0;
    /// Functions of the question as it is now; they run on the reader's thread and must not touch the model.
    virtual std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const = 0;
    virtual std::function<Result<std::vector<Row>>(Database&)> firstRowsQuery(int limit) const = 0;
    /// Whether an index gives the first rows at once. A search for text reads everything anyway: it is asked
    /// for its ids alone.
    virtual bool areFirstRowsCheap() const = 0;
    virtual std::function<Result<std::vector<Row>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const = 0;

    void requestIds(std::uint64_t generation) override
    {
        // Whoever types on does not wait for what was typed before.
        m_reader.supersede(m_firstQuestion);
        m_reader.supersede(m_idQuestion);
        if (state() == State::Loading && areFirstRowsCheap()) {
            // A screenful comes first: the order's index gives it at once, all ids take longer.
            m_firstQuestion = m_reader.query(
                this, firstRowsQuery(2 * pageRows),
                [this, generation](Result<std::vector<Row>> rows) { handleFirst(generation, rows); });
        }
        m_idQuestion =
            m_reader.query(this, idQuery(), [this, generation](Result<std::vector<std::int64_t>> ids) {
                acceptIds(generation, std::move(ids));
            });
    }

    void requestRows(std::uint64_t generation, int page, std::vector<std::int64_t> ids) override
    {
        m_reader.query(
            this, [query = rowQuery(), ids](Database& database) { return query(database, ids); },
            [this, generation, page, ids](Result<std::vector<Row>> rows) {
                if (rows && generation == this->generation()) {
                    store(generation, *rows);
                }
                acceptRows(generation, page, ids);
            });
    }

private:
    void handleFirst(std::uint64_t generation, Result<std::vector<Row>>& rows)
    {
        if (!rows || generation != this->generation()) {
            return;
        }
        std::vector<std::int64_t> ids;
        for (const Row& row : *rows) {
            ids.push_back(row.id);
        }
        store(generation, *rows);
        acceptFirstIds(generation, std::move(ids));
    }

    void store(std::uint64_t generation, std::vector<Row>& rows)
    {
        for (Row& row : rows) {
            const std::int64_t id = row.id;
            m_cache.put(id, std::move(row), generation);
        }
    }

    ProfileReader& m_reader;
    std::uint64_t m_firstQuestion = 0;
    std::uint64_t m_idQuestion = 0;
    mutable RowCache<Row> m_cache{4096};
};

}  // namespace countersign
