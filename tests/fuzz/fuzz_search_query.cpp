#include "core/search/SearchQuery.h"

#include <cstdlib>

// What an operator types into the search. It is an answer or a sentence, and what is read stays within its
// bounds.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace countersign;
    const auto query = SearchQuery::parse({reinterpret_cast<const char*>(data), size});
    if (!query) {
        if (query.error().sentence.isEmpty()) {
            std::abort();
        }
        return 0;
    }
    if (size > SearchQuery::maxBytes || query->words.size() + query->named.size() > SearchQuery::maxTerms) {
        std::abort();
    }
    for (const SearchGroup group : searchGroups) {
        static_cast<void>(query->concerns(group));
    }
    return 0;
}
