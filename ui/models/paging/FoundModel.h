#pragma once

#include "core/search/SearchCatalog.h"

#include <utility>

namespace countersign {

/// The table of a list page, filled with what a search found: the same rows, columns and words.
template <typename Model, SearchGroup group>
class FoundModel : public Model
{
public:
    using Model::Model;

    /// An empty query finds nothing.
    void search(SearchQuery query)
    {
        m_query = std::move(query);
        m_behind = 0;
        this->restart();
    }
    /// What stands behind the last row, in place of what is shown.
    void goOn()
    {
        m_behind = this->idAt(this->rowCount() - 1);
        this->restart();
    }

protected:
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override
    {
        return [query = m_query, behind = m_behind](Database& database) -> Result<std::vector<std::int64_t>> {
            ASSIGN_OR_RETURN(auto hits,
                             SearchCatalog(database).find(query, group, SearchCatalog::most, behind));
            return std::move(hits.ids);
        };
    }
    bool areFirstRowsCheap() const override { return false; }

private:
    SearchQuery m_query;
    std::int64_t m_behind = 0;
};

}  // namespace countersign
